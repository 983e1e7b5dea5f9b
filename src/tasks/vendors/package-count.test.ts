import { eventually } from '../../../test/eventually.js';
import { DRIVERS, openTestDatabase } from '../../../test/store-setup.js';
import { KEY, openReplica, PACKAGE, type Replica, soon } from '../../../test/vendor-replica.js';
import type { Database } from '../../store/database.js';

let database: Database;
const open = () => openReplica(database);

/** A call that was charged so many units, as the ledger has it. */
const charge = (units: number) =>
  database.query(
    `insert into ledger (tenant_id, task_id, attempt, operation, source, labels, kind, billed, units)
     values ('a', 'task_' || (select count(*) from ledger), 1, 'RESTORATION', $1, '{}', 'INTENT', 'YES', $2)`,
    [KEY, units],
  );

/** Tells a replica that units were charged; resolves when it has counted what is left. */
const counted = ({ monitor }: Replica) =>
  new Promise<void>(resolve => {
    const stop = monitor.onChange(() => {
      stop();
      resolve();
    });
    monitor.recordUsage(KEY, 1);
  });

describe.each(DRIVERS)('packages on %s', driver => {
  beforeAll(async () => {
    database = await openTestDatabase(driver);
  });
  afterAll(() => database.close());
  beforeEach(() => database.query('truncate vendor_health, ledger'));

  test('are warned of at once at 20 %, at 5 % and at the end, each once for all replicas', async () => {
    const replicas = [open(), open()] as const;
    const warned = () => replicas.flatMap(({ log }) => log.splice(0));
    const said = async (units: number) => {
      await charge(units);
      await Promise.all(replicas.map(counted));
      await Promise.all(replicas.map(({ monitor }) => monitor.refresh()));
      return warned();
    };
    expect(await said(79)).toEqual([]);
    expect(await said(1)).toEqual([`warn ${KEY} 20: 20 % or less of a vendor's package is left`]);
    expect(await said(14)).toEqual([]);
    expect(await said(1)).toEqual([expect.stringMatching(`warn ${KEY} 5: 5 %`)]);
    expect(replicas.map(({ monitor }) => monitor.healthy(KEY))).toEqual([true, true]);
    expect(await said(5)).toEqual([expect.stringMatching(`warn ${KEY} 0: .* used up`)]);
    expect(replicas.map(({ monitor }) => monitor.healthy(KEY))).toEqual([false, false]);
  });

  test('that one replica found used up are passed by at all, and are called again once there is a new one', async () => {
    const [worker, api] = [open(), open()];
    await charge(PACKAGE);
    await counted(worker);
    expect(api.monitor.healthy(KEY)).toBe(true);
    await api.monitor.refresh();
    expect(api.monitor.healthy(KEY)).toBe(false);
    await database.query('truncate ledger');
    const restarted = open();
    await restarted.monitor.refresh();
    await eventually(() => restarted.monitor.healthy(KEY));
    await eventually(
      async () => (await database.query('select 1 from vendor_health where quota_level is null')).length,
    );
    await worker.monitor.refresh();
    expect(worker.monitor.healthy(KEY)).toBe(true);
  });

  test('many calls that end at once are counted together', async () => {
    const replica = open();
    await charge(1);
    await counted(replica);
    replica.statements.length = 0;
    for (let call = 0; call < 100; call += 1) replica.monitor.recordUsage(KEY, 1);
    await counted(replica);
    await soon(50);
    expect(replica.statements.length).toBeLessThanOrEqual(2);
  });

  test('a warning that was given is not given again after a restart', async () => {
    await charge(85);
    await counted(open());
    const restarted = open();
    await restarted.monitor.refresh();
    expect(await restarted.monitor.quota(KEY)).toMatchObject({ left: 15, low: true });
    expect(restarted.log).toEqual([]);
  });
});
