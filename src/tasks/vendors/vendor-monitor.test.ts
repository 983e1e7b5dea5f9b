import { type LogFn, pino } from 'pino';
import type { DataSource } from '../../../datasources/contract.js';
import { openTestDatabase } from '../../../test/store-setup.js';
import { LIMITS } from '../../kernel/limits.js';
import { VendorError } from '../../kernel/vendor-error.js';
import type { Database } from '../../store/database.js';
import { VendorMonitor } from './vendor-monitor.js';

const KEY = 'FANGTANG';
const DAY_MS = 86_400_000;

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(() => database.query('truncate ledger, vendor_health'));

interface Setting {
  quota?: () => Promise<number>;
  packageUnits?: number;
  sandbox?: boolean;
}

/** A monitor of one vendor on a clock of the test. */
function watch({ quota, packageUnits, sandbox = false }: Setting = {}) {
  const time = { now: Date.UTC(2026, 5, 1) };
  const warned: object[] = [];
  const log = pino({ level: 'silent' });
  log.warn = ((fields: object) => warned.push(fields)) as LogFn;
  const limits = { concurrency: 2, requestsPerSecond: 10 };
  const source: DataSource = { vendor: KEY, sandbox, capabilities: {}, origins: [], limits, ...(quota && { quota }) };
  const clock = { now: () => time.now };
  const monitor = new VendorMonitor({ log, database, clock, packageUnits: { [KEY]: packageUnits } }, [source]);
  return { time, warned, monitor };
}

/** A call that began so many days before the clock's now, and may have used so many units. */
const used = (time: { now: number }, daysAgo: number, units: number, billed = 'YES') =>
  database.query(
    `insert into ledger (at, tenant_id, task_id, attempt, operation, source, labels, kind, billed, units)
     values ($1, 'a', $2, 1, 'RESTORATION', 'FANGTANG', '{}', 'INTENT', $3, $4)`,
    [new Date(time.now - daysAgo * DAY_MS), `task_${daysAgo}_${billed}`, billed, units],
  );

