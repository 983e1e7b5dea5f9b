import type { VendorName } from '../../datasources/contract.js';
import type { Database, Sql } from './database.js';

/** When a budget begins anew; TOTAL never does. */
export const BUDGET_PERIODS = ['DAY', 'MONTH', 'TOTAL'] as const;
export type BudgetPeriod = (typeof BUDGET_PERIODS)[number];

/** For whom a budget is: null stands for all. There is one of each scope and period. */
export interface BudgetScope {
  tenantId: string;
  apiKeyId: string | null;
  label: string | null;
  vendor: VendorName | null;
  per: BudgetPeriod;
}

/** How much may be taken in one period: units, and money in 1/10,000 yuan. At least one of them is set. */
export interface BudgetRow extends BudgetScope {
  id: string;
  units: number | null;
  cost: number | null;
  createdAt: Date;
}

/** With what is taken of it in the present period: charged, in doubt, or reserved by tasks that have not ended. */
export interface BudgetStanding extends BudgetRow {
  takenUnits: number;
  takenCost: number;
  renewsAt: Date | null;
}

/** What a task takes of one budget. */
export interface Hold {
  budgetId: string;
  units: number;
  cost: number;
}

/** Budgets are not any more as they were read: the task was not made, and its maker reads them again. */
export class BudgetsMoved extends Error {}

const COLUMNS = `b.id, b.tenant_id as "tenantId", b.api_key_id as "apiKeyId", b.label, b.vendor, b.per, b.units, b.cost,
  b.created_at as "createdAt"`;

/** Days and months are those of the place where the vendors' packages are sold, as in `usage`. */
const HERE = `(now() at time zone 'Asia/Shanghai')`;
const PERIOD = `case b.per when 'DAY' then to_char(${HERE}, 'YYYY-MM-DD') when 'MONTH' then to_char(${HERE}, 'YYYY-MM') else '' end`;
const nextOf = (unit: string) => `(date_trunc('${unit}', ${HERE}) + interval '1 ${unit}') at time zone 'Asia/Shanghai'`;
const STANDING = `${COLUMNS}, coalesce(w.units, 0) as "takenUnits", coalesce(w.cost, 0) as "takenCost",
  case b.per when 'DAY' then ${nextOf('day')} when 'MONTH' then ${nextOf('month')} end as "renewsAt"`;
const WITH_WINDOW = `left join budget_windows w on w.budget_id = b.id and w.period = ${PERIOD}`;

/** Makes the budget of a scope, or gives it other limits. Undefined where the tenant has `most` already. */
export async function setBudget(
  sql: Sql,
  { id, tenantId, apiKeyId, label, vendor, per, units, cost }: Omit<BudgetRow, 'createdAt'>,
  most: number,
): Promise<string | undefined> {
  const rows = await sql.query<{ id: string }>(
    `insert into budgets as b (id, tenant_id, api_key_id, label, vendor, per, units, cost)
     select $1, $2, $3, $4, $5, $6, $7::bigint, $8::bigint
     where (select count(*) from budgets where tenant_id = $2 and removed_at is null) < $9::int
       or exists (select from budgets where tenant_id = $2 and api_key_id is not distinct from $3
         and label is not distinct from $4 and vendor is not distinct from $5 and per = $6 and removed_at is null)
     on conflict (tenant_id, coalesce(api_key_id, ''), coalesce(label, ''), coalesce(vendor, ''), per) where removed_at is null
     do update set units = excluded.units, cost = excluded.cost returning b.id`,
    [id, tenantId, apiKeyId, label, vendor, per, units, cost, most],
  );
  return rows[0]?.id;
}

/** It holds nothing back from then on. False where there is none. */
export async function removeBudget(sql: Sql, id: string): Promise<boolean> {
  const rows = await sql.query(
    'update budgets set removed_at = now() where id = $1 and removed_at is null returning id',
    [id],
  );
  return rows.length === 1;
}

/** Of one tenant, or of all; in the order in which they were made. */
export function listBudgets(sql: Sql, tenantId: string | null): Promise<BudgetStanding[]> {
  return sql.query<BudgetStanding>(
    `select ${STANDING} from budgets b ${WITH_WINDOW}
     where ($1::text is null or b.tenant_id = $1) and b.removed_at is null order by b.created_at, b.id`,
    [tenantId],
  );
}

