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

/** Units of a source's calls begun since then: what was charged, and what may have been. */
export async function countUnits(
  sql: Sql,
  source: SourceKey,
  since: Date,
): Promise<{ charged: number; inDoubt: number }> {
  const rows = await sql.query<{ charged: number; inDoubt: number }>(
    `with begun as (select * from ledger where source = $1 and kind = 'INTENT' and at >= $2),
     newest as (${NEWEST})
     select coalesce(sum(n.units) filter (where n.billed = 'YES'), 0)::int as charged,
       coalesce(sum(n.units) filter (where n.billed = 'UNKNOWN'), 0)::int as "inDoubt"
     from begun b join newest n using (task_id, attempt)`,
    [source, since],
  );
  return rows[0]!;
}
