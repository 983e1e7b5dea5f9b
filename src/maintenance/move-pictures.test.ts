import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { hasS3, S3_LACKS, type S3Server, startS3 } from '../../test/s3-server.js';
import { openTestDatabase } from '../../test/store-setup.js';
import { bindDirectory, directoryId } from '../assets/directory-identity.js';
import { Pictures } from '../assets/pictures.js';
import { newId } from '../kernel/ids.js';
import { Secrets } from '../kernel/secrets.js';
import { openPlaces, type Places } from '../places.js';
import { insertAssets, purgeAssets } from '../store/asset-rows.js';
import type { Database } from '../store/database.js';
import { deleteReplica, insertReplica } from '../store/replica-rows.js';
import { findDatabaseId } from '../store/setting-rows.js';
import { type Moved, movePictures } from './move-pictures.js';

const TENANT = 'default';
const PICTURES = 6;
const SECRETS = new Secrets([Buffer.alloc(32, 7)]);

(hasS3 ? describe : describe.skip)(`pictures are moved between a disk and a bucket${S3_LACKS}`, () => {
  let s3: S3Server;
  let database: Database;
  let folder: string;
  let disk: Places;
  let bucket: Places;
  const bytesOf = new Map<string, Buffer>();

  beforeAll(async () => {
    [s3, database] = await Promise.all([startS3(), openTestDatabase()]);
  });
  afterAll(async () => {
    await database.close();
    await s3.close();
  });
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'darkroom-move-'));
    disk = openPlaces({ dataDirectory: folder });
    bucket = openPlaces({ dataDirectory: folder, bucket: await s3.newBucket('darkroom/') });
    await database.query('delete from assets');
    bytesOf.clear();
    await bindDirectory(database, disk.marks, 'this one');
    for (let each = 0; each < PICTURES; each += 1) await keep(disk, each % 3 === 0);
  });
  afterEach(async () => {
    await bucket.close();
    await rm(folder, { recursive: true, force: true });
  });

  const picturesIn = (places: Places) => new Pictures(places.files, places.keys(SECRETS), false);

  async function keep(places: Places, seal: boolean): Promise<string> {
    const id = newId('asset');
    const bytes = randomBytes(10_000);
    const about = { kind: 'RESULT' as const, taskId: null, mime: 'image/jpeg', width: 1, height: 1, dpi: null };
    const rest = { sourceSha256: null, watermarked: false, aiLabel: false, aigc: null, companionOf: null };
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const expiresAt = new Date(Date.now() + 3_600_000);
    await insertAssets(database, [
      {
        id,
        tenantId: TENANT,
        bytes: bytes.byteLength,
        sha256,
        expiresAt,
        ...about,
        ...rest,
      },
    ]);
    await picturesIn(places).write({ id, tenantId: TENANT }, bytes, { seal });
    bytesOf.set(id, bytes);
    return id;
  }

  const run = (from: Places, to: Places): Promise<Moved> =>
    movePictures({
      database,
      secrets: SECRETS,
      from,
      to,
      bind: () => bindDirectory(database, to.marks, 'this one'),
      tell: () => {},
    });

  async function expectAllIn(places: Places): Promise<void> {
    for (const [id, bytes] of bytesOf)
      expect((await picturesIn(places).read({ id, tenantId: TENANT }))?.equals(bytes)).toBe(true);
    expect(await directoryId(places.marks)).toBe(await findDatabaseId(database));
  }

  const filesOnDisk = async () =>
    (await readdir(folder, { recursive: true, withFileTypes: true })).filter(entry => entry.isFile()).map(f => f.name);

  test('there and back: every picture is whole, plain or sealed, and nothing is left behind', async () => {
    await disk.erasures.note({ tasks: [newId('task')], assets: [newId('asset')] });
    expect(await run(disk, bucket)).toEqual({
      copied: PICTURES,
      lacking: [],
      running: [],
      removed: PICTURES,
      unknown: 0,
    });
    await expectAllIn(bucket);
    expect(await bucket.erasures.read()).toEqual(await disk.erasures.read());
    expect(await filesOnDisk()).toEqual(['erasures.jsonl']);
    expect(await run(bucket, disk)).toMatchObject({ copied: PICTURES, removed: PICTURES });
    await expectAllIn(disk);
    for await (const object of bucket.bucket!.list('')) expect(object.key).toMatch(/^erasures\//);
  });

  test('killed at every step, it goes on where it was and ends the same', async () => {
    let calls = 0;
    let killAt = 0;
    const dies = <Part extends object>(part: Part): Part =>
      new Proxy(part, {
        get(target, name, receiver) {
          const value = Reflect.get(target, name, target);
          if (typeof value !== 'function') return value;
          if (!['write', 'writeWrapped', 'remove', 'destroy', 'note'].includes(String(name)))
            return value.bind(target === receiver ? receiver : target);
          return (...words: unknown[]) => {
            calls += 1;
            if (calls > killAt) throw new Error('killed');
            return value.apply(target, words);
          };
        },
      });
    const mortal = (places: Places): Places => ({
      ...places,
      files: dies(places.files),
      marks: dies(places.marks),
      erasures: dies(places.erasures),
      keys: secrets => dies(places.keys(secrets)),
    });
    let copied = 0;
    for (let tries = 0; ; tries += 1) {
      [calls, killAt] = [0, 1 + (tries % 5)];
      const moved = await run(mortal(disk), mortal(bucket)).catch((error: Error) => {
        expect(error.message).toBe('killed');
        return undefined;
      });
      if (moved !== undefined) {
        copied = moved.copied;
        break;
      }
      // Whoever is killed leaves each picture readable in one of the two places.
      for (const [id, bytes] of bytesOf) {
        const found = await picturesIn(disk).read({ id, tenantId: TENANT });
        const there = found ?? (await picturesIn(bucket).read({ id, tenantId: TENANT }));
        expect(there?.equals(bytes)).toBe(true);
      }
      expect(tries).toBeLessThan(100);
    }
    expect(copied).toBeLessThan(PICTURES);
    await expectAllIn(bucket);
  });

  test('while servers run it copies, and leaves all where it is; what was erased meanwhile is not moved', async () => {
    await insertReplica(database, { id: 'one', host: 'shop-1', beat: 0, secrets: [] });
    expect(await run(disk, bucket)).toMatchObject({ copied: PICTURES, running: ['shop-1'], removed: 0 });
    await expectAllIn(disk);
    const [erased] = bytesOf.keys();
    await purgeAssets(database, TENANT, [erased!]);
    await picturesIn(disk).remove(erased!);
    bytesOf.delete(erased!);
    const late = await keep(disk, true);
    await deleteReplica(database, 'one');
    expect(await run(disk, bucket)).toMatchObject({ copied: 1, running: [], removed: PICTURES });
    await expectAllIn(bucket);
    expect([await bucket.files.has(erased!), await bucket.files.has(late)]).toEqual([false, true]);
    expect(await bucket.keys(SECRETS).find(erased!)).toBeUndefined();
  });

  test('a picture that is not as its row says is named and stays; a file without a row stays, too', async () => {
    const [damaged, cut] = bytesOf.keys();
    for (const id of [damaged!, cut!]) {
      await disk.files.write(id, Buffer.from('something else'));
      bytesOf.delete(id);
    }
    await disk.files.write(newId('asset'), Buffer.from('of nobody'));
    const moved = await run(disk, bucket);
    expect(moved).toMatchObject({ copied: PICTURES - 2, removed: PICTURES - 2, unknown: 1 });
    expect(moved.lacking.sort()).toEqual([damaged, cut].sort());
    await expectAllIn(bucket);
    expect(await filesOnDisk()).toEqual(expect.arrayContaining([damaged, cut]));
  });

  test('a place of another database is refused, on either side', async () => {
    await bucket.marks.write('database-id', 'of another\n');
    await expect(run(disk, bucket)).rejects.toThrow('belongs to another database');
    await bucket.marks.remove('database-id');
    await bucket.files.write(newId('asset'), Buffer.from('x'));
    await expect(run(disk, bucket)).rejects.toThrow('holds pictures already');
    await disk.marks.write('database-id', 'of another\n');
    await expect(run(disk, bucket)).rejects.toThrow('does not hold the pictures of this database');
  });
});
