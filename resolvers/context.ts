import DataLoader from 'dataloader';
import type { BrowserTokens } from '../src/access/browser-tokens.js';
import { type Caller, narrowedTo } from '../src/access/caller.js';
import type { AssetService } from '../src/assets/asset-service.js';
import { type Actor, ANYONE } from '../src/audit/acts.js';
import type { Language } from '../src/kernel/language.js';
import type { Consents } from '../src/personal/consents.js';
import type { AssetRow } from '../src/store/asset-rows.js';
import type { AttemptRow } from '../src/store/attempt-rows.js';
import type { ConsentRow } from '../src/store/consent-rows.js';
import type { PhotoRow } from '../src/store/photo-rows.js';
import type { Task } from '../src/store/task.js';
import type { TaskFilter } from '../src/store/task-list-rows.js';
import type { TaskList, TasksUpdate } from '../src/tasks/machine/task-list.js';
import type { TaskService } from '../src/tasks/machine/task-service.js';
import type { VendorCatalogue } from '../src/tasks/vendors/vendor-catalogue.js';
import { type Visible, visibleTo } from './visible.js';

/** What a resolver knows about the request. */
export interface Context {
  readonly caller: Caller;
  /** The caller's. */
  readonly tenantId: string;
  /** Who asks, for the audit trail. */
  readonly actor: Actor;
  readonly language: Language;
  /** For root fields: what this caller can look up by an id, and follow. */
  readonly visible: Visible;
  /** These are for what stands below an object that the caller may see. */
  readonly assets: DataLoader<string, AssetRow | undefined>;
  /** By the id of the photo. */
  readonly originals: DataLoader<string, AssetRow | undefined>;
  readonly attempts: DataLoader<string, AttemptRow[]>;
  readonly tasks: DataLoader<string, Task | undefined>;
  readonly consents: DataLoader<string, ConsentRow[]>;
  readonly photosOf: DataLoader<string, PhotoRow[]>;
  /** Ids of the tasks that a task token or photo link reaches, the newest last. */
  readonly tasksOfToken: DataLoader<string, string[]>;
  /** For a subscription, whose `subscribe` stands outside the resolver object. */
  readonly watchVendors: VendorCatalogue['changes'];
  /** The same. Throws BAD_USER_INPUT. */
  followTasks(filter: TaskFilter, first: number, after?: string): AsyncIterableIterator<TasksUpdate>;
}

export interface ContextServices {
  tasks: TaskService;
  taskList: TaskList;
  assets: AssetService;
  vendors: VendorCatalogue;
  consents: Consents;
  tokens: BrowserTokens;
}

/**
 * What the answers to a subscription depend on beside the language: whatever of a caller decides what it may see. Two
 * keys of a tenant with the same scopes are one audience; each task token and photo link is its own.
 */
export function audienceOf({ caller }: Context): string {
  const { kind, tenantId, scopes } = caller;
  return JSON.stringify([kind, tenantId, narrowedTo(caller), [...scopes].sort()]);
}

export function createContext(
  services: ContextServices,
  { caller, language, mark }: { caller: Caller; language: Language; mark?: Actor['request'] },
): Context {
  return new RequestContext(services, caller, language, mark);
}

/**
 * A subscription keeps its context as long as its socket is open, and most fields need little of it: each part is made
 * when it is asked for. The loaders batch and do not cache: a subscription would show old rows.
 * Apollo clones a context, which `#private` fields do not survive.
 */
class RequestContext implements Context {
  private visibleMade: Visible | undefined;
  private assetsMade: Context['assets'] | undefined;
  private originalsMade: Context['originals'] | undefined;
  private tasksMade: Context['tasks'] | undefined;
  private attemptsMade: Context['attempts'] | undefined;
  private consentsMade: Context['consents'] | undefined;
  private photosOfMade: Context['photosOf'] | undefined;
  private tasksOfTokenMade: Context['tasksOfToken'] | undefined;

