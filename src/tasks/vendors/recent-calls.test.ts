import type { SourceKey } from '../../../datasources/contract.js';
import { openTestDatabase } from '../../../test/store-setup.js';
import type { ErrorCode } from '../../kernel/errors.js';
import type { Database } from '../../store/database.js';
import { RecentCalls } from './recent-calls.js';

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase();
  await database.query('alter table task_attempts drop constraint task_attempts_task_id_fkey');
});
afterAll(() => database.close());

let calls = 0;
/** A call that ended some minutes ago, and took so many seconds from when it was sent. */
const ended = (
  source: SourceKey,
  { minutes = 1, seconds = 1, outcome = 'SUCCEEDED', code = null as ErrorCode | null } = {},
) =>
  database.query(
    `insert into task_attempts (task_id, number, tenant_id, source, part, can_bill, started_at, sent_at, ended_at, outcome, code)
     select 'task', $1, 'any', $2, 0, true, at - make_interval(secs => $4 + 30), at - make_interval(secs => $4), at, $5, $6
     from (select now() - make_interval(mins => $3) as at)`,
    [calls++, source, minutes, seconds, outcome, code],
  );

test('what a source did in the last hour: how quick it was, and how often it failed through no fault of the photo', async () => {
  for (let seconds = 1; seconds <= 20; seconds++) await ended('FANGTANG', { seconds });
  await ended('FANGTANG', { minutes: 61, seconds: 500 });
  await ended('FANGTANG', { outcome: 'FAILED', code: 'VENDOR_UNAVAILABLE', seconds: 300 });
  await ended('FANGTANG', { outcome: 'LOST' });
  await ended('FANGTANG', { outcome: 'FAILED', code: 'NO_FACE' });
  await ended('FANGTANG', { outcome: 'CANCELED' });
  await ended('LEQI', { outcome: 'FAILED', code: 'VENDOR_ERROR' });
  const recent = new RecentCalls(database, ['FANGTANG', 'LEQI', 'LOCAL']);
  expect(await recent.of('FANGTANG')).toEqual({ calls: 23, failedCalls: 2, medianSeconds: 10, p95Seconds: 19 });
  expect(await recent.of('LEQI')).toEqual({ calls: 1, failedCalls: 1, medianSeconds: null, p95Seconds: null });
  expect(await recent.of('LOCAL')).toEqual({ calls: 0, failedCalls: 0, medianSeconds: null, p95Seconds: null });
});

test('of a busy source the newest calls count, found by the index', async () => {
  await database.query(
    `insert into task_attempts (task_id, number, tenant_id, source, part, can_bill, started_at, ended_at, outcome)
     select 'busy', n, 'any', 'LOCAL', 0, false, now() - make_interval(secs => n + 1), now() - make_interval(secs => n), 'SUCCEEDED'
     from generate_series(0, 2999) as n`,
  );
  await database.query('analyze task_attempts');
  expect(await new RecentCalls(database, ['LOCAL']).of('LOCAL')).toMatchObject({ calls: 1_000, medianSeconds: 1 });
  const plan = await database.query<Record<string, string>>(
    `explain select outcome from task_attempts where source = 'LOCAL' and ended_at > now() - interval '1 hour'
     and outcome <> 'CANCELED' order by ended_at desc limit 1000`,
  );
  expect(JSON.stringify(plan)).toContain('task_attempts_ended');
});
