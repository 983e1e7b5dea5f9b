import type { Logger } from 'pino';
import type { Operation } from '../../datasources/contract.js';
import type { AssetService } from '../assets/asset-service.js';
import { SERVER } from '../audit/acts.js';
import type { Audit } from '../audit/audit.js';
import type { Sql } from '../store/database.js';
import type { Task } from '../store/task.js';
import type { WorkEnd } from '../tasks/machine/lifecycle.js';

/**
 * The end of operations that compare a face with a register. Their photo is of no use once they have answered, and they
 * are not tried again with it: it goes then. That there was an outcome is in the audit trail; which one is not.
 */
export class VerificationEnd implements WorkEnd {
  constructor(
    /** These operations. */
    private readonly verifications: readonly Operation[],
    private readonly audit: Audit,
    private readonly assets: AssetService,
    private readonly log: Pick<Logger, 'error'>,
  ) {}

  async write(sql: Sql, { id: taskId, tenantId, operation, state, reference }: Task): Promise<void> {
    if (state === 'SUCCEEDED' && this.verifications.includes(operation))
      await this.audit.record(sql, { tenantId, act: 'FACE_VERIFIED', by: SERVER, operation, taskId, reference });
  }

  /** Of any task: the last one that needed such a photo may be of another operation. */
  async follow({ inputAssets }: Task): Promise<void> {
    if (inputAssets.length === 0) return;
    await this.assets.purgeBrief(this.verifications, inputAssets).catch(error => {
      this.log.error({ err: error }, 'a photo could not be deleted at the end of its task; it is tried again');
    });
  }
}
