import { readSourceKey } from '../../datasources/contract.js';
import type { Parameter, Sql } from './database.js';
import type { Task, TaskState } from './task.js';
import { COLUMNS } from './task-rows.js';

export const TASK_ORDERS = ['NEWEST_FIRST', 'OLDEST_FIRST'] as const;
/** By the moment at which tasks were accepted. */
export type TaskOrder = (typeof TASK_ORDERS)[number];

/** What a message about a followed list holds: a page of its rows, or those that changed. */
export const TASKS_UPDATE_KINDS = ['SNAPSHOT', 'CHANGES'] as const;
export type TasksUpdateKind = (typeof TASKS_UPDATE_KINDS)[number];

/** Every condition that is given has to match. */
export interface TaskFilter {
  states?: readonly string[];
  operations?: readonly string[];
  /** Who serves it now. */
  vendors?: readonly string[];
  reference?: string;
  /** All of them. */
  labels?: readonly string[];
  createdFrom?: Date;
  /** Not included. */
  createdTo?: Date;
  /** Only tasks with an ended call of which nobody knows whether it was charged. */
  chargeInDoubt?: boolean;
}

/** A place in the list. */
export interface TaskCursor {
  createdAt: string;
  id: string;
}

const MATCHES = `tenant_id = $1
  and ($2::text[] is null or state = any($2::text[]))
  and ($3::text[] is null or operation = any($3::text[]))
  and ($4::text[] is null or split_part(source, '@', 1) = any($4::text[]))
  and ($5::text is null or reference = $5)
  and ($6::text[] is null or labels @> $6::text[])
  and ($7::timestamptz is null or created_at >= $7)
  and ($8::timestamptz is null or created_at < $8)
  and (not $9::boolean or exists (
    select 1 from task_attempts a where a.tenant_id = $1 and a.task_id = tasks.id
      and a.can_bill and a.billed = 'UNKNOWN' and a.ended_at is not null))`;

function parametersOf(tenantId: string, filter: TaskFilter): Parameter[] {
  return [
    tenantId,
    filter.states ?? null,
    filter.operations ?? null,
    filter.vendors ?? null,
    filter.reference ?? null,
    filter.labels ?? null,
    filter.createdFrom ?? null,
    filter.createdTo ?? null,
    filter.chargeInDoubt ?? false,
  ];
}

/** The same of a row at hand, but for `chargeInDoubt`, which is not in it. */
export function matchesFilter(task: Task, filter: TaskFilter): boolean {
  const { states, vendors } = filter;
  return (
    mayMatch(task, filter) &&
    (states === undefined || states.includes(task.state)) &&
    (vendors === undefined || vendors.includes(readSourceKey(task.source).vendor))
  );
}

/** What of a filter no change of a task can alter. */
export function mayMatch(task: Task, filter: TaskFilter): boolean {
  const { operations, reference, labels, createdFrom, createdTo } = filter;
  return (
    (operations === undefined || operations.includes(task.operation)) &&
    (reference === undefined || reference === task.reference) &&
    (labels === undefined || labels.every(label => task.labels.includes(label))) &&
    (createdFrom === undefined || task.createdAt >= createdFrom) &&
    (createdTo === undefined || task.createdAt < createdTo)
  );
}

/** `limit` rows after the cursor. Microseconds of created_at are kept in the cursor as text. */
export async function listTasks(
  sql: Sql,
  tenantId: string,
  filter: TaskFilter,
  page: { limit: number; after?: TaskCursor | undefined; order?: TaskOrder | undefined },
): Promise<(Task & { cursorTime: string })[]> {
  const [after, direction] = page.order === 'OLDEST_FIRST' ? ['>', 'asc'] : ['<', 'desc'];
  return sql.query(
    `select ${COLUMNS}, to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "cursorTime" from tasks
     where ${MATCHES} and ($10::timestamptz is null or (created_at, id) ${after} ($10::timestamptz, $11::text))
     order by created_at ${direction}, id ${direction} limit $12`,
    [...parametersOf(tenantId, filter), page.after?.createdAt ?? null, page.after?.id ?? null, page.limit],
  );
}

export async function countTasks(sql: Sql, tenantId: string, filter: TaskFilter): Promise<number> {
  const rows = await sql.query<{ count: number }>(
    `select count(*)::int as count from tasks where ${MATCHES}`,
    parametersOf(tenantId, filter),
  );
  return rows[0]!.count;
}

/** Tasks that changed since, whatever the filter says of their state, in the order of the changes. */
export function findChangedSince(sql: Sql, tenantId: string, since: Date, limit: number): Promise<Task[]> {
  return sql.query(
    `select ${COLUMNS} from tasks
     where tenant_id = $1 and (ended_at is null or ended_at >= $2) and updated_at >= $2
     order by updated_at, id limit $3`,
    [tenantId, since, limit],
  );
}

export interface StateCount {
  state: TaskState;
  count: number;
  /** Of them: accepted, and ended, within the time of a rate. */
  accepted: number;
  ended: number;
}

/** Of tasks that have not ended and of those that ended within `keepMs`. */
export function countStates(
  sql: Sql,
  tenantId: string,
  filter: TaskFilter,
  { keepMs, rateMs }: { keepMs: number; rateMs: number },
): Promise<StateCount[]> {
  const recent = (column: string) => `(count(*) filter (where ${column} > now() - $11 * interval '1 ms'))::int`;
  return sql.query(
    `select state, count(*)::int as count, ${recent('created_at')} as accepted, ${recent('ended_at')} as ended from tasks
     where ${MATCHES} and (ended_at is null or ended_at > now() - $10 * interval '1 ms') group by state`,
    [...parametersOf(tenantId, filter), keepMs, rateMs],
  );
}

/** The clock of the database, which stamps the rows. */
export async function databaseTime(sql: Sql): Promise<Date> {
  return (await sql.query<{ now: Date }>('select now() as now'))[0]!.now;
}
