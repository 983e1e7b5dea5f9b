import type { Logger } from 'pino';
import {
  type DataSource,
  type JobContext,
  type Operation,
  sourceKey,
  type VendorName,
} from '../datasources/contract.js';
import { BrowserTokens } from './access/browser-tokens.js';
import { TokenSigner } from './access/token-signer.js';
import { AssetService, type Normaliser } from './assets/asset-service.js';
import type { ErasureList } from './assets/erasures.js';
import type { AssetFiles } from './assets/files.js';
import { Pictures } from './assets/pictures.js';
import { SERVER } from './audit/acts.js';
import { Audit } from './audit/audit.js';
import type { Clock } from './kernel/clock.js';
import { Sealer } from './kernel/seal.js';
import { NOTHING_RETIRED, type RetiredKeys, type Secrets, subjectKeysOf } from './kernel/secrets.js';
import { SigningKeys } from './kernel/signer.js';
import { PUBLIC_HTTPS } from './net/outbound-policy.js';
import { OperationService } from './operations/operation-service.js';
import { ALL_OPERATIONS, OPERATIONS, rowOf } from './operations/operations.js';
import { PhotoIntake } from './operations/photo-intake.js';
import { PhotoLinks } from './operations/photo-links.js';
import { type PhotoChecker, PhotoReports } from './operations/photo-reports.js';
import { type TenantLimits, TenantQuotas } from './operations/tenant-quotas.js';
import { Consents } from './personal/consents.js';
import { Erasure } from './personal/erasure.js';
import { OldTasks } from './personal/old-tasks.js';
import { PersonExporter } from './personal/person-export.js';
import { PersonalEnd } from './personal/work-end.js';
import type { DataKeys } from './sealing/data-keys.js';
import { PersonalData } from './sealing/personal-data.js';
import { sweepTaskKeys } from './sealing/sweep-task-keys.js';
import { RuleBook } from './specs/rules/rule-book.js';
import type { Database } from './store/database.js';
import { TaskEvents } from './tasks/machine/events.js';
import { TaskLifecycle } from './tasks/machine/lifecycle.js';
import { TaskRelay } from './tasks/machine/relay.js';
import { ReviewService } from './tasks/machine/review-service.js';
import { TaskList } from './tasks/machine/task-list.js';
import { TaskService } from './tasks/machine/task-service.js';
import type { WorkerPort } from './tasks/machine/worker-port.js';
import { BudgetService } from './tasks/vendors/budget-service.js';
import type { UnitPrices } from './tasks/vendors/charges.js';
import { RecentCalls } from './tasks/vendors/recent-calls.js';
import { Router } from './tasks/vendors/router.js';
import { UsageService } from './tasks/vendors/usage-service.js';
import { VendorCatalogue } from './tasks/vendors/vendor-catalogue.js';
import { VendorMonitor } from './tasks/vendors/vendor-monitor.js';
import { createJobContext, type Fitter } from './tasks/work/job-context.js';
import type { Receiver } from './tasks/work/results.js';
import { TaskRunner } from './tasks/work/runner.js';
import { DeliveryRunner } from './webhooks/delivery-runner.js';
import { WebhookOutbox } from './webhooks/outbox.js';
import { WebhookService } from './webhooks/webhook-service.js';

/** What the house makes pictures with; the image engine has all of it. */
export interface ImageParts extends Normaliser, Fitter, Pick<Receiver, 'receive' | 'label'>, PhotoChecker {
  /** What was worked out from this photo is no longer needed. */
  forget(assetId: string): void;
}

