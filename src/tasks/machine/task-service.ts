import type { Jobs, Operation, SourceKey } from '../../../datasources/contract.js';
import type { Actor } from '../../audit/acts.js';
import type { Audit } from '../../audit/audit.js';
import { DarkroomError } from '../../kernel/errors.js';
import { isId, newId } from '../../kernel/ids.js';
import { LIMITS } from '../../kernel/limits.js';
import { SIGNALS } from '../../kernel/signals.js';
import { type AttemptRow, cancelAttempts, findAttempts } from '../../store/attempt-rows.js';
import { hasLeft } from '../../store/audit-rows.js';
import { BudgetsMoved } from '../../store/budget-rows.js';
import type { Database, Sql } from '../../store/database.js';
import { findKey } from '../../store/idempotency-rows.js';
import { findPhotos, findPhotosOf, type PhotoRow } from '../../store/photo-rows.js';
import type { Task } from '../../store/task.js';
import { findTask, findTasks, insertTask, type KnownBudgets, type NewTask } from '../../store/task-rows.js';
import type { Mailbox, TaskEvents } from './events.js';
import type { TaskLifecycle } from './lifecycle.js';
import { isTerminal } from './machine.js';
import type { WorkerPort } from './worker-port.js';

export interface TaskServiceParts {
  database: Database;
  lifecycle: TaskLifecycle;
  events: TaskEvents;
  worker: WorkerPort;
  audit: Audit;
  log: { info(details: object, message: string): void };
}

/** An HMAC of what a request means. Of several, each under another secret, the first is kept and any may have been. */
export type Fingerprint = string | readonly [string, ...string[]];

/** A task to be kept: what is asked for, and who may serve it. */
export interface NewTaskRequest<O extends Operation> {
  /** Where something was made for it already; else it gets one. */
  id?: string;
  operation: O;
  job: Jobs[O];
  /** Ids of the photos that it works on, in the order that the operation declares; they are not purged under its work. */
  inputAssets?: readonly string[];
  /** Personal data, sealed; erased when the task ends. */
  sealed?: string | null;
  idempotencyKey?: string;
  /** What the request means: two requests with one key have to agree in it. */
  fingerprint: Fingerprint;
  reference: string | null;
  labels: readonly string[];
  route: readonly SourceKey[];
  ignoredOptions: readonly string[];
  retryOf?: string;
  webhookId?: string | null;
  /** The consent that `reserve` writes, for the audit trail. */
  consentId?: string | undefined;
  /** Who asks for it. */
  by: Actor;
  /** What a unit costs at each source of the route; not known if not given. */
  unitPrices?: readonly (number | null)[] | undefined;
  /** The budgets that `reserve` takes it from; if not given, nobody charges for it. */
  budgets?: KnownBudgets | undefined;
  /** Written with the task; a throw undoes both. */
  reserve?: ((sql: Sql, taskId: string) => Promise<void>) | undefined;
}

export class TaskService {
  constructor(private readonly parts: TaskServiceParts) {}

  /** The task that this key made, if it did. Throws IDEMPOTENCY_CONFLICT where the key was used with another input. */
  async findByKey(tenantId: string, key: string | undefined, fingerprint: Fingerprint): Promise<Task | undefined> {
    if (key === undefined) return undefined;
    const held = await findKey(this.parts.database, tenantId, key);
    if (held === undefined) return undefined;
    if (![fingerprint].flat().includes(held.fingerprint)) throw new DarkroomError('IDEMPOTENCY_CONFLICT');
    return this.find(tenantId, held.taskId);
  }

  /** One commit: the task, its place in the queue and its idempotency key. Throws BudgetsMoved. */
  async create<O extends Operation>(tenantId: string, request: NewTaskRequest<O>): Promise<Task> {
    const {
      id = newId('task'),
      idempotencyKey: key,
      fingerprint,
      reserve,
      operation,
      reference,
      by,
      consentId: objectId,
    } = request;
    const entry = { tenantId, act: 'TASK_CREATED', by, operation, taskId: id, objectId, reference } as const;
    const audited = this.parts.audit.rowOf(entry);
    const budgets = request.budgets ?? NOBODY_CHARGES;
    const keepMs = LIMITS.task.idempotencyKeptMs;
    const taken = key === undefined ? undefined : { key, fingerprint: [fingerprint].flat()[0]!, keepMs };
    const write = async (sql: Sql) => {
      const inserted = await insertTask(sql, rowOf(id, tenantId, request), audited, budgets, taken);
      if (inserted !== undefined) await reserve?.(sql, id);
      return inserted;
    };
    const { database } = this.parts;
    // A statement alone is a commit of its own: one way to the database and back instead of three.
    const row = await (reserve === undefined ? write(database) : database.transaction(write));
    if (row === undefined) {
      // Another request was quicker with the same key: this task never was.
      const first = await this.findByKey(tenantId, key, fingerprint);
      if (first === undefined) throw new BudgetsMoved();
      return first;
    }
    this.parts.events.publish(row);
    this.parts.worker.wake();
    const { source } = row;
    SIGNALS.taskAccepted.tell({ operation, source });
    // From here on the log names the task: this line says by which request it came.
    this.parts.log.info({ taskId: id, operation, source, ...by.request }, 'task accepted');
    return row;
  }

