import { eventually } from '../../../test/eventually.js';
import { DRIVERS, openTestDatabase } from '../../../test/store-setup.js';
import {
  fails,
  KEY,
  openReplica,
  pass as passFor,
  type Replica,
  soon,
  sourceOf,
  works,
} from '../../../test/vendor-replica.js';
import { VendorError } from '../../kernel/vendor-error.js';
import type { Database } from '../../store/database.js';

let database: Database;
const opened: Replica[] = [];

function open(...sources: Parameters<typeof sourceOf>[]): Replica {
  const replica = openReplica(database, sources.length > 0 ? sources.map(source => sourceOf(...source)) : undefined);
  opened.push(replica);
  return replica;
}

// What they write after their calls would fall into the next test.
afterEach(async () => {
  for (const { monitor } of opened.splice(0)) await monitor.close();
});

const pass = (seconds: number) => passFor(database, seconds);
const rows = () => database.query('select source, state, code from vendor_health order by source');

describe('on a Postgres server, several replicas', () => {
  beforeAll(async () => {
    database = await openTestDatabase('postgres');
  });
  afterAll(() => database.close());
  beforeEach(() => database.query('truncate vendor_health'));

  test('what opens at one is open at all, and closes for all', async () => {
    const [worker, api] = [open(), open()];
    const told: string[] = [];
    api.monitor.onChange(key => told.push(`${key} ${api.monitor.state(key)}`));
    await worker.fail();
    expect(api.monitor.healthy(KEY)).toBe(true);
    await api.monitor.refresh();
    expect(api.monitor.healthy(KEY)).toBe(false);
    const { since, retryAt, ...health } = api.monitor.health(KEY);
    expect(health).toEqual({ state: 'OPEN', reason: 'VENDOR_UNAVAILABLE' });
    expect(retryAt!.getTime() - since!.getTime()).toBeGreaterThan(14_000);
    expect(retryAt!.getTime() - since!.getTime()).toBeLessThan(16_000);
    expect(api.monitor.unavailable(KEY)).toMatchObject({ error: undefined });
    await expect(api.monitor.call(KEY, works)).rejects.toMatchObject({ code: 'VENDOR_UNAVAILABLE' });

    await pass(16);
    await Promise.all([worker.monitor.refresh(), api.monitor.refresh()]);
    expect(await worker.monitor.call(KEY, works)).toBe('done');
    await worker.monitor.close();
    await api.monitor.refresh();
    expect(api.monitor.health(KEY)).toMatchObject({ state: 'CLOSED', retryAt: null, reason: null });
    expect(told).toEqual([`${KEY} OPEN`, `${KEY} HALF_OPEN`, `${KEY} CLOSED`]);
  });

  test('a refused login is known to all with its reason, and questions about paid work go on', async () => {
    const [worker, other] = [open(), open()];
    await worker.fail('VENDOR_AUTH');
    await other.monitor.refresh();
    expect(other.monitor.unavailable(KEY)).toMatchObject({ error: { code: 'VENDOR_AUTH' } });
    expect(await other.monitor.ask(KEY, works)).toBe('done');
  });

  test('no call costs a statement while all is well, failures that do not open it included', async () => {
    const { monitor, statements } = open();
    for (let call = 0; call < 50; call += 1)
      await monitor.call(KEY, call % 4 === 0 ? fails('VENDOR_UNAVAILABLE') : works).catch(() => {});
    expect(statements).toEqual([]);
  });

  test('the log has one line when it opens, one for a probe that fails and one when it closes, of all replicas together', async () => {
    const replicas = [open(), open(), open()] as const;
    await Promise.all(replicas.map(({ fail }) => fail()));
    await pass(16);
    const probes = async (work: () => Promise<unknown>) => {
      await Promise.all(replicas.map(({ monitor }) => monitor.refresh()));
      await Promise.all(replicas.map(({ monitor }) => monitor.call(KEY, work).catch(() => {})));
      await Promise.all(replicas.map(({ monitor }) => monitor.close()));
    };
    await probes(fails('OUTCOME_UNKNOWN'));
    await pass(31);
    await probes(works);
    await Promise.all(replicas.map(({ monitor }) => monitor.refresh()));
    expect(replicas.flatMap(({ log }) => log).sort()).toEqual([
      `info ${KEY} OUTCOME_UNKNOWN 30: a vendor still fails and is not called for a while longer`,
      `info ${KEY}: a vendor is well again and is called as usual`,
      `warn ${KEY} VENDOR_UNAVAILABLE 15: a vendor failed and is not called for a while`,
    ]);
  });

  test('one probe is sent for all replicas, and the others are called again as soon as it succeeded', async () => {
    const replicas = [open(), open(), open()] as const;
    await replicas[0].fail();
    await pass(16);
    for (const { monitor } of replicas) await monitor.refresh();
    expect(replicas.map(({ monitor }) => monitor.state(KEY))).toEqual(['HALF_OPEN', 'HALF_OPEN', 'HALF_OPEN']);
    let sent = 0;
    let answer: (value: string) => void = () => {};
    const slow = () => {
      sent += 1;
      return new Promise<string>(resolve => {
        answer = resolve;
      });
    };
    const calls = replicas.map(({ monitor }) => monitor.call(KEY, slow));
    const refused = await Promise.allSettled(calls.map(call => Promise.race([call, soon(200)])));
    expect(refused.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(sent).toBe(1);
    answer('done');
    await Promise.allSettled(calls);
    for (const { monitor } of replicas) await monitor.close();
    for (const { monitor } of replicas) await monitor.refresh();
    expect(replicas.map(({ monitor }) => monitor.state(KEY))).toEqual(['CLOSED', 'CLOSED', 'CLOSED']);
  });

  test('a replica that loses the claim of the probe to one that has succeeded by then sends its call all the same', async () => {
    const [first, second] = [open(), open()];
    await first.fail();
    await pass(16);
    for (const { monitor } of [first, second]) await monitor.refresh();
    await first.monitor.call(KEY, works);
    await first.monitor.close();
    expect(second.monitor.state(KEY)).toBe('HALF_OPEN');
    expect(await second.monitor.call(KEY, works)).toBe('done');
  });

  test('a replica that dies while it probes keeps the others out for as long as a call may take, and what it says later counts no more', async () => {
    const [dying, other] = [open(), open()];
    await dying.fail();
    await pass(16);
    await dying.monitor.refresh();
    let revive: (error: Error) => void = () => {};
    const probe = dying.monitor.call(KEY, () => new Promise((_, reject) => (revive = reject))).catch(() => {});
    await eventually(
      async () => (await database.query('select 1 from vendor_health where probe_until > now()')).length,
    );
    await other.monitor.refresh();
    expect(other.monitor.unavailable(KEY)).toEqual({ waitMs: 1_000, error: undefined });
    await pass(99);
    await other.monitor.refresh();
    await expect(other.monitor.call(KEY, works)).rejects.toMatchObject({ code: 'VENDOR_UNAVAILABLE' });
    await pass(2);
    await other.monitor.refresh();
    expect(await other.monitor.call(KEY, works)).toBe('done');
    await other.monitor.close();
    revive(new VendorError('VENDOR_UNAVAILABLE', { billed: 'NO', safeToRetry: true }));
    await probe;
    await dying.monitor.close();
    expect(await rows()).toEqual([{ source: KEY, state: 'CLOSED', code: null }]);
    expect(dying.monitor.state(KEY)).toBe('CLOSED');
  });

  test('a probe that is canceled is free for the next one, here or elsewhere', async () => {
    const [first, second] = [open(), open()];
    await first.fail();
    await pass(16);
    await first.monitor.refresh();
    await first.monitor.call(KEY, () => Promise.reject(new Error('canceled'))).catch(() => {});
    await first.monitor.close();
    await second.monitor.refresh();
    expect(second.monitor.unavailable(KEY)).toBeUndefined();
    expect(await second.monitor.call(KEY, works)).toBe('done');
  });

  test('while the database is away each goes by its own calls; what it came to is written once it is back', async () => {
    const [worker, api] = [open(), open()];
    await Promise.all([worker.monitor.refresh(), api.monitor.refresh()]);
    worker.cut(true);
    await expect(worker.monitor.call(KEY, fails('NO_FACE'))).rejects.toMatchObject({ code: 'NO_FACE' });
    await worker.fail();
    await worker.monitor.refresh();
    await worker.monitor.refresh();
    expect(worker.monitor.state(KEY)).toBe('OPEN');
    expect(await rows()).toEqual([]);
    expect(worker.log).toEqual([
      expect.stringMatching(/^warn : .*database/i),
      expect.stringMatching(`warn ${KEY} VENDOR_UNAVAILABLE .* not called`),
    ]);
    worker.cut(false);
    await worker.monitor.refresh();
    await api.monitor.refresh();
    expect(api.monitor.health(KEY)).toMatchObject({ state: 'OPEN', reason: 'VENDOR_UNAVAILABLE' });
    expect(worker.log).toHaveLength(2);
    expect(worker.monitor.state(KEY)).toBe('OPEN');
  });

  test('a probe is sent although the database is away', async () => {
    const { monitor, fail, cut } = open();
    await fail();
    await pass(16);
    await monitor.refresh();
    cut(true);
    expect(await monitor.call(KEY, works)).toBe('done');
    await monitor.close();
    expect(monitor.state(KEY)).toBe('CLOSED');
  });

  test('the sandbox and LOCAL run in each process, and are told to nobody', async () => {
    const { monitor, log } = open(['LEQI', { sandbox: true }], ['LOCAL', { inProcess: true }]);
    for (const key of ['LEQI@SANDBOX', 'LOCAL'] as const) await monitor.call(key, fails('VENDOR_AUTH')).catch(() => {});
    await monitor.refresh();
    await monitor.close();
    expect(await rows()).toEqual([]);
    expect(monitor.health('LOCAL')).toMatchObject({ state: 'OPEN', reason: 'VENDOR_AUTH', since: expect.any(Date) });
    expect(log).toHaveLength(2);
  });

  test('once started it follows the table by itself, and stops with `close`', async () => {
    const [worker, api] = [open(), open()];
    await api.monitor.start();
    await worker.fail();
    const from = performance.now();
    await eventually(() => !api.monitor.healthy(KEY));
    expect(performance.now() - from).toBeLessThan(1_500);
    await api.monitor.close();
    const { length } = api.statements;
    await soon(1_200);
    expect(api.statements).toHaveLength(length);
  });
});

describe.each(DRIVERS)('after a restart on %s', driver => {
  beforeAll(async () => {
    database = await openTestDatabase(driver);
  });
  afterAll(() => database.close());
  beforeEach(() => database.query('truncate vendor_health'));

  async function restart(): Promise<Replica> {
    const replica = open();
    await replica.monitor.start();
    await replica.monitor.close();
    return replica;
  }

  test('a rest that is not over goes on, without another line in the log', async () => {
    await open().fail('VENDOR_AUTH');
    const { monitor, log } = await restart();
    expect(monitor.unavailable(KEY)!.waitMs).toBeGreaterThan(9 * 60_000);
    expect(monitor.unavailable(KEY)).toMatchObject({ error: { code: 'VENDOR_AUTH' } });
    expect(log).toEqual([]);
  });

  test('a clock of the database that went back prolongs no rest', async () => {
    await open().fail();
    await database.query(
      `update vendor_health set retry_at = retry_at + interval '3 hours', updated_at = updated_at + interval '3 hours'`,
    );
    const { monitor } = await restart();
    expect(monitor.unavailable(KEY)!.waitMs).toBeGreaterThan(10_000);
    expect(monitor.unavailable(KEY)!.waitMs).toBeLessThanOrEqual(15_000);
  });

  test('one that is over lets one call try, and a failure doubles the rest of the process before', async () => {
    await open().fail();
    await pass(16);
    const { monitor } = await restart();
    expect(monitor.state(KEY)).toBe('HALF_OPEN');
    await monitor.call(KEY, fails('VENDOR_ERROR')).catch(() => {});
    expect(monitor.unavailable(KEY)!.waitMs).toBeGreaterThan(29_000);
  });
});

test('embedded, where nobody else is there, the probe of a process that died is free at the next start; nothing is read after it', async () => {
  database = await openTestDatabase('pglite');
  await open().fail();
  await pass(16);
  await database.query(`update vendor_health set probe_until = now() + interval '1 minute', token = token + 1`);
  const { monitor, statements } = open();
  await monitor.start();
  expect(monitor.unavailable(KEY)).toBeUndefined();
  const { length } = statements;
  await monitor.refresh();
  await monitor.refresh();
  expect(statements).toHaveLength(length);
  await monitor.close();
  await database.close();
});