export interface HouseParts {
  database: Database;
  files: AssetFiles;
  erasures: ErasureList;
  images: ImageParts;
  download: Receiver['download'];
  sources: readonly DataSource[];
  /** Of the tasks and pictures with sealed data. */
  keys: DataKeys;
  /** Pictures are sealed from now on. */
  encryptAssets?: boolean;
  secrets: Secrets;
  /** What is left of secrets that are not among them any more. */
  retired?: RetiredKeys;
  /** A signed link to an asset: under the public URL, or under our own address for the sandbox, which runs beside us. */
  link(assetId: string, sandbox: boolean): string;
  clock: Clock;
  log: Logger;
  keepInputsMs: number;
  keepResultsMs: number;
  /** Results are fetched without TLS where https does not give them. */
  allowHttpResults?: boolean;
  /** What works on a face needs the consent of the person; verifying one does in any case. */
  requireConsent?: boolean;
  /** What offices ask of photos; the published rules if not given. */
  rules?: RuleBook;
  /** The operator's name or code in labels of generated content. */
  aigcProvider?: string | undefined;
  /** Pictures that were repaired, enlarged or coloured are labelled, too. */
  labelEdits?: boolean;
  /** The operator's own order for AUTO, by operation. */
  routes?: Partial<Record<Operation, readonly VendorName[]>>;
  /** Sizes of the vendors' packages that we count ourselves. */
  packageUnits?: Readonly<Record<string, number | undefined>>;
  /** What a unit of each vendor's package costs. */
  prices?: UnitPrices;
  /** Origins of receivers of webhooks that the operator configured: http and private addresses too. */
  webhookOrigins?: readonly string[];
  /** What each tenant may have; the defaults of the limits if not given. */
  tenantLimits?: TenantLimits;
  /** Called before a webhook is sent a message by hand. Throws RATE_LIMITED. */
  admitHandSend?(webhookId: string): Promise<void>;
  events?: TaskEvents;
  /** Called when tokens were revoked here. */
  onTokensRevoked?(): void;
  /** Who does the work where this process does not. */
  elsewhere?: WorkerPort | undefined;
  /** Gets each job's context and returns what the data source is given in its place. For the suites. */
  tapContext?(context: JobContext): JobContext;
}

/** The parts from the store to the worker, as they belong together. */
export interface House {
  assets: AssetService;
  audit: Audit;
  signing: SigningKeys;
  consents: Consents;
  erasure: Erasure;
  oldTasks: OldTasks;
  exporter: PersonExporter;
  /**
   * Does what a crash left of the personal data of ended work. To be called at the start, and now and then.
   * @param youngMs a key without a task that is younger may be that of one that is being made; 0 where nobody else works
   */
  tidyPersonal(youngMs: number): Promise<void>;
  events: TaskEvents;
  lifecycle: TaskLifecycle;
  tasks: TaskService;
  taskList: TaskList;
  reviews: ReviewService;
  operations: OperationService;
  reports: PhotoReports;
  tokens: BrowserTokens;
  photoLinks: PhotoLinks;
  vendors: VendorCatalogue;
  /** Not started: until then its health is this process's own. */
  monitor: VendorMonitor;
  usage: UsageService;
  budgets: BudgetService;
  relay: TaskRelay;
  /** Undefined where the work is done elsewhere. Not started. */
  runner: TaskRunner | undefined;
  webhooks: WebhookService;
  /** Sends what waits for webhooks; where the tasks are worked on. Not started. */
  deliveries: DeliveryRunner | undefined;
}

/** The one place where these parts are put together: for the server, for its tests and for the benchmarks. */
export function assemble(parts: HouseParts): House {
  const { database, erasures, images, sources, log, clock, events = new TaskEvents() } = parts;
  const { keys, secrets, retired = NOTHING_RETIRED } = parts;
  const signing = new SigningKeys(secrets, retired);
  const audit = new Audit({ database, signing, subjectKeys: () => subjectKeysOf(secrets, retired), log });
  const pictures = new Pictures(parts.files, keys, parts.encryptAssets ?? false);
  const quotas = new TenantQuotas(database, parts.tenantLimits);
  const assets = new AssetService({
    ...parts,
    pictures,
    audit,
    normaliser: images,
    onPurged: id => images.forget(id),
    requireRoom: (tenantId, bytes) => quotas.requireRoom(tenantId, bytes),
  });
  const sealer = new Sealer(secrets, 'seals');
  const personal = new PersonalData(keys, sealer);
  const { outbox, webhooks, deliveries } = assembleWebhooks(parts, sealer, audit);
  const verifications = ALL_OPERATIONS.filter(operation => rowOf(operation).verifies);
  const end = new PersonalEnd(verifications, audit, assets, personal, log);
  const lifecycle = new TaskLifecycle(database, events, outbox, end);
  const monitor = new VendorMonitor({ log, database, clock, packageUnits: parts.packageUnits ?? {} }, sources);
  const runner =
    parts.elsewhere === undefined ? createRunner(parts, { assets, lifecycle, monitor, personal }) : undefined;
  const worker = parts.elsewhere ?? runner!;
  const tasks = new TaskService({ database, lifecycle, events, worker, audit, log });
  const taskList = new TaskList(database, events);
  const reviews = new ReviewService({ database, tasks, lifecycle, audit });
  const erasure = new Erasure({ database, tasks, events, assets, erasures, audit, signing, personal });
  const consents = new Consents({ database, audit, erasure });
  const asked = assembleOperations(parts, { tasks, reviews, assets, quotas, consents, personal, monitor, audit });
  return {
    assets,
    audit,
    signing,
    consents,
    erasure,
    oldTasks: new OldTasks(database, audit),
    exporter: new PersonExporter(database, audit),
    tidyPersonal: async youngMs => {
      await sweepTaskKeys(database, keys, youngMs);
      await assets.purgeBrief(verifications);
      await consents.finishWithdrawals(SERVER);
    },
    events,
    lifecycle,
    tasks,
    taskList,
    reviews,
    ...asked,
    reports: new PhotoReports({ database, assets, checker: images, clock, log }),
    vendors: new VendorCatalogue(sources, monitor, new RecentCalls(database, sources.map(sourceKey))),
    monitor,
    usage: new UsageService(database),
    relay: new TaskRelay({ database, events, worker: runner, wakeOthers: () => deliveries?.wake(), log }),
    runner,
    webhooks,
    deliveries,
  };
}

