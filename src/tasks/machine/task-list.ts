import { setTimeout as delay } from 'node:timers/promises';
import { readCursor, writeCursor } from '../../kernel/cursor.js';
import { badInput } from '../../kernel/errors.js';
import { LIMITS } from '../../kernel/limits.js';
import type { Database } from '../../store/database.js';
import type { Task, TaskState } from '../../store/task.js';
import {
  countStates,
  countTasks,
  databaseTime,
  findChangedSince,
  listTasks,
  matchesFilter,
  mayMatch,
  type TaskFilter,
  type TaskOrder,
  type TasksUpdateKind,
} from '../../store/task-list-rows.js';
import type { ListChange, Mailbox, TaskEvents } from './events.js';
import { readListCursor, writeListCursor } from './list-cursor.js';

export interface TaskPage {
  tasks: { task: Task; cursor: string }[];
  hasNextPage: boolean;
}

/** One message of a followed list. */
export interface TasksUpdate {
  kind: TasksUpdateKind;
  /** Of the list. */
  filter: TaskFilter;
  tasks: Task[];
  /** Ids of tasks that are gone, or no longer match. */
  removed: string[];
  /** False while more pages of the snapshot come. */
  isComplete: boolean;
  /** Null while the snapshot is not complete. */
  cursor: string | null;
}

export interface TaskCounts {
  states: { state: TaskState; count: number }[];
  acceptedPerMinute: number;
  endedPerMinute: number;
  failedPerMinute: number;
}

const { events: limits } = LIMITS;
const COUNTED = { keepMs: 24 * 3_600_000, rateMs: 5 * 60_000 };

/** Tasks of one tenant, as pages and as a list that is followed. */
export class TaskList {
  readonly #counts = new Map<string, { value: Promise<TaskCounts>; until: number }>();

  constructor(
    private readonly database: Database,
    private readonly events: TaskEvents,
  ) {}

  async page(
    tenantId: string,
    filter: TaskFilter,
    { first, after, order }: { first: number; after?: string | undefined; order?: TaskOrder | undefined },
  ): Promise<TaskPage> {
    const rows = await listTasks(this.database, tenantId, filter, {
      limit: first + 1,
      after: after === undefined ? undefined : readCursor('task', after),
      order,
    });
    return {
      tasks: rows
        .slice(0, first)
        .map(({ cursorTime, ...task }) => ({ task, cursor: writeCursor({ createdAt: cursorTime, id: task.id }) })),
      hasNextPage: rows.length > first,
    };
  }

  count(tenantId: string, filter: TaskFilter): Promise<number> {
    return countTasks(this.database, tenantId, filter);
  }

  /**
   * The newest `first` tasks in pages, then what changes. With the cursor of an earlier message only what changed since
   * then, where that is not too much or too long ago. Like `taskUpdated` it subscribes first and reads then. Throws
   * BAD_USER_INPUT.
   */
  follow(tenantId: string, filter: TaskFilter, first: number, after?: string): AsyncIterableIterator<TasksUpdate> {
    if (filter.chargeInDoubt) throw badInput('filter.chargeInDoubt', 'NOT_ALLOWED', 'false: ask `tasks` for these');
    const since = after === undefined ? undefined : readListCursor(after);
    const mailbox = this.events.subscribeTenant(tenantId);
    const updates = this.#updates({ tenantId, filter, first, since, mailbox });
    const iterator: AsyncIterableIterator<TasksUpdate> = {
      next: () => updates.next(),
      // A generator's own return() would wait for the change that it awaits.
      return: () => {
        mailbox.end();
        return updates.return(undefined);
      },
      [Symbol.asyncIterator]: () => iterator,
    };
    return iterator;
  }

