import type { Operation, SourceKey } from '../../datasources/contract.js';
import type { Sql } from './database.js';

export const LEDGER_KINDS = ['INTENT', 'SENT', 'ANSWER', 'OUTCOME', 'RESOLVED', 'EVIDENCE'] as const;
export type LedgerKind = (typeof LEDGER_KINDS)[number];

/** The end of a statement that wrote attempts `with written as (...)`: an entry for each that can cost money. */
export function entryOf(kind: LedgerKind): string {
  const unitsLeft = kind === 'INTENT' ? 'w.units_left_before' : 'w.units_left_after';
  return `insert into ledger (tenant_id, api_key_id, task_id, attempt, operation, source, labels, kind, billed, units, cost, code, vendor_task_id, units_left)
    select t.tenant_id, t.api_key_id, t.id, w.number, t.operation, w.source, t.labels, '${kind}', w.billed, w.units, w.cost, w.code, w.vendor_task_id, ${unitsLeft}
    from written w join tasks t on t.id = w.task_id where w.can_bill`;
}

/** What came too late to change anything, and is known all the same. */
export async function appendEvidence(
  sql: Sql,
  taskId: string,
  attempt: number,
  billed: string,
  vendorTaskId?: string | null,
): Promise<void> {
  await sql.query(
    `with written as (select * from task_attempts where task_id = $1 and number = $2)
     insert into ledger (tenant_id, api_key_id, task_id, attempt, operation, source, labels, kind, billed, units, cost, code, vendor_task_id)
     select t.tenant_id, t.api_key_id, t.id, w.number, t.operation, w.source, t.labels, 'EVIDENCE', $3, w.units, w.cost, w.code, coalesce($4, w.vendor_task_id)
     from written w join tasks t on t.id = w.task_id where w.can_bill`,
    [taskId, attempt, billed, vendorTaskId ?? null],
  );
}

/** What is known of each attempt of `begun` by its newest entry; evidence that came late counts. */
export const NEWEST = `select distinct on (task_id, attempt) task_id, attempt, billed, units, cost from ledger
  where task_id in (select task_id from begun) order by task_id, attempt, id desc`;

export const USAGE_KEYS = {
  VENDOR: 'b.source',
  OPERATION: 'b.operation',
  LABEL: 'label',
  KEY: 'b.api_key_id',
  DAY: `to_char(b.at at time zone 'Asia/Shanghai', 'YYYY-MM-DD')`,
} as const;
export type UsageKey = keyof typeof USAGE_KEYS;

export interface UsageRow {
  source: SourceKey | null;
  operation: Operation | null;
  label: string | null;
  apiKeyId: string | null;
  day: string | null;
  units: number;
  unitsInDoubt: number;
  /** In 1/10,000 yuan, of those units that had a price. */
  cost: number;
  costInDoubt: number;
  unitsWithoutPrice: number;
  calls: number;
}

/**
 * Units of calls begun from `from` until before `to`, by these keys. With LABEL a call counts once for each of its labels,
 * and calls without any are under null. Days are those of Asia/Shanghai, where the vendors' packages are sold.
 */
export function sumUsage(
  sql: Sql,
  tenantId: string,
  from: Date,
  to: Date,
  by: readonly UsageKey[],
): Promise<UsageRow[]> {
  const column = (key: UsageKey, name: string) => `${by.includes(key) ? USAGE_KEYS[key] : 'null::text'} as "${name}"`;
  const labels = by.includes('LABEL') ? `left join lateral unnest(b.labels) as label on true` : '';
  return sql.query<UsageRow>(
    `with begun as (select * from ledger where tenant_id = $1 and kind = 'INTENT' and at >= $2 and at < $3),
     newest as (${NEWEST})
     select ${column('VENDOR', 'source')}, ${column('OPERATION', 'operation')}, ${column('LABEL', 'label')},
       ${column('KEY', 'apiKeyId')}, ${column('DAY', 'day')},
       coalesce(sum(n.units) filter (where n.billed = 'YES'), 0)::int as units,
       coalesce(sum(n.units) filter (where n.billed = 'UNKNOWN'), 0)::int as "unitsInDoubt",
       coalesce(sum(n.cost) filter (where n.billed = 'YES'), 0)::bigint as cost,
       coalesce(sum(n.cost) filter (where n.billed = 'UNKNOWN'), 0)::bigint as "costInDoubt",
       coalesce(sum(n.units) filter (where n.billed <> 'NO' and n.cost is null), 0)::int as "unitsWithoutPrice",
       count(*)::int as calls
     from begun b join newest n using (task_id, attempt) ${labels}
     group by 1, 2, 3, 4, 5 order by 5, 1, 2, 3, 4`,
    [tenantId, from, to],
  );
}

