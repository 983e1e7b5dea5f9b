import type { Logger } from 'pino';
import {
  type DataSource,
  type JobContext,
  type Operation,
  sourceKey,
  type VendorName,
} from '../datasources/contract.js';
import { AssetService, type Normaliser } from './assets/asset-service.js';
import type { ErasureList } from './assets/erasures.js';
import type { AssetFiles } from './assets/files.js';
import { SERVER } from './audit/acts.js';
import { Audit } from './audit/audit.js';
import type { Clock } from './kernel/clock.js';
import { Sealer } from './kernel/seal.js';
import { deriveKey } from './kernel/secrets.js';
import { Signer } from './kernel/signer.js';
import { PUBLIC_HTTPS } from './net/outbound-policy.js';
import { OperationService } from './operations/operation-service.js';
import { ALL_OPERATIONS, OPERATIONS, rowOf } from './operations/operations.js';
import { PhotoIntake } from './operations/photo-intake.js';
import { Consents } from './personal/consents.js';
import { Erasure } from './personal/erasure.js';
import { PersonExporter } from './personal/person-export.js';
import { VerificationEnd } from './personal/work-end.js';
import { RuleBook } from './specs/rules/rule-book.js';
import type { Database } from './store/database.js';
import { TaskEvents } from './tasks/machine/events.js';
import { TaskLifecycle } from './tasks/machine/lifecycle.js';
import { TaskRelay } from './tasks/machine/relay.js';
import { ReviewService } from './tasks/machine/review-service.js';
import { TaskService } from './tasks/machine/task-service.js';
import type { WorkerPort } from './tasks/machine/worker-port.js';
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
export interface ImageParts extends Normaliser, Fitter, Pick<Receiver, 'receive' | 'label'> {
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
  /** At least 32 bytes. */
  secret: Buffer;
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
  /** Origins of receivers of webhooks that the operator configured: http and private addresses too. */
  webhookOrigins?: readonly string[];
  events?: TaskEvents;
  /** Who does the work where this process does not. */
  elsewhere?: WorkerPort | undefined;
  /** Gets each job's context and returns what the data source is given in its place. For the suites. */
  tapContext?(context: JobContext): JobContext;
}

/** The parts from the store to the worker, as they belong together. */
export interface House {
  assets: AssetService;
  audit: Audit;
  signer: Signer;
  consents: Consents;
  erasure: Erasure;
  exporter: PersonExporter;
  /** Does what a crash left of the personal data of ended work. To be called at the start, and now and then. */
  tidyPersonal(): Promise<void>;
  events: TaskEvents;
  lifecycle: TaskLifecycle;
  tasks: TaskService;
  reviews: ReviewService;
  operations: OperationService;
  vendors: VendorCatalogue;
  /** Not started: until then its health is this process's own. */
  monitor: VendorMonitor;
  usage: UsageService;
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
  const signer = new Signer(parts.secret);
  const audit = new Audit({ database, signer, subjectKey: deriveKey(parts.secret, 'audit subjects'), log });
  const assets = new AssetService({ ...parts, audit, normaliser: images, onPurged: id => images.forget(id) });
  const sealer = new Sealer(deriveKey(parts.secret, 'seals'));
  const { outbox, webhooks, deliveries } = assembleWebhooks(parts, sealer);
  const verifications = ALL_OPERATIONS.filter(operation => rowOf(operation).verifies);
  const lifecycle = new TaskLifecycle(database, events, outbox, new VerificationEnd(verifications, audit, assets, log));
  const monitor = new VendorMonitor({ log, database, clock, packageUnits: parts.packageUnits ?? {} }, sources);
  const runner =
    parts.elsewhere === undefined ? createRunner(parts, { assets, lifecycle, monitor, sealer }) : undefined;
  const worker = parts.elsewhere ?? runner!;
  const tasks = new TaskService({ database, lifecycle, events, worker, audit });
  const reviews = new ReviewService({ database, tasks, lifecycle, audit });
  const erasure = new Erasure({ database, tasks, assets, erasures, audit, signer });
  const consents = new Consents({ database, audit, erasure });
  const router = new Router({ sources, order: parts.routes ?? {}, healthy: source => monitor.healthy(source) });
  const operations = new OperationService({
    database,
    tasks,
    reviews,
    router,
    assets,
    intake: new PhotoIntake(assets, parts.download),
    consents,
    rules: parts.rules ?? new RuleBook(),
    audit,
    requireConsent: parts.requireConsent ?? false,
    sealer,
    fingerprintKey: deriveKey(parts.secret, 'fingerprints'),
  });
  return {
    assets,
    audit,
    signer,
    consents,
    erasure,
    exporter: new PersonExporter(database, audit),
    tidyPersonal: async () => {
      await assets.purgeBrief(verifications);
      await consents.finishWithdrawals(SERVER);
    },
    events,
    lifecycle,
    tasks,
    reviews,
    operations,
    vendors: new VendorCatalogue(sources, monitor),
    monitor,
    usage: new UsageService(database),
    relay: new TaskRelay({ database, events, worker: runner, log }),
    runner,
    webhooks,
    deliveries,
  };
}

function assembleWebhooks(parts: HouseParts, sealer: Sealer) {
  const { database, clock, log, webhookOrigins: origins = [] } = parts;
  const shared = { database, sealer, policy: PUBLIC_HTTPS, origins, clock };
  const deliveries = parts.elsewhere === undefined ? new DeliveryRunner({ ...shared, log }) : undefined;
  // Elsewhere it is seen at the next look at the queue.
  const wake = () => deliveries?.wake();
  return { outbox: new WebhookOutbox(wake), webhooks: new WebhookService({ ...shared, wake }), deliveries };
}

function createRunner(
  parts: HouseParts,
  own: { assets: AssetService; lifecycle: TaskLifecycle; monitor: VendorMonitor; sealer: Sealer },
): TaskRunner {
  const { database, images, download, link, log, tapContext = (context: JobContext) => context } = parts;
  const sources = new Map(parts.sources.map(source => [sourceKey(source), source]));
  const contextParts = { assets: own.assets, fitter: images, sealer: own.sealer, link };
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
