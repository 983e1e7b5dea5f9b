import type { Sql } from './database.js';
import { NEWEST } from './ledger-rows.js';

/** Tasks of one kind that ended one way; times from accepted to ended. */
export interface EndedTasks {
  operation: string;
  source: string;
  state: string;
  count: number;
  p50Seconds: number;
  p95Seconds: number;
}

/** Tasks that ended without a result, or wait for a person, for one reason. */
export interface FailedTasks {
  operation: string;
  source: string;
  code: string;
  /** The vendor's own, where it gave one. */
  vendorCode: string | null;
  count: number;
}

/** Calls of a source that were begun; cost in 1/10,000 yuan, of those units that had a price. */
export interface SpentUnits {
  source: string;
  calls: number;
  units: number;
  unitsInDoubt: number;
  cost: number;
  unitsWithoutPrice: number;
}

/** How many tasks came and how many ended, in one hour that ends so many hours ago. */
export interface HourlyTasks {
  hoursAgo: number;
  accepted: number;
  ended: number;
}

/** Each is over all tenants, and since `from`. */
export const endedTasks = (sql: Sql, from: Date): Promise<EndedTasks[]> =>
  sql.query<EndedTasks>(
    `select operation, source, state, count(*)::int as count,
       percentile_cont(0.5) within group (order by extract(epoch from ended_at - created_at)) as "p50Seconds",
       percentile_cont(0.95) within group (order by extract(epoch from ended_at - created_at)) as "p95Seconds"
     from tasks where ended_at >= $1 group by 1, 2, 3 order by 4 desc, 1, 2, 3`,
    [from],
  );

export const failedTasks = (sql: Sql, from: Date): Promise<FailedTasks[]> =>
  sql.query<FailedTasks>(
    `select operation, source, failure->>'code' as code, failure->>'vendorCode' as "vendorCode", count(*)::int as count
     from tasks where failure is not null and (ended_at >= $1 or (state = 'NEEDS_REVIEW' and updated_at >= $1))
     group by 1, 2, 3, 4 order by 5 desc, 1, 2, 3`,
    [from],
  );

export const spentUnits = (sql: Sql, from: Date): Promise<SpentUnits[]> =>
  sql.query<SpentUnits>(
    `with begun as (select task_id, attempt, source from ledger where kind = 'INTENT' and at >= $1),
     newest as (${NEWEST})
     select b.source, count(*)::int as calls,
       coalesce(sum(n.units) filter (where n.billed = 'YES'), 0)::int as units,
       coalesce(sum(n.units) filter (where n.billed = 'UNKNOWN'), 0)::int as "unitsInDoubt",
       coalesce(sum(n.cost) filter (where n.billed = 'YES'), 0)::bigint as cost,
       coalesce(sum(n.units) filter (where n.billed = 'YES' and n.cost is null), 0)::int as "unitsWithoutPrice"
     from begun b join newest n using (task_id, attempt) group by 1 order by 3 desc, 1`,
    [from],
  );

export const hourlyTasks = (sql: Sql, hours: number): Promise<HourlyTasks[]> =>
  sql.query<HourlyTasks>(
    `select hour as "hoursAgo",
       (select count(*) from tasks where created_at > now() - (hour + 1) * interval '1 hour'
          and created_at <= now() - hour * interval '1 hour')::int as accepted,
       (select count(*) from tasks where ended_at > now() - (hour + 1) * interval '1 hour'
          and ended_at <= now() - hour * interval '1 hour')::int as ended
     from generate_series(0, $1::int - 1) as hour order by hour`,
    [hours],
  );
