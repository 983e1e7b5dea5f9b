import { type AttemptRow, closeAttempt, findAttempts, noteAnswer, openAttempt } from '../store/attempt-rows.js';
import type { Sql } from '../store/database.js';
import { leaveQueue } from '../store/queue-rows.js';
import type { Task, TaskFailure } from '../store/task.js';
import { billedCalls } from './vendor-calls.js';

/** What became of the open tasks of a backup. */
export interface Parked {
  /** For a person: whether a call of theirs was made since, nobody knows. */
  review: number;
  /** Of these, how many a vendor is asked about, which costs nothing. */
  asked: number;
  /** Work that costs nothing begins again. */
  again: number;
  /** Photos that a release may have bought since. */
  photos: number;
}

type OpenTask = Pick<
  Task,
  'id' | 'tenantId' | 'operation' | 'source' | 'route' | 'unitPrices' | 'state' | 'input' | 'failure'
>;

const BATCH = 500;

/** A subscriber may have seen later states of the house that is gone; it is to see the ones of this house too. */
const SEQUENCE_STEP = 1_000;

/**
 * The house that the backup was taken of went on: any call of an open task may have been made since, and charged. So each
 * such call that the backup knows no answer of is booked as lost, and a call that is booked as lost is never made. What the
 * backup has an answer of, or a vendor's id, stays in the queue: it is fetched, or asked about. No vendor is in the route
 * behind the present one, so that nobody takes over.
 */
export async function parkOpenTasks(sql: Sql, backupOf: Date): Promise<Parked> {
  const message = `Restored from a backup of ${backupOf.toISOString()}: the call may have been made since, and charged.`;
  const parked: Parked = { review: 0, asked: 0, again: 0, photos: 0 };
  for (let after = ''; ; ) {
    const tasks = await findOpen(sql, after);
    const attempts = await findAttempts(
      sql,
      tasks.map(({ id }) => id),
    );
    for (const task of tasks) {
      const own = attempts.filter(({ taskId }) => taskId === task.id);
      const became = await parkOne(sql, task, own, message);
      parked[became === 'AGAIN' ? 'again' : 'review'] += 1;
      if (became === 'ASKED') parked.asked += 1;
    }
    if (tasks.length < BATCH) break;
    after = tasks.at(-1)!.id;
  }
  await sql.query('update task_queue set due_at = now(), leased_until = null, token = token + 1');
  parked.photos = await doubtPreviews(sql, message);
  return parked;
}

function findOpen(sql: Sql, after: string): Promise<OpenTask[]> {
  return sql.query<OpenTask>(
    `select id, tenant_id as "tenantId", operation, source, route, unit_prices as "unitPrices", state, input, failure from tasks
     where state in ('QUEUED', 'RUNNING', 'NEEDS_REVIEW') and id collate "C" > $1 order by id collate "C" limit ${BATCH}`,
    [after],
  );
}

async function parkOne(
  sql: Sql,
  task: OpenTask,
  attempts: readonly AttemptRow[],
  message: string,
): Promise<'AGAIN' | 'ASKED' | 'PARKED'> {
  await sql.query(
    `update tasks set route = coalesce(route[1:array_position(route, source)], route), sequence = sequence + ${SEQUENCE_STEP}, updated_at = now()
     where id = $1`,
    [task.id],
  );
  const calls = billedCalls(task.source, task.operation, task.input);
  if (calls === null) return 'AGAIN';
  const ofSource = attempts.filter(({ source }) => source === task.source);
  let number = attempts.at(-1)?.number ?? 0;
  let asked = false;
  for (let part = 0; part < calls.parts; part += 1) {
    const last = ofSource.filter(attempt => attempt.part === part).at(-1);
    if (last?.outcome === 'SUCCEEDED' || last?.final) continue;
    if (last?.endedAt === null && (last.vendorTaskId !== null || last.answer !== null)) {
      asked = true;
      if (last.answer === null && last.billed === 'NO') await doubtSubmission(sql, last);
      continue;
    }
    if (last === undefined || last.endedAt !== null) {
      number += 1;
      const { id: taskId, tenantId, source, route, unitPrices } = task;
      const units = Math.max(1, calls.unitsEach);
      const unitPrice = unitPrices[route.indexOf(source)] ?? null;
      const call = { units, cost: unitPrice === null ? null : units * unitPrice, unitsLeftBefore: null };
      await openAttempt(sql, { taskId, number, tenantId, source, part, canBill: true, ...call });
    }
    const lost = last?.endedAt === null ? last.number : number;
    const end = { outcome: 'LOST', billed: 'UNKNOWN', final: true, code: 'OUTCOME_UNKNOWN', message } as const;
    await closeAttempt(sql, task.id, lost, end);
  }
  // With several calls the worker puts together what came; nothing of it is left to be sent.
  const assembled = calls.parts > 1 && (asked || ofSource.some(({ outcome }) => outcome === 'SUCCEEDED'));
  await review(sql, task, message, asked || assembled);
  return asked ? 'ASKED' : 'PARKED';
}

