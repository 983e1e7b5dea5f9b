import type { Sql } from './database.js';

export type AttemptOutcome = 'SUCCEEDED' | 'FAILED' | 'LOST' | 'CANCELED';
export type Billed = 'YES' | 'NO' | 'UNKNOWN';

/** One vendor call. While `endedAt` is null only the intent is known. */
export interface AttemptRow {
  taskId: string;
  number: number;
  vendor: string;
  canBill: boolean;
  vendorTaskId: string | null;
  startedAt: Date;
  endedAt: Date | null;
  outcome: AttemptOutcome | null;
  billed: Billed;
  code: string | null;
}

const COLUMNS = `task_id as "taskId", number, vendor, can_bill as "canBill", vendor_task_id as "vendorTaskId",
  started_at as "startedAt", ended_at as "endedAt", outcome, billed, code`;

/** Attempts of several tasks, in order. */
export function findAttempts(sql: Sql, taskIds: readonly string[]): Promise<AttemptRow[]> {
  return sql.query<AttemptRow>(
    `select ${COLUMNS} from task_attempts where task_id = any($1::text[]) order by task_id, number`,
    [taskIds],
  );
}

export async function openAttempt(
  sql: Sql,
  attempt: { taskId: string; number: number; tenantId: string; vendor: string; canBill: boolean },
): Promise<void> {
  await sql.query(
    'insert into task_attempts (task_id, number, tenant_id, vendor, can_bill) values ($1, $2, $3, $4, $5)',
    [attempt.taskId, attempt.number, attempt.tenantId, attempt.vendor, attempt.canBill],
  );
}

/** Writes the outcome once; an attempt that has one keeps it. */
export async function closeAttempt(
  sql: Sql,
  taskId: string,
  number: number,
  end: { outcome: AttemptOutcome; billed: Billed; code?: string | undefined },
): Promise<void> {
  await sql.query(
    `update task_attempts set ended_at = now(), outcome = $3, billed = $4, code = $5
     where task_id = $1 and number = $2 and ended_at is null`,
    [taskId, number, end.outcome, end.billed, end.code ?? null],
  );
}
