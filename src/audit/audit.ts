import { createHmac } from 'node:crypto';
import type { Logger } from 'pino';
import { DarkroomError } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';
import type { SigningKeys } from '../kernel/signer.js';
import {
  type AuditFilter,
  appendChained,
  type ChainedAuditRow,
  findHeads,
  findPrunable,
  findUnchained,
  insertAudit,
  listAudit,
  lockHead,
  type NewAuditRow,
  pruneChain,
  readInbox,
} from '../store/audit-rows.js';
import type { Database, Sql } from '../store/database.js';
import type { AuditEntry } from './acts.js';
import { hashOf, NO_HASH, signedText } from './chain.js';
import { type AuditVerdict, type KnownHead, verifyAudit } from './verify-audit.js';

export interface AuditParts {
  database: Database;
  signing: Pick<SigningKeys, 'present' | 'all'>;
  /**
   * References become an HMAC with the first: a plain hash of a short reference can be guessed back. Entries of before are
   * found with the others.
   */
  subjectKeys(): readonly [Buffer, ...Buffer[]];
  log: Pick<Logger, 'warn'>;
}

export interface AuditTrailFilter extends Omit<AuditFilter, 'subjects'> {
  reference?: string;
}

function rowOf({ tenantId, act, by, operation, taskId, objectId, outcome }: AuditEntry, subject: string | null) {
  return {
    tenantId,
    act,
    actorKind: by.kind,
    actorId: by.id,
    operation: operation ?? null,
    taskId: taskId ?? null,
    objectId: objectId ?? null,
    subject,
    outcome: outcome ?? null,
  } satisfies NewAuditRow;
}

/** For a command, which knows no secret and names nobody's reference: a server moves the entry to its chain. */
export const INBOX: Pick<Audit, 'record' | 'rowOf'> = {
  record: (sql, entry) => insertAudit(sql, rowOf(entry, null)),
  rowOf: entry => rowOf(entry, null),
};

/**
 * Who did what, about whom, when. `record` writes an entry in the transaction of its act; within a second it is moved to
 * the end of its tenant's chain. Were it chained at once, each transaction of a tenant would wait for the disk of the one
 * before: on Postgres that held a tenant to as many tasks a second as the disk makes commits.
 */
export class Audit {
  #timer: NodeJS.Timeout | undefined;
  #chaining: Promise<void> = Promise.resolve();
  #verifying: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(private readonly parts: AuditParts) {}

  /** With the `sql` of a transaction, it stands or falls with the act. */
  async record(sql: Sql, entry: AuditEntry): Promise<void> {
    await insertAudit(sql, this.rowOf(entry));
  }

  /** The row of an entry, for a statement that writes it along with something else (`auditInsertion`). */
  rowOf(entry: AuditEntry): NewAuditRow {
    this.schedule();
    const { reference, tenantId } = entry;
    return rowOf(entry, reference == null ? null : this.subjectOf(tenantId, reference));
  }

  /** What entries about one person have in the place of the reference. */
  subjectOf(tenantId: string, reference: string): string {
    return subjectUnder(this.parts.subjectKeys()[0], tenantId, reference);
  }

  /** By what the entries about one person are found: they may be older than the secret of now. */
  subjectsOf(tenantId: string, reference: string): string[] {
    return this.parts.subjectKeys().map(key => subjectUnder(key, tenantId, reference));
  }

  /** Newest first. What was recorded just now is chained first, so that whoever asks sees it. */
  async trail(tenantId: string, filter: AuditTrailFilter, limit: number, before?: number): Promise<ChainedAuditRow[]> {
    await this.chain();
    const { reference, ...rest } = filter;
    const subjects = reference === undefined ? {} : { subjects: this.subjectsOf(tenantId, reference) };
    return listAudit(this.parts.database, tenantId, { ...rest, ...subjects }, limit, before);
  }

