import type { Billed, Facts, MadePicture, SourceKey } from '../../datasources/contract.js';
import type { ErrorCode } from '../kernel/errors.js';
import { writeLate } from './budget-rows.js';
import type { Database, Sql } from './database.js';
import { appendEvidence, entryOf } from './ledger-rows.js';
import type { KeptPicture, PartResult, TaskFailure } from './task.js';

export type AttemptOutcome = 'SUCCEEDED' | 'FAILED' | 'LOST' | 'CANCELED';

/**
 * A picture as it stands in the attempt until the call has ended: the URL and everything that is known about it. It is
 * awaited until it is kept or given up, each picture on a schedule of its own.
 */
export type NotedPicture = Omit<MadePicture, 'from' | 'releaseUntil'> & {
  url: string;
  urlExpiresAt: string | null;
  releaseUntil: string | null;
  /** When it is fetched next, in ms since the epoch; absent: at once. */
  nextAt?: number;
  kept?: KeptPicture;
  /** Why it was given up. */
  failure?: TaskFailure;
};

/** What a vendor answered, as it stands in the attempt until its pictures are downloaded. */
export interface NotedAnswer {
  pictures: NotedPicture[];
  facts: Facts;
  /** When the answer came, in ms since the epoch: from then on its pictures are downloaded. */
  notedAt: number;
}

/** One vendor call. While `endedAt` is null only the intent is known, or work goes on at the vendor (`vendorTaskId`). */
export interface AttemptRow {
  taskId: string;
  number: number;
  source: SourceKey;
  part: number;
  canBill: boolean;
  units: number;
  /** What it costs if it is charged, in 1/10,000 yuan; null: no price was configured. */
  cost: number | null;
  sentAt: Date | null;
  unitsLeftBefore: number | null;
  unitsLeftAfter: number | null;
  vendorTaskId: string | null;
  answer: NotedAnswer | null;
  result: PartResult | null;
  vendorExpiresAt: Date | null;
  startedAt: Date;
  endedAt: Date | null;
  outcome: AttemptOutcome | null;
  final: boolean;
  billed: Billed;
  code: ErrorCode | null;
  message: string | null;
  vendorCode: string | null;
  requestId: string | null;
  /** What a public source says of the charge, where that is in doubt. */
  evidence: string | null;
}

const COLUMNS = `task_id as "taskId", number, source, part, can_bill as "canBill", units, cost, sent_at as "sentAt",
  units_left_before as "unitsLeftBefore", units_left_after as "unitsLeftAfter", vendor_task_id as "vendorTaskId",
  answer, result, vendor_expires_at as "vendorExpiresAt", started_at as "startedAt", ended_at as "endedAt", outcome, final, billed, code, message,
  vendor_code as "vendorCode", request_id as "requestId", evidence`;

/** Attempts of several tasks, in order. */
export function findAttempts(sql: Sql, taskIds: readonly string[]): Promise<AttemptRow[]> {
  return sql.query<AttemptRow>(
    `select ${COLUMNS} from task_attempts where task_id = any($1::text[]) order by task_id, number`,
    [taskIds],
  );
}

export interface NewAttempt {
  taskId: string;
  number: number;
  tenantId: string;
  source: SourceKey;
  part: number;
  canBill: boolean;
  units: number;
  cost: number | null;
  /** As the vendor itself counted them last. */
  unitsLeftBefore: number | null;
}

export async function openAttempt(sql: Sql, attempt: NewAttempt): Promise<void> {
  await sql.query(
    `with written as (
       insert into task_attempts (task_id, number, tenant_id, source, part, can_bill, units, units_left_before, cost)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning *
     ) ${entryOf('INTENT')}`,
    [
      attempt.taskId,
      attempt.number,
      attempt.tenantId,
      attempt.source,
      attempt.part,
      attempt.canBill,
      attempt.units,
      attempt.unitsLeftBefore,
      attempt.cost,
    ],
  );
}

/** The row as `openAttempt` has just written it. */
export function openedRow(intent: NewAttempt): AttemptRow {
  return {
    ...intent,
    sentAt: null,
    unitsLeftAfter: null,
    vendorTaskId: null,
    answer: null,
    result: null,
    vendorExpiresAt: null,
    startedAt: new Date(),
    endedAt: null,
    outcome: null,
    final: false,
    billed: intent.canBill ? 'UNKNOWN' : 'NO',
    code: null,
    message: null,
    vendorCode: null,
    requestId: null,
    evidence: null,
  };
}

/** The request goes out. Not waited for by the call: a process that dies at this moment leaves the intent alone. */
export async function noteSent(sql: Sql, taskId: string, number: number): Promise<void> {
  await sql.query(
    `with written as (
       update task_attempts set sent_at = now() where task_id = $1 and number = $2 and sent_at is null and ended_at is null returning *
     ) ${entryOf('SENT')}`,
    [taskId, number],
  );
}

/**
 * What the vendor said so far: the id under which it works, or the answer whose pictures are still to be fetched. The
 * first answer stays: by the time that a worker which was taken for dead brings it again, its pictures may be kept. False
 * where the call has an outcome already.
 */