  constructor(
    private readonly services: ContextServices,
    readonly caller: Caller,
    readonly language: Language,
    private readonly mark: Actor['request'],
  ) {}

  get tenantId(): string {
    return this.caller.tenantId;
  }

  get actor(): Actor {
    const { kind, id, apiKeyId } = this.caller;
    return kind === 'OPEN' ? { ...ANYONE, request: this.mark } : { kind, id, apiKeyId, request: this.mark };
  }

  get visible(): Visible {
    const { tasks, tokens } = this.services;
    this.visibleMade ??= visibleTo(this.caller, { tasks, tokens, asset: id => this.assets.load(id) });
    return this.visibleMade;
  }

  get assets(): Context['assets'] {
    this.assetsMade ??= byId(ids => this.services.assets.find(this.tenantId, ids));
    return this.assetsMade;
  }

  get originals(): Context['originals'] {
    this.originalsMade ??= originalsBy(this.ofOperator(ids => this.services.assets.findOriginals(this.tenantId, ids)));
    return this.originalsMade;
  }

  get tasks(): Context['tasks'] {
    this.tasksMade ??= byId(ids => this.services.tasks.findMany(this.tenantId, ids));
    return this.tasksMade;
  }

  get attempts(): Context['attempts'] {
    this.attemptsMade ??= byTask(this.ofOperator(ids => this.services.tasks.attempts(ids)));
    return this.attemptsMade;
  }

  get consents(): Context['consents'] {
    this.consentsMade ??= byTask(this.ofOperator(ids => this.services.consents.of(this.tenantId, ids)));
    return this.consentsMade;
  }

  get photosOf(): Context['photosOf'] {
    this.photosOfMade ??= byTask(ids => this.services.tasks.photosOf(this.tenantId, ids));
    return this.photosOfMade;
  }

  get tasksOfToken(): Context['tasksOfToken'] {
    this.tasksOfTokenMade ??= new DataLoader(
      async ids => {
        const rows = await this.services.tokens.tasksOf(ids);
        return ids.map(id => rows.filter(({ tokenId }) => tokenId === id).map(({ taskId }) => taskId));
      },
      { cache: false },
    );
    return this.tasksOfTokenMade;
  }

  watchVendors(): ReturnType<VendorCatalogue['changes']> {
    return this.services.vendors.changes();
  }

  followTasks(filter: TaskFilter, first: number, after?: string): AsyncIterableIterator<TasksUpdate> {
    return this.services.taskList.follow(this.tenantId, filter, first, after);
  }

  /** What was called and charged, the consent's own reference, and where a photo was taken, are the operator's. */
  private ofOperator<Row>(
    find: (ids: readonly string[]) => Promise<Row[]>,
  ): (ids: readonly string[]) => Promise<Row[]> {
    return narrowedTo(this.caller) === null ? find : async () => [];
  }
}

function byId<Row extends { id: string }>(
  find: (ids: readonly string[]) => Promise<Row[]>,
): DataLoader<string, Row | undefined> {
  return new DataLoader(
    async ids => {
      const rows = new Map((await find(ids)).map(row => [row.id, row]));
      return ids.map(id => rows.get(id));
    },
    { cache: false },
  );
}

function originalsBy(find: (ids: readonly string[]) => Promise<AssetRow[]>): DataLoader<string, AssetRow | undefined> {
  return new DataLoader(
    async ids => {
      const rows = new Map((await find(ids)).map(row => [row.companionOf, row]));
      return ids.map(id => rows.get(id));
    },
    { cache: false },
  );
}

function byTask<Row extends { taskId: string }>(
  find: (ids: readonly string[]) => Promise<Row[]>,
): DataLoader<string, Row[]> {
  return new DataLoader(
    async ids => {
      const rows = await find(ids);
      return ids.map(id => rows.filter(row => row.taskId === id));
    },
    { cache: false },
  );
}
