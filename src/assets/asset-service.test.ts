import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { plainPng } from '../../test/plain-png.js';
import { openTestDatabase } from '../../test/store-setup.js';
import type { Database } from '../store/database.js';
import { AssetService, sha256 } from './asset-service.js';
import { AssetFiles } from './files.js';

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
  aiLabel: true,
};

let directory: string;
let database: Database;
let files: AssetFiles;
let assets: AssetService;
const purged: string[] = [];

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'darkroom-assets-'));
  files = new AssetFiles(directory);
  purged.length = 0;
  assets = new AssetService({
    database,
    files,
    normaliser: { normalise: async () => ({ bytes: NORMALISED, mime: 'image/png', width: 72, height: 72 }) },
    clock: { now: () => NOW },
    keepInputsMs: HOUR,
    keepResultsMs: 24 * HOUR,
    onPurged: id => purged.push(id),
  });
});
afterEach(async () => {
  await database.query('delete from assets');
  await rm(directory, { recursive: true, force: true });
});

/** The ids of all files on disk. */
async function stored(): Promise<string[]> {
  const ids: string[] = [];
  for await (const id of files.list()) ids.push(id);
  return ids.sort();
}

describe('an uploaded photo', () => {
  test('is stored normalised; of the original only the hash is kept', async () => {
    const row = await assets.storeUpload(TENANT, PHOTO);
    expect(row).toMatchObject({
      tenantId: TENANT,
      kind: 'INPUT',
      width: 72,
      sha256: sha256(NORMALISED),
      sourceSha256: sha256(PHOTO),
      expiresAt: new Date(NOW + HOUR),
    });
    expect(Buffer.from(await assets.bytesOf(TENANT, row.id))).toEqual(NORMALISED);
  });

  test('that is none leaves neither a row nor a file', async () => {
    await expect(assets.storeUpload(TENANT, Buffer.from('GIF89a'))).rejects.toMatchObject({
      code: 'UNSUPPORTED_FORMAT',
    });
    expect(await stored()).toEqual([]);
    expect(await database.query('select id from assets')).toEqual([]);
  });

  test('belongs to its tenant', async () => {
    const { id } = await assets.storeUpload(TENANT, PHOTO);
    await expect(assets.bytesOf('another', id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await assets.find('another', [id])).toEqual([]);
  });

  test('that was reduced is an asset of its own with the expiry of the original', async () => {
    const original = await assets.storeUpload(TENANT, PHOTO);
    const id = await assets.storeReduced(TENANT, original.id, plainPng(64));
    const [reduced] = await assets.find(TENANT, [id]);
    expect(reduced).toMatchObject({ kind: 'INPUT', width: 64, height: 64, sha256: sha256(plainPng(64)) });
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
    const { id } = await assets.storeUpload(TENANT, PHOTO);
    await assets.purge(TENANT, [id]);
    expect([await stored(), purged]).toEqual([[], [id]]);
    await expect(assets.bytesOf(TENANT, id)).rejects.toMatchObject({ code: 'PHOTO_GONE' });
    expect(await assets.findLinked(id)).toBeUndefined();
  });

  test("another tenant's asset is left alone, its row and its file", async () => {
    const { id } = await assets.storeUpload(TENANT, PHOTO);
    await assets.purge('another', [id]);
    expect([await stored(), purged]).toEqual([[id], []]);
    expect((await assets.bytesOf(TENANT, id)).byteLength).toBeGreaterThan(0);
  });

  test('all expired assets are purged, however many, and no others', async () => {
    const results = await assets.prepare({ tenantId: TENANT, taskId: 'task_1', files: new Array(103).fill(FILE) });
    await database.transaction(sql => results.commit(sql));
    const live = results.ids[50]!;
    // Expiry is judged by the clock of the database.
    await database.query(`update assets set expires_at = now() - interval '1 s' where id <> $1`, [live]);
    await database.query(`update assets set expires_at = now() + interval '1 hour' where id = $1`, [live]);
    expect(await assets.purgeExpired()).toBe(102);
    expect(await stored()).toEqual([live]);
    expect(await assets.purgeExpired()).toBe(0);
  });

  test('the sweep removes files without a row, and those of purged assets', async () => {
    const { id } = await assets.storeUpload(TENANT, PHOTO);
    const orphans = await assets.prepare({ tenantId: TENANT, taskId: 'task_1', files: [FILE] });
    const crashed = await assets.storeUpload(TENANT, PHOTO);
    await database.query('update assets set purged_at = now() where id = $1', [crashed.id]);
    await assets.sweep(HOUR);
    expect(await stored()).toEqual([id, crashed.id, ...orphans.ids].sort());
    await assets.sweep();
    expect(await stored()).toEqual([id]);
  });
});
