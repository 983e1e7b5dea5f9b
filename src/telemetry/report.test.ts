import { openTaskHouse, type TaskHouse } from '../../test/task-house.js';
import { makeReport, type OperatorReport, writeReport } from './report.js';

const HOUR = 3_600_000;
let house: TaskHouse;
beforeAll(async () => {
  house = await openTaskHouse();
});
afterAll(() => house.close());

test('a report says how many ended in which way and time, why they failed, and whether the queue grows', async () => {
  const { database } = house;
  const made = [];
  for (let each = 0; each < 5; each++) made.push(await house.create({ tenantId: each < 3 ? 'one' : 'two' }));
  const end = async (id: string, state: string, seconds: number, failure: object | null = null) => {
    await database.query('delete from task_queue where task_id = $1', [id]);
    await database.query(
      `update tasks set state = $2, failure = $4::jsonb, created_at = now() - interval '10 minutes',
         ended_at = now() - interval '10 minutes' + make_interval(secs => $3) where id = $1`,
      [id, state, seconds, failure && JSON.stringify(failure)],
    );
  };
  await end(made[0]!.id, 'SUCCEEDED', 2);
  await end(made[1]!.id, 'SUCCEEDED', 4);
  await end(made[3]!.id, 'FAILED', 1, { code: 'NO_FACE', vendorCode: '2001', message: 'a face', mayBeCharged: false });
  await end(made[4]!.id, 'CANCELED', -3 * 86_400);
  const report = await makeReport(database, 24 * HOUR, Date.now());
  const { operation, source } = made[0]!;
  expect(report.ended).toEqual([
    { operation, source, state: 'SUCCEEDED', count: 2, p50Seconds: 3, p95Seconds: expect.closeTo(3.9, 5) },
    { operation, source, state: 'FAILED', count: 1, p50Seconds: 1, p95Seconds: 1 },
  ]);
  expect(report.failed).toEqual([{ operation, source, code: 'NO_FACE', vendorCode: '2001', count: 1 }]);
  expect(report.open).toMatchObject([{ operation, source, state: 'QUEUED' }]);
  expect(report.hours[0]).toEqual({ hoursAgo: 0, accepted: 5, ended: 3 });
  expect(report.hours).toHaveLength(6);
  // Nothing of what a caller or a vendor said.
  expect(JSON.stringify(report)).not.toContain('a face');
});

const EMPTY: OperatorReport = {
  from: '2026-11-27T00:00:00.000Z',
  ended: [],
  failed: [],
  spent: [],
  open: [],
  hours: [],
};

test('people read tables, and a house in which nothing happened says so', () => {
  const spent = [{ source: 'LEQI', calls: 3, units: 2, unitsInDoubt: 1, cost: 7_000, unitsWithoutPrice: 0 }];
  const ended = [
    { operation: 'ID_PHOTO', source: 'LEQI', state: 'SUCCEEDED', count: 1204, p50Seconds: 2.34, p95Seconds: 61.7 },
    { operation: 'PAINTING', source: 'JUMEI_PAINTING', state: 'FAILED', count: 3, p50Seconds: 9, p95Seconds: 12 },
  ];
  expect(writeReport({ ...EMPTY, ended, spent, hours: [{ hoursAgo: 0, accepted: 90, ended: 40 }] })).toBe(
    `Since 2026-11-27T00:00:00.000Z

Tasks that ended
  operation  by              state      tasks  p50 s  p95 s
  ID_PHOTO   LEQI            SUCCEEDED   1204    2.3     62
  PAINTING   JUMEI_PAINTING  FAILED         3    9.0     12

Why they failed, or wait for a person: none

What it cost
  at    calls  units  in doubt  yuan
  LEQI      3      2         1   0.7

Under way now: none

Hour by hour: the queue grows, 50 in the last one
  hours ago  accepted  ended
          0        90     40
`,
  );
  expect(writeReport(EMPTY)).toContain('Hour by hour: nothing came in the last one: none');
});