  /** Undefined for an id that is not this tenant's: others' tasks and none look alike. */
  async find(tenantId: string, id: string): Promise<Task | undefined> {
    if (!isId('task', id)) return undefined;
    return findTask(this.parts.database, tenantId, id);
  }

  /** As `find`, for who asks by an id. Throws TASK_GONE where the task has left by its time, as far as anybody remembers. */
  async look(tenantId: string, id: string): Promise<Task | undefined> {
    const task = await this.find(tenantId, id);
    if (task === undefined && isId('task', id) && (await hasLeft(this.parts.database, tenantId, id)))
      throw new DarkroomError('TASK_GONE');
    return task;
  }

  /** Throws NOT_FOUND, TASK_GONE. */
  async require(tenantId: string, id: string): Promise<Task> {
    const task = await this.look(tenantId, id);
    if (task === undefined) throw new DarkroomError('NOT_FOUND', 'There is no such task.');
    return task;
  }

  findMany(tenantId: string, ids: readonly string[]): Promise<Task[]> {
    return findTasks(this.parts.database, tenantId, ids);
  }

  /** The ID photos that these tasks made. */
  photosOf(tenantId: string, taskIds: readonly string[]): Promise<PhotoRow[]> {
    return findPhotosOf(this.parts.database, tenantId, taskIds);
  }

  photos(tenantId: string, ids: readonly string[]): Promise<PhotoRow[]> {
    return findPhotos(this.parts.database, tenantId, ids);
  }

  attempts(taskIds: readonly string[]): Promise<AttemptRow[]> {
    return findAttempts(this.parts.database, taskIds);
  }

  /** Ends a task that has not ended. What a vendor was already asked for stays booked in its attempts. */
  async cancel(tenantId: string, id: string, by: Actor): Promise<Task> {
    const { operation, reference } = await this.require(tenantId, id);
    const row = await this.parts.lifecycle.move(id, 'cancel', {
      also: async sql => {
        await cancelAttempts(sql, id);
        await this.parts.audit.record(sql, { tenantId, act: 'TASK_CANCELED', by, operation, taskId: id, reference });
      },
    });
    if (row === undefined) {
      const now = await this.find(tenantId, id);
      if (now?.state === 'CANCELED') return now;
      throw new DarkroomError('TASK_ENDED', `The task has ended already: ${now?.state ?? 'it is gone'}.`);
    }
    this.parts.worker.abort(id);
    return row;
  }

  /**
   * The task as it stands, then each change, to its end. It subscribes first, then reads the row, then yields what is
   * newer: a publish that was lost or came early changes nothing. `afterSequence` skips what the caller has seen.
   * Throws NOT_FOUND before anything is yielded.
   */
  async watch(tenantId: string, id: string, afterSequence = 0): Promise<AsyncIterableIterator<Task>> {
    const mailbox = this.parts.events.subscribe(id);
    try {
      mailbox.put(await this.require(tenantId, id));
      return new NewerStates(mailbox, afterSequence);
    } catch (error) {
      mailbox.end();
      throw error;
    }
  }
}

/**
 * The states of one task that come after a sequence, to the end of the task. Not a generator: that one could not be ended
 * while it waits, and would keep the first row as long as its socket is open.
 */
class NewerStates implements AsyncIterableIterator<Task> {
  constructor(
    private readonly mailbox: Mailbox,
    private seen: number,
  ) {}

  async next(): Promise<IteratorResult<Task>> {
    for (;;) {
      const next = await this.mailbox.next();
      if (next.done) return next;
      const task = next.value;
      if (isTerminal(task.state)) this.mailbox.end();
      if (task.sequence > this.seen) {
        this.seen = task.sequence;
        return next;
      }
    }
  }

  return(): Promise<IteratorResult<Task>> {
    return this.mailbox.return();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

const NOBODY_CHARGES: KnownBudgets = { vendors: [], ids: [] };

function rowOf<O extends Operation>(id: string, tenantId: string, request: NewTaskRequest<O>): NewTask {
  const { operation, job, inputAssets = [], sealed = null, route, ignoredOptions, reference, labels } = request;
  return {
    id,
    tenantId,
    operation,
    source: route[0]!,
    route,
    unitPrices: request.unitPrices ?? [],
    ignoredOptions,
    input: job,
    inputAssets,
    sealed,
    reference,
    labels,
    apiKeyId: request.by.apiKeyId,
    retryOf: request.retryOf ?? null,
    webhookId: request.webhookId ?? null,
    traceparent: request.by.request?.traceparent ?? null,
  };
}
