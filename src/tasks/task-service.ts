import { createHmac } from 'node:crypto';
import type { Jobs, Operation } from '../../datasources/contract.js';
import { badInput, DarkroomError } from '../kernel/errors.js';
import { isId, newId } from '../kernel/ids.js';
import { LIMITS } from '../kernel/limits.js';
import { type AttemptRow, cancelAttempts, findAttempts } from '../store/attempt-rows.js';
import type { Database, Sql } from '../store/database.js';
import { findKey, takeKey } from '../store/idempotency-rows.js';
import { findPhotos, findPhotosOf, type PhotoRow } from '../store/photo-rows.js';
import { findTask, findTasks, insertTask, listTasks, type TaskFilter } from '../store/task-rows.js';
import type { Mailbox, TaskEvents } from './events.js';
import type { TaskLifecycle } from './lifecycle.js';
import { isTerminal } from './machine.js';
import type { Router, VendorChoice } from './router.js';
import { asTask, type Task } from './task.js';

/** What every mutation that makes a task takes. */
export interface TaskOptions {
  idempotencyKey?: string | undefined;
  reference?: string | undefined;
  labels?: readonly string[] | undefined;
}

export interface TaskPage {
  tasks: { task: Task; cursor: string }[];
  hasNextPage: boolean;
}

export interface TaskServiceParts {
  database: Database;
  lifecycle: TaskLifecycle;
  events: TaskEvents;
  router: Router;
  /** Fingerprints are an HMAC with it: a plain hash of personal data can be guessed back. */
  fingerprintKey: Buffer;
  runner: { wake(): void; abort(taskId: string): void };
}

/** Options in their stored form. */
export interface CheckedOptions {
  idempotencyKey?: string;
  reference: string | null;
  labels: string[];
}

/** Throws a typed error under `path`, where the options stand in the caller's input. */
export function checkTaskOptions(options: TaskOptions, path: string): CheckedOptions {
  const { idempotencyKey, reference, labels = [] } = options;
  const { idempotencyKeyChars, referenceChars, labelChars, labels: most } = LIMITS.task;
  const fits = (text: string, chars: number) =>
    text.trim() !== '' && [...text].length <= chars && !/\p{Cc}/u.test(text);
  if (idempotencyKey !== undefined && !fits(idempotencyKey, idempotencyKeyChars)) {
    throw badInput(`${path}.idempotencyKey`, 'LENGTH', `1 to ${idempotencyKeyChars} printable characters`);
  }
  if (reference !== undefined && !fits(reference, referenceChars)) {
    throw badInput(`${path}.reference`, 'LENGTH', `1 to ${referenceChars} printable characters`);
  }
  if (labels.length > most) throw badInput(`${path}.labels`, 'COUNT', `at most ${most}`);
  labels.forEach((label, index) => {
    if (!fits(label, labelChars))
      throw badInput(`${path}.labels.${index}`, 'LENGTH', `1 to ${labelChars} printable characters`);
  });
  return {
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    reference: reference ?? null,
    labels: [...new Set(labels)],
  };
}

export class TaskService {
  constructor(private readonly parts: TaskServiceParts) {}

  /** What the request means, as one keyed hash: two requests with one idempotencyKey have to agree in it. */
  fingerprint(operation: Operation, meaning: unknown): string {
    return createHmac('sha256', this.parts.fingerprintKey)
      .update(JSON.stringify([operation, meaning]))
      .digest('base64url');
  }

  /** The task that this key made, if it did. Throws IDEMPOTENCY_CONFLICT where the key was used with another input. */
  async findByKey(tenantId: string, key: string | undefined, fingerprint: string): Promise<Task | undefined> {
    if (key === undefined) return undefined;
    const held = await findKey(this.parts.database, tenantId, key);
    if (held === undefined) return undefined;
    if (held.fingerprint !== fingerprint) throw new DarkroomError('IDEMPOTENCY_CONFLICT');
    return this.find(tenantId, held.taskId);
  }

  /**
   * Makes a task of what a caller asks for, once a key: routed, kept in one commit, and begun.
   * `prepare` runs only for a task that is not there yet; it keeps photos and gives the job.
   */
  async request<O extends Operation>(
    tenantId: string,
    operation: O,
    options: CheckedOptions,
    wish: {
      vendor: VendorChoice;
      /** What the request means, whatever ids the photos get. */
      meaning: unknown;
      /** The job as far as routing has to know it; photos need no asset yet. */
      draft: Jobs[O];
      /** Paths of the input that the caller left to us. */
      defaulted?: readonly string[];
      prepare(): Promise<Jobs[O]>;
      /** Written with the task; a throw undoes it. */
      also?(sql: Sql, taskId: string): Promise<void>;
    },
  ): Promise<Task> {
    const fingerprint = this.fingerprint(operation, [wish.vendor, wish.meaning, options.reference, options.labels]);
    const known = await this.findByKey(tenantId, options.idempotencyKey, fingerprint);
    if (known !== undefined) return known;
    const route = this.parts.router.route(operation, wish.draft, wish.vendor, wish.defaulted);
    const job = await wish.prepare();
    return this.create(tenantId, {
      ...options,
      operation,
      job,
      fingerprint,
      route: route.sources,
      ignoredOptions: route.ignored,
      ...(wish.also === undefined ? {} : { also: wish.also }),
    });
  }