export interface Units {
  charged: number;
  /** Of which nobody knows whether they were charged. */
  inDoubt: number;
}

const sumsOf = (
  state: string,
) => `coalesce(sum(${state}.units) filter (where ${state}.billed = 'YES'), 0)::int as ${state}_charged,
  coalesce(sum(${state}.units) filter (where ${state}.billed = 'UNKNOWN'), 0)::int as ${state}_in_doubt`;

/** What is known of a call by its newest entry up to one; looked up by index, whatever the planner thinks of the rest. */
const stateOf = (call: string, upTo: string) => `lateral (select l.billed, l.units from ledger l
  where l.task_id = ${call}.task_id and l.attempt = ${call}.attempt and l.id <= ${upTo} order by l.id desc limit 1)`;

/**
 * The last entry that no transaction under way can still precede. Ids are given before their rows can be seen, and `at` is
 * when the transaction began: five minutes are longer than both may wait for locks together.
 */
const SETTLED = `(select id from ledger where id > $1 and at < now() - interval '5 minutes' order by id desc limit 1)`;

/** Where counting may begin: the last settled entry, 0 for none, and when the first call of the source began since then. */
export async function findCountable(
  sql: Sql,
  source: SourceKey,
  since: Date,
): Promise<{ upTo: number; first: Date | null; now: Date }> {
  const rows = await sql.query<{ upTo: number; first: Date | null; now: Date }>(
    `select coalesce(${SETTLED}, $1::bigint) as "upTo", now() as now,
       (select min(at) from ledger where source = $2 and kind = 'INTENT' and at >= $3) as first`,
    [0, source, since],
  );
  return rows[0]!;
}

/** Units of a source's calls begun from `from` until before `to`, as the ledger stood at its entry `upTo`. */
export async function countUnits(sql: Sql, source: SourceKey, from: Date, to: Date, upTo: number): Promise<Units> {
  const rows = await sql.query<{ state_charged: number; state_in_doubt: number }>(
    `select ${sumsOf('state')} from ledger begun cross join ${stateOf('begun', '$4')} as state
     where begun.source = $1 and begun.kind = 'INTENT' and begun.at >= $2 and begun.at < $3 and begun.id <= $4`,
    [source, from, to, upTo],
  );
  const { state_charged: charged, state_in_doubt: inDoubt } = rows[0]!;
  return { charged, inDoubt };
}

/**
 * Of the calls of a source that the ledger has written to after its entry `after`, begun since then: by how much their units
 * changed from that entry to the last settled one (`upTo`), and to now.
 */
export async function countChanges(
  sql: Sql,
  source: SourceKey,
  since: Date,
  after: number,
): Promise<{ upTo: number; settled: Units; now: Units }> {
  const rows = await sql.query<Record<string, number>>(
    `with edge as (select coalesce(${SETTLED}, $1::bigint) as id),
     touched as (select distinct task_id, attempt from ledger where id > $1 and source = $2)
     select edge.id as up_to, ${['before', 'settled', 'newest'].map(sumsOf).join(', ')}
     from edge left join touched on exists (select from ledger begun where begun.task_id = touched.task_id
       and begun.attempt = touched.attempt and begun.kind = 'INTENT' and begun.at >= $3)
     left join ${stateOf('touched', '$1')} as before on true
     left join ${stateOf('touched', 'edge.id')} as settled on true
     left join ${stateOf('touched', '9223372036854775807')} as newest on true
     group by edge.id`,
    [after, source, since],
  );
  const row = rows[0]!;
  const changeTo = (state: string): Units => ({
    charged: row[`${state}_charged`]! - row.before_charged!,
    inDoubt: row[`${state}_in_doubt`]! - row.before_in_doubt!,
  });
  return { upTo: row.up_to!, settled: changeTo('settled'), now: changeTo('newest') };
}
