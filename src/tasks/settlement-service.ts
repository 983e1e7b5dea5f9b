import type { Jobs } from '../../datasources/contract.js';
import type { AssetService } from '../assets/asset-service.js';
import { DarkroomError } from '../kernel/errors.js';
import { isFreeInput, resultAssetsOf } from '../store/asset-rows.js';
import { settleAttempts } from '../store/attempt-rows.js';
import type { Database, Sql } from '../store/database.js';
import { deleteTask, findOpenRetry } from '../store/task-rows.js';
import type { TaskLifecycle } from './lifecycle.js';
import { isTerminal } from './machine.js';
import type { Router } from './router.js';
import { readSourceKey, type Task } from './task.js';
import type { TaskService } from './task-service.js';

/** What a person found out about a task whose outcome nobody knew, e.g. in the vendor's console. */
export const RESOLUTIONS = ['CHARGED', 'NOT_CHARGED'] as const;
export type Resolution = (typeof RESOLUTIONS)[number];

export interface SettlementParts {
  database: Database;
  tasks: TaskService;
  lifecycle: TaskLifecycle;
  assets: AssetService;
  router: Router;
}

/** What people decide about tasks: what came of them, whether they are tried again, and that they are forgotten. */
export class SettlementService {
  constructor(private readonly parts: SettlementParts) {}

  /**
   * Ends a task that needs review, with what was found out about the money. It is FAILED, unless other calls of it gave
   * something: then it SUCCEEDS with that.
   */
  async resolve(tenantId: string, id: string, resolution: Resolution): Promise<Task> {
    const task = await this.find(tenantId, id);
    if (task.state !== 'NEEDS_REVIEW') throw new DarkroomError('NOT_IN_REVIEW', `The task is ${task.state}.`);
    return this.settle(task, resolution === 'CHARGED' ? 'YES' : 'NO');
  }

  /** A new task with the same input. Where the old one may have been charged, the caller has to accept a second charge. */
  async retry(tenantId: string, id: string, acceptPossibleCharge: boolean): Promise<Task> {
    const task = await this.find(tenantId, id);
    // Two clicks are one wish.
    const open = await findOpenRetry(this.parts.database, tenantId, id);
    if (open !== undefined) return this.find(tenantId, open);
    if (task.state === 'SUCCEEDED' || task.state === 'QUEUED' || task.state === 'RUNNING') {
      throw new DarkroomError(
        'CANNOT_RETRY',
        `The task is ${task.state}; only one that ended without a result can be tried again.`,
      );
    }
    const attempts = await this.parts.tasks.attempts([id]);
    if (attempts.some(({ billed }) => billed !== 'NO') && !acceptPossibleCharge)
      throw new DarkroomError('MAY_CHARGE_TWICE');
    if (task.operation === 'FACE_VERIFICATION')
      throw new DarkroomError(
        'CANNOT_RETRY',
        'Name and number were erased, or are about to be: ask for a new verification.',
      );
    if (task.operation === 'RELEASE')
      throw new DarkroomError('CANNOT_RETRY', 'Use releasePhotos again: it knows which photos were bought.');
    if ('photo' in task.input) await this.requirePhoto(tenantId, task.input.photo);
    const { vendor, sandbox } = readSourceKey(task.route[0]!);
    const route = this.parts.router.route(
      task.operation,
      task.input as Jobs[typeof task.operation],
      sandbox ? 'SANDBOX' : task.route.length > 1 ? 'AUTO' : vendor,
    );
    if (task.state === 'NEEDS_REVIEW') await this.settle(task, 'UNKNOWN');
    const made = this.parts.tasks.create(tenantId, {
      operation: task.operation,
      job: task.input,
      fingerprint: '',
      reference: task.reference,
      labels: task.labels,
      route: route.sources,
      ignoredOptions: route.ignored,
      retryOf: id,
    });
    return made.catch(async error => {
      const first = await findOpenRetry(this.parts.database, tenantId, id);
      if (first === undefined) throw error;
      return this.find(tenantId, first);
    });
  }

  /** Forgets an ended task: its row, its results, and its photo if no other task needs it. The ledger keeps what it cost. */
  async delete(tenantId: string, id: string): Promise<Task> {
    const task = await this.find(tenantId, id);
    if (!isTerminal(task.state))
      throw new DarkroomError('NOT_ENDED', `The task is ${task.state}; cancel or resolve it first.`);
    const { database, assets } = this.parts;
    const gone = await resultAssetsOf(database, tenantId, id);
    await deleteTask(database, tenantId, id);
    const input = 'photo' in task.input ? task.input.photo : undefined;
    if (input !== undefined && (await isFreeInput(database, tenantId, input))) gone.push(input);
    await assets.purge(tenantId, gone);
    return task;
  }

  private async settle(task: Task, billed: 'YES' | 'NO' | 'UNKNOWN'): Promise<Task> {
    const failure = task.failure ?? { code: 'OUTCOME_UNKNOWN' as const, message: 'Settled by a person.' };
    const also = (sql: Sql) => settleAttempts(sql, task.id, billed);
    const row =
      task.result === null
        ? await this.parts.lifecycle.move(task.id, 'fail', { failure, also })
        : await this.parts.lifecycle.move(task.id, 'succeed', { also });
    if (row === undefined) throw new DarkroomError('NOT_IN_REVIEW', 'The task has changed meanwhile.');
    return this.find(task.tenantId, task.id);
  }

  private async requirePhoto(tenantId: string, id: string): Promise<void> {
    const [asset] = await this.parts.assets.find(tenantId, [id]);
    if (asset === undefined || asset.purgedAt !== null) throw new DarkroomError('PHOTO_GONE');
  }

  private async find(tenantId: string, id: string): Promise<Task> {
    const task = await this.parts.tasks.find(tenantId, id);
    if (task === undefined) throw new DarkroomError('NOT_FOUND', 'There is no such task.');
    return task;
  }
}
