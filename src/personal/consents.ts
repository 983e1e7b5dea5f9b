import type { Actor } from '../audit/acts.js';
import type { Audit } from '../audit/audit.js';
import { DarkroomError } from '../kernel/errors.js';
import { newId } from '../kernel/ids.js';
import {
  type ConsentKey,
  type ConsentRow,
  findConsentsOf,
  findUnfinishedWithdrawals,
  insertConsent,
  isWithdrawn,
  lockConsents,
  withdrawOfReference,
  withdrawOfTask,
} from '../store/consent-rows.js';
import type { Database, Sql } from '../store/database.js';
import type { Erasure, SignedReceipt } from './erasure.js';

/** A checked consent that is not kept yet. */
export interface NewConsent extends Pick<ConsentRow, 'purpose' | 'noticeVersion' | 'givenBy' | 'guardian'> {
  reference: string;
  /** Null: now. */
  givenAt: Date | null;
}

export interface ConsentParts {
  database: Database;
  audit: Audit;
  erasure: Erasure;
}

const BATCH = 100;

/** What people agreed to, task by task, and what follows where they take it back. */
export class Consents {
  constructor(private readonly parts: ConsentParts) {}

  /** Writes a consent in the transaction of its task. Throws CONSENT_WITHDRAWN. */
  async keep(sql: Sql, tenantId: string, taskId: string, id: string, consent: NewConsent): Promise<void> {
    const key = this.keyOf(tenantId, consent.reference);
    await lockConsents(sql, key, true);
    if (await isWithdrawn(sql, key)) throw new DarkroomError('CONSENT_WITHDRAWN');
    await insertConsent(sql, { ...consent, id, tenantId, taskId, givenAt: consent.givenAt ?? new Date() });
  }

  newId(): string {
    return newId('consent');
  }

  /** The consents of these tasks. */
  of(tenantId: string, taskIds: readonly string[]): Promise<ConsentRow[]> {
    return findConsentsOf(this.parts.database, tenantId, taskIds);
  }

  /**
   * Takes back the consent of one task, or everything under one reference, under which nothing more can be made then.
   * What runs is canceled, and what was made is erased at once, with what was made of it. Throws NOT_FOUND.
   */
  async withdraw(
    tenantId: string,
    which: { taskId: string } | { reference: string },
    by: Actor,
  ): Promise<SignedReceipt> {
    const { database, audit, erasure } = this.parts;
    const reference = 'reference' in which ? which.reference : null;
    const withdrawn = await database.transaction(async sql => {
      const rows =
        'taskId' in which
          ? await withdrawOfTask(sql, tenantId, which.taskId)
          : await this.withdrawAll(sql, this.keyOf(tenantId, which.reference));
      for (const { id, taskId } of rows)
        await audit.record(sql, { tenantId, act: 'CONSENT_WITHDRAWN', by, taskId, objectId: id, reference });
      return rows;
    });
    if (withdrawn.length === 0) throw new DarkroomError('NOT_FOUND', 'There is no such consent.');
    const taskIds = withdrawn.map(({ taskId }) => taskId);
    return erasure.eraseTasks(tenantId, taskIds, { cause: 'CONSENT', reference, by });
  }

  /** Erases what a withdrawal left where its process died. To be called now and then. */
  async finishWithdrawals(by: Actor): Promise<number> {
    const left = await findUnfinishedWithdrawals(this.parts.database, BATCH);
    for (const { tenantId, taskId } of left)
      await this.parts.erasure.eraseTasks(tenantId, [taskId], { cause: 'CONSENT', reference: null, by });
    return left.length;
  }

  private async withdrawAll(sql: Sql, key: ConsentKey): Promise<ConsentRow[]> {
    await lockConsents(sql, key, false);
    return withdrawOfReference(sql, key);
  }

  private keyOf(tenantId: string, reference: string): ConsentKey {
    return { tenantId, reference, hmacs: this.parts.audit.subjectsOf(tenantId, reference) };
  }
}
