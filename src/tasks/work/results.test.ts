import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type DataSource, type MadePicture, readSourceKey, type SourceKey } from '../../../datasources/contract.js';
import { openTaskHouse, type TaskHouse, TENANT } from '../../../test/task-house.js';
import type { AssetService } from '../../assets/asset-service.js';
import { type AigcLabel, newAigcLabel } from '../../kernel/aigc.js';
import { DarkroomError } from '../../kernel/errors.js';
import { LIMITS } from '../../kernel/limits.js';
import { ROOT } from '../../kernel/paths.js';
import type { AssetRow } from '../../store/asset-rows.js';
import type { Task } from '../../store/task.js';
import type { OperationTable } from './operation-rules.js';
import { expiryOf, fromNoted, keepPictures, noted, type Receiver } from './results.js';

const PNG = readFileSync(path.join(ROOT, 'test', 'fixtures', 'astronaut.png'));
const byUrl = (over: Partial<MadePicture> = {}): MadePicture => ({
  role: 'CLEAN',
  from: { url: 'https://vendor.example/1' },
  ...over,
});
const EXPIRES = new Date('2026-12-01T00:00:00.123Z');
const LATER = new Date('2026-12-08T00:00:00Z');

describe('noted', () => {
  test.each<[string, MadePicture]>([
    ['a role and a URL', byUrl()],
    ['the end of its URL', byUrl({ from: { url: 'https://vendor.example/1', expiresAt: EXPIRES } })],
    ['what a release needs', byUrl({ role: 'PREVIEW', vendorRef: 'a/b.jpg', releaseUntil: LATER, index: 2 })],
    ['what is known of the picture', byUrl({ dpi: 300, watermarked: true, aiLabel: true })],
  ])('a picture with %s is the same after it was written down', (_, picture) => {
    const [row] = JSON.parse(JSON.stringify(noted([picture])));
    expect(fromNoted(row)).toEqual(picture);
  });

  test('nothing is noted where there is nothing to download', () => {
    expect(noted([])).toBeUndefined();
    expect(noted([byUrl(), { role: 'SHEET', from: { bytes: PNG } }])).toBeUndefined();
  });
});

test('an answer expires with the first of its pictures, as far as the vendor says', () => {
  const at = (expiresAt: Date) => byUrl({ from: { url: 'https://vendor.example/1', expiresAt } });
  expect(expiryOf(noted([at(LATER), byUrl(), at(EXPIRES)])!)).toEqual(EXPIRES);
  expect(expiryOf(noted([byUrl()])!)).toBeUndefined();
});

/** The photo of the task, in a house whose results are kept as always. */
function withPhoto(assets: AssetService, photo: { width: number; truncated?: boolean }): AssetService {
  const row = { truncated: false, ...photo, height: 100, aigc: null } as AssetRow;
  return Object.assign(Object.create(assets) as AssetService, { find: async () => [row] });
}

