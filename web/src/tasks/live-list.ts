import { follow } from '../data/client.ts';
import type { ApiError } from '../data/errors.ts';
import {
  FollowTasksDocument,
  type FollowTasksSubscription,
  type TaskFilterInput,
  type TaskState,
} from '../data/generated.ts';

type Update = FollowTasksSubscription['tasksUpdated'];
export type TaskLine = Update['tasks'][number];

export const MOST_SHOWN = 1_000;

/** What asks for a person comes first. */
export type Group = 'decide' | 'failed' | 'open' | 'ended';
export const GROUPS: readonly Group[] = ['decide', 'failed', 'open', 'ended'];

const GROUP_OF: Readonly<Partial<Record<TaskState, Group>>> = {
  NEEDS_REVIEW: 'decide',
  FAILED: 'failed',
  RUNNING: 'open',
  QUEUED: 'open',
};

export const groupOf = ({ state }: Pick<TaskLine, 'state'>): Group => GROUP_OF[state] ?? 'ended';

export interface ListView {
  /** In the order in which they are shown. */
  readonly rows: readonly TaskLine[];
  /** Rows that would move, come or go if nobody was reading. */
  readonly held: number;
  /** False until the first snapshot is whole. */
  readonly whole: boolean;
  readonly error: ApiError | undefined;
}

/**
 * The newest tasks, live by one subscription. While somebody reads, rows change in their places, and nothing moves: what
 * would is counted in `held`.
 */
export class LiveList {
  #view: ListView = { rows: [], held: 0, whole: false, error: undefined };
  #tasks = new Map<string, TaskLine>();
  #cursor: string | undefined;
  #whole = false;
  #reading = false;
  #frame: number | undefined;
  readonly #listeners = new Set<() => void>();

  constructor(private readonly filter: TaskFilterInput) {}

  /** @returns what ends it */
  start(): () => void {
    const variables = () => ({ filter: this.filter, first: MOST_SHOWN, after: this.#cursor ?? null });
    const stop = follow(FollowTasksDocument, variables, {
      next: ({ tasksUpdated }) => this.#take(tasksUpdated),
      error: error => this.#show({ ...this.#view, error }),
    });
    return () => {
      stop();
      if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
      this.#frame = undefined;
    };
  }

  readonly subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly view = (): ListView => this.#view;

  setReading(reading: boolean): void {
    if (this.#reading === reading) return;
    this.#reading = reading;
    if (!reading && this.#view.held > 0) this.release();
  }

  /** Puts everything where it belongs now. */
  release(): void {
    this.#show({ rows: this.#sorted(), held: 0, whole: this.#whole, error: undefined });
  }

  #take({ kind, tasks, removed, cursor, isComplete }: Update): void {
    // The first page of a snapshot takes the place of all that was told; what was shown stays until the last page is here.
    if (kind === 'SNAPSHOT' && this.#whole) {
      this.#tasks = new Map();
      this.#whole = false;
    }
    for (const task of tasks) {
      const known = this.#tasks.get(task.id);
      if (known === undefined || known.sequence <= task.sequence) this.#tasks.set(task.id, task);
    }
    for (const id of removed) this.#tasks.delete(id);
    if (cursor !== null) this.#cursor = cursor;
    this.#whole ||= isComplete;
    // The first pages are shown as they come; a later snapshot only once it is whole.
    if (this.#whole || !this.#view.whole) this.#frame ??= requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    this.#frame = undefined;
    if (!this.#reading) {
      this.release();
      return;
    }
    const sorted = this.#sorted();
    const rows = this.#view.rows.map(row => this.#tasks.get(row.id) ?? row);
    const held = sorted.filter(({ id }, index) => rows[index]?.id !== id).length;
    this.#show({ rows, held, whole: this.#whole, error: undefined });
  }

  #sorted(): TaskLine[] {
    const groups: Record<Group, TaskLine[]> = { decide: [], failed: [], open: [], ended: [] };
    const newest = [...this.#tasks.values()].sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
    for (const task of newest.slice(0, MOST_SHOWN)) groups[groupOf(task)].push(task);
    for (const { id } of newest.slice(MOST_SHOWN)) this.#tasks.delete(id);
    return GROUPS.flatMap(group => groups[group]);
  }

  #show(view: ListView): void {
    this.#view = view;
    for (const listener of this.#listeners) listener();
  }
}
