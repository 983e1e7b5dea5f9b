import type { Sql } from './database.js';

export type AttemptOutcome = 'SUCCEEDED' | 'FAILED' | 'LOST' | 'CANCELED';
export type Billed = 'YES' | 'NO' | 'UNKNOWN';

/** One vendor call. While `endedAt` is null only the intent is known, or work goes on at the vendor (`vendorTaskId`). */
export interface AttemptRow {
  taskId: string;
  number: number;
  source: string;
  part: number;
  canBill: boolean;
  units: number;
  vendorTaskId: string | null;
  answer: unknown;
  result: unknown;
  startedAt: Date;
  endedAt: Date | null;
  outcome: AttemptOutcome | null;
  final: boolean;
  billed: Billed;
  code: string | null;
  message: string | null;
  vendorCode: string | null;
  requestId: string | null;
}

const COLUMNS = `task_id as "taskId", number, source, part, can_bill as "canBill", units, vendor_task_id as "vendorTaskId",
  answer, result, started_at as "startedAt", ended_at as "endedAt", outcome, final, billed, code, message,
  vendor_code as "vendorCode", request_id as "requestId"`;

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
  source: string;
  part: number;
  canBill: boolean;
  units: number;
}

export async function openAttempt(sql: Sql, attempt: NewAttempt): Promise<void> {
  await sql.query(
    `insert into task_attempts (task_id, number, tenant_id, source, part, can_bill, units) values ($1, $2, $3, $4, $5, $6, $7)`,
    [attempt.taskId, attempt.number, attempt.tenantId, attempt.source, attempt.part, attempt.canBill, attempt.units],
  );
}

/** What the vendor said so far: the id under which it works, or the answer whose pictures are still to be fetched. */
export async function noteAnswer(
  sql: Sql,
  taskId: string,
  number: number,
  said: { vendorTaskId: string | null; answer: unknown; billed: Billed },
): Promise<void> {
  await sql.query(
    `update task_attempts set vendor_task_id = coalesce($3, vendor_task_id), answer = $4::jsonb, billed = $5
     where task_id = $1 and number = $2 and ended_at is null`,
    [taskId, number, said.vendorTaskId, said.answer === undefined ? null : JSON.stringify(said.answer), said.billed],
  );
}

export interface AttemptEnd {
  outcome: AttemptOutcome;
  billed: Billed;
  result?: unknown;
  final?: boolean;
  code?: string | undefined;
  message?: string | undefined;
  vendorCode?: string | undefined;
  requestId?: string | undefined;
}

/** Writes the outcome once; an attempt that has one keeps it. */
export async function closeAttempt(sql: Sql, taskId: string, number: number, end: AttemptEnd): Promise<void> {
  await sql.query(
    `update task_attempts set ended_at = now(), outcome = $3, billed = $4, result = $5::jsonb, answer = null, final = $6,
       code = $7, message = $8, vendor_code = $9, request_id = $10
     where task_id = $1 and number = $2 and ended_at is null`,
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
    ],
  );
}

/** Units that a source may have charged since `since`: what was billed, and what may have been. */
export async function unitsSince(sql: Sql, source: string, since: Date): Promise<number> {
  const rows = await sql.query<{ units: number }>(
    `select coalesce(sum(units), 0)::int as units from task_attempts
     where source = $1 and can_bill and billed <> 'NO' and started_at >= $2`,
    [source, since],
  );
  return rows[0]?.units ?? 0;
}