describe('downloadResults', () => {
  let house: TaskHouse;
  beforeAll(async () => {
    house = await openTaskHouse();
  });
  afterAll(() => house.close());
  /** No file without a row is left by a test. */
  afterEach(async () => {
    const left: string[] = [];
    for await (const id of house.files.list()) left.push(id);
    const rows = await house.assets.find(TENANT, left);
    expect(left.sort()).toEqual(rows.map(({ id }) => id).sort());
  });

  const seen = { downloads: [] as object[], received: [] as object[], labels: [] as object[] };
  beforeEach(() => {
    for (const list of Object.values(seen)) list.length = 0;
  });

  function download(
    pictures: MadePicture[],
    setting: {
      receiver?: Partial<Receiver>;
      source?: SourceKey;
      deviations?: 'SIZE_DIFFERS';
      allowHttp?: boolean;
      /** A photo of this size that the task worked on. */
      photo?: { width: number; truncated?: boolean; keepsSize?: boolean };
    } = {},
  ) {
    const { receiver = {}, source = 'LEQI', deviations, allowHttp: allowHttpResults = false, photo } = setting;
    const told = () => (deviations === undefined ? [] : [deviations]);
    const rules = { ID_PHOTO: { photos: [], deviations: told, keepsSize: photo?.keepsSize } };
    const image = { mime: 'image/png', width: 512, height: 512 };
    const parts = {
      database: house.database,
      assets: photo === undefined ? house.assets : withPhoto(house.assets, photo),
      operations: rules as unknown as OperationTable,
      allowHttpResults,
      receiver: {
        download: async (
          url: string,
          { maxBytes, allowOrigins }: { maxBytes: number; allowOrigins: readonly string[] },
        ) => {
          seen.downloads.push({ url, maxBytes, allowOrigins });
          return { bytes: PNG };
        },
        receive: async (bytes: Uint8Array, options: object) => {
          seen.received.push(options);
          return { ...image, bytes, dpi: 72, labels: [] };
        },
        label: async (bytes: Uint8Array, options: { labels: readonly AigcLabel[]; mark: boolean }) => {
          seen.labels.push(options);
          return { ...image, bytes, labels: options.labels };
        },
        ...receiver,
      },
    };
    const task = { id: 'task_1', tenantId: TENANT, operation: 'ID_PHOTO', source, inputAssets: [] } as unknown as Task;
    const maker = { ...readSourceKey(source), origins: ['https://vendor.example', 'http://configured.example:81'] };
    const { signal } = new AbortController();
    return keepPictures(parts, task, pictures, maker as unknown as DataSource, signal);
  }

  test('a picture is fetched within the limits, from the origins of its vendor, and its metadata goes', async () => {
    const kept = await download([byUrl({ index: 1, vendorRef: 'a', dpi: 300 })]);
    expect(seen).toEqual({
      downloads: [
        {
          url: 'https://vendor.example/1',
          maxBytes: LIMITS.vendor.resultBytes,
          allowOrigins: ['https://vendor.example', 'http://configured.example:81'],
        },
      ],
      received: [{ keepMetadata: false }],
      labels: [],
    });
    const [picture] = kept.pictures;
    expect(picture).toMatchObject({ role: 'CLEAN', index: 1, vendorRef: 'a' });
    expect(JSON.stringify(kept.pictures)).not.toContain('vendor.example');
    await house.database.transaction(kept.commit);
    // What it measures counts for more than what the vendor says.
    expect(await house.assets.find(TENANT, [picture!.assetId])).toMatchObject([
      { kind: 'RESULT', dpi: 72, width: 512 },
    ]);
  });

  test('our own picture is not fetched, and its density is what the engine says', async () => {
    const kept = await download([{ role: 'CLEAN', from: { bytes: PNG }, dpi: 350 }]);
    expect(seen.downloads.length + seen.received.length).toBe(0);
    await house.database.transaction(kept.commit);
    expect(await house.assets.find(TENANT, [kept.pictures[0]!.assetId])).toMatchObject([{ dpi: 350 }]);
  });

  test.each([
    ['JUMEI_PAINTING', 'JUMEI_PAINTING'],
    ['JUMEI_PAINTING@SANDBOX', 'Darkroom sandbox (JUMEI_PAINTING)'],
  ] as const)('what %s generated keeps its metadata and is labelled as made by %s', async (source, producer) => {
    const kept = await download([byUrl({ aiLabel: true })], { source });
    expect(seen.received).toEqual([{ keepMetadata: true }]);
    expect(seen.labels).toEqual([{ labels: [newAigcLabel(producer, 'task_1')], mark: true }]);
    await kept.discard();
  });

  test.each([
    ['smaller than its photo is REDUCED', { width: 513, keepsSize: true }, ['REDUCED']],
    ['as large as its photo is as it should be', { width: 512, keepsSize: true }, []],
    ['of an operation with a size of its own may be smaller', { width: 5_000 }, []],
    ['of a photo that was cut off is told as TRUNCATED_IMAGE', { width: 100, truncated: true }, ['TRUNCATED_IMAGE']],
  ])('what is %s', async (_, photo, warnings) => {
    const kept = await download([byUrl(), byUrl()], { photo });
    expect(kept.warnings).toEqual(warnings);
    await kept.discard();
  });

  test('what is not as it was asked for is told once', async () => {
    const kept = await download([byUrl(), byUrl()], { deviations: 'SIZE_DIFFERS' });
    expect(kept.warnings).toEqual(['SIZE_DIFFERS']);
    await kept.discard();
  });

  describe('a result that the vendor offers by http', () => {
    const asked: string[] = [];
    const only = (working: string): Partial<Receiver> => ({
      download: async (url, { plainHttp = false }) => {
        asked.push(`${url}${plainHttp ? ' plain' : ''}`);
        if (!url.startsWith(working)) throw new DarkroomError('URL_UNREACHABLE');
        return { bytes: PNG };
      },
    });
    const offered = byUrl({ from: { url: 'http://cdn.vendor.example/1.jpg' } });
    beforeEach(() => asked.splice(0));

    test('is fetched by https first, and then no more', async () => {
      await (await download([offered], { receiver: only('https:'), allowHttp: true })).discard();
      expect(asked).toEqual(['https://cdn.vendor.example/1.jpg']);
    });

    test('is fetched as it is printed only where the operator allows it', async () => {
      const refused = download([offered], { receiver: only('http:') });
      await expect(refused).rejects.toMatchObject({ code: 'URL_UNREACHABLE' });
      expect(asked.splice(0)).toEqual(['https://cdn.vendor.example/1.jpg']);
      await (await download([offered], { receiver: only('http:'), allowHttp: true })).discard();
      expect(asked).toEqual(['https://cdn.vendor.example/1.jpg', 'http://cdn.vendor.example/1.jpg plain']);
    });

    test('is taken as it is from an origin that the operator configured', async () => {
      const configured = byUrl({ from: { url: 'http://configured.example:81/1.jpg' } });
      await (await download([configured], { receiver: only('http:') })).discard();
      expect(asked).toEqual(['http://configured.example:81/1.jpg']);
    });
  });

  test('a file that is no picture is not received', async () => {
    const receiver = { download: async () => ({ bytes: Buffer.from('<html>') }) };
    await expect(download([byUrl()], { receiver })).rejects.toMatchObject({ code: 'NOT_AN_IMAGE' });
    expect(seen.received).toEqual([]);
  });

  test('of several pictures either all are kept or none', async () => {
    let call = 0;
    const receiver = {
      download: async () => {
        call += 1;
        if (call === 2) throw new DarkroomError('URL_UNREACHABLE');
        return { bytes: PNG };
      },
    };
    await expect(download([byUrl(), byUrl()], { receiver })).rejects.toMatchObject({ code: 'URL_UNREACHABLE' });
  });
});
