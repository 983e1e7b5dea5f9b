import type { MadePicture } from '../datasources/contract.js';
import { DiskFiles } from '../src/assets/disk-files.js';
import { DarkroomError } from '../src/kernel/errors.js';
import { UnreachableError } from '../src/net/download.js';
import { resultAssetsOf } from '../src/store/asset-rows.js';
import { findAttempts, type NotedAnswer, noteAnswer } from '../src/store/attempt-rows.js';
import { releaseAllLeases } from '../src/store/queue-rows.js';
import { shareHouse } from './shared-house.js';
import { FILE, OPTIONS, type TaskHouse, TENANT, ToySource } from './task-house.js';

const shared = shareHouse();
let house: TaskHouse;
afterEach(() => house.close());

const { never } = shared;
const attemptsOf = (id: string) => findAttempts(house.database, [id]);
const fromUrl = (index = 0, expiresAt?: number): MadePicture => ({
  role: 'CLEAN',
  from: {
    url: `https://vendor.example/result/${index}`,
    ...(expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt) }),
  },
  index,
});
const PICTURE = FILE.bytes as Buffer;

test('a paid result that cannot be fetched is fetched again, not bought again', async () => {
  let downloads = 0;
  house = await shared.open({
    download: async () => {
      downloads += 1;
      if (downloads < 3) throw new DarkroomError('URL_UNREACHABLE');
      return { bytes: PICTURE };
    },
  });
  const source = new ToySource(true, async () => [fromUrl()]);
  house.runnerOf(source).start();
  const task = await house.create();
  await house.until(task.id, 'SUCCEEDED');
  expect([source.calls, downloads]).toEqual([1, 3]);
  expect(await attemptsOf(task.id)).toMatchObject([{ outcome: 'SUCCEEDED', billed: 'YES', answer: null }]);
}, 20_000);

test('past its time a paid result is given up at the word of the vendor, and not while the network is down', async () => {
  const begun = Date.now();
  let error = new UnreachableError('no whole answer came');
  let downloads = 0;
  house = await shared.open({
    download: async () => {
      downloads += 1;
      throw error;
    },
  });
  const { from, ...rest } = fromUrl();
  const gone: MadePicture = {
    ...rest,
    from: { ...(from as { url: string }), expiresAt: new Date(Date.now() + 1_500) },
  };
  house.runnerOf(new ToySource(true, async () => [gone])).start();
  const task = await house.create();
  while (downloads < 2 || Date.now() < begun + 1_600) await new Promise(resolve => setTimeout(resolve, 20));
  expect(await house.tasks.find(TENANT, task.id)).toMatchObject({ state: 'RUNNING', stage: 'FETCHING' });
  error = new UnreachableError('the server answered 403', 403);
  expect(await house.until(task.id, 'FAILED')).toMatchObject({ failure: { code: 'VENDOR_RESULT_EXPIRED' } });
}, 20_000);

test('a restart between the answer and its download resumes the download, without a call', async () => {
  house = await shared.open();
  const source = new ToySource(true, never);
  const task = await house.create();
  const first = house.runnerOf(source);
  first.start();
  while (source.calls < 1) await new Promise(resolve => setTimeout(resolve, 5));
  // The answer was kept, and then the process died.
  const answer: NotedAnswer = {
    pictures: [
      { role: 'CLEAN', index: 0, url: 'https://vendor.example/result.jpg', urlExpiresAt: null, releaseUntil: null },
    ],
    facts: {},
    notedAt: Date.now(),
  };
  await noteAnswer(house.database, task.id, 1, { vendorTaskId: null, answer, billed: 'YES' });
  await releaseAllLeases(house.database);
  house.runnerOf(source).start();
  await house.until(task.id, 'SUCCEEDED');
  expect(source.calls).toBe(1);
});

