import { DarkroomError } from '../../kernel/errors.js';
import { inTurns } from '../../kernel/in-turns.js';
import { LIMITS } from '../../kernel/limits.js';
import type { Task } from '../../store/task.js';

/** What of a list of tasks has changed: the row of a task, that it was erased, or that changes may have been missed. */
export interface ListChange {
  /** Of the task; empty for `isGap`. */
  id: string;
  sequence: number;
  /** Undefined: it was erased. */
  task?: Task;
  isGap?: true;
}

/**
 * What a subscriber has not read yet: the newest state of each task, so that a slow reader skips states and never falls
 * behind without end. A library bus was measured to crash the server once one client stopped reading (1,024 events);
 * here the mailbox coalesces by task id, and one that holds too many tasks ends with OVERLOADED: subscribe again, nothing
 * is lost, since every subscription begins with the row as it stands.
 */
export class Mailbox<Row extends { id: string; sequence: number } = Task> implements AsyncIterableIterator<Row> {
  private readonly waiting = new Map<string, Row>();
  private wake: (() => void) | undefined;
  private ended = false;
  private overflowed = false;

  constructor(
    private readonly onEnd: (mailbox: Mailbox<Row>) => void,
    private readonly most: number = LIMITS.events.mailboxTasks,
  ) {}

  put(row: Row): void {
    if (this.ended) return;
    const held = this.waiting.get(row.id);
    if (held !== undefined && held.sequence >= row.sequence) return;
    if (held === undefined && this.waiting.size >= this.most) {
      this.overflowed = true;
      this.end();
      return;
    }
    this.waiting.set(row.id, row);
    this.wake?.();
  }

  async next(): Promise<IteratorResult<Row>> {
    const [value] = (await this.take(1)) ?? [];
    return value === undefined ? { value: undefined, done: true } : { value, done: false };
  }

  /** What waits, at most so many; nothing after `withinMs`; undefined at the end. */
  async take(most: number, withinMs?: number): Promise<Row[] | undefined> {
    for (let isLate = false; ; ) {
      if (this.overflowed) {
        this.overflowed = false;
        this.waiting.clear();
        throw new DarkroomError('OVERLOADED', 'This subscription fell too far behind; subscribe again.');
      }
      if (this.waiting.size > 0) return this.read(most);
      if (this.ended) return undefined;
      if (isLate) return [];
      isLate = await this.woken(withinMs);
    }
  }

  private read(most: number): Row[] {
    const rows: Row[] = [];
    for (const row of this.waiting.values()) {
      if (rows.length === most) break;
      rows.push(row);
    }
    for (const { id } of rows) this.waiting.delete(id);
    return rows;
  }

  /** True when the time was over first. */
  private async woken(withinMs: number | undefined): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const isLate = await new Promise<boolean>(resolve => {
      this.wake = () => resolve(false);
      if (withinMs !== undefined) timer = setTimeout(resolve, withinMs, true);
    });
    clearTimeout(timer);
    this.wake = undefined;
    return isLate;
  }

  async return(): Promise<IteratorResult<Row>> {
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

/** Above every sequence of a row. */
const ERASED = Number.MAX_SAFE_INTEGER;

/** The bus: committed rows in, one mailbox a subscriber out. It never waits for anybody. */
export class TaskEvents {
  private readonly byTask = new Map<string, { mailboxes: Set<Mailbox>; sequence: number }>();
  private readonly byTenant = new Map<string, Set<Mailbox<ListChange>>>();

  /** @param tell where the rows that this process committed are told to others */
  constructor(private readonly tell: (taskId: string) => void = () => {}) {}

  /** A row that this process has committed. */
  publish(row: Task): void {
    this.deliver(row);
    this.tell(row.id);
  }

  /** A row, whoever has committed it, to the subscribers of this process. */
  deliver(row: Task): void {
    this.tellLists([row.tenantId], { id: row.id, sequence: row.sequence, task: row });
    const watched = this.byTask.get(row.id);
    if (watched === undefined) return;
    watched.sequence = Math.max(watched.sequence, row.sequence);
    // 10,000 subscribers would hold the event loop for a second. Where a newer row overtakes this one, whoever has read
    // that one skips this.
    void inTurns([...watched.mailboxes], LIMITS.events.handedAtOnce, mailbox => mailbox.put(row));
  }

  /** A task that this process has erased. */
  publishErased(tenantId: string, taskId: string): void {
    this.tellLists([tenantId], { id: taskId, sequence: ERASED });
    this.tell(taskId);
  }

  /** A task that is no longer there; nobody knows whose it was. Who was never told of it keeps its id to himself. */
  deliverErased(taskId: string): void {
    this.tellLists(this.byTenant.keys(), { id: taskId, sequence: ERASED });
  }

  /** Changes may have been missed. */
  deliverGap(): void {
    this.tellLists(this.byTenant.keys(), { id: '', sequence: 0, isGap: true });
  }

  /** Whether somebody here follows a whole tenant. */
  get followsLists(): boolean {
    return this.byTenant.size > 0;
  }

  /** Changes of all tasks of a tenant from now on. */
  subscribeTenant(tenantId: string): Mailbox<ListChange> {
    const mailboxes = this.byTenant.get(tenantId) ?? new Set();
    this.byTenant.set(tenantId, mailboxes);
    const mailbox = new Mailbox<ListChange>(ended => {
      mailboxes.delete(ended);
      if (mailboxes.size === 0) this.byTenant.delete(tenantId);
    }, LIMITS.events.listMailboxTasks);
    mailboxes.add(mailbox);
    return mailbox;
  }

  private tellLists(tenantIds: Iterable<string>, change: ListChange): void {
    for (const tenantId of tenantIds) {
      const mailboxes = this.byTenant.get(tenantId);
      if (mailboxes) void inTurns([...mailboxes], LIMITS.events.handedAtOnce, mailbox => mailbox.put(change));
    }
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
    for (const mailboxes of [...this.byTenant.values()]) for (const mailbox of [...mailboxes]) mailbox.end();
  }

  get subscribers(): number {
    let count = 0;
    for (const { mailboxes } of this.byTask.values()) count += mailboxes.size;
    return count;
  }
}
