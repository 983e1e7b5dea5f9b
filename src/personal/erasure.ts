import type { AssetService } from '../assets/asset-service.js';
import type { ErasureList } from '../assets/erasures.js';
import type { Actor } from '../audit/acts.js';
import type { Audit } from '../audit/audit.js';
import { DarkroomError } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';
import type { SigningKeys } from '../kernel/signer.js';
import type { PersonalData } from '../sealing/personal-data.js';
import { purgeAssets, resultAssetsOf, unusedInputs } from '../store/asset-rows.js';
import { type AttemptRow, findAttempts } from '../store/attempt-rows.js';
import { deleteLinksOf } from '../store/browser-token-rows.js';
import { findConsentsOf, forgetConsentReferences } from '../store/consent-rows.js';
import type { Database, Sql } from '../store/database.js';
import { deleteEndedTask, findBoughtAssets, findLiveInputs, findTaskIdsOf } from '../store/erasure-rows.js';
import type { Task } from '../store/task.js';
import type { TaskEvents } from '../tasks/machine/events.js';
import { isTerminal } from '../tasks/machine/machine.js';
import type { TaskService } from '../tasks/machine/task-service.js';
import { coverageOf } from './coverage.js';
import { type ErasureCause, holdingsOf, issueReceipt, type NotErased, type Receipt } from './receipt.js';

export type SignedReceipt = Receipt & { jws: string };

export interface ErasureParts {
  database: Database;
  tasks: TaskService;
  events: TaskEvents;
  assets: AssetService;
  erasures: ErasureList;
  audit: Audit;
  signing: SigningKeys;
  personal: PersonalData;
}

interface Order {
  cause: ErasureCause;
  reference: string | null;
  by: Actor;
}

/** What came of it so far. */
interface Tally {
  tasks: string[];
  assets: string[];
  canceled: string[];
  notErased: NotErased[];
  attempts: AttemptRow[];
  /** Photos that the tasks worked on. */
  inputs: Set<string>;
}

/** Erases on request, and signs what was erased. The ledger and the audit trail stay: they hold no personal data. */
export class Erasure {
  constructor(private readonly parts: ErasureParts) {}

  /**
   * Forgets an ended task: its row, its results, and its photos if no other task needs them. Throws NOT_FOUND, NOT_ENDED.
   */
  async deleteTask(tenantId: string, id: string, by: Actor): Promise<SignedReceipt> {
    const task = await this.parts.tasks.require(tenantId, id);
    if (!isTerminal(task.state))
      throw new DarkroomError('NOT_ENDED', `The task is ${task.state}; cancel or resolve it first.`);
    const tally = newTally();
    await this.eraseOne(task, { cause: 'TASK', reference: null, by }, tally, []);
    return this.finish(tenantId, { cause: 'TASK', reference: null, by }, tally, true);
  }

  /** Erases everything of one reference, photo links too. Open tasks are canceled first: a person's wish does not wait for a vendor. */
  async eraseReference(tenantId: string, reference: string, by: Actor): Promise<SignedReceipt> {
    const { database } = this.parts;
    // First, so that nothing more is made under it meanwhile.
    await deleteLinksOf(database, tenantId, reference);
    const most = LIMITS.erasure.tasks;
    const ids = await findTaskIdsOf(database, tenantId, reference, most + 1);
    const order: Order = { cause: 'REFERENCE', reference, by };
    return this.eraseTasks(tenantId, ids.slice(0, most), order, ids.length <= most);
  }

  /** Erases these tasks, whatever their state, and what was made of their results. An id that is gone is passed over. */
  async eraseTasks(
    tenantId: string,
    taskIds: readonly string[],
    order: Order,
    complete = true,
  ): Promise<SignedReceipt> {
    const tally = newTally();
    const { taskIds: covered, shared } = await coverageOf(this.parts.database, tenantId, taskIds);
    for (const taskId of shared) tally.notErased.push({ taskId, assetId: null, code: 'RELEASED_WITH_OTHERS' });
    for (const id of covered) {
      const task = await this.ended(tenantId, id, order.by, tally);
      if (task === undefined) continue;
      const bought = await findBoughtAssets(this.parts.database, tenantId, id);
      await this.eraseOne(task, order, tally, bought);
    }
    return this.finish(tenantId, order, tally, complete);
  }

