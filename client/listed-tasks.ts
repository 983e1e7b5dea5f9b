import type * as documents from './generated.js';

type ListEvent = documents.TasksUpdatedSubscription['tasksUpdated'];
type Listed = ListEvent['tasks'][number];
export type ListPage = NonNullable<documents.ListTasksQuery['tasks']>;

/** As many ids as the server itself remembers of one reader. */
const MOST = 10_000;

/** A list that is asked for again and again, told as `tasksUpdated` would: what there is, then what has changed. */
export class ListedTasks {
  /** The newest sequence that was told, by task. */
  readonly #told = new Map<string, number>();
  #hasSnapshot = false;
  /** The numbers that were told last, as a text. */
  #counted: string | undefined;

  /** What was told, by a socket or by `look`. */
  take({ tasks, removed, isComplete, counts }: ListEvent): void {
    this.#hasSnapshot ||= isComplete;
    this.#counted = JSON.stringify(counts);
    for (const { id, sequence } of tasks) this.#told.set(id, sequence);
    for (const id of removed) this.#told.delete(id);
  }

  /** Undefined where nothing is news. */
  async look(pageAfter: (cursor: string | null) => Promise<ListPage>): Promise<ListEvent | undefined> {
    const found: Listed[] = [];
    let cursor: string | null = null;
    let counts: ListEvent['counts'];
    do {
      const { nodes, pageInfo, ...rest }: ListPage = await pageAfter(cursor);
      found.push(...nodes);
      counts ??= rest.counts;
      cursor = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    } while (cursor !== null && found.length < MOST);
    // A snapshot that broke off is begun anew.
    const tasks = this.#hasSnapshot ? found.filter(({ id, sequence }) => this.#told.get(id) !== sequence) : found;
    const there = new Set(found.map(({ id }) => id));
    // What stands behind the last page that was asked for is not seen, which does not mean that it is gone.
    const removed = cursor === null ? [...this.#told.keys()].filter(id => !there.has(id)) : [];
    const isNews = tasks.length + removed.length > 0 || JSON.stringify(counts) !== this.#counted;
    if (this.#hasSnapshot && !isNews) return undefined;
    const kind = this.#hasSnapshot ? 'CHANGES' : 'SNAPSHOT';
    return { kind, isComplete: true, cursor: null, removed, tasks, ...(counts && { counts }) };
  }
}
