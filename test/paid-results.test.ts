import type { MadePicture } from '../datasources/contract.js';
import { DarkroomError } from '../src/kernel/errors.js';
import { UnreachableError } from '../src/net/download.js';
import { findAttempts, type NotedAnswer, noteAnswer } from '../src/store/attempt-rows.js';
import { releaseAllLeases } from '../src/store/queue-rows.js';
import { shareHouse } from './shared-house.js';
import { PHOTO, type TaskHouse, TENANT, ToySource } from './task-house.js';

const shared = shareHouse();
let house: TaskHouse;
afterEach(() => house.close());

const { never } = shared;
const attemptsOf = (id: string) => findAttempts(house.database, [id]);
const fromUrl = (index = 0): MadePicture => ({
  role: 'CLEAN',
  from: { url: 'https://vendor.example/result.jpg' },
  index,
});

test('a paid result that cannot be fetched is fetched again, not bought again', async () => {
  let downloads = 0;
  house = await shared.open({
    download: async () => {
      downloads += 1;
      if (downloads < 3) throw new DarkroomError('URL_UNREACHABLE');
      return { bytes: Buffer.from(PHOTO.from && 'bytes' in PHOTO.from ? PHOTO.from.bytes : []) };
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
    from: { ...(from as { url: string }), expiresAt: new Date(Date.now() - 60_000) },
  };
  house.runnerOf(new ToySource(true, async () => [gone])).start();
  const task = await house.create();
  while (downloads < 2) await new Promise(resolve => setTimeout(resolve, 20));
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

test('a result that is no picture, or whose URL has expired, fails the task and stays booked; no vendor URL is left behind', async () => {
  house = await shared.open({
    download: async () => {
      throw new DarkroomError('URL_NOT_ALLOWED');
    },
  });
  house.runnerOf(new ToySource(true, async () => [fromUrl()])).start();
  const task = await house.create();
  expect(await house.until(task.id, 'FAILED')).toMatchObject({ failure: { code: 'VENDOR_ERROR' } });
  const attempts = await attemptsOf(task.id);
  expect(attempts).toMatchObject([{ outcome: 'FAILED', billed: 'YES' }]);
  expect(JSON.stringify([attempts, await house.tasks.find(TENANT, task.id)])).not.toContain('vendor.example');
});
