import type * as documents from './generated.js';

type ListEvent = documents.TasksUpdatedSubscription['tasksUpdated'];
type Listed = ListEvent['tasks'][number];
export type ListPage = NonNullable<documents.ListTasksQuery['tasks']>;

/** As many ids as the server itself remembers of one reader. */
const MOST = 10_000;

/** A list that is asked for again and again, told as `tasksUpdated` would: what there is, then what has changed. */
export class ListedTasks {
  /** The newest sequence that was told, by task; undefined before the first event. */
  #told: Map<string, number> | undefined;

  /** What a socket told. */
  take({ tasks, removed }: ListEvent): void {
    this.#told ??= new Map();
    for (const { id, sequence } of tasks) this.#told.set(id, sequence);
    for (const id of removed) this.#told.delete(id);
  }

  /** Undefined where nothing is news. */
  async look(pageAfter: (cursor: string | null) => Promise<ListPage>): Promise<ListEvent | undefined> {
    const found: Listed[] = [];
    let cursor: string | null = null;
    do {
      const { nodes, pageInfo }: ListPage = await pageAfter(cursor);
      found.push(...nodes);
      cursor = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    } while (cursor !== null && found.length < MOST);
    const told = this.#told;
    const tasks = found.filter(({ id, sequence }) => told?.get(id) !== sequence);
    const there = new Set(found.map(({ id }) => id));
    const removed = [...(told?.keys() ?? [])].filter(id => !there.has(id));
    if (told && tasks.length + removed.length === 0) return undefined;
    return { kind: told ? 'CHANGES' : 'SNAPSHOT', isComplete: true, cursor: null, removed, tasks };
  }
}
