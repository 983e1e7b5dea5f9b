import { pino } from 'pino';
import { plainPng } from '../../test/plain-png.js';
import { refused } from '../../test/refused.js';
import { openTaskHouse, type TaskHouse, TENANT } from '../../test/task-house.js';
import { AssetService, sha256 } from '../assets/asset-service.js';
import { Pictures } from '../assets/pictures.js';
import { ANYONE } from '../audit/acts.js';
import { systemClock } from '../kernel/clock.js';
import { DarkroomError } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';
import { PhotoIntake } from './photo-intake.js';

const PHOTO = plainPng(64);
/** What is kept of a photo is not what was sent. */
const KEPT = Buffer.from('normalised');
const NONE = 'asset_00000000000000000000000000';

let house: TaskHouse;
let assets: AssetService;
let intake: PhotoIntake;
const asked: [string, object][] = [];
beforeAll(async () => {
  house = await openTaskHouse();
  assets = new AssetService({
    database: house.database,
    files: house.files,
    keys: house.keys,
    pictures: new Pictures(house.files, house.keys, false),
    erasures: house.erasures,
    audit: house.audit,
    normaliser: {
      normalise: async () => ({ bytes: KEPT, mime: 'image/jpeg', width: 64, height: 64, labels: [], truncated: false }),
    },
    clock: systemClock,
    keepInputsMs: 60_000,
    keepResultsMs: 60_000,
    log: pino({ level: 'silent' }),
    onPurged: () => {},
  });
  intake = new PhotoIntake(assets, async (url, { signal, ...options }) => {
    expect(signal.aborted).toBe(false);
    asked.push([url, options]);
    if (url.endsWith('/private')) throw new DarkroomError('URL_NOT_ALLOWED');
    return { bytes: PHOTO };
  });
});
afterAll(() => house.close());

const read = (source: Parameters<PhotoIntake['read']>[1], tenant = TENANT) =>
  intake.read(tenant, source, 'input.photo');
const kept = () => house.database.query(`select 1 from assets where kind = 'INPUT'`);

test('nothing is kept before `keep`; the same photo is known by its bytes as sent, however it came', async () => {
  const before = (await kept()).length;
  const given = [
    await read({ upload: { bytes: PHOTO } }),
    await read({ base64: PHOTO.toString('base64') }),
    await read({ url: 'https://a.example/photo' }),
  ];
  expect(await kept()).toHaveLength(before);
  const id = await given[0]!.keep(ANYONE);
  expect(Buffer.from(await assets.bytesOf(TENANT, id))).toEqual(KEPT);
  given.push(await read({ assetId: id }));
  expect(new Set(given.map(({ identity }) => identity))).toEqual(new Set([await sha256(PHOTO)]));
  // One that is an asset already is not kept again.
  expect(await given[3]!.keep(ANYONE)).toBe(id);
  expect(await kept()).toHaveLength(before + 1);
});

test('a URL is fetched within the limits of an upload, and from no origin that an operator configured', async () => {
  asked.length = 0;
  await read({ url: 'https://a.example/photo' });
  expect(asked).toEqual([['https://a.example/photo', { maxBytes: LIMITS.upload.fileBytes, allowOrigins: [] }]]);
  expect(await refused(() => read({ url: 'https://a.example/private' }))).toBe('URL_NOT_ALLOWED');
});

test.each([
  ['that nobody has', NONE],
  ['that is no id of an asset', 'task_00000000000000000000000000'],
  ['that is nothing at all', ''],
])('an asset %s is not found', async (_, assetId) => {
  expect(await refused(() => read({ assetId }))).toBe('NOT_FOUND input.photo.assetId UNKNOWN');
  expect(await refused(() => intake.asset(TENANT, assetId, 'input.assetId'))).toBe('NOT_FOUND input.assetId UNKNOWN');
});

test("another tenant's asset looks like none at all", async () => {
  const id = await (await read({ upload: { bytes: PHOTO } })).keep(ANYONE);
  expect(await refused(() => read({ assetId: id }, 'another'))).toBe('NOT_FOUND input.photo.assetId UNKNOWN');
});

test('a photo that went is still known, so that a repeated request finds its task; it cannot be kept', async () => {
  const id = await (await read({ upload: { bytes: PHOTO } })).keep(ANYONE);
  await assets.purge(TENANT, [id]);
  const gone = await read({ assetId: id });
  expect(gone.identity).toBe(await sha256(PHOTO));
  expect(await refused(() => gone.keep(ANYONE))).toBe('PHOTO_GONE');
  expect(await refused(() => intake.asset(TENANT, id, 'input.assetId'))).toBe('PHOTO_GONE');
});

test('what is no photo is refused when it is kept, and leaves nothing', async () => {
  const before = (await kept()).length;
  const given = await read({ upload: { bytes: Buffer.from('%PDF-1.7') } });
  await expect(given.keep(ANYONE)).rejects.toMatchObject({ code: 'UNSUPPORTED_FORMAT' });
  expect(await kept()).toHaveLength(before);
});