  /**
   * Whether the chain of a tenant holds, beside the work that goes on: read in pieces, since the embedded database has
   * one connection. What seems broken is looked at once more, as it is at one moment. One at a time, for it takes a second
   * for some 50,000 entries.
   */
  verify(tenantId: string, known: readonly KnownHead[] = []): Promise<AuditVerdict> {
    const { database, signing } = this.parts;
    const check = async (sql: Sql) => {
      const head = { number: 0, hash: NO_HASH };
      const [verdict] = await verifyAudit(sql, signing.all, known, tenantId);
      return verdict ?? { tenantId, entries: 0, anchor: 0, head, unchained: 0, breaks: [] };
    };
    const verifying = this.#verifying
      .catch(() => {})
      .then(async () => {
        await this.chain();
        const seen = await check(database);
        return seen.breaks.length === 0 ? seen : database.transaction(sql => inOneMoment(sql, check));
      });
    this.#verifying = verifying;
    return verifying;
  }

  /** Moves all entries to their chains. One replica at a time works on a chain; another one leaves it to that. */
  chain(): Promise<void> {
    this.#chaining = this.#chaining
      .catch(() => {})
      .then(async () => {
        while (await this.chainSome());
      });
    return this.#chaining;
  }

  /** Removes what is older, from the old end of each chain. The anchor is signed, so that the rest can still be verified. */
  async prune(before: Date): Promise<number> {
    const { database, signing } = this.parts;
    const signer = signing.present;
    let pruned = 0;
    for (const { tenantId } of await findHeads(database))
      pruned += await database.transaction(async sql => {
        const last = (await lockHead(sql, tenantId)) && (await findPrunable(sql, tenantId, before));
        if (last === undefined) return 0;
        const { number, hash } = last;
        const signature = signer.sign(signedText('ANCHOR', tenantId, number, hash));
        return pruneChain(sql, tenantId, { number, hash, signature, keyId: signer.keyId });
      });
    return pruned;
  }

  /** Chains what is left. Where that fails, it is done after the next start. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.chain().catch(error => this.parts.log.warn({ err: error }, 'audit entries were left unchained'));
  }

  private schedule(): void {
    if (this.#timer !== undefined || this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.chain().catch(error => {
        // The database is closed: what is left is chained after the next start.
        if (DarkroomError.is(error) && error.code === 'STOPPING') return;
        this.parts.log.warn({ err: error }, 'audit entries could not be chained; it is tried again');
        this.schedule();
      });
    }, LIMITS.audit.chainMs);
    this.#timer.unref();
  }

  /** False where nothing is left to do, or somebody else does it. */
  private async chainSome(): Promise<boolean> {
    const { database, signing } = this.parts;
    const signer = signing.present;
    const tenantId = await findUnchained(database);
    if (tenantId === undefined) return false;
    return database.transaction(async sql => {
      const head = await lockHead(sql, tenantId);
      if (head === undefined) {
        this.schedule();
        return false;
      }
      const waiting = await readInbox(sql, tenantId, LIMITS.audit.chainRows);
      // The one who held the head until now has chained them.
      if (waiting.length === 0) return true;
      let { number, hash: previousHash } = head;
      const rows = waiting.map(({ id: _, ...entry }) => {
        number += 1;
        const linked = { ...entry, number, previousHash };
        previousHash = hashOf(linked);
        return { ...linked, hash: previousHash };
      });
      const signature = signer.sign(signedText('HEAD', tenantId, number, previousHash));
      const ids = waiting.map(({ id }) => id);
      await appendChained(sql, rows, ids, { signature, keyId: signer.keyId });
      return true;
    });
  }
}

async function inOneMoment<Result>(sql: Sql, read: (sql: Sql) => Promise<Result>): Promise<Result> {
  await sql.script('set transaction isolation level repeatable read, read only');
  return read(sql);
}

function subjectUnder(key: Buffer, tenantId: string, reference: string): string {
  return createHmac('sha256', key)
    .update(JSON.stringify([tenantId, reference]))
    .digest()
    .subarray(0, 16)
    .toString('base64url');
}
