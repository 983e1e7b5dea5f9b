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
}

/** The loaders batch and do not cache: a subscription lives as long as its task, and would show old rows. */
export function createContext(
  services: {
    tasks: TaskService;
    assets: AssetService;
    vendors: VendorCatalogue;
    consents: Consents;
    tokens: BrowserTokens;
  },
  request: { caller: Caller; language: Language },
): Context {
  const { tasks, assets, vendors, consents, tokens } = services;
  const { caller } = request;
  const { tenantId } = caller;
  const assetById = byId(ids => assets.find(tenantId, ids));
  // What was called and charged, the consent's own reference, and where a photo was taken, are the operator's.
  const ofOperator = <Row>(find: (ids: readonly string[]) => Promise<Row[]>) =>
    narrowedTo(caller) === null ? find : async () => [];
  return {
    ...request,
    tenantId,
    actor: actorOf(caller),
    visible: visibleTo(caller, { tasks, tokens, asset: id => assetById.load(id) }),
    watchVendors: vendors.changes.bind(vendors),
    assets: assetById,
    originals: originalsBy(ofOperator(ids => assets.findOriginals(tenantId, ids))),
    tasks: byId(ids => tasks.findMany(tenantId, ids)),
    attempts: byTask(ofOperator(ids => tasks.attempts(ids))),
    consents: byTask(ofOperator(ids => consents.of(tenantId, ids))),
    photosOf: byTask(ids => tasks.photosOf(tenantId, ids)),
    tasksOfToken: new DataLoader(
      async ids => {
        const rows = await tokens.tasksOf(ids);
        return ids.map(id => rows.filter(({ tokenId }) => tokenId === id).map(({ taskId }) => taskId));
      },
      { cache: false },
    ),
  };
}

function actorOf({ kind, id, apiKeyId }: Caller): Actor {
  return kind === 'OPEN' ? ANYONE : { kind, id, apiKeyId };
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
