import type { Sql } from './database.js';

export const CONSENT_GIVERS = ['PERSON', 'GUARDIAN'] as const;
export type ConsentGiver = (typeof CONSENT_GIVERS)[number];
export const GUARDIANS = ['MOTHER', 'FATHER', 'OTHER'] as const;
export type Guardian = (typeof GUARDIANS)[number];

export interface ConsentRow {
  id: string;
  tenantId: string;
  taskId: string;
  purpose: string;
  noticeVersion: string;
  givenBy: ConsentGiver;
  guardian: Guardian | null;
  /** The caller's own proof; null once its task is erased. */
  reference: string | null;
  givenAt: Date;
  withdrawnAt: Date | null;
}

const COLUMNS = `id, tenant_id as "tenantId", task_id as "taskId", purpose, notice_version as "noticeVersion",
  given_by as "givenBy", guardian, reference, given_at as "givenAt", withdrawn_at as "withdrawnAt"`;

/** By what a consent is found: its reference, and what is left of that after an erasure. */
export interface ConsentKey {
  tenantId: string;
  reference: string;
  /** Under each secret that it may have been written under. */
  hmacs: readonly string[];
}

const OF_KEY = 'tenant_id = $1 and (reference = $2 or reference_hmac = any($3::text[]))';

export async function insertConsent(sql: Sql, consent: Omit<ConsentRow, 'withdrawnAt'>): Promise<void> {
  const { id, tenantId, taskId, purpose, noticeVersion, givenBy, guardian, reference, givenAt } = consent;
  await sql.query(
    `insert into consents (id, tenant_id, task_id, purpose, notice_version, given_by, guardian, reference, given_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [id, tenantId, taskId, purpose, noticeVersion, givenBy, guardian, reference, givenAt],
  );
}

/**
 * Until the transaction ends, nobody withdraws this consent (`shared`), or makes anything under it (not `shared`). Without
 * it a task could be kept beside a withdrawal that does not see it yet.
 */
export async function lockConsents(sql: Sql, { tenantId, reference }: ConsentKey, shared: boolean): Promise<void> {
  const lock = shared ? 'pg_advisory_xact_lock_shared' : 'pg_advisory_xact_lock';
  await sql.query(`select ${lock}(hashtextextended($1, 0))`, [JSON.stringify(['consent', tenantId, reference])]);
}

export async function isWithdrawn(sql: Sql, { tenantId, reference, hmacs }: ConsentKey): Promise<boolean> {
  const rows = await sql.query(`select 1 from consents where ${OF_KEY} and withdrawn_for_all limit 1`, [
    tenantId,
    reference,
    hmacs,
  ]);
  return rows.length > 0;
}

export function findConsentsOf(sql: Sql, tenantId: string, taskIds: readonly string[]): Promise<ConsentRow[]> {
  return sql.query<ConsentRow>(
    `select ${COLUMNS} from consents where tenant_id = $1 and task_id = any($2::text[]) order by created_at, id`,
    [tenantId, taskIds],
  );
}

/** Marks one task's consent as withdrawn; the time of an earlier withdrawal stays. */
export function withdrawOfTask(sql: Sql, tenantId: string, taskId: string): Promise<ConsentRow[]> {
  return sql.query<ConsentRow>(
    `update consents set withdrawn_at = coalesce(withdrawn_at, now()) where tenant_id = $1 and task_id = $2
     returning ${COLUMNS}`,
    [tenantId, taskId],
  );
}

/** Marks everything under this reference as withdrawn, and lets nothing more be made under it. */
export function withdrawOfReference(sql: Sql, { tenantId, reference, hmacs }: ConsentKey): Promise<ConsentRow[]> {
  return sql.query<ConsentRow>(
    `update consents set withdrawn_at = coalesce(withdrawn_at, now()), withdrawn_for_all = true where ${OF_KEY}
     returning ${COLUMNS}`,
    [tenantId, reference, hmacs],
  );
}

/** Their task is erased: of the caller's reference an HMAC is left. */
export async function forgetConsentReferences(
  sql: Sql,
  consents: readonly Pick<ConsentRow, 'id'>[],
  hmacOf: readonly string[],
): Promise<void> {
  if (consents.length === 0) return;
  await sql.query(
    `update consents c set reference = null, reference_hmac = given.hmac
     from unnest($1::text[], $2::text[]) as given (id, hmac) where c.id = given.id`,
    [consents.map(({ id }) => id), hmacOf],
  );
}

/** Tasks that are there although the consent that they were made under was withdrawn: a crash came between. */
export function findUnfinishedWithdrawals(sql: Sql, limit: number): Promise<{ tenantId: string; taskId: string }[]> {
  return sql.query(
    `select c.tenant_id as "tenantId", c.task_id as "taskId" from consents c join tasks t on t.id = c.task_id
     where c.withdrawn_at is not null limit $1`,
    [limit],
  );
}

/** Consents whose task is gone are a proof, for as long as the audit trail is kept. */
export async function dropOldConsents(sql: Sql, before: Date): Promise<void> {
  await sql.query(
    `delete from consents c where c.created_at < $1 and not exists (select 1 from tasks t where t.id = c.task_id)`,
    [before],
  );
}