  /** Of tasks that match and have not ended, or ended within a day. A second old at most, or as old as asking takes 20 times. */
  counts(tenantId: string, filter: TaskFilter): Promise<TaskCounts> {
    const key = JSON.stringify([tenantId, filter]);
    const known = this.#counts.get(key);
    if (known !== undefined && known.until > performance.now()) return known.value;
    for (const [old, { until }] of this.#counts) if (until <= performance.now()) this.#counts.delete(old);
    const begun = performance.now();
    const entry = { value: this.#count(tenantId, filter), until: Number.POSITIVE_INFINITY };
    this.#counts.set(key, entry);
    const settle = () => {
      entry.until = performance.now() + Math.max(1_000, 20 * (performance.now() - begun));
    };
    entry.value.then(settle, () => this.#counts.delete(key));
    return entry.value;
  }

  async #count(tenantId: string, filter: TaskFilter): Promise<TaskCounts> {
    const rows = await countStates(this.database, tenantId, filter, COUNTED);
    const perMinute = (counts: number[]) => (counts.reduce((sum, count) => sum + count, 0) * 60_000) / COUNTED.rateMs;
    return {
      states: rows.map(({ state, count }) => ({ state, count })),
      acceptedPerMinute: perMinute(rows.map(({ accepted }) => accepted)),
      endedPerMinute: perMinute(rows.map(({ ended }) => ended)),
      failedPerMinute: perMinute(rows.filter(({ state }) => state === 'FAILED').map(({ ended }) => ended)),
    };
  }

  async *#updates(list: Followed): AsyncGenerator<TasksUpdate> {
    const { mailbox } = list;
    try {
      const reader = new ListReader(this.database, list);
      yield* reader.begin();
      for (;;) {
        const changes = await mailbox.take(limits.listPageTasks, limits.listSilentMs);
        if (changes === undefined) return;
        if (changes.some(({ isGap }) => isGap)) yield* reader.catchUp();
        const update = reader.read(changes);
        if (update.tasks.length + update.removed.length > 0 || changes.length === 0) yield update;
        // What changes meanwhile is merged in the mailbox.
        await delay(limits.listEveryMs);
      }
    } finally {
      mailbox.end();
    }
  }
}

interface Followed {
  tenantId: string;
  filter: TaskFilter;
  first: number;
  since: Date | undefined;
  mailbox: Mailbox<ListChange>;
}

/** One followed list: what its reader was told of, and up to when. */
class ListReader {
  /** Ids that were told and not removed. Undefined: any, since an earlier subscription told some. */
  #told: Set<string> | undefined = new Set();
  #at = new Date(0);

  constructor(
    private readonly database: Database,
    private readonly list: Followed,
  ) {}

  async *begin(): AsyncGenerator<TasksUpdate> {
    const { since } = this.list;
    const now = await databaseTime(this.database);
    if (since === undefined || now.getTime() - since.getTime() > limits.listCursorMs) {
      yield* this.#snapshot(now);
      return;
    }
    this.#told = undefined;
    this.#at = since;
    yield* this.catchUp();
  }

  /** What changed since the last message. */
  async *catchUp(): AsyncGenerator<TasksUpdate> {
    const now = await databaseTime(this.database);
    const since = new Date(this.#at.getTime() - limits.commitMs);
    const { tenantId } = this.list;
    const rows = await findChangedSince(this.database, tenantId, since, limits.mostSnapshotTasks + 1);
    if (rows.length > limits.mostSnapshotTasks) {
      yield* this.#snapshot(now);
      return;
    }
    const changes = rows.map(task => ({ id: task.id, sequence: task.sequence, task }));
    for (let from = 0; from < changes.length; from += limits.listPageTasks)
      yield this.read(changes.slice(from, from + limits.listPageTasks));
    if (rows.length === 0) yield this.read([]);
  }

  /** Of these changes what the reader is concerned with. */
  read(changes: readonly ListChange[]): TasksUpdate {
    const tasks: Task[] = [];
    const removed: string[] = [];
    for (const { id, task } of changes) {
      if (task !== undefined && task.updatedAt > this.#at) this.#at = task.updatedAt;
      if (task !== undefined && matchesFilter(task, this.list.filter)) tasks.push(task);
      else if (this.#forget(id, task)) removed.push(id);
    }
    this.#tell(tasks);
    const { filter } = this.list;
    return { kind: 'CHANGES', filter, tasks, removed, isComplete: true, cursor: writeListCursor(this.#at) };
  }

  async *#snapshot(now: Date): AsyncGenerator<TasksUpdate> {
    const { tenantId, filter, first } = this.list;
    this.#told = new Set();
    this.#at = now;
    let after: { createdAt: string; id: string } | undefined;
    for (let left = first; ; ) {
      const limit = Math.min(left, limits.listPageTasks);
      const rows = await listTasks(this.database, tenantId, filter, { limit: limit + 1, after });
      const tasks: Task[] = rows.slice(0, limit);
      this.#tell(tasks);
      left -= tasks.length;
      const isComplete = left === 0 || rows.length <= limit;
      const cursor = isComplete ? writeListCursor(now) : null;
      yield { kind: 'SNAPSHOT', filter, tasks, removed: [], isComplete, cursor };
      if (isComplete) return;
      const last = rows[limit - 1]!;
      after = { createdAt: last.cursorTime, id: last.id };
    }
  }

  #tell(tasks: readonly Task[]): void {
    for (const { id } of tasks) this.#told?.add(id);
    if (this.#told !== undefined && this.#told.size > limits.listMailboxTasks) this.#told = undefined;
  }

  /** Whether the reader may know of it. Of a task that is gone it is not known whose it was. */
  #forget(id: string, task: Task | undefined): boolean {
    if (this.#told !== undefined) return this.#told.delete(id);
    return task !== undefined && mayMatch(task, this.list.filter);
  }
}
