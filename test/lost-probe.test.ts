import type { SourceKey } from '../datasources/contract.js';
import { VendorError } from '../src/kernel/vendor-error.js';
import { shareHouse } from './shared-house.js';
import { PHOTO, type TaskHouse, ToySource } from './task-house.js';

const shared = shareHouse();
let house: TaskHouse;
afterEach(() => house.close());

const KEY: SourceKey = 'JUMEI_ID_PHOTO';
const pause = () => new Promise(resolve => setTimeout(resolve, 5));

test('a task whose replica finds that another one tries the vendor has made no call, and waits', async () => {
  house = await shared.open();
  const elsewhere = await shared.open();
  const source = () => new ToySource(true, async () => [PHOTO], { vendor: KEY });
  const here = source();
  const [one, other] = [elsewhere.withSources(source()), house.withSources(here)];
  const fails = () => Promise.reject(new VendorError('VENDOR_UNAVAILABLE', { billed: 'NO', safeToRetry: true }));
  for (let call = 0; call < 5; call += 1) await one.monitor.call(KEY, fails).catch(() => {});
  await one.monitor.close();
  // Both see that its rest is over; then one of them tries it.
  await house.database.query(
    `update vendor_health set retry_at = now() - interval '1 s', updated_at = now() - interval '20 s', token = token + 1`,
  );
  for (const { monitor } of [one, other]) await monitor.refresh();
  expect([one, other].map(({ monitor }) => monitor.state(KEY))).toEqual(['HALF_OPEN', 'HALF_OPEN']);
  let speak = () => {};
  const probe = one.monitor.call(KEY, () => new Promise<void>(resolve => (speak = resolve)));
  const isTried = 'select 1 from vendor_health where probe_until is not null';
  while ((await house.database.query(isTried)).length === 0) await pause();

  const task = await house.create({ route: [KEY] });
  other.runner.start();
  const wasGivenBack = 'select 1 from task_queue where task_id = $1 and token > 0 and leased_until is null';
  while ((await house.database.query(wasGivenBack, [task.id])).length === 0) await pause();
  expect(await house.tasks.attempts([task.id])).toEqual([]);
  expect(here.calls).toBe(0);
  speak();
  await probe;
  await one.monitor.close();
  await elsewhere.close();
});

test('a probe whose task turns out to be no longer there is free for the next call', async () => {
  house = await shared.open();
  const { monitor } = house.withSources(new ToySource(true, async () => [PHOTO], { vendor: KEY }));
  const fails = () => Promise.reject(new VendorError('VENDOR_UNAVAILABLE', { billed: 'NO', safeToRetry: true }));
  for (let call = 0; call < 5; call += 1) await monitor.call(KEY, fails).catch(() => {});
  await monitor.close();
  await house.database.query(
    `update vendor_health set retry_at = now() - interval '1 s', updated_at = now() - interval '20 s', token = token + 1`,
  );
  await monitor.refresh();
  expect(await monitor.admit(KEY)).toBeUndefined();
  expect(await monitor.admit(KEY)).toMatchObject({ waitMs: 1_000 });
  monitor.giveBack(KEY);
  expect(await monitor.call(KEY, async () => 'done')).toBe('done');
  await monitor.close();
});