  /** One commit: the task, its place in the queue and its idempotency key. */
  async create<O extends Operation>(
    tenantId: string,
    request: CheckedOptions & {
      operation: O;
      job: Jobs[O];
      fingerprint: string;
      route: readonly string[];
      ignoredOptions: readonly string[];
      retryOf?: string;
      also?(sql: Sql, taskId: string): Promise<void>;
    },
  ): Promise<Task> {
    const id = newId('task');
    const key = request.idempotencyKey;
    const insert = (sql: Sql) =>
      insertTask(sql, {
        id,
        tenantId,
        operation: request.operation,
        source: request.route[0]!,
        route: request.route,
        ignoredOptions: request.ignoredOptions,
        waitingOn: 'VENDOR',
        stage: 'QUEUED',
        input: request.job,
        reference: request.reference,
        labels: request.labels,
        retryOf: request.retryOf ?? null,
      });
    const insertWithKey = async (sql: Sql) => {
      const inserted = await insert(sql);
      if (key !== undefined) {
        const taken = await takeKey(sql, {
          tenantId,
          key,
          fingerprint: request.fingerprint,
          taskId: id,
          keepMs: LIMITS.task.idempotencyKeptMs,
        });
        // Somebody was quicker with the same key: this task never was.
        if (!taken) throw new KeyTaken();
      }
      await request.also?.(sql, id);
      return inserted;
    };
    const { database } = this.parts;
    // A statement alone is a commit of its own: one way to the database and back instead of three.
    const alone = key === undefined && request.also === undefined;
    const row = await (alone ? insert(database) : database.transaction(insertWithKey)).catch(error => {
      if (error instanceof KeyTaken) return undefined;
      throw error;
    });
    if (row === undefined) {
      const first = await this.findByKey(tenantId, key, request.fingerprint);
      if (first === undefined) throw new DarkroomError('INTERNAL', 'an idempotency key ended while it was used');
      return first;
    }
    this.parts.runner.wake();
    return asTask(row);
  }

  /** Undefined for an id that is not this tenant's: others' tasks and none look alike. */
  async find(tenantId: string, id: string): Promise<Task | undefined> {
    if (!isId('task', id)) return undefined;
    const row = await findTask(this.parts.database, tenantId, id);
    return row && asTask(row);
  }

  async list(tenantId: string, filter: TaskFilter, first: number, after?: string): Promise<TaskPage> {
    const rows = await listTasks(
      this.parts.database,
      tenantId,
      filter,
      first + 1,
      after === undefined ? undefined : readCursor(after),
    );
    return {
      tasks: rows
        .slice(0, first)
        .map(({ cursorTime, ...row }) => ({ task: asTask(row), cursor: writeCursor(cursorTime, row.id) })),
      hasNextPage: rows.length > first,
    };
  }

  async findMany(tenantId: string, ids: readonly string[]): Promise<Task[]> {
    return (await findTasks(this.parts.database, tenantId, ids)).map(asTask);
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
  async cancel(tenantId: string, id: string): Promise<Task> {
    const task = await this.find(tenantId, id);
    if (task === undefined) throw new DarkroomError('NOT_FOUND', 'There is no such task.');
    const row = await this.parts.lifecycle.move(id, 'cancel', { also: sql => cancelAttempts(sql, id) });
    if (row === undefined) {
      const now = await this.find(tenantId, id);
      if (now?.state === 'CANCELED') return now;
      throw new DarkroomError('TASK_ENDED', `The task has ended already: ${now?.state ?? 'it is gone'}.`);
    }
    this.parts.runner.abort(id);
    return asTask(row);
  }

  /**
   * The task as it stands, then each change, to its end. It subscribes first, then reads the row, then yields what is
   * newer: a publish that was lost or came early changes nothing. `afterSequence` skips what the caller has seen.
   * Throws NOT_FOUND before anything is yielded.
   */
  async watch(tenantId: string, id: string, afterSequence = 0): Promise<AsyncIterableIterator<Task>> {
    const mailbox = this.parts.events.subscribe(id);
    try {
      const now = await this.find(tenantId, id);
      if (now === undefined) throw new DarkroomError('NOT_FOUND', 'There is no such task.');
      const changes = newer(now, mailbox, afterSequence);
      const iterator: AsyncIterableIterator<Task> = {
        next: () => changes.next(),
        // A generator's own return() would wait for the change that it awaits; the mailbox has to end first.
        return: () => {
          mailbox.end();
          return changes.return(undefined);
        },
        [Symbol.asyncIterator]: () => iterator,
      };
      return iterator;
    } catch (error) {
      mailbox.end();
      throw error;
    }
  }
}

async function* newer(now: Task, mailbox: Mailbox, afterSequence: number): AsyncGenerator<Task> {
  try {
    let seen = Math.max(afterSequence, now.sequence);
    if (now.sequence > afterSequence) yield now;
    if (isTerminal(now.state)) return;
    for await (const row of mailbox) {
      const task = asTask(row);
      if (row.sequence > seen) {
        seen = row.sequence;
        yield task;
      }
      if (isTerminal(task.state)) return;
    }
  } finally {
    mailbox.end();
  }
}

class KeyTaken extends Error {}

function writeCursor(createdAt: string, id: string): string {
  return Buffer.from(`${createdAt} ${id}`).toString('base64url');
}

function readCursor(cursor: string): { createdAt: string; id: string } {
  const [createdAt = '', id = ''] = Buffer.from(cursor, 'base64url').toString('utf8').split(' ');
  const wellFormed = /^\d{4}-\d\d-\d\dT[\d:.]{15}Z$/.test(createdAt) && !Number.isNaN(Date.parse(createdAt));
  if (!wellFormed || !isId('task', id)) {
    throw badInput('after', 'CURSOR', 'an endCursor or an edge cursor of this list');
  }
  return { createdAt, id };
}
