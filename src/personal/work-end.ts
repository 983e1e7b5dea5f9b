import type { Logger } from 'pino';
import type { Operation } from '../../datasources/contract.js';
import type { AssetService } from '../assets/asset-service.js';
import { SERVER } from '../audit/acts.js';
import type { Audit } from '../audit/audit.js';
import type { PersonalData } from '../sealing/personal-data.js';
import type { Sql } from '../store/database.js';
import type { Task } from '../store/task.js';
import type { WorkEnd } from '../tasks/machine/lifecycle.js';

/**
 * What was sealed for the work of a task goes with the work: its row has lost the text, and here its key goes, so that no
 * copy of the text opens. The photo of operations that compare a face with a register is of no use once they have
 * answered, and they are not tried again with it: it goes then too. That there was an outcome is in the audit trail; which
 * one is not.
 */
export class PersonalEnd implements WorkEnd {
  constructor(
    /** Operations that compare a face with a register. */
    private readonly verifications: readonly Operation[],
    private readonly audit: Audit,
    private readonly assets: AssetService,
    private readonly personal: PersonalData,
    private readonly log: Pick<Logger, 'error'>,
  ) {}

  async write(sql: Sql, { id: taskId, tenantId, operation, state, reference }: Task): Promise<void> {
    if (state === 'SUCCEEDED' && this.verifications.includes(operation))
      await this.audit.record(sql, { tenantId, act: 'FACE_VERIFIED', by: SERVER, operation, taskId, reference });
  }

  /** Of any task: the last one that needed such a photo may be of another operation. */
  async follow({ id, inputAssets }: Task): Promise<void> {
    await Promise.all([this.purge(inputAssets), this.forget(id)]);
  }

  private async purge(inputAssets: readonly string[]): Promise<void> {
    if (inputAssets.length === 0) return;
    await this.assets.purgeBrief(this.verifications, inputAssets).catch(error => {
      this.log.error({ err: error }, 'a photo could not be deleted at the end of its task; it is tried again');
    });
  }

  private async forget(id: string): Promise<void> {
    await this.personal.forget(id).catch(error => {
      this.log.error({ err: error }, 'the key of a task could not be destroyed at its end; it is tried again');
    });
  }
}
