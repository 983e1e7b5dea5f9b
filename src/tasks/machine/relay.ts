import { LIMITS } from '../../kernel/limits.js';
import type { ChangeFeed, FeedListener } from '../../store/change-feed.js';
import type { Database, StoreLog } from '../../store/database.js';
import type { Task } from '../../store/task.js';
import { findNewer } from '../../store/task-rows.js';
import type { TaskEvents, Watched } from './events.js';
import { isTerminal } from './machine.js';
import type { WorkerPort } from './worker-port.js';

export interface RelayParts {
  database: Database;
  events: TaskEvents;
  /** The worker of this process. Undefined where it has none: what it would be told is not passed on. */
  worker: WorkerPort | undefined;
  /** Other work of this process that another replica may have put into a queue. */
  wakeOthers?: (() => void) | undefined;
  log: StoreLog;
}

const { sweepMs, idsPerNotice } = LIMITS.store.feed;

/**
 * Brings what other replicas committed to the subscribers and the worker of this one. Notices only say where to look:
 * what is published is the row, read once for all who wait for it. A notice can be lost with the replica that should
 * have sent it, so the rows that somebody waits for are also read at every gap and every 15 s.
 */
export class TaskRelay implements FeedListener {
  private readonly wanted = new Set<string>();
  private reading: Promise<void> | undefined;
  private sweeping: NodeJS.Timeout | undefined;

  constructor(private readonly parts: RelayParts) {}

  /** Called once. */
  listenTo(feed: ChangeFeed): void {
    feed.listen(this);
    this.sweeping = setInterval(() => this.gap(), sweepMs);
  }

  changed(taskIds: readonly string[]): void {
    for (const id of taskIds) if (this.isOurs(id)) this.wanted.add(id);
    this.read();
  }

  wake(): void {
    this.parts.worker?.wake();
    this.parts.wakeOthers?.();
  }

  gap(): void {
    for (const { id } of this.parts.events.watched()) this.wanted.add(id);
    this.parts.events.deliverGap();
    this.read();
  }

  async close(): Promise<void> {
    clearInterval(this.sweeping);
    this.wanted.clear();
    await this.reading;
  }

  private isOurs(id: string): boolean {
    const { worker, events } = this.parts;
    return events.followsLists || worker?.holds(id) === true || events.watched([id]).length > 0;
  }

  private read(): void {
    if (this.wanted.size === 0) return;
    this.reading ??= this.readWanted()
      // What could not be read is read with the next gap, and there is one as soon as the database is back.
      .catch(error => this.parts.log.warn({ err: error }, 'changes of other replicas could not be read'))
      .finally(() => {
        this.reading = undefined;
      });
  }

  /** What is asked for while a batch is read goes into the next one. */
  private async readWanted(): Promise<void> {
    while (this.wanted.size > 0) {
      const batch = [...this.wanted].slice(0, idsPerNotice);
      for (const id of batch) this.wanted.delete(id);
      const rows = await findNewer(this.parts.database, this.known(batch));
      if (this.parts.events.followsLists) this.tellErased(batch, rows);
      for (const row of rows) {
        this.parts.events.deliver(row);
        // Canceled at another replica: its lease would tell the worker too, 15 s later.
        if (isTerminal(row.state)) this.parts.worker?.abort(row.id);
      }
    }
  }

  private tellErased(asked: readonly string[], rows: readonly Task[]): void {
    const found = new Set(rows.map(({ id }) => id));
    for (const id of asked) if (!found.has(id)) this.parts.events.deliverErased(id);
  }

  private known(ids: readonly string[]): Watched[] {
    // Who follows a list has to hear of the rest: what does not come back is no longer there.
    if (this.parts.events.followsLists) return ids.map(id => ({ id, sequence: 0 }));
    const watched = new Map(this.parts.events.watched(ids).map(({ id, sequence }) => [id, sequence]));
    return ids.map(id => ({ id, sequence: watched.get(id) ?? 0 }));
  }
}
