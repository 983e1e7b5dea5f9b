import type { Actor } from '../audit/acts.js';
import type { Audit } from '../audit/audit.js';
import { LIMITS } from '../kernel/limits.js';
import { type AssetRow, findAssets } from '../store/asset-rows.js';
import { type ChainedAuditRow, findAuditAbout } from '../store/audit-rows.js';
import { findLinksOf, type PhotoLinkRow } from '../store/browser-token-rows.js';
import { type ConsentRow, findConsentsOf } from '../store/consent-rows.js';
import type { Database } from '../store/database.js';
import { findAssetIdsOf, findLedgerOf, findTaskIdsOf, type LedgerRow } from '../store/erasure-rows.js';
import type { Task } from '../store/task.js';
import { findTasks } from '../store/task-rows.js';
import { coverageOf } from './coverage.js';

export interface PersonExport {
  tasks: Task[];
  consents: ConsentRow[];
  photoLinks: PhotoLinkRow[];
  assets: AssetRow[];
  ledger: LedgerRow[];
  audit: ChainedAuditRow[];
  /** False where there is more than one request gives. */
  complete: boolean;
}

/** What is kept of one person, by the caller's reference: for the person, who has a right to it (PIPL, article 45). */
export class PersonExporter {
  constructor(
    private readonly database: Database,
    private readonly audit: Audit,
  ) {}

  async export(tenantId: string, reference: string, by: Actor): Promise<PersonExport> {
    const { database, audit } = this;
    await audit.record(database, { tenantId, act: 'PERSON_EXPORTED', by, reference });
    await audit.chain();
    const most = LIMITS.erasure.tasks;
    const own = await findTaskIdsOf(database, tenantId, reference, most + 1);
    const { taskIds } = await coverageOf(database, tenantId, own.slice(0, most));
    const entries = await findAuditAbout(
      database,
      tenantId,
      audit.subjectsOf(tenantId, reference),
      taskIds,
      LIMITS.erasure.auditEntries + 1,
    );
    const tasks = await findTasks(database, tenantId, taskIds);
    const links = await findLinksOf(database, tenantId, reference, most + 1);
    return {
      tasks: tasks.sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime()),
      consents: await findConsentsOf(database, tenantId, taskIds),
      photoLinks: links.slice(0, most),
      assets: await findAssets(database, tenantId, await findAssetIdsOf(database, tenantId, taskIds)),
      ledger: await findLedgerOf(database, tenantId, taskIds),
      audit: entries.slice(0, LIMITS.erasure.auditEntries),
      complete: own.length <= most && links.length <= most && entries.length <= LIMITS.erasure.auditEntries,
    };
  }
}