/** A vendor that counts down, and how often it was asked. */
function counting(...answers: (number | Error)[]) {
  const asked = { times: 0 };
  const quota = async () => {
    asked.times += 1;
    const answer = answers[Math.min(asked.times, answers.length) - 1]!;
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { asked, quota };
}

const away = () => new VendorError('VENDOR_UNAVAILABLE', { billed: 'NO', safeToRetry: true });
const failing = (error: Error) => () => Promise.reject(error);

describe('quota', () => {
  test('what the vendor says is believed for a minute', async () => {
    const { asked, quota } = counting(98, 97);
    const { time, monitor } = watch({ quota });
    expect(await monitor.quota(KEY)).toEqual({ left: 98, total: null, source: 'VENDOR', low: false, inDoubt: null });
    time.now += LIMITS.vendor.quotaMs;
    expect(await monitor.quota(KEY)).toMatchObject({ left: 98 });
    expect(asked.times).toBe(1);
    time.now += 1;
    expect(await monitor.quota(KEY)).toMatchObject({ left: 97 });
  });

  test('a failure is believed as long, and asked again after', async () => {
    const { asked, quota } = counting(new Error('away'), 5);
    const { time, monitor } = watch({ quota });
    expect(await monitor.quota(KEY)).toBeUndefined();
    expect(await monitor.quota(KEY)).toBeUndefined();
    expect(asked.times).toBe(1);
    time.now += LIMITS.vendor.quotaMs + 1;
    expect(await monitor.quota(KEY)).toMatchObject({ left: 5 });
  });

  test('many who ask at once are one question', async () => {
    const { asked, quota } = counting(98);
    const { monitor } = watch({ quota });
    await Promise.all([monitor.quota(KEY), monitor.quota(KEY), monitor.quota(KEY)]);
    expect(asked.times).toBe(1);
  });

  test('a vendor that does not count is counted by the ledger: what was billed is used up, and what may have been stands apart', async () => {
    const { time, monitor } = watch({ packageUnits: 10 });
    await used(time, 1, 8);
    await used(time, 2, 3, 'UNKNOWN');
    await used(time, 3, 4, 'NO');
    expect(await monitor.quota(KEY)).toEqual({ left: 2, total: 10, source: 'COUNTED', low: true, inDoubt: 3 });
  });

  test('what was used more than a year ago was of another package; none has less than nothing left', async () => {
    const { time, monitor } = watch({ packageUnits: 10 });
    await used(time, 366, 7);
    expect(await monitor.quota(KEY)).toMatchObject({ left: 10 });
    await used(time, 364, 12);
    time.now += LIMITS.vendor.quotaMs + 1;
    expect(await monitor.quota(KEY)).toMatchObject({ left: 0, low: true });
  });

  test('a vendor that counts and does not answer is counted by us where the package is known', async () => {
    const { monitor } = watch({ quota: failing(new Error('away')), packageUnits: 10 });
    expect(await monitor.quota(KEY)).toMatchObject({ left: 10, source: 'COUNTED' });
  });

  test.each([
    ['nobody knows the package', {}],
    ['the sandbox plays the vendor: its package is not ours', { packageUnits: 10, sandbox: true }],
  ])('nothing is said where %s', async (_, setting) => {
    const { monitor } = watch(setting);
    expect(await monitor.quota('sandbox' in setting ? 'FANGTANG@SANDBOX' : KEY)).toBeUndefined();
  });

  test.each([
    [20, true],
    [21, false],
  ])('%i left of 100 is low: %s', async (left, low) => {
    const { monitor } = watch({ quota: async () => left, packageUnits: 100 });
    expect(await monitor.quota(KEY)).toMatchObject({ low });
  });
});

describe('recordUsage', () => {
  /** Resolves once the listeners were told. */
  const told = (monitor: VendorMonitor) =>
    new Promise<void>(resolve => {
      const stop = monitor.onChange(() => {
        stop();
        resolve();
      });
    });

  test('the operator is warned once at 20 %, and again after a package that was renewed', async () => {
    const { quota } = counting(21, 20, 19, 100, 20);
    const { warned, monitor } = watch({ quota, packageUnits: 100 });
    const counts: number[] = [];
    for (let call = 1; call <= 5; call += 1) {
      const change = told(monitor);
      monitor.recordUsage(KEY, 1);
      await change;
      counts.push(warned.length);
    }
    expect(counts).toEqual([0, 1, 1, 1, 2]);
    expect(warned[0]).toEqual({ source: KEY, left: 20, total: 100 });
  });

  test('what cost nothing asks nobody', async () => {
    const { asked, quota } = counting(98, 97);
    const { monitor } = watch({ quota });
    await monitor.quota(KEY);
    monitor.recordUsage(KEY, 0);
    await monitor.quota(KEY);
    expect(asked.times).toBe(1);
  });
});

describe("the vendor's own count", () => {
  test('stands as evidence until the next call that may use up a unit goes out', async () => {
    const { monitor } = watch({ quota: async () => 98 });
    expect(monitor.unitsLeft(KEY)).toBeNull();
    expect(await monitor.countUnits(KEY)).toBe(98);
    expect(monitor.unitsLeft(KEY)).toBe(98);
    monitor.recordSend(KEY);
    expect(monitor.unitsLeft(KEY)).toBeNull();
  });

  test('is none where a call went out while it was asked for', async () => {
    let answer: (left: number) => void = () => {};
    const { monitor } = watch({
      quota: () =>
        new Promise(resolve => {
          answer = resolve;
        }),
    });
    const count = monitor.countUnits(KEY);
    monitor.recordSend(KEY);
    answer(98);
    expect(await count).toBe(98);
    expect(monitor.unitsLeft(KEY)).toBeNull();
  });

  test('is asked anew each time, however fresh what is believed', async () => {
    const { asked, quota } = counting(98, 97);
    const { monitor } = watch({ quota });
    await monitor.quota(KEY);
    expect(await monitor.countUnits(KEY)).toBe(97);
    expect(asked.times).toBe(2);
  });

  test.each([
    ['does not count', { packageUnits: 10 }],
    ['does not answer', { packageUnits: 10, quota: failing(new Error('away')) }],
  ])('is unknown of a vendor that %s, whatever we count ourselves', async (_, setting) => {
    const { monitor } = watch(setting);
    expect(await monitor.countUnits(KEY)).toBeUndefined();
  });
});

describe('health', () => {
  test('a vendor whose package is used up is not healthy, and still closed', async () => {
    const { monitor } = watch({ quota: async () => 0 });
    expect(monitor.healthy(KEY)).toBe(true);
    await monitor.quota(KEY);
    expect([monitor.healthy(KEY), monitor.state(KEY)]).toEqual([false, 'CLOSED']);
  });

  test('after five failures in a row nothing is sent, listeners are told, and the rest has an end', async () => {
    const { time, monitor } = watch();
    const changes: string[] = [];
    monitor.onChange(key => changes.push(key));
    for (let call = 0; call < 5; call += 1) await monitor.call(KEY, failing(away())).catch(() => {});
    expect([monitor.state(KEY), monitor.healthy(KEY), changes]).toEqual(['OPEN', false, [KEY]]);
    const { waitMs, error } = monitor.unavailable(KEY)!;
    expect(error).toBeUndefined();
    let sent = 0;
    const call = monitor.call(KEY, async () => {
      sent += 1;
    });
    await expect(call).rejects.toMatchObject({
      code: 'VENDOR_UNAVAILABLE',
      facts: { billed: 'NO', safeToRetry: true, retryAfterMs: waitMs },
    });
    expect(sent).toBe(0);
    time.now += waitMs;
    expect(monitor.unavailable(KEY)).toBeUndefined();
  });

  test('a refused login says why; questions about paid work go on', async () => {
    const { monitor } = watch();
    const refused = new VendorError('VENDOR_AUTH', { billed: 'NO', safeToRetry: false });
    await monitor.call(KEY, failing(refused)).catch(() => {});
    expect(monitor.unavailable(KEY)).toMatchObject({ error: { code: 'VENDOR_AUTH' } });
    expect(await monitor.ask(KEY, async () => 'done')).toBe('done');
  });
});

describe('capacity', () => {
  test('is what the vendor allows at once less what is under way', () => {
    const { monitor } = watch();
    expect(monitor.capacity(KEY, 1)).toMatchObject({ source: KEY, free: 1 });
    expect(monitor.capacity(KEY, 2)).toEqual({ source: KEY, free: 0, opensInMs: Number.POSITIVE_INFINITY });
  });

  test('is bounded by the rate, which opens with time', () => {
    const { time, monitor } = watch();
    for (let request = 0; request < 2; request += 1) monitor.countRequest(KEY);
    expect(monitor.capacity(KEY, 0)).toEqual({ source: KEY, free: 0, opensInMs: 100 });
    time.now += 100;
    expect(monitor.capacity(KEY, 0)).toMatchObject({ free: 1, opensInMs: 0 });
  });

  test('a wait for the rate ends with the signal', async () => {
    const { monitor } = watch();
    for (let request = 0; request < 2; request += 1) monitor.countRequest(KEY);
    const reason = new Error('canceled');
    await expect(monitor.throttle(KEY, AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});
