import type { Parameter, Sql } from './database.js';

/** What is written of one act. Ids and codes only: no name, no number, no free text of a caller. */
export interface NewAuditRow {
  tenantId: string;
  act: string;
  actorKind: string;
  actorId: string | null;
  operation: string | null;
  taskId: string | null;
  objectId: string | null;
  subject: string | null;
  outcome: string | null;
}

export interface ChainedAuditRow extends NewAuditRow {
  /** From 1, without gaps. */
  number: number;
  at: Date;
  previousHash: string;
  hash: string;
}

export interface AuditHead {
  tenantId: string;
  number: number;
  hash: string;
  signature: string | null;
  keyId: string | null;
  anchorNumber: number;
  anchorHash: string;
  anchorSignature: string | null;
  anchorKeyId: string | null;
}

const INBOX_COLUMNS = 'tenant_id, act, actor_kind, actor_id, operation, task_id, object_id, subject, outcome';
const NAMES = `tenant_id as "tenantId", at, act, actor_kind as "actorKind", actor_id as "actorId", operation,
  task_id as "taskId", object_id as "objectId", subject, outcome`;
const CHAINED = `number, ${NAMES}, previous_hash as "previousHash", hash`;
const HEAD = `tenant_id as "tenantId", number, hash, signature, key_id as "keyId", anchor_number as "anchorNumber",
  anchor_hash as "anchorHash", anchor_signature as "anchorSignature", anchor_key_id as "anchorKeyId"`;

function values(row: NewAuditRow): Parameter[] {
  const { tenantId, act, actorKind, actorId, operation, taskId, objectId, subject, outcome } = row;
  return [tenantId, act, actorKind, actorId, operation, taskId, objectId, subject, outcome];
}

/** The insertion as a part of another statement, for each row of `from`: its parameters stand behind `before` others. */
export function auditInsertion(row: NewAuditRow, before = 0, from?: string): { text: string; params: Parameter[] } {
  const params = values(row);
  const places = params.map((_, index) => `$${before + index + 1}::text`);
  const source = from === undefined ? '' : ` from ${from}`;
  return { text: `insert into audit_inbox (${INBOX_COLUMNS}) select ${places.join(', ')}${source}`, params };
}

export async function insertAudit(sql: Sql, row: NewAuditRow): Promise<void> {
  const { text, params } = auditInsertion(row);
  await sql.query(text, params);
}

/** A tenant with entries that are not in its chain yet. */
export async function findUnchained(sql: Sql): Promise<string | undefined> {
  const rows = await sql.query<{ tenantId: string }>(
    'select tenant_id as "tenantId" from audit_inbox order by id limit 1',
  );
  return rows[0]?.tenantId;
}

export async function countUnchained(sql: Sql, tenantId?: string): Promise<number> {
  const rows = await sql.query<{ count: number }>(
    'select count(*)::int as count from audit_inbox where $1::text is null or tenant_id = $1',
    [tenantId ?? null],
  );
  return rows[0]!.count;
}

/** Locks the end of a chain until the transaction ends; undefined while somebody else holds it. */
export async function lockHead(sql: Sql, tenantId: string): Promise<AuditHead | undefined> {
  await sql.query('insert into audit_heads (tenant_id) values ($1) on conflict do nothing', [tenantId]);
  const rows = await sql.query<AuditHead>(
    `select ${HEAD} from audit_heads where tenant_id = $1 for update skip locked`,
    [tenantId],
  );
  return rows[0];
}

/** Oldest first. To be called with the head locked. */
export function readInbox(
  sql: Sql,
  tenantId: string,
  limit: number,
): Promise<(NewAuditRow & { id: number; at: Date })[]> {
  return sql.query(`select id, ${NAMES} from audit_inbox where tenant_id = $1 order by id limit $2`, [tenantId, limit]);
}

/** Moves entries from the inbox to the end of their chain. */
export async function appendChained(
  sql: Sql,
  rows: readonly ChainedAuditRow[],
  inboxIds: readonly number[],
  head: Pick<AuditHead, 'signature' | 'keyId'>,
): Promise<void> {
  const last = rows.at(-1)!;
  await sql.query(
    `with moved as (delete from audit_inbox where id = any($2::bigint[]))
     insert into audit (number, tenant_id, at, act, actor_kind, actor_id, operation, task_id, object_id, subject, outcome, previous_hash, hash)
     select * from jsonb_to_recordset($1::jsonb) as given ("number" bigint, "tenantId" text, "at" timestamptz, "act" text,
       "actorKind" text, "actorId" text, "operation" text, "taskId" text, "objectId" text, "subject" text, "outcome" text,
       "previousHash" text, "hash" text)`,
    [JSON.stringify(rows), inboxIds],
  );
  await sql.query('update audit_heads set number = $2, hash = $3, signature = $4, key_id = $5 where tenant_id = $1', [
    last.tenantId,
    last.number,
    last.hash,
    head.signature,
    head.keyId,
  ]);
}