  /** The task once it has ended; undefined where it is gone. One that works is canceled: nothing of it is sent any more. */
  private async ended(tenantId: string, id: string, by: Actor, tally: Tally): Promise<Task | undefined> {
    const { tasks } = this.parts;
    const task = await tasks.find(tenantId, id);
    if (task === undefined || isTerminal(task.state)) return task;
    const canceled = await tasks.cancel(tenantId, id, by).catch(error => {
      // It ended by itself, or somebody else has erased it.
      if (DarkroomError.is(error) && (error.code === 'TASK_ENDED' || error.code === 'NOT_FOUND')) return undefined;
      throw error;
    });
    if (canceled === undefined) return tasks.find(tenantId, id);
    tally.canceled.push(id);
    return canceled;
  }

  /** One commit, then the files. The list of erasures comes first: a restore of an older backup erases by it again. */
  private async eraseOne(task: Task, order: Order, tally: Tally, more: readonly string[]): Promise<void> {
    const { database, assets, erasures, audit, personal } = this.parts;
    const { id, tenantId, operation, reference, inputAssets } = task;
    const attempts = await findAttempts(database, [id]);
    const results = [...(await resultAssetsOf(database, tenantId, id)), ...more];
    const unused = await unusedInputs(database, tenantId, inputAssets, id);
    await erasures.note({ tasks: [id], assets: [...results, ...unused] });
    const purged = await database.transaction(async sql => {
      if (!(await deleteEndedTask(sql, tenantId, id))) return undefined;
      const free = await unusedInputs(sql, tenantId, unused, id);
      const gone = await purgeAssets(sql, tenantId, [...results, ...free]);
      await this.forgetReferences(sql, task);
      await audit.record(sql, { tenantId, act: 'TASK_ERASED', by: order.by, operation, taskId: id, reference });
      return gone;
    });
    if (purged === undefined) {
      // Somebody else has erased it, unless it is there again, which no move of a task allows.
      if ((await this.parts.tasks.find(tenantId, id)) !== undefined)
        tally.notErased.push({ taskId: id, assetId: null, code: 'TASK_CHANGED' });
      return;
    }
    this.parts.events.publishErased(tenantId, id);
    // It went when the task ended, unless a crash came in between.
    await personal.forget(id);
    await assets.removeFiles(purged);
    tally.tasks.push(id);
    tally.assets.push(...purged);
    tally.attempts.push(...attempts);
    for (const asset of inputAssets) tally.inputs.add(asset);
  }

  private async forgetReferences(sql: Sql, { tenantId, id }: Task): Promise<void> {
    const consents = (await findConsentsOf(sql, tenantId, [id])).filter(({ reference }) => reference !== null);
    const hmacs = consents.map(({ reference }) => this.parts.audit.subjectOf(tenantId, reference!));
    await forgetConsentReferences(sql, consents, hmacs);
  }

  private async finish(tenantId: string, order: Order, tally: Tally, complete: boolean): Promise<SignedReceipt> {
    const { database, audit, signing } = this.parts;
    const { cause, reference, by } = order;
    const { tasks, assets, canceled, attempts } = tally;
    const left = await findLiveInputs(database, tenantId, [...tally.inputs]);
    const notErased: NotErased[] = [
      ...tally.notErased,
      ...left.map(assetId => ({ taskId: null, assetId, code: 'PHOTO_IN_USE' as const })),
    ];
    const receipt = issueReceipt(signing.present, {
      tenantId,
      cause,
      subject: reference === null ? null : audit.subjectOf(tenantId, reference),
      tasks,
      assets,
      canceled,
      notErased,
      vendors: holdingsOf(attempts),
      complete: complete && notErased.length === 0,
    });
    if (cause === 'REFERENCE')
      await audit.record(database, { tenantId, act: 'REFERENCE_ERASED', by, objectId: receipt.id, reference });
    return receipt;
  }
}

function newTally(): Tally {
  return { tasks: [], assets: [], canceled: [], notErased: [], attempts: [], inputs: new Set() };
}