test('a result that is no picture is fetched again to the end of its time; it stays booked, and no vendor URL is left behind', async () => {
  let downloads = 0;
  house = await shared.open({
    download: async () => {
      downloads += 1;
      return { bytes: Buffer.from('<html>502 Bad Gateway</html>') };
    },
  });
  house.runnerOf(new ToySource(true, async () => [fromUrl(0, Date.now() + 3_000)])).start();
  const task = await house.create();
  expect(await house.until(task.id, 'FAILED')).toMatchObject({ failure: { code: 'VENDOR_RESULT_EXPIRED' } });
  expect(downloads).toBeGreaterThan(2);
  const attempts = await attemptsOf(task.id);
  expect(attempts).toMatchObject([{ outcome: 'FAILED', billed: 'YES' }]);
  expect(JSON.stringify([attempts, await house.tasks.find(TENANT, task.id)])).not.toContain('vendor.example');
}, 20_000);

test('of six pictures five can be seen while the sixth is awaited, and are delivered when it is given up', async () => {
  const expiresAt = Date.now() + 4_000;
  const asked = new Map<string, number>();
  house = await shared.open({
    download: async url => {
      asked.set(url, (asked.get(url) ?? 0) + 1);
      return { bytes: url.endsWith('/4') ? Buffer.from('cut short') : PICTURE };
    },
  });
  const six = Array.from({ length: 6 }, (_, index) => fromUrl(index, expiresAt));
  house.runnerOf(new ToySource(true, async () => six)).start();
  const task = await house.create({
    job: { specId: null, options: { ...OPTIONS, backgrounds: Array(6).fill(OPTIONS.backgrounds[0]) } },
  });
  const seen = async () => (await house.tasks.find(TENANT, task.id))!;
  while ((await seen()).result?.pictures.length !== 5) await new Promise(resolve => setTimeout(resolve, 20));
  expect(await seen()).toMatchObject({ state: 'RUNNING', result: { missing: [] } });
  expect((await house.tasks.photosOf(TENANT, [task.id])).map(({ index }) => index)).toEqual([0, 1, 2, 3, 5]);
  const ended = await house.until(task.id, 'SUCCEEDED');
  expect(ended.result).toMatchObject({
    facts: { warnings: expect.arrayContaining(['PICTURE_MISSING']) },
    missing: [{ part: 0, index: 4, role: 'CLEAN', failure: { code: 'VENDOR_RESULT_EXPIRED' } }],
  });
  expect(ended.result!.pictures.map(({ index }) => index)).toEqual([0, 1, 2, 3, 5]);
  // Each on a schedule of its own: what is there is not fetched again.
  expect(asked.get('https://vendor.example/result/4')).toBeGreaterThan(2);
  expect([...asked].filter(([url]) => !url.endsWith('/4')).map(([, times]) => times)).toEqual([1, 1, 1, 1, 1]);
  expect(await attemptsOf(task.id)).toMatchObject([{ outcome: 'SUCCEEDED', billed: 'YES', answer: null }]);
  const assets = await resultAssetsOf(house.database, TENANT, task.id);
  expect(assets.sort()).toEqual(ended.result!.pictures.map(({ assetId }) => assetId).sort());
}, 20_000);

test('a picture that fails does not hold back the calls for the others', async () => {
  house = await shared.open({
    download: async url => {
      if (url.endsWith('/0')) throw new UnreachableError('the server answered 404', 404);
      return { bytes: PICTURE };
    },
  });
  const source = new ToySource(true, async (_context, _call, part) => [fromUrl(part, Date.now() + 2_500)], {
    parts: () => 3,
  });
  house.runnerOf(source).start();
  const task = await house.create();
  const indexes = async () => (await house.tasks.find(TENANT, task.id))!.result?.pictures.map(({ index }) => index);
  while ((await indexes())?.length !== 2) await new Promise(resolve => setTimeout(resolve, 20));
  expect(await house.tasks.find(TENANT, task.id)).toMatchObject({ state: 'RUNNING' });
  const ended = await house.until(task.id, 'SUCCEEDED');
  expect(ended.result).toMatchObject({ missing: [{ part: 0 }] });
  expect(await indexes()).toEqual([1, 2]);
  expect(source.calls).toBe(3);
}, 20_000);

