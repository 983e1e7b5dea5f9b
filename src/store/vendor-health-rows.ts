import type { SourceKey } from '../../datasources/contract.js';
import type { ErrorCode } from '../kernel/errors.js';
import type { Sql } from './database.js';

/** A breaker that is not closed. Spans count from the statement on, by the database's clock, which all replicas share. */
export interface RestColumns {
  code: ErrorCode;
  waitMs: number;
  restMs: number;
  probeMs: number;
}

/** Warnings are given when so many percent of a package are left. */
export type QuotaLevel = 20 | 5 | 0;

export interface VendorHealthRow {
  source: SourceKey;
  /** Undefined: its breaker is closed. */
  rest: RestColumns | undefined;
  /** When it opened, or closed. */
  since: Date;
  /** Rises with each change of the breaker. */
  token: number;
  quotaLevel: QuotaLevel | null;
}

interface Flat extends RestColumns, Omit<VendorHealthRow, 'rest'> {
  state: 'CLOSED' | 'OPEN';
}

/** A rest is never longer than it was when it was written: after a clock that went back it would be. */
const COLUMNS = `source, state, code, since, token, rest_ms as "restMs", quota_level as "quotaLevel",
  (extract(epoch from least(retry_at - now(), retry_at - updated_at)) * 1000)::float8 as "waitMs",
  coalesce(greatest(0, extract(epoch from probe_until - now()) * 1000), 0)::float8 as "probeMs"`;

/** Sources of which nothing was ever written have no row: they are well. */
export async function findVendorHealth(sql: Sql, sources: readonly SourceKey[]): Promise<VendorHealthRow[]> {
  const rows = await sql.query<Flat>(`select ${COLUMNS} from vendor_health where source = any($1::text[])`, [sources]);
  return rows.map(unflatten);
}

/**
 * Writes what a breaker came to, if nobody has changed it since the row with `token` was read (0: there was none). Two
 * replicas that saw the same row cannot both write: one of them gets undefined, and reads what the other one wrote.
 */
export async function swapVendorHealth(
  sql: Sql,
  source: SourceKey,
  token: number,
  rest: RestColumns | undefined,
): Promise<VendorHealthRow | undefined> {
  const rows = await sql.query<Flat>(
    `insert into vendor_health as h (source, state, code, retry_at, rest_ms, probe_until, token)
     values ($1, $3, $4, now() + make_interval(secs => $5), $6, now() + make_interval(secs => $7), 1)
     on conflict (source) do update set state = excluded.state, code = excluded.code, retry_at = excluded.retry_at,
       rest_ms = excluded.rest_ms, probe_until = excluded.probe_until, token = h.token + 1, updated_at = now(),
       since = case when h.state = excluded.state then h.since else now() end
     where h.token = $2 returning ${COLUMNS}`,
    [
      source,
      token,
      rest === undefined ? 'CLOSED' : 'OPEN',
      rest?.code,
      rest && rest.waitMs / 1_000,
      rest && Math.round(rest.restMs),
      rest && rest.probeMs > 0 ? rest.probeMs / 1_000 : null,
    ],
  );
  return rows[0] && unflatten(rows[0]);
}

/** At the start of an embedded server, which is alone on its directory: a probe that is left is that of a process that died. */
export async function releaseProbes(sql: Sql): Promise<void> {
  await sql.query(
    'update vendor_health set probe_until = null, token = token + 1, updated_at = now() where probe_until is not null',
  );
}

/** Writes how far a package is used up. True for one replica only of all that find the level changed. */
export async function changeQuotaLevel(
  sql: Sql,
  source: SourceKey,
  level: QuotaLevel | null,
  left: number,
): Promise<boolean> {
  const rows = await sql.query(
    `insert into vendor_health as h (source, quota_level, quota_left, quota_at) values ($1, $2, $3, now())
     on conflict (source) do update set quota_level = excluded.quota_level, quota_left = excluded.quota_left,
       quota_at = excluded.quota_at, updated_at = now()
     where h.quota_level is distinct from excluded.quota_level returning source`,
    [source, level, left],
  );
  return rows.length === 1;
}

function unflatten({ state, code, waitMs, restMs, probeMs, ...row }: Flat): VendorHealthRow {
  return { ...row, rest: state === 'OPEN' ? { code, waitMs, restMs, probeMs } : undefined };
}
