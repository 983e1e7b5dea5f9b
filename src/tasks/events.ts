import { DarkroomError } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';
import type { TaskRow } from '../store/task-rows.js';

/**
 * What a subscriber has not read yet: the newest state of each task, so that a slow reader skips states and never falls
 * behind without end. A library bus was measured to crash the server once one client stopped reading (1,024 events);
 * here the mailbox coalesces by task id, and one that holds too many tasks ends with OVERLOADED: subscribe again, nothing
 * is lost, since every subscription begins with the row as it stands.
 */
export class Mailbox implements AsyncIterableIterator<TaskRow> {
  private readonly waiting = new Map<string, TaskRow>();
  private wake: (() => void) | undefined;
  private ended = false;
  private overflowed = false;

  constructor(private readonly onEnd: (mailbox: Mailbox) => void) {}

  put(row: TaskRow): void {
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

  async next(): Promise<IteratorResult<TaskRow>> {
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

  async return(): Promise<IteratorResult<TaskRow>> {
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

/** The bus: committed rows in, one mailbox a subscriber out. It never waits for anybody. */
export class TaskEvents {
  private readonly byTask = new Map<string, Set<Mailbox>>();

  publish(row: TaskRow): void {
    for (const mailbox of this.byTask.get(row.id) ?? []) mailbox.put(row);
  }

  /** Changes of one task from now on. Subscribe first, then read the row: so no change falls between. */
  subscribe(taskId: string): Mailbox {
    const mailboxes = this.byTask.get(taskId) ?? new Set<Mailbox>();
    this.byTask.set(taskId, mailboxes);
    const mailbox = new Mailbox(ended => {
      mailboxes.delete(ended);
      if (mailboxes.size === 0) this.byTask.delete(taskId);
    });
    mailboxes.add(mailbox);
    return mailbox;
  }

  /** Ends every subscription, as the server stops. */
  close(): void {
    for (const mailboxes of [...this.byTask.values()]) for (const mailbox of [...mailboxes]) mailbox.end();
  }

  get subscribers(): number {
    let count = 0;
    for (const mailboxes of this.byTask.values()) count += mailboxes.size;
    return count;
  }
}
