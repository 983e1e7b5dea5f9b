import type { SourceKey, TaskStage, VendorName } from '../../datasources/contract.js';
import { auditInsertion, type NewAuditRow } from './audit-rows.js';
import type { Sql } from './database.js';
import { keyTaking, type NewKey } from './idempotency-rows.js';
import type { ProgressSource, Task, TaskFailure, TaskResult, TaskState, WaitingOn } from './task.js';

export const COLUMNS = `id, tenant_id as "tenantId", operation, state, waiting_on as "waitingOn", stage,
  progress_percent as "progressPercent", progress_source as "progressSource", sequence, source, route, unit_prices as "unitPrices",
  ignored_options as "ignoredOptions", input, input_assets as "inputAssets", sealed, result, failure,
  reference, labels, api_key_id as "apiKeyId", retry_of as "retryOf", webhook_id as "webhookId", traceparent, created_at as "createdAt", updated_at as "updatedAt", started_at as "startedAt", ended_at as "endedAt"`;

export interface NewTask
  extends Pick<
    Task,
    | 'id'
    | 'tenantId'
    | 'operation'
    | 'source'
    | 'sealed'
    | 'reference'
    | 'apiKeyId'
    | 'retryOf'
    | 'webhookId'
    | 'traceparent'
  > {
  route: readonly SourceKey[];
  unitPrices: readonly (number | null)[];
  ignoredOptions: readonly string[];
  input: Task['input'];
  inputAssets: readonly string[];
  labels: readonly string[];
}

/** What of budgets the maker of a task knows. */
export interface KnownBudgets {
  /** The vendors that it may come to be charged by. */
  vendors: readonly VendorName[];
  /** The budgets that it will be taken from. */
  ids: readonly string[];
}

/** No budget but those that are known matches the new task. */
const NO_OTHER_BUDGET = `where not exists (select from budgets b where b.tenant_id = $2 and b.removed_at is null
  and (b.api_key_id is null or b.api_key_id = $14) and (b.label is null or b.label = any($11::text[]))
  and (b.vendor is null or b.vendor = any($26::text[])) and b.id <> all($27::text[]))`;

/**
 * Writes the task, its place in the queue, due at once, what the audit trail says of it, and its idempotency key: one
 * statement. Undefined where another task holds the key, or there is a budget by now that the maker does not know.
 */
export async function insertTask(
  sql: Sql,
  task: NewTask,
  audited: NewAuditRow,
  budgets: KnownBudgets,
  key?: NewKey,
): Promise<Task | undefined> {
  const audit = auditInsertion(audited, 16, 'written');
  const charged = budgets.vendors.length > 0 ? [budgets.vendors, budgets.ids] : [];
  const mayPay = charged.length > 0 ? NO_OTHER_BUDGET : '';
  const before = 16 + audit.params.length + charged.length;
  // The row that it refers to is looked for when the statement ends.
  const taken = key && keyTaking(key, task, before, mayPay);
  const rows = await sql.query<Task>(
    `with ${taken ? `taken as (${taken.text}), ` : ''}written as (
       insert into tasks (id, tenant_id, operation, state, waiting_on, stage, progress_source, source, route, ignored_options, input, input_assets, sealed, reference, labels, retry_of, webhook_id, api_key_id, unit_prices, traceparent)
       select $1, $2, $3, 'QUEUED', 'VENDOR', 'QUEUED', 'NONE', $4, $5::text[], $6::text[], $7::jsonb, $8::text[], $9, $10, $11::text[], $12, $13, $14, $15::bigint[], $16
       ${taken ? 'where exists (select from taken)' : mayPay} returning *
     ), queued as (
       insert into task_queue (task_id, tenant_id, source) select id, tenant_id, source from written
     ), audited as (${audit.text}) select ${COLUMNS} from written`,
    [
      task.id,
      task.tenantId,
      task.operation,
      task.source,
      task.route,
      task.ignoredOptions,
      JSON.stringify(task.input),
      task.inputAssets,
      task.sealed,
      task.reference,
      task.labels,
      task.retryOf,
      task.webhookId,
      task.apiKeyId,
      task.unitPrices,
      task.traceparent,
      ...audit.params,
      ...charged,
      ...(taken?.params ?? []),
    ],
  );
  return rows[0];
}