/** What callers ask for: who may serve it, who pays for it, and what browsers may ask for on their behalf. */
function assembleOperations(
  parts: HouseParts,
  own: {
    tasks: TaskService;
    reviews: ReviewService;
    assets: AssetService;
    quotas: TenantQuotas;
    consents: Consents;
    personal: PersonalData;
    monitor: VendorMonitor;
    audit: Audit;
  },
) {
  const { database, sources, routes: order = {}, prices = {}, requireConsent = false } = parts;
  const { monitor, ...shared } = own;
  const { audit } = own;
  const budgets = new BudgetService(database, audit);
  const operations = new OperationService({
    ...shared,
    database,
    router: new Router({ sources, order, healthy: source => monitor.healthy(source), prices }),
    budgets,
    intake: new PhotoIntake(own.assets, parts.download),
    rules: parts.rules ?? new RuleBook(),
    requireConsent,
    secrets: parts.secrets,
  });
  const signer = new TokenSigner(parts.secrets);
  const tokens = new BrowserTokens({ database, signer, audit, changed: () => parts.onTokensRevoked?.() });
  return { operations, budgets, tokens, photoLinks: new PhotoLinks({ database, operations, tokens, requireConsent }) };
}

function assembleWebhooks(parts: HouseParts, sealer: Sealer, audit: Audit) {
  const { database, clock, log, webhookOrigins: origins = [], admitHandSend = async () => {} } = parts;
  const shared = { database, sealer, policy: PUBLIC_HTTPS, origins, clock };
  const deliveries = parts.elsewhere === undefined ? new DeliveryRunner({ ...shared, log }) : undefined;
  const wake = () => (deliveries ?? parts.elsewhere)?.wake();
  const webhooks = new WebhookService({ ...shared, audit, wake, admitHandSend });
  return { outbox: new WebhookOutbox(wake), webhooks, deliveries };
}

function createRunner(
  parts: HouseParts,
  own: { assets: AssetService; lifecycle: TaskLifecycle; monitor: VendorMonitor; personal: PersonalData },
): TaskRunner {
  const { database, images, download, link, log, tapContext = (context: JobContext) => context } = parts;
  const sources = new Map(parts.sources.map(source => [sourceKey(source), source]));
  const contextParts = { assets: own.assets, fitter: images, personal: own.personal, link };
  return new TaskRunner({
    ...own,
    database,
    sources,
    operations: OPERATIONS,
    receiver: {
      download,
      receive: images.receive.bind(images),
      label: images.label.bind(images),
    },
    contextOf: (task, capability, signal, tell) =>
      tapContext(createJobContext(contextParts, task, sources.get(task.source)!, capability, signal, tell)),
    allowHttpResults: parts.allowHttpResults ?? false,
    aigcProvider: parts.aigcProvider,
    labelEdits: parts.labelEdits ?? false,
    log,
  });
}
