import { DarkroomError } from '../../kernel/errors.js';
import { inTurns } from '../../kernel/in-turns.js';
import { LIMITS } from '../../kernel/limits.js';
import type { Task } from '../../store/task.js';

/**
 * What a subscriber has not read yet: the newest state of each task, so that a slow reader skips states and never falls
 * behind without end. A library bus was measured to crash the server once one client stopped reading (1,024 events);
 * here the mailbox coalesces by task id, and one that holds too many tasks ends with OVERLOADED: subscribe again, nothing
 * is lost, since every subscription begins with the row as it stands.
 */
export class Mailbox implements AsyncIterableIterator<Task> {
  private readonly waiting = new Map<string, Task>();
  private wake: (() => void) | undefined;
  private ended = false;
  private overflowed = false;

  constructor(private readonly onEnd: (mailbox: Mailbox) => void) {}

  put(row: Task): void {
    if (this.ended) return;
    const held = this.waiting.get(row.id);
    if (held !== undefined && held.sequence >= row.sequence) return;
    if (held === undefined && this.waiting.size >= LIMITS.events.mailboxTasks) {
      this.overflowed = true;
      this.end();
      return;
    }
    this.waiting.set(row.id, row);
    this.wake?.();
  }

  async next(): Promise<IteratorResult<Task>> {
    for (;;) {
      const first = this.waiting.values().next();
      if (!first.done && !this.overflowed) {
        this.waiting.delete(first.value.id);
        return { value: first.value, done: false };
      }
      if (this.overflowed) {
        this.overflowed = false;
        this.waiting.clear();
        throw new DarkroomError('OVERLOADED', 'This subscription fell too far behind; subscribe again.');
      }
      if (this.ended) return { value: undefined, done: true };
      await new Promise<void>(resolve => {
        this.wake = resolve;
      });
      this.wake = undefined;
    }
  }

  async return(): Promise<IteratorResult<Task>> {
    this.end();
    return { value: undefined, done: true };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** What waits is still read; nothing more is taken in. */
  end(): void {
    if (this.ended) return;
    this.ended = true;
    this.onEnd(this);
    this.wake?.();
  }
}

/** What of a task has been published to its subscribers here. */
export interface Watched {
  id: string;
  sequence: number;
}

/** The bus: committed rows in, one mailbox a subscriber out. It never waits for anybody. */
export class TaskEvents {
  private readonly byTask = new Map<string, { mailboxes: Set<Mailbox>; sequence: number }>();

  /** @param tell where the rows that this process committed are told to others */
  constructor(private readonly tell: (taskId: string) => void = () => {}) {}

  /** A row that this process has committed. */
  publish(row: Task): void {
    this.deliver(row);
    this.tell(row.id);
  }

  /** A row, whoever has committed it, to the subscribers of this process. */
  deliver(row: Task): void {
    const watched = this.byTask.get(row.id);
    if (watched === undefined) return;
    watched.sequence = Math.max(watched.sequence, row.sequence);
    // 10,000 subscribers would hold the event loop for a second. Where a newer row overtakes this one, whoever has read
    // that one skips this.
    void inTurns([...watched.mailboxes], LIMITS.events.handedAtOnce, mailbox => mailbox.put(row));
  }

  /** Changes of one task from now on. Subscribe first, then read the row: so no change falls between. */
  subscribe(taskId: string): Mailbox {
    const watched = this.byTask.get(taskId) ?? { mailboxes: new Set<Mailbox>(), sequence: 0 };
    this.byTask.set(taskId, watched);
    const mailbox = new Mailbox(ended => {
      watched.mailboxes.delete(ended);
      if (watched.mailboxes.size === 0) this.byTask.delete(taskId);
    });
    watched.mailboxes.add(mailbox);
    return mailbox;
  }

  /** What somebody here waits for: of these tasks, or of all. */
  watched(taskIds: Iterable<string> = this.byTask.keys()): Watched[] {
    return [...taskIds].flatMap(id => {
      const watched = this.byTask.get(id);
      return watched === undefined ? [] : [{ id, sequence: watched.sequence }];
    });
  }

  /** Ends every subscription, as the server stops. */
  close(): void {
    for (const { mailboxes } of [...this.byTask.values()]) for (const mailbox of [...mailboxes]) mailbox.end();
  }

  get subscribers(): number {
    let count = 0;
    for (const { mailboxes } of this.byTask.values()) count += mailboxes.size;
    return count;
  }
}
