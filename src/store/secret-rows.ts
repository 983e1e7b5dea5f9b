import type { Sql } from './database.js';

const FINGERPRINT = 'secret_fingerprint';

/** The fingerprint of the secret that is active. */
export async function findFingerprint(sql: Sql): Promise<string | undefined> {
  const [held] = await sql.query<{ value: string }>('select value from settings where name = $1', [FINGERPRINT]);
  return held?.value;
}

/** The fingerprint that the database has from now on: this one, if it has none. */
export async function claimFingerprint(sql: Sql, fingerprint: string): Promise<string> {
  await sql.query('insert into settings (name, value) values ($1, $2) on conflict (name) do nothing', [
    FINGERPRINT,
    fingerprint,
  ]);
  return (await findFingerprint(sql))!;
}

export async function replaceFingerprint(sql: Sql, fingerprint: string): Promise<void> {
  await sql.query(
    'insert into settings (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value',
    [FINGERPRINT, fingerprint],
  );
}

/** "rota" in ASCII. */
const ROTATION_LOCK = 0x726f7461;

/**
 * False where another rotation is under way. Held until the transaction ends, however long it is idle: it holds no snapshot
 * that would keep dead rows.
 */
export async function lockRotation(sql: Sql): Promise<boolean> {
  await sql.script('set local idle_in_transaction_session_timeout = 0');
  const [held] = await sql.query<{ locked: boolean }>('select pg_try_advisory_xact_lock($1) as locked', [
    ROTATION_LOCK,
  ]);
  return held!.locked;
}

/** What is left of a secret that went. */
export interface RetiredRow {
  fingerprint: string;
  /** Of its signatures: the `x` of a JWK. */
  publicKey: string;
  /** Sealed. */
  subjectKey: string;
  retiredAt: Date;
}

export function findRetired(sql: Sql): Promise<RetiredRow[]> {
  return sql.query<RetiredRow>(
    `select fingerprint, public_key as "publicKey", subject_key as "subjectKey", retired_at as "retiredAt"
     from retired_keys order by retired_at desc`,
  );
}

/** One that is there stays, with the time of now. */
export async function retire(sql: Sql, row: Omit<RetiredRow, 'retiredAt'>): Promise<void> {
  await sql.query(
    `insert into retired_keys (fingerprint, public_key, subject_key) values ($1, $2, $3)
     on conflict (fingerprint) do update set retired_at = now()`,
    [row.fingerprint, row.publicKey, row.subjectKey],
  );
}

/** The hosts of replicas that run and do not know this secret. */
export async function findHostsWithout(sql: Sql, fingerprint: string, aliveMs: number): Promise<string[]> {
  const rows = await sql.query<{ host: string }>(
    `select distinct host from replicas
     where beat_at > now() - $2::int * interval '1 ms' and not ($1 = any(secrets)) order by host`,
    [fingerprint, aliveMs],
  );
  return rows.map(({ host }) => host);
}

/** A text that is sealed under the secret of the server, and what it belongs to. */
export interface SealedText {
  id: string;
  tenantId: string;
  operation: string;
  sealed: string;
}

/** The columns with such texts. Texts of version 2 are under keys of their own. */
const COLUMNS = {
  'tasks.sealed': { table: 'tasks', key: 'id', column: 'sealed', tenant: 'tenant_id', operation: 'operation' },
  'webhooks.secret': { table: 'webhooks', key: 'id', column: 'secret', tenant: 'tenant_id', operation: `''` },
  'webhooks.old_secret': { table: 'webhooks', key: 'id', column: 'old_secret', tenant: 'tenant_id', operation: `''` },
  'retired_keys.subject_key': {
    table: 'retired_keys',
    key: 'fingerprint',
    column: 'subject_key',
    tenant: `''`,
    operation: `''`,
  },
} as const;
export type SealedColumn = keyof typeof COLUMNS;
export const SEALED_COLUMNS = Object.keys(COLUMNS) as SealedColumn[];

/** Texts that do not begin with this prefix, in the order of their ids. */
export function findSealedOtherwise(
  sql: Sql,
  name: SealedColumn,
  prefix: string,
  after: string,
  limit: number,
): Promise<SealedText[]> {
  const { table, key, column, tenant, operation } = COLUMNS[name];
  return sql.query<SealedText>(
    `select ${key} as id, ${tenant} as "tenantId", ${operation} as operation, ${column} as sealed from ${table}
     where ${column} like 'v1.%' and not starts_with(${column}, $1) and ${key} collate "C" > $2
     order by ${key} collate "C" limit $3`,
    [prefix, after, limit],
  );
}

/** False where it is another text by now. */
export async function replaceSealed(
  sql: Sql,
  name: SealedColumn,
  { id, sealed }: Pick<SealedText, 'id' | 'sealed'>,
  by: string,
): Promise<boolean> {
  const { table, key, column } = COLUMNS[name];
  const rows = await sql.query(
    `update ${table} set ${column} = $3 where ${key} = $1 and ${column} = $2 returning ${key}`,
    [id, sealed, by],
  );
  return rows.length > 0;
}

/** Of these tasks: whether each has sealed data still. One without a row is not in the map. */
export async function sealedTasks(sql: Sql, ids: readonly string[]): Promise<Map<string, boolean>> {
  const rows = await sql.query<{ id: string; sealed: boolean }>(
    'select id, sealed is not null as sealed from tasks where id = any($1::text[])',
    [ids],
  );
  return new Map(rows.map(({ id, sealed }) => [id, sealed]));
}
