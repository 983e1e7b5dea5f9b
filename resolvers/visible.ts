import type { BrowserTokens } from '../src/access/browser-tokens.js';
import { type Caller, narrowedTo } from '../src/access/caller.js';
import { DarkroomError } from '../src/kernel/errors.js';
import type { AssetRow } from '../src/store/asset-rows.js';
import type { PhotoRow } from '../src/store/photo-rows.js';
import type { Task } from '../src/store/task.js';
import type { TaskService } from '../src/tasks/machine/task-service.js';

/** What a caller can look up by an id, or follow. Whatever is beyond its reach looks like what there is not. */
export interface Visible {
  /** Throws TASK_GONE. */
  task(id: string): Promise<Task | undefined>;
  asset(id: string): Promise<AssetRow | undefined>;
  photo(id: string): Promise<PhotoRow | undefined>;
  /** Throws NOT_FOUND, TASK_GONE. */
  watch(id: string, afterSequence: number): Promise<AsyncIterableIterator<Task>>;
  /** A task that the caller may see, with what of it it is told. */
  show(task: Task): Task;
}

export interface VisibleParts {
  tasks: TaskService;
  tokens: BrowserTokens;
  /** Of the caller's tenant. */
  asset(id: string): Promise<AssetRow | undefined>;
}

/**
 * Of its tenant everything; for a task token or photo link its own tasks alone, without what is the operator's in them.
 * The one place where such a caller is narrowed: the root fields that are open to it look things up here.
 */
export function visibleTo(caller: Caller, { tasks, tokens, asset }: VisibleParts): Visible {
  const { tenantId } = caller;
  const token = narrowedTo(caller);
  const photoOf = async (id: string) => (await tasks.photos(tenantId, [id]))[0];
  if (token === null)
    return {
      task: id => tasks.look(tenantId, id),
      asset,
      photo: photoOf,
      watch: (id, afterSequence) => tasks.watch(tenantId, id, afterSequence),
      show: task => task,
    };
  const task = async (id: string) => {
    const found = (await tokens.reachesTask(token, id)) ? await tasks.look(tenantId, id) : undefined;
    return found && forBrowsers(found);
  };
  return {
    task,
    asset: async id => ((await tokens.reachesAsset(token, id)) ? asset(id) : undefined),
    photo: async id => {
      const row = await photoOf(id);
      return row && (await tokens.reachesTask(token, row.taskId)) ? row : undefined;
    },
    watch: async (id, afterSequence) => {
      if (!(await tokens.reachesTask(token, id))) throw new DarkroomError('NOT_FOUND', 'There is no such task.');
      return mapped(await tasks.watch(tenantId, id, afterSequence), forBrowsers);
    },
    show: forBrowsers,
  };
}

/** Without what the operator wrote to it. Calls and consents: `createContext`. */
function forBrowsers(task: Task): Task {
  return { ...task, reference: null, labels: [], retryOf: null };
}

/** Unlike a generator it can be ended while it waits. */
function mapped<T>(source: AsyncIterableIterator<T>, map: (value: T) => T): AsyncIterableIterator<T> {
  const iterator: AsyncIterableIterator<T> = {
    next: async () => {
      const next = await source.next();
      return next.done ? next : { value: map(next.value), done: false };
    },
    return: () => source.return!(),
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}