/**
 * A vendor took it for nothing, and may have said since that it failed. The house that is gone would then have sent it
 * again; so what is asked from now on must not lead to that: asking cannot lower what a submission is booked as (M11).
 */
async function doubtSubmission(sql: Sql, { taskId, number, vendorTaskId }: AttemptRow): Promise<void> {
  await noteAnswer(sql, taskId, number, { vendorTaskId, answer: undefined, billed: 'UNKNOWN' });
}

/** NEEDS_REVIEW. Personal data goes with the place in the queue: no call will need it. */
async function review(sql: Sql, task: OpenTask, message: string, stayQueued: boolean): Promise<void> {
  const before = task.failure === null ? '' : ` Before: ${task.failure.message}`;
  const { code = 'OUTCOME_UNKNOWN' } = task.failure ?? {};
  const failure: TaskFailure = { ...task.failure, code, message: `${message}${before}`, mayBeCharged: true };
  await sql.query(
    `update tasks set state = 'NEEDS_REVIEW', waiting_on = 'OPERATOR', stage = 'VENDOR_PROCESSING', progress_percent = null,
       progress_source = 'NONE', failure = $2::jsonb, sealed = case when $3::boolean then sealed end
     where id = $1`,
    [task.id, JSON.stringify(failure), stayQueued],
  );
  if (!stayQueued) await leaveQueue(sql, task.id);
}

/**
 * A preview whose clean photo the backup does not have may have been bought since, by a release that is not in the backup.
 * The doubt is booked as a call of the task that made the preview: so `releasePhotos` wants `acceptPossibleCharge`, until
 * somebody finds out that nothing was charged. It is not in the ledger: no task of the backup asked for it. What LOCAL has
 * held costs nothing.
 */
async function doubtPreviews(sql: Sql, message: string): Promise<number> {
  const rows = await sql.query(
    `with sold as (
       select p.id, p.task_id, p.tenant_id, p.source,
         coalesce((select max(a.number) from task_attempts a where a.task_id = p.task_id), 0)
           + row_number() over (partition by p.task_id order by p.index) as number,
         coalesce((select max(a.part) from task_attempts a where a.task_id = p.task_id), 0)
           + row_number() over (partition by p.task_id order by p.index) as part
       from photos p
       where p.source <> 'LOCAL' and p.vendor_ref is not null and p.clean_asset_id is null and (p.release_until is null or p.release_until > now())
         and not exists (
           select 1 from tasks t where t.id = p.release_task_id and (
             t.state not in ('SUCCEEDED', 'FAILED', 'CANCELED', 'EXPIRED') or exists (
               select 1 from task_attempts a where a.task_id = t.id and a.part = p.release_part and a.billed <> 'NO')))
     ), doubt as (
       insert into task_attempts (task_id, number, tenant_id, source, part, can_bill, units, ended_at, outcome, final, billed, code, message)
       select task_id, number, tenant_id, source, part, true, 1, now(), 'LOST', true, 'UNKNOWN', 'OUTCOME_UNKNOWN', $1 from sold
     )
     update photos p set release_task_id = p.task_id, release_part = sold.part from sold where sold.id = p.id returning p.id`,
    [message],
  );
  return rows.length;
}