export function findBudgets(sql: Sql, ids: readonly string[]): Promise<BudgetStanding[]> {
  return sql.query<BudgetStanding>(
    `select ${STANDING} from budgets b ${WITH_WINDOW} where b.id = any($1::text[]) and b.removed_at is null order by b.created_at, b.id`,
    [ids],
  );
}

/**
 * Takes the holds of a new task from their budgets, in its transaction; throws BudgetsMoved where one of them has not enough
 * left. To be called last: whoever spends from the same budgets waits for the commit. Their rows are locked in one order,
 * and `on conflict` judges the newest version of each, whatever the statement saw before.
 */
export async function takeHolds(sql: Sql, taskId: string, holds: readonly Hold[]): Promise<void> {
  const rows = await sql.query<{ wanted: number; taken: number }>(
    `with wanted as (
       select b.id, ${PERIOD} as period, h.units, h.cost, b.units as most_units, b.cost as most_cost
       from unnest($2::text[], $3::bigint[], $4::bigint[]) as h (id, units, cost) join budgets b on b.id = h.id
       where b.removed_at is null
     ), taken as (
       insert into budget_windows as w (budget_id, period, units, cost)
       select id, period, units, cost from wanted
       where (most_units is null or units <= most_units) and (most_cost is null or cost <= most_cost) order by id
       on conflict (budget_id, period) do update set units = w.units + excluded.units, cost = w.cost + excluded.cost
       where (select (b.units is null or w.units + excluded.units <= b.units)
         and (b.cost is null or w.cost + excluded.cost <= b.cost) from budgets b where b.id = w.budget_id)
       returning w.budget_id
     ), held as (
       insert into budget_holds (task_id, budget_id, period, units, cost)
       select $1, id, period, units, cost from wanted where id in (select budget_id from taken)
     )
     select (select count(*) from wanted)::int as wanted, (select count(*) from taken)::int as taken`,
    [taskId, holds.map(({ budgetId }) => budgetId), holds.map(({ units }) => units), holds.map(({ cost }) => cost)],
  );
  if (rows[0]!.wanted !== rows[0]!.taken) throw new BudgetsMoved();
}

/**
 * Where the task has ended: what it holds becomes what its calls were charged or may have been, by the newest entry of each
 * in the ledger. To be run after a statement that locked the row of the task: what was written about it before is seen then.
 */
export async function settleHolds(sql: Sql, taskId: string): Promise<void> {
  await sql.query(
    `with held as (
       select h.budget_id, h.period, h.units, h.cost, b.vendor from budget_holds h join budgets b on b.id = h.budget_id
       where h.task_id = $1 and not exists (select from tasks where id = $1 and state in ('QUEUED', 'RUNNING', 'NEEDS_REVIEW'))
       order by h.budget_id for update of h
     ), newest as (
       select distinct on (attempt) source, billed, units, cost from ledger
       where task_id = $1 and exists (select from held) order by attempt, id desc
     ), booked as (
       select h.budget_id, h.period, h.units as held_units, h.cost as held_cost,
         coalesce(sum(n.units), 0)::bigint as units, coalesce(sum(n.cost), 0)::bigint as cost
       from held h left join newest n
         on n.billed <> 'NO' and n.source not like '%@SANDBOX' and (h.vendor is null or h.vendor = n.source)
       group by 1, 2, 3, 4
     ), changed as (
       select * from booked where units <> held_units or cost <> held_cost
     ), locked as (
       select w.budget_id from budget_windows w join changed c using (budget_id, period) order by w.budget_id for update of w
     ), holds as (
       update budget_holds h set units = c.units, cost = c.cost from changed c where h.task_id = $1 and h.budget_id = c.budget_id
     ), windows as (
       update budget_windows w set units = w.units + c.units - c.held_units, cost = w.cost + c.cost - c.held_cost
       from changed c where w.budget_id = c.budget_id and w.period = c.period and c.budget_id in (select budget_id from locked)
     )
     select 1`,
    [taskId],
  );
}

/**
 * What is written about calls of a task that has ended, or may end at this moment. It waits for whoever moves the task, so
 * that what it writes is either seen by the move that ends the task, or written after it and settled here.
 */
export function writeLate<T>(database: Database, taskId: string, write: (sql: Sql) => Promise<T>): Promise<T> {
  return database.transaction(async sql => {
    await sql.query('select 1 from tasks where id = $1 for no key update', [taskId]);
    const written = await write(sql);
    await settleHolds(sql, taskId);
    return written;
  });
}
