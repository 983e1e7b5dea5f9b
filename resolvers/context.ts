import DataLoader from 'dataloader';
import type { AssetService } from '../src/assets/asset-service.js';
import type { AssetRow } from '../src/store/asset-rows.js';
import type { AttemptRow } from '../src/store/attempt-rows.js';
import type { TaskService } from '../src/tasks/task-service.js';

export type Language = 'en' | 'zh';

/** What a resolver knows about the request. */
export interface Context {
  readonly tenantId: string;
  readonly language: Language;
  readonly assets: DataLoader<string, AssetRow | undefined>;
  readonly attempts: DataLoader<string, AttemptRow[]>;
  /** For subscriptions, whose `subscribe` stands outside the resolver object. */
  readonly watch: TaskService['watch'];
}

/** The loaders batch and do not cache: a subscription lives as long as its task, and would show old rows. */
export function createContext(
  services: { tasks: TaskService; assets: AssetService },
  request: { tenantId: string; language: Language },
): Context {
  return {
    ...request,
    watch: services.tasks.watch.bind(services.tasks),
    assets: new DataLoader(
      async ids => {
        const rows = new Map((await services.assets.find(request.tenantId, ids)).map(row => [row.id, row]));
        return ids.map(id => rows.get(id));
      },
      { cache: false },
    ),
    attempts: new DataLoader(
      async ids => {
        const rows = await services.tasks.attempts(ids);
        return ids.map(id => rows.filter(row => row.taskId === id));
      },
      { cache: false },
    ),
  };
}
