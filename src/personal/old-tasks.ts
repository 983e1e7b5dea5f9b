import type { Audit } from '../audit/audit.js';
import { findConsentsOf, forgetConsentReferences } from '../store/consent-rows.js';
import type { Database } from '../store/database.js';
import {
  deleteOldAssets,
  deleteOldTasks,
  lockOldTasks,
  nextTenant,
  type OldTask,
  type OldTaskPlace,
} from '../store/old-task-rows.js';

/** What a batch came to. */
export interface Left {
  tasks: number;
  pictures: number;
  /** There may be more that is due. */
  isMore: boolean;
}

/** Tenants without anything that is due, that a batch passes by. */
const TENANTS_AT_ONCE = 100;

/** Lets ended tasks leave by their time, tenant after tenant, and the rows of pictures that are gone. */
export class OldTasks {
  /** Where the next batch begins. What has to stay is looked at once a round, however much it is. */
  #place: OldTaskPlace | undefined;

  constructor(
    private readonly database: Database,
    private readonly audit: Pick<Audit, 'subjectOf'>,
  ) {}

  /** Looks at so many tasks at most, and deletes those that may leave in one commit; and so many rows of pictures. */
  async drop(keptMs: number, most: number): Promise<Left> {
    let tasks = 0;
    for (let tenants = 0; tenants < TENANTS_AT_ONCE; tenants += 1) {
      this.#place ??= await this.#after('');
      if (this.#place === undefined) break;
      const { tenantId } = this.#place;
      const looked = await this.#dropOf(this.#place, keptMs, most);
      tasks = looked.filter(({ isHeld }) => !isHeld).length;
      const { endedAt, id } = looked.at(-1) ?? {};
      if (looked.length === most) this.#place = { tenantId, endedAt: endedAt!, id: id! };
      else this.#place = await this.#after(tenantId);
      if (looked.length > 0 || this.#place === undefined) break;
    }
    const pictures = await deleteOldAssets(this.database, keptMs, most);
    return { tasks, pictures, isMore: this.#place !== undefined || pictures === most };
  }

  async #after(tenant: string): Promise<OldTaskPlace | undefined> {
    const tenantId = await nextTenant(this.database, tenant);
    return tenantId === undefined ? undefined : { tenantId, endedAt: null, id: null };
  }

  /** Of the consents of the tasks an HMAC of their reference is left, as after an erasure. */
  #dropOf(place: OldTaskPlace, keptMs: number, most: number): Promise<OldTask[]> {
    const { tenantId } = place;
    return this.database.transaction(async sql => {
      const old = await lockOldTasks(sql, place, keptMs, most);
      const ids = old.filter(({ isHeld }) => !isHeld).map(({ id }) => id);
      if (ids.length === 0) return old;
      const consents = (await findConsentsOf(sql, tenantId, ids)).filter(({ reference }) => reference !== null);
      const hmacs = consents.map(({ reference }) => this.audit.subjectOf(tenantId, reference!));
      await forgetConsentReferences(sql, consents, hmacs);
      await deleteOldTasks(sql, ids);
      return old;
    });
  }
}
