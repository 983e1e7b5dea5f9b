import type { SourceKey } from '../../datasources/contract.js';
import type { ErrorCode } from '../kernel/errors.js';
import type { Sql } from './database.js';

/** How calls went that ended lately. */
export interface CallSums {
  calls: number;
  /** Through no fault of the photo. */
  failedCalls: number;
  /** From sending the request until its pictures were kept, of calls with a result; null without one. */
  medianSeconds: number | null;
  p95Seconds: number | null;
}

/**
 * Of each source the newest calls that ended since, so that the statement reads no more rows however busy a house is. What
 * was canceled says nothing about the source. A source without calls is left out.
 * @param faultsOfPhotos codes for which a call fails that the source did well
 */
export function sumRecentCalls(
  sql: Sql,
  sources: readonly SourceKey[],
  { sinceMs, most, faultsOfPhotos }: { sinceMs: number; most: number; faultsOfPhotos: readonly ErrorCode[] },
): Promise<(CallSums & { source: SourceKey })[]> {
  return sql.query(
    `select s.source, count(*)::int as calls,
       (count(*) filter (where outcome <> 'SUCCEEDED' and (code is null or code <> all($4::text[]))))::int as "failedCalls",
       percentile_disc(0.5) within group (order by seconds) filter (where outcome = 'SUCCEEDED') as "medianSeconds",
       percentile_disc(0.95) within group (order by seconds) filter (where outcome = 'SUCCEEDED') as "p95Seconds"
     from unnest($1::text[]) as s(source) cross join lateral (
       select outcome, code, extract(epoch from ended_at - coalesce(sent_at, started_at))::float8 as seconds
       from task_attempts
       where source = s.source and ended_at > now() - make_interval(secs => $2) and outcome <> 'CANCELED'
       order by ended_at desc limit $3
     ) as newest group by s.source`,
    [sources, sinceMs / 1_000, most, faultsOfPhotos],
  );
}
