import type { Sql } from './database.js';

export interface TenantRow {
  id: string;
  name: string;
  /** Of all its keys together; null: as the server is configured. */
  operationsPerMinute: number | null;
  createdAt: Date;
  closedAt: Date | null;
}

export interface ApiKeyRow {
  id: string;
  tenantId: string;
  name: string;
  scopes: string[];
  /** Null: as the server is configured. */
  operationsPerMinute: number | null;
  createdAt: Date;
  expiresAt: Date | null;
  revokedAt: Date | null;
  lastUsedAt: Date | null;
}

const TENANT = `id, name, operations_per_minute as "operationsPerMinute", created_at as "createdAt", closed_at as "closedAt"`;
const KEY = `k.id, k.tenant_id as "tenantId", k.name, k.scopes,
  k.operations_per_minute as "operationsPerMinute", k.created_at as "createdAt", k.expires_at as "expiresAt",
  k.revoked_at as "revokedAt", k.last_used_at as "lastUsedAt"`;

export function listTenants(sql: Sql): Promise<TenantRow[]> {
  return sql.query<TenantRow>(`select ${TENANT} from tenants order by created_at, id`);
}

export async function findTenant(sql: Sql, id: string): Promise<TenantRow | undefined> {
  return (await sql.query<TenantRow>(`select ${TENANT} from tenants where id = $1`, [id]))[0];
}

/** Undefined where there is one with this id. */
export async function insertTenant(
  sql: Sql,
  { id, name, operationsPerMinute }: Pick<TenantRow, 'id' | 'name' | 'operationsPerMinute'>,
): Promise<TenantRow | undefined> {
  const rows = await sql.query<TenantRow>(
    `insert into tenants (id, name, operations_per_minute) values ($1, $2, $3)
     on conflict (id) do nothing returning ${TENANT}`,
    [id, name, operationsPerMinute],
  );
  return rows[0];
}

/** The tenant as it is then; undefined where there is none. */
export async function limitTenant(
  sql: Sql,
  id: string,
  operationsPerMinute: number | null,
): Promise<TenantRow | undefined> {
  const rows = await sql.query<TenantRow>(
    `update tenants set operations_per_minute = $2 where id = $1 returning ${TENANT}`,
    [id, operationsPerMinute],
  );
  return rows[0];
}

/** The tenant as it is then; undefined where there is none that was open. */
export async function closeTenant(sql: Sql, id: string): Promise<TenantRow | undefined> {
  const rows = await sql.query<TenantRow>(
    `update tenants set closed_at = now() where id = $1 and closed_at is null returning ${TENANT}`,
    [id],
  );
  return rows[0];
}

export interface NewApiKey extends Pick<ApiKeyRow, 'id' | 'tenantId' | 'name' | 'operationsPerMinute' | 'expiresAt'> {
  hash: string;
  scopes: readonly string[];
}

export async function insertApiKey(sql: Sql, key: NewApiKey): Promise<ApiKeyRow> {
  const rows = await sql.query<ApiKeyRow>(
    `insert into api_keys as k (id, tenant_id, name, hash, scopes, operations_per_minute, expires_at)
     values ($1, $2, $3, $4, $5::text[], $6, $7) returning ${KEY}`,
    [key.id, key.tenantId, key.name, key.hash, key.scopes, key.operationsPerMinute, key.expiresAt],
  );
  return rows[0]!;
}

/** Of one tenant, or of all; in the order in which they were made. */
export function listApiKeys(sql: Sql, tenantId: string | null): Promise<ApiKeyRow[]> {
  return sql.query<ApiKeyRow>(
    `select ${KEY} from api_keys k where $1::text is null or k.tenant_id = $1 order by k.created_at, k.id`,
    [tenantId],
  );
}

/** Of one tenant; undefined where it has no such key. */
export async function findApiKeyOf(sql: Sql, tenantId: string, id: string): Promise<ApiKeyRow | undefined> {
  const key = await findApiKey(sql, id);
  return key?.tenantId === tenantId ? key : undefined;
}

export async function findApiKey(sql: Sql, id: string): Promise<ApiKeyRow | undefined> {
  return (await sql.query<ApiKeyRow>(`select ${KEY} from api_keys k where k.id = $1`, [id]))[0];
}

/** The key as it is then; undefined where there is none that was not revoked. Its webhooks are disabled. */
export async function revokeApiKey(sql: Sql, id: string): Promise<ApiKeyRow | undefined> {
  const rows = await sql.query<ApiKeyRow>(
    `with disabled as (
       update webhooks set state = 'DISABLED', disabled_reason = 'KEY_REVOKED', disabled_at = now()
       where api_key_id = $1 and state = 'ACTIVE'
     ) update api_keys k set revoked_at = now() where id = $1 and revoked_at is null returning ${KEY}`,
    [id],
  );
  return rows[0];
}

export interface LiveApiKeyRow extends ApiKeyRow {
  tenantOperationsPerMinute: number | null;
}

/** The key with this hash, if it may be used now: not revoked, not past its time, and of a tenant that is not closed. */
export async function findLiveApiKey(sql: Sql, hash: string): Promise<LiveApiKeyRow | undefined> {
  const rows = await sql.query<LiveApiKeyRow>(
    `select ${KEY}, t.operations_per_minute as "tenantOperationsPerMinute" from api_keys k join tenants t on t.id = k.tenant_id
     where k.hash = $1 and k.revoked_at is null and (k.expires_at is null or k.expires_at > now()) and t.closed_at is null`,
    [hash],
  );
  return rows[0];
}

/** Whether a key was ever made. One that was revoked counts: whoever has made keys does not want to be open to everybody. */
export async function hasApiKeys(sql: Sql): Promise<boolean> {
  return (await sql.query('select 1 from api_keys limit 1')).length > 0;
}

export async function noteApiKeysUsed(sql: Sql, ids: readonly string[]): Promise<void> {
  await sql.query('update api_keys set last_used_at = now() where id = any($1::text[])', [ids]);
}