export async function noteAnswer(
  sql: Sql,
  taskId: string,
  number: number,
  said: {
    vendorTaskId: string | null;
    answer: NotedAnswer | undefined;
    billed: Billed;
    vendorExpiresAt?: Date | undefined;
  },
): Promise<boolean> {
  const written = await sql.query(
    `with written as (
       update task_attempts set vendor_task_id = coalesce($3, vendor_task_id), answer = coalesce(answer, $4::jsonb), billed = $5,
         vendor_expires_at = coalesce(vendor_expires_at, $6)
       where task_id = $1 and number = $2 and ended_at is null returning *
     ), entry as (${entryOf('ANSWER')}) select number from written`,
    [
      taskId,
      number,
      said.vendorTaskId,
      said.answer === undefined ? null : JSON.stringify(said.answer),
      said.billed,
      said.vendorExpiresAt ?? null,
    ],
  );
  return written.length > 0;
}

/** How far the pictures of an answer are: what is kept, what was given up, and when the rest is fetched next. */
export async function noteDownloads(sql: Sql, taskId: string, number: number, answer: NotedAnswer): Promise<void> {
  await sql.query(
    'update task_attempts set answer = $3::jsonb where task_id = $1 and number = $2 and ended_at is null',
    [taskId, number, JSON.stringify(answer)],
  );
}

export interface AttemptEnd {
  outcome: AttemptOutcome;
  billed: Billed;
  result?: PartResult;
  final?: boolean;
  code?: ErrorCode | undefined;
  message?: string | undefined;
  vendorCode?: string | undefined;
  requestId?: string | undefined;
  evidence?: string | undefined;
  unitsLeftAfter?: number | undefined;
}

/**
 * Writes the outcome once; an attempt that has one keeps it. What a fenced worker brings late goes into the ledger as
 * evidence, and changes nothing else.
 */
export async function closeAttempt(sql: Sql, taskId: string, number: number, end: AttemptEnd): Promise<void> {
  const closed = await sql.query(
    `with written as (
       update task_attempts set ended_at = now(), outcome = $3, billed = $4, result = $5::jsonb, answer = null, final = $6,
         code = $7, message = $8, vendor_code = $9, request_id = $10, units_left_after = $11, evidence = $12
       where task_id = $1 and number = $2 and ended_at is null returning *
     ), entry as (${entryOf('OUTCOME')}) select number from written`,
    [
      taskId,
      number,
      end.outcome,
      end.billed,
      end.result === undefined ? null : JSON.stringify(end.result),
      end.final ?? false,
      end.code ?? null,
      end.message ?? null,
      end.vendorCode ?? null,
      end.requestId ?? null,
      end.unitsLeftAfter ?? null,
      end.evidence ?? null,
    ],
  );
  if (closed.length === 0) await appendEvidence(sql, taskId, number, end.billed);
}

/** A person says what came of calls that nobody knew the outcome of. */
export async function settleAttempts(sql: Sql, taskId: string, billed: Billed): Promise<void> {
  await sql.query(
    `with written as (
       update task_attempts set billed = $2, final = true, outcome = coalesce(outcome, 'LOST'), ended_at = coalesce(ended_at, now()), answer = null
       where task_id = $1 and (billed = 'UNKNOWN' or ended_at is null) returning *
     ) ${entryOf('RESOLVED')}`,
    [taskId, billed],
  );
}

/** A person, or the vendor's count, says what came of one call of a task that has ended. False where it is in doubt no more. */
export async function settleAttempt(sql: Sql, taskId: string, number: number, billed: 'YES' | 'NO'): Promise<boolean> {
  const settled = await sql.query(
    `with written as (
       update task_attempts set billed = $3
       where task_id = $1 and number = $2 and billed = 'UNKNOWN' and ended_at is not null returning *
     ), entry as (${entryOf('RESOLVED')}) select number from written`,
    [taskId, number, billed],
  );
  return settled.length > 0;
}

/**
 * The task was canceled while a vendor worked on it, or while a result was to be fetched: nobody will end these calls any
 * more, and an address of a result is not kept. A call whose answer is still awaited is ended by who awaits it.
 */
export async function cancelAttempts(sql: Sql, taskId: string): Promise<void> {
  await sql.query(
    `with written as (
       update task_attempts set ended_at = now(), outcome = 'CANCELED', answer = null
       where task_id = $1 and ended_at is null and (vendor_task_id is not null or answer is not null) returning *
     ) ${entryOf('OUTCOME')}`,
    [taskId],
  );
}

/**
 * Ends the calls of tasks that ended longer ago than a call takes: whoever awaited their answer has died, so nobody else
 * will. Their charge stays as it is booked; one in doubt can be found and settled from now on. How many those were.
 */
export async function endAbandonedAttempts(database: Database, endedForMs: number): Promise<number> {
  const ended = await database.query<{ taskId: string }>(
    `with written as (
       update task_attempts a set ended_at = now(), outcome = 'LOST', final = true, answer = null,
         code = case when a.billed = 'UNKNOWN' then 'OUTCOME_UNKNOWN' end
       from tasks t
       where t.id = a.task_id and a.ended_at is null and t.ended_at < now() - make_interval(secs => $1) returning a.*
     ), entry as (${entryOf('OUTCOME')}) select task_id as "taskId" from written`,
    [endedForMs / 1_000],
  );
  // What the last of them noted before it died may not be what its task was settled with.
  for (const taskId of new Set(ended.map(row => row.taskId))) await writeLate(database, taskId, async () => {});
  return ended.length;
}