/** In no order. */
export function findTasks(sql: Sql, tenantId: string, ids: readonly string[]): Promise<Task[]> {
  return sql.query<Task>(`select ${COLUMNS} from tasks where tenant_id = $1 and id = any($2::text[])`, [tenantId, ids]);
}

/** In no order. For a worker, which has a claim on each and so needs no tenant. */
export function findClaimedTasks(sql: Sql, ids: readonly string[]): Promise<Task[]> {
  return sql.query<Task>(`select ${COLUMNS} from tasks where id = any($1::text[])`, [ids]);
}

export async function findTask(sql: Sql, tenantId: string, id: string): Promise<Task | undefined> {
  return (await sql.query<Task>(`select ${COLUMNS} from tasks where tenant_id = $1 and id = $2`, [tenantId, id]))[0];
}

/** Those of these tasks whose row is newer than what is known of it, in no order. For the feed, which knows no tenant. */
export function findNewer(sql: Sql, known: readonly { id: string; sequence: number }[]): Promise<Task[]> {
  return sql.query<Task>(
    `select ${COLUMNS} from tasks join unnest($1::text[], $2::int[]) as known (id, known_sequence) using (id)
     where sequence > known_sequence`,
    [known.map(({ id }) => id), known.map(({ sequence }) => sequence)],
  );
}

export interface TaskChange {
  from: readonly TaskState[];
  to: TaskState;
  waitingOn: WaitingOn;
  stage: TaskStage;
  progressPercent: number | null;
  progressSource: ProgressSource;
  result?: TaskResult | undefined;
  failure?: TaskFailure | undefined;
  terminal: boolean;
  /** The personal data of the request is no longer needed. */
  eraseSealed: boolean;
  /** With it, the change happens only while this token still holds the lease: a fenced worker changes nothing. */
  token?: number;
}

/**
 * Moves a task if it stands in one of `from`; undefined where it
 * does not, or where the token is no longer the lease's.
 *
 * Its place in the queue is locked first, and so in every statement that touches both: a worker that ends a task while
 * somebody cancels it would otherwise wait for the other's row and the other for its own. And the token is read from the
 * locked row: at READ COMMITTED a plain look could see the one from before another worker's claim.
 */
export async function changeTask(sql: Sql, id: string, change: TaskChange): Promise<Task | undefined> {
  const rows = await sql.query<Task>(
    `with place as (select token from task_queue where task_id = $1 for update)
     update tasks set state = $2, waiting_on = $3, stage = $4, progress_percent = $5, progress_source = $6,
       sequence = sequence + 1, updated_at = now(),
       result = coalesce($7::jsonb, result), failure = case when $2 in ('SUCCEEDED', 'RUNNING') then null else coalesce($8::jsonb, failure) end,
       sealed = case when $12::boolean then null else sealed end,
       started_at = case when $2 = 'RUNNING' then coalesce(started_at, now()) else started_at end,
       ended_at = case when $9::boolean then now() end
     where id = $1 and state = any($10::text[])
       and (select count(*) from place where token = coalesce($11::bigint, token)) >= case when $11::bigint is null then 0 else 1 end
     returning ${COLUMNS}`,
    [
      id,
      change.to,
      change.waitingOn,
      change.stage,
      change.progressPercent,
      change.progressSource,
      change.result === undefined ? null : JSON.stringify(change.result),
      change.failure === undefined ? null : JSON.stringify(change.failure),
      change.terminal,
      change.from,
      change.token ?? null,
      change.eraseSealed,
    ],
  );
  return rows[0];
}

/** The next vendor of the route takes over: the task and its place in the queue, due at once. False where the lease is lost. */
export async function switchSource(sql: Sql, taskId: string, source: SourceKey, token: number): Promise<boolean> {
  const switched = await sql.query(
    'update task_queue set source = $2, due_at = now(), leased_until = null where task_id = $1 and token = $3 returning task_id',
    [taskId, source, token],
  );
  if (switched.length === 0) return false;
  await sql.query('update tasks set source = $2, sequence = sequence + 1, updated_at = now() where id = $1', [
    taskId,
    source,
  ]);
  return true;
}

/** Another try of this task that has not failed. */
export async function findOpenRetry(sql: Sql, tenantId: string, id: string): Promise<string | undefined> {
  const rows = await sql.query<{ id: string }>(
    `select id from tasks where tenant_id = $1 and retry_of = $2 and state not in ('FAILED', 'CANCELED', 'EXPIRED') limit 1`,
    [tenantId, id],
  );
  return rows[0]?.id;
}