test('a slow picture does not hold back the others of its answer', async () => {
  let release = () => {};
  const held = new Promise<void>(resolve => {
    release = resolve;
  });
  house = await shared.open({
    download: async url => {
      if (url.endsWith('/0')) await held;
      return { bytes: PICTURE };
    },
  });
  house.runnerOf(new ToySource(true, async () => [fromUrl(0), fromUrl(1), fromUrl(2)])).start();
  const task = await house.create();
  const visible = async () => (await house.tasks.find(TENANT, task.id))!.result?.pictures.map(({ index }) => index);
  while ((await visible())?.length !== 2) await new Promise(resolve => setTimeout(resolve, 20));
  expect((await visible())!.sort()).toEqual([1, 2]);
  release();
  await house.until(task.id, 'SUCCEEDED');
  expect(await visible()).toEqual([0, 1, 2]);
}, 20_000);

test('a worker that ends in the middle leaves what is kept, and the next one fetches only the rest', async () => {
  let healthy = false;
  const asked: string[] = [];
  house = await shared.open({
    download: async url => {
      asked.push(url);
      if (url.endsWith('/1') && !healthy) throw new UnreachableError('no whole answer came');
      return { bytes: PICTURE };
    },
  });
  const source = new ToySource(true, async () => [fromUrl(0), fromUrl(1)]);
  const first = house.runnerOf(source);
  first.start();
  const task = await house.create();
  const kept = async () => (await house.tasks.find(TENANT, task.id))!.result?.pictures.length;
  while ((await kept()) !== 1) await new Promise(resolve => setTimeout(resolve, 20));
  await first.stop(0);
  healthy = true;
  house.runnerOf(source).start();
  await house.until(task.id, 'SUCCEEDED');
  expect(asked.filter(url => url.endsWith('/0'))).toHaveLength(1);
  expect([source.calls, await kept()]).toEqual([1, 2]);
}, 20_000);

test('an answer that comes once more, from a worker that was taken for dead, takes back no picture that is kept', async () => {
  house = await shared.open({
    download: async url => {
      if (url.endsWith('/1')) throw new UnreachableError('no whole answer came');
      return { bytes: PICTURE };
    },
  });
  house.runnerOf(new ToySource(true, async () => [fromUrl(0), fromUrl(1)])).start();
  const task = await house.create();
  while ((await house.tasks.find(TENANT, task.id))!.result?.pictures.length !== 1)
    await new Promise(resolve => setTimeout(resolve, 20));
  const pictures = [0, 1].map(index => `https://vendor.example/result/${index}`).map(url => ({ role: 'CLEAN', url }));
  const again = { pictures, facts: {}, notedAt: Date.now() } as unknown as NotedAnswer;
  await noteAnswer(house.database, task.id, 1, { vendorTaskId: null, answer: again, billed: 'YES' });
  const [attempt] = await attemptsOf(task.id);
  expect(attempt!.answer!.pictures).toMatchObject([{ kept: { role: 'CLEAN' } }, { index: 1 }]);
});

test('where one picture cannot be written down, those that come after it leave no file behind', async () => {
  let failed = () => {};
  const failure = new Promise<void>(resolve => {
    failed = resolve;
  });
  house = await shared.open({
    download: async url => {
      if (!url.endsWith('/0')) await failure;
      return { bytes: PICTURE };
    },
  });
  const source = new ToySource(true, async () => [fromUrl(0), fromUrl(1), fromUrl(2)]);
  const { runner, lifecycle } = house.withSources(source);
  const move = lifecycle.move.bind(lifecycle);
  jest.spyOn(lifecycle, 'move').mockImplementation(async (id, name, details) => {
    if (details?.result === undefined) return move(id, name, details);
    setTimeout(failed, 20);
    throw new DarkroomError('DATABASE_UNAVAILABLE');
  });
  const write = jest.spyOn(DiskFiles.prototype, 'write');
  runner.start();
  const task = await house.create();
  while (write.mock.calls.length < 3 || runner.holds(task.id)) await new Promise(resolve => setTimeout(resolve, 5));
  await Promise.all(write.mock.results.map(({ value }) => value));
  jest.restoreAllMocks();
  const files: string[] = [];
  for await (const id of house.files.list()) files.push(id);
  // Of the first nobody knows whether its row was written.
  expect(files).toHaveLength(1);
});
