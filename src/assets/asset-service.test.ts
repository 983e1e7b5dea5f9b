import { eachPlace, type PicturePlace } from '../../test/picture-places.js';
import { plainPng } from '../../test/plain-png.js';
import { openTestDatabase } from '../../test/store-setup.js';
import { ANYONE } from '../audit/acts.js';
import { INBOX } from '../audit/audit.js';
import { newAigcLabel } from '../kernel/aigc.js';
import { newId } from '../kernel/ids.js';
import type { AssetRow } from '../store/asset-rows.js';
import type { Database } from '../store/database.js';
import { type AssetParts, AssetService, sha256 } from './asset-service.js';
import type { AssetFiles } from './files.js';
import { Pictures } from './pictures.js';

const TENANT = 'default';
const HOUR = 3_600_000;
const PHOTO = plainPng(80);
const NORMALISED = plainPng(72);
const NOW = Date.UTC(2026, 0, 1);
const FILE = {
  mime: 'image/png',
  bytes: NORMALISED,
  widthPx: 72,
  heightPx: 72,
  dpi: 300,
  watermarked: false,
  labels: [newAigcLabel('maker', '1')],
};

/** One suite for both: what holds of the disk holds of a bucket. */
eachPlace('assets', kind => {
  let opening: { open(): Promise<PicturePlace>; close(): Promise<void> };
  let place: PicturePlace;
  let database: Database;
  let files: AssetFiles;
  let assets: AssetService;
  const purged: string[] = [];
  const logged: { level: string; fields: Record<string, unknown> }[] = [];
  const note = (level: string) => (fields: unknown) =>
    void logged.push({ level, fields: fields as Record<string, unknown> });

  beforeAll(async () => {
    database = await openTestDatabase();
    opening = await kind.start();
  });
  afterAll(async () => {
    await database.close();
    await opening.close();
  });
  beforeEach(async () => {
    place = await opening.open();
    files = place.files;
    purged.length = 0;
    logged.length = 0;
    assets = new AssetService({
      database,
      audit: INBOX,
      files,
      keys: place.keys,
      pictures: new Pictures(files, place.keys, false),
      erasures: place.erasures,
      normaliser: {
        normalise: async () => ({
          bytes: NORMALISED,
          mime: 'image/png',
          width: 72,
          height: 72,
          labels: [],
          truncated: false,
        }),
      },
      clock: { now: () => NOW },
      log: { info: note('info'), warn: note('warn'), error: note('error') } as AssetParts['log'],
      keepInputsMs: HOUR,
      keepResultsMs: 24 * HOUR,
      onPurged: id => purged.push(id),
    });
  });
  afterEach(async () => {
    await database.query('delete from assets');
    await place.close();
  });

  /** What a restore of an older backup would have to erase again. */
  async function listed(): Promise<readonly string[]> {
    return (await place.erasures.read()).assets;
  }

  /** The ids of all files. */
  async function stored(): Promise<string[]> {
    const ids: string[] = [];
    for await (const id of files.list()) ids.push(id);
    return ids.sort();
  }

  /** The bytes as they were sent, of a photo. */
  async function originalOf(id: string): Promise<AssetRow> {
    return (await assets.findOriginals(TENANT, [id]))[0]!;
  }

  describe('an uploaded photo', () => {
    test('is stored normalised, and beside it as it was sent', async () => {
      const row = await assets.storeUpload(TENANT, PHOTO, ANYONE);
      expect(row).toMatchObject({
        tenantId: TENANT,
        kind: 'INPUT',
        width: 72,
        sha256: await sha256(NORMALISED),
        sourceSha256: await sha256(PHOTO),
        expiresAt: new Date(NOW + HOUR),
      });
      expect(Buffer.from(await assets.bytesOf(TENANT, row.id))).toEqual(NORMALISED);
      const original = await originalOf(row.id);
      expect(original).toMatchObject({ kind: 'ORIGINAL', mime: 'image/png', bytes: PHOTO.byteLength, width: 80 });
      expect([original.sha256, original.expiresAt]).toEqual([row.sourceSha256, row.expiresAt]);
      expect(Buffer.from(await assets.originalOf(TENANT, row.id))).toEqual(PHOTO);
    });

    test('is sealed as it was sent, whatever else is sealed, and its original cannot be taken for a photo', async () => {
      const { id } = await assets.storeUpload(TENANT, PHOTO, ANYONE);
      const original = await originalOf(id);
      expect((await files.read(original.id))!.includes(PHOTO.subarray(0, 16))).toBe(false);
      expect((await files.read(id))!.equals(NORMALISED)).toBe(true);
      expect(await assets.find(TENANT, [original.id])).toEqual([]);
      expect(await assets.findOriginals('another', [id])).toEqual([]);
      await expect(assets.originalOf('another', id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    test('of which no original is kept stands in for it', async () => {
      const { id } = await assets.storeUpload(TENANT, PHOTO, ANYONE);
      await database.query(`update assets set purged_at = now() where kind = 'ORIGINAL'`);
      expect(Buffer.from(await assets.originalOf(TENANT, id))).toEqual(NORMALISED);
    });

    test('leaves nothing where its second file cannot be written', async () => {
      const write = files.write.bind(files);
      let calls = 0;
      files.write = (id, bytes) => (++calls === 2 ? Promise.reject(new Error('disk full')) : write(id, bytes));
      await expect(assets.storeUpload(TENANT, PHOTO, ANYONE)).rejects.toThrow('disk full');
      expect([await stored(), await database.query('select id from assets')]).toEqual([[], []]);
    });

    test('that is none leaves neither a row nor a file', async () => {
      await expect(assets.storeUpload(TENANT, Buffer.from('GIF89a'), ANYONE)).rejects.toMatchObject({
        code: 'UNSUPPORTED_FORMAT',
      });
      expect(await stored()).toEqual([]);
      expect(await database.query('select id from assets')).toEqual([]);
    });

    test('belongs to its tenant', async () => {
      const { id } = await assets.storeUpload(TENANT, PHOTO, ANYONE);
      await expect(assets.bytesOf('another', id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      expect(await assets.find('another', [id])).toEqual([]);
    });

    test('that was reduced is an asset of its own with the expiry of the original', async () => {
      const original = await assets.storeUpload(TENANT, PHOTO, ANYONE);
      const id = await assets.storeReduced(TENANT, original.id, plainPng(64));
      const [reduced] = await assets.find(TENANT, [id]);
      expect(reduced).toMatchObject({ kind: 'INPUT', width: 64, height: 64, sha256: await sha256(plainPng(64)) });
      expect(reduced!.expiresAt).toEqual(original.expiresAt);
      expect(await assets.storeReduced(TENANT, original.id, NORMALISED)).toBe(original.id);
      await expect(assets.storeReduced('another', original.id, plainPng(64))).rejects.toMatchObject({
        code: 'NOT_FOUND',
      });
    });
  });

  describe('the results of a task', () => {
    const prepare = () => assets.prepare({ tenantId: TENANT, taskId: 'task_1', files: [FILE, FILE] });

    test('have files at once, and rows with the commit of the outcome', async () => {
      const results = await prepare();
      expect(await stored()).toEqual([...results.ids].sort());
      expect(await assets.find(TENANT, results.ids)).toEqual([]);
      await database.transaction(sql => results.commit(sql));
      const rows = await assets.find(TENANT, results.ids);
      expect(rows).toHaveLength(2);
      expect(rows[0]).toMatchObject({ kind: 'RESULT', taskId: 'task_1', dpi: 300, aiLabel: true });
      expect(rows[0]!.expiresAt).toEqual(new Date(NOW + 24 * HOUR));
    });

    test('leave nothing when they are discarded', async () => {
      await (await prepare()).discard();
      expect(await stored()).toEqual([]);
    });

    test('leave nothing when one of them cannot be written', async () => {
      const write = files.write.bind(files);
      let calls = 0;
      files.write = (id, bytes) => (++calls === 2 ? Promise.reject(new Error('disk full')) : write(id, bytes));
      await expect(prepare()).rejects.toThrow('disk full');
      expect(calls).toBe(2);
      expect(await stored()).toEqual([]);
    });
  });

  describe('the end of an asset', () => {
    test('a purge deletes the file, tells whoever derived something from it, and keeps the row', async () => {
      const { id } = await assets.storeUpload(TENANT, PHOTO, ANYONE);
      const original = await originalOf(id);
      await assets.purge(TENANT, [id]);
      expect([await stored(), [...purged].sort()]).toEqual([[], [id, original.id].sort()]);
      expect(await place.keys.find(original.id)).toBeUndefined();
      expect(await assets.findLinked(original.id)).toBeUndefined();
      expect(await listed()).toEqual([id]);
      await expect(assets.bytesOf(TENANT, id)).rejects.toMatchObject({ code: 'PHOTO_GONE' });
      expect(await assets.findLinked(id)).toBeUndefined();
    });

    test('of a photo takes its original and its reduced copies along, and not those of another upload of the same photo', async () => {
      const [first, second] = [
        await assets.storeUpload(TENANT, PHOTO, ANYONE),
        await assets.storeUpload(TENANT, PHOTO, ANYONE),
      ];
      await assets.storeReduced(TENANT, first.id, plainPng(64));
      const kept = await assets.storeReduced(TENANT, second.id, plainPng(64));
      await assets.purge(TENANT, [first.id]);
      expect(await stored()).toEqual([second.id, (await originalOf(second.id)).id, kept].sort());
      expect(purged).toHaveLength(3);
      // Each leaves its row, so that a crash before its file was removed does not keep the file.
      expect(await database.query('select 1 from assets where purged_at is not null')).toHaveLength(3);
    });

    test("another tenant's asset is left alone, its row and its file", async () => {
      const { id } = await assets.storeUpload(TENANT, PHOTO, ANYONE);
      await assets.purge('another', [id]);
      expect([await stored(), purged]).toEqual([[id, (await originalOf(id)).id].sort(), []]);
      expect(await listed()).toEqual([]);
      expect((await assets.bytesOf(TENANT, id)).byteLength).toBeGreaterThan(0);
    });

    test('all expired assets are purged, however many, and no others', async () => {
      // More than are purged at once.
      const many = kind.isSlow ? 5 : 103;
      const results = await assets.prepare({ tenantId: TENANT, taskId: 'task_1', files: new Array(many).fill(FILE) });
      await database.transaction(sql => results.commit(sql));
      const live = results.ids[2]!;
      // Expiry is judged by the clock of the database.
      await database.query(`update assets set expires_at = now() - interval '1 s' where id <> $1`, [live]);
      await database.query(`update assets set expires_at = now() + interval '1 hour' where id = $1`, [live]);
      expect(await assets.purgeExpired()).toBe(many - 1);
      expect(await stored()).toEqual([live]);
      expect(await assets.purgeExpired()).toBe(0);
    });

    test('a file that is missing though nobody purged it is told apart, and logged once', async () => {
      const { id } = await assets.storeUpload(TENANT, PHOTO, ANYONE);
      await files.remove(id);
      for (let tries = 0; tries < 2; tries += 1)
        await expect(assets.bytesOf(TENANT, id)).rejects.toMatchObject({ code: 'PHOTO_MISSING' });
      expect(logged).toEqual([{ level: 'error', fields: { asset: id } }]);
      await assets.purge(TENANT, [id]);
      expect(await assets.errorOfMissing(id)).toMatchObject({ code: 'PHOTO_GONE' });
    });
  });

  describe('the sweep of a start', () => {
    const WEEK_MS = 7 * 24 * HOUR;

    async function quarantined(): Promise<string[]> {
      const ids: string[] = [];
      for await (const { id } of files.listQuarantined()) ids.push(id);
      return ids.sort();
    }

    async function orphans(count: number): Promise<string[]> {
      const made = await assets.prepare({ tenantId: TENANT, taskId: 'task_1', files: new Array(count).fill(FILE) });
      return made.ids.sort();
    }

    /** A picture with its row and its file. */
    async function kept(): Promise<string> {
      const { ids, commit } = await assets.prepare({ tenantId: TENANT, taskId: 'task_1', files: [FILE] });
      await database.transaction(commit);
      return ids[0]!;
    }

    test('deletes no file that has no row: it sets all of them aside, and says how many and where', async () => {
      const id = await kept();
      // More than are looked up at once.
      const without = await orphans(kind.isSlow ? 5 : 501);
      await (await assets.beginSweep()).run();
      expect([await stored(), await quarantined()]).toEqual([[id], without]);
      expect(logged).toEqual([
        { level: 'warn', fields: { files: without.length, folder: 'assets/quarantine', days: 7 } },
      ]);
    });

    test('deletes at once what was erased when a crash came between row and file', async () => {
      const id = await kept();
      await database.query('update assets set purged_at = now() where id = $1', [id]);
      // However young: its row is there, so nobody is about to write it.
      await (await assets.beginSweep(HOUR)).run();
      expect([await stored(), await quarantined()]).toEqual([[], []]);
    });

    test('leaves a young file alone where another replica may be about to commit its row', async () => {
      const [young, old] = (await orphans(2)) as [string, string];
      await place.age(old, 'PLACE', 2 * HOUR);
      await (await assets.beginSweep(HOUR)).run();
      expect([await stored(), await quarantined()]).toEqual([[young], [old]]);
    });

    test('puts a file back whose row is there again', async () => {
      const id = await kept();
      const [row] = await database.query<{ kept: string }>('select assets::text as kept from assets');
      await database.query('delete from assets');
      await (await assets.beginSweep()).run();
      expect([await stored(), await quarantined()]).toEqual([[], [id]]);
      await database.query('insert into assets select ($1::text::assets).*', [row!.kept]);
      await (await assets.beginSweep()).run();
      expect([await stored(), await quarantined()]).toEqual([[id], []]);
      expect(Buffer.from(await assets.bytesOf(TENANT, id))).toEqual(NORMALISED);
      expect(logged.at(-1)).toEqual({ level: 'info', fields: { files: 1 } });
    });

    test('what was set aside is deleted after its week, counted from that day, by housekeeping and no sooner', async () => {
      const [first, second] = (await orphans(2)) as [string, string];
      await place.age(first, 'PLACE', 30 * 24 * HOUR);
      await (await assets.beginSweep()).run();
      await assets.tendQuarantine();
      expect(await quarantined()).toEqual([first, second]);
      await place.age(first, 'QUARANTINE', WEEK_MS + HOUR);
      await place.age(second, 'QUARANTINE', WEEK_MS - HOUR);
      await assets.tendQuarantine();
      expect(await quarantined()).toEqual([second]);
    });

    test('destroys a key that has no file, and keeps that of a file in its place or in quarantine', async () => {
      const [there, aside] = [await assets.storeUpload(TENANT, PHOTO, ANYONE), newId('asset')];
      const original = await originalOf(there.id);
      const pictures = new Pictures(files, place.keys, true);
      await pictures.write({ tenantId: TENANT, id: aside }, PHOTO);
      const lone = newId('asset');
      await place.keys.make(lone);
      await (await assets.beginSweep()).run();
      const found = await Promise.all([original.id, aside, lone].map(id => place.keys.find(id)));
      expect(found.map(key => key !== undefined)).toEqual([true, true, false]);
      expect(await quarantined()).toEqual([aside]);
    });

    test('an erasure reaches a file that lies in quarantine', async () => {
      const id = await kept();
      await files.quarantine(id);
      await assets.purge(TENANT, [id]);
      expect(await quarantined()).toEqual([]);
      const other = await kept();
      await files.quarantine(other);
      await database.query('update assets set purged_at = now() where id = $1', [other]);
      await assets.tendQuarantine();
      expect(await quarantined()).toEqual([]);
    });

    test('an erasure reaches a file that is being put back from quarantine', async () => {
      const [erased, other] = [await kept(), await kept()];
      for (const id of [erased, other]) await files.quarantine(id);
      const bringBack = files.bringBack.bind(files);
      files.bringBack = async id => {
        // The erasure looks for it in its place before it comes there, and in quarantine once it has left.
        if (id === erased) await database.query('update assets set purged_at = now() where id = $1', [id]);
        return bringBack(id);
      };
      await assets.tendQuarantine();
      expect([await stored(), await quarantined()]).toEqual([[other], []]);
    });
  });
});