/** Of one tenant, or of all. */
export function findHeads(sql: Sql, tenantId?: string): Promise<AuditHead[]> {
  return sql.query<AuditHead>(
    `select ${HEAD} from audit_heads where $1::text is null or tenant_id = $1 order by tenant_id collate "C"`,
    [tenantId ?? null],
  );
}

/** Tenants with entries and without a head: somebody has removed it. */
export async function findHeadless(sql: Sql): Promise<string[]> {
  const rows = await sql.query<{ tenantId: string }>(
    `select distinct tenant_id as "tenantId" from audit a
     where not exists (select 1 from audit_heads h where h.tenant_id = a.tenant_id)`,
  );
  return rows.map(({ tenantId }) => tenantId);
}

/** In the order of the chain. */
export function readChain(sql: Sql, tenantId: string, after: number, limit: number): Promise<ChainedAuditRow[]> {
  return sql.query<ChainedAuditRow>(
    `select ${CHAINED} from audit where tenant_id = $1 and number > $2 order by number limit $3`,
    [tenantId, after, limit],
  );
}

export interface AuditFilter {
  acts?: readonly string[];
  taskId?: string;
  /** One of these. */
  subjects?: readonly string[];
  /** One of these. */
  actorIds?: readonly string[];
  from?: Date;
  to?: Date;
}

/** Newest first; `limit` entries before the number. */
export function listAudit(
  sql: Sql,
  tenantId: string,
  filter: AuditFilter,
  limit: number,
  before?: number,
): Promise<ChainedAuditRow[]> {
  return sql.query<ChainedAuditRow>(
    `select ${CHAINED} from audit where tenant_id = $1
       and ($2::text[] is null or act = any($2::text[])) and ($3::text is null or task_id = $3)
       and ($4::text[] is null or subject = any($4::text[])) and ($5::text[] is null or actor_id = any($5::text[]))
       and ($6::timestamptz is null or at >= $6) and ($7::timestamptz is null or at < $7)
       and ($8::bigint is null or number < $8)
     order by number desc limit $9`,
    [
      tenantId,
      filter.acts ?? null,
      filter.taskId ?? null,
      filter.subjects ?? null,
      filter.actorIds ?? null,
      filter.from ?? null,
      filter.to ?? null,
      before ?? null,
      limit,
    ],
  );
}

/** Everything about these tasks, and about one of these subjects, in the order of the chain. */
export function findAuditAbout(
  sql: Sql,
  tenantId: string,
  subjects: readonly string[],
  taskIds: readonly string[],
  limit: number,
): Promise<ChainedAuditRow[]> {
  return sql.query<ChainedAuditRow>(
    `select ${CHAINED} from audit where tenant_id = $1 and (subject = any($2::text[]) or task_id = any($3::text[]))
     order by number limit $4`,
    [tenantId, subjects, taskIds, limit],
  );
}

/** The last entry of the oldest ones that are all older: what may go. An entry behind a younger one stays. */
export async function findPrunable(sql: Sql, tenantId: string, before: Date): Promise<ChainedAuditRow | undefined> {
  const rows = await sql.query<ChainedAuditRow>(
    `select ${CHAINED} from audit where tenant_id = $1
       and number < coalesce((select min(number) from audit where tenant_id = $1 and at >= $2), 9223372036854775807)
     order by number desc limit 1`,
    [tenantId, before],
  );
  return rows[0];
}

/** Removes the old end of a chain, and writes down where it begins now. */
export async function pruneChain(
  sql: Sql,
  tenantId: string,
  anchor: { number: number; hash: string; signature: string; keyId: string },
): Promise<number> {
  await sql.query(
    `update audit_heads set anchor_number = $2, anchor_hash = $3, anchor_signature = $4, anchor_key_id = $5
     where tenant_id = $1`,
    [tenantId, anchor.number, anchor.hash, anchor.signature, anchor.keyId],
  );
  const gone = await sql.query('delete from audit where tenant_id = $1 and number <= $2 returning number', [
    tenantId,
    anchor.number,
  ]);
  return gone.length;
}

/**
 * Whether this task was there and has left by its time: the trail has its making, and no erasure of it. For as long as
 * the trail is kept.
 */
export async function hasLeft(sql: Sql, tenantId: string, taskId: string): Promise<boolean> {
  const [found] = await sql.query<{ made: boolean; erased: boolean }>(
    `select coalesce(bool_or(act = 'TASK_CREATED'), false) as made, coalesce(bool_or(act = 'TASK_ERASED'), false) as erased
     from (select tenant_id, task_id, act from audit union all select tenant_id, task_id, act from audit_inbox) entries
     where tenant_id = $1 and task_id = $2`,
    [tenantId, taskId],
  );
  return found!.made && !found!.erased;
}
