import { hkdfSync } from 'node:crypto';
import path from 'node:path';
import type { Logger } from 'pino';
import { type DataSource, type Operation, VENDORS, type VendorName } from '../datasources/contract.js';
import { openLocal, openVendors, VENDOR_VARIABLES } from '../datasources/registry.js';
import { AssetResolver } from '../resolvers/asset.resolver.js';
import { type Context, createContext } from '../resolvers/context.js';
import { FaceVerificationResolver } from '../resolvers/face-verification.resolver.js';
import { IdPhotoResolver, IdPhotoTaskResolver } from '../resolvers/id-photo.resolver.js';
import { NodeResolver } from '../resolvers/node.resolver.js';
import {
  BackgroundResolver,
  PaintingResolver,
  PrintSheetResolver,
  RestorationResolver,
} from '../resolvers/picture.resolver.js';
import { ReleaseResolver } from '../resolvers/release.resolver.js';
import { createSchema } from '../resolvers/schema.js';
import { SettlementResolver } from '../resolvers/settlement.resolver.js';
import { SpecResolver } from '../resolvers/spec.resolver.js';
import { TaskResolver } from '../resolvers/task.resolver.js';
import { VendorResolver } from '../resolvers/vendor.resolver.js';
import { AssetService } from './assets/asset-service.js';
import { AssetFiles } from './assets/files.js';
import { AssetLinks } from './assets/links.js';
import { serveAsset } from './assets/serve.js';
import { type Config, ConfigError, readVendorVariables } from './config.js';
import { Engine } from './engine/engine.js';
import { systemClock } from './kernel/clock.js';
import { LIMITS } from './kernel/limits.js';
import { Sealer } from './kernel/seal.js';
import { download } from './net/download.js';
import type { RunningServer } from './server/parts.js';
import { startServer } from './server/server.js';
import { startWorkerServer } from './server/worker-server.js';
import type { Database } from './store/database.js';
import { dropExpiredKeys } from './store/idempotency-rows.js';
import { openStore } from './store/open-store.js';
import { healQueue, releaseAllLeases } from './store/queue-rows.js';
import { BackgroundService } from './tasks/background-service.js';
import { TaskEvents } from './tasks/events.js';
import { FaceVerificationService } from './tasks/face-verification-service.js';
import { IdPhotoService } from './tasks/id-photo-service.js';
import { createJobContext } from './tasks/job-context.js';
import { TaskLifecycle } from './tasks/lifecycle.js';
import { PaintingService } from './tasks/painting-service.js';
import { PhotoIntake } from './tasks/photo-intake.js';
import { PrintSheetService } from './tasks/print-sheet-service.js';
import { QuoteService } from './tasks/quote-service.js';
import { TaskRelay } from './tasks/relay.js';
import { ReleaseService } from './tasks/release-service.js';
import { RestorationService } from './tasks/restoration-service.js';
import { Router } from './tasks/router.js';
import { TaskRunner } from './tasks/runner.js';
import { SettlementService } from './tasks/settlement-service.js';
import { sourceKey } from './tasks/task.js';
import { TaskService } from './tasks/task-service.js';
import { UsageService } from './tasks/usage-service.js';
import { VendorCatalogue } from './tasks/vendor-catalogue.js';
import { VendorWatch } from './tasks/vendor-watch.js';

export { VENDOR_VARIABLES };

/** What GraphiQL and Sandbox open with. */
const SAMPLE_QUERY = `# Welcome to Darkroom. Find a spec, then make a photo with createIdPhoto
# (the photo can be an asset id, base64 or a public URL) and follow it with taskUpdated.
query Specs {
  specs(search: "一寸", first: 3) {
    totalCount
    nodes { id title widthPx heightPx dpi backgrounds { id title hex hexEnd } }
  }
  vendors { vendor configured sandbox operations }
}`;

/** Until API keys exist there is one tenant; every row and every query names it all the same. */
const TENANT = 'default';

export interface Darkroom {
  /** The server's own address, e.g. `http://127.0.0.1:4000`. */
  readonly url: string;
  /** Takes no more work, lets what runs end, and leaves nothing open. */
  stop(): Promise<void>;
}

/**
 * Where the kill, fault and soak suites stand in between: each gets the real part and returns what the house uses in its
 * place. No request and no variable reaches this; `main.ts` gives none.
 */
export interface Taps {
  database?(database: Database): Database;
  source?(source: DataSource): DataSource;
}

/** A replica that works on nothing. */
const NO_RUNNER = { wake: () => {}, abort: () => {}, holds: () => false };

/** The composition root: the only place that creates things and imports the vendor registry. */
export async function startDarkroom(config: Config, log: Logger, taps: Taps = {}): Promise<Darkroom> {
  const closing: (() => Promise<void>)[] = [];
  const stop = async () => {
    // Each step is tried even if one before it fails: the lock on the directory has to go in any case.
    for (const close of closing.splice(0).reverse())
      await close().catch(error => log.error({ err: error }, 'a part did not stop cleanly'));
  };
  try {
    const store = await openStore({
      ...config,
      log,
      // Nothing can be kept any more: better no server than one that accepts work and loses it.
      onStopped: error => {
        log.fatal({ err: error }, 'the database stopped; the process ends, and its tasks go on after the next start');
        process.exitCode = 74;
        process.kill(process.pid, 'SIGTERM');
      },
      tap: taps.database,
    });
    const { database, secret, feed } = store;
    closing.push(() => store.close());

    const engine = new Engine({ workers: config.engineWorkers, log });
    closing.push(() => engine.close());
    const files = new AssetFiles(path.join(config.dataDirectory, 'assets'));
    const assets = new AssetService({
      database,
      files,
      normaliser: engine,
      clock: systemClock,
      keepInputsMs: config.keepInputsMs,
      keepResultsMs: config.keepResultsMs,
      onPurged: id => engine.forget(id),
    });
    if (feed === undefined) {
      // Alone on the directory: leases that are left belong to the dead, and so do files without a row.
      await assets.sweep();
      await releaseAllLeases(database);
    } else await assets.sweep(LIMITS.asset.orphanMs);

    const sources = (await openSources(config, engine, closing)).map(source => taps.source?.(source) ?? source);
    closing.push(async () => {
      for (const source of sources) await source.close?.();
    });
    if (database.kind === 'pglite') refuseUncertainBilling(config, sources);
    const events = new TaskEvents(taskId => feed?.publish(taskId));
    const lifecycle = new TaskLifecycle(database, events);
    const watch = new VendorWatch({ log, database, clock: systemClock, packageUnits: packageUnits(config) }, sources);
    const sealer = new Sealer(derive(secret, 'seals'));
    const links = new AssetLinks(secret, () => config.publicUrl ?? server.url, systemClock);
    // The sandbox runs beside us, and may not be able to reach the public address.
    const ownLinks = new AssetLinks(
      secret,
      () => `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${server.port}`,
      systemClock,
    );
    const contextParts = {
      assets,
      fitter: engine,
      sealer,
      link: (id: string, sandbox: boolean) => (sandbox ? ownLinks : links).sign(id).url,
    };
    const byKey = new Map(sources.map(source => [sourceKey(source), source]));
    const runner =
      config.role === 'api'
        ? undefined
        : new TaskRunner({
            database,
            lifecycle,
            assets,
            receiver: {
              download,
              receive: engine.receive.bind(engine),
              labelGenerated: engine.labelGenerated.bind(engine),
            },
            sources: byKey,
            watch,
            contextOf: (task, capability, signal, tell) =>
              createJobContext(contextParts, task, byKey.get(task.source)!, capability, signal, tell),
            log,
          });
    const relay = new TaskRelay({ database, events, log, runner: runner ?? NO_RUNNER });
    closing.push(() => relay.close());
    feed?.listen(relay);
    const router = new Router({
      sources,
      order: config.routes as Partial<Record<Operation, VendorName[]>>,
      healthy: source => watch.healthy(source),
    });
    const tasks = new TaskService({
      database,
      lifecycle,
      events,
      fingerprintKey: derive(secret, 'fingerprints'),
      runner: runner ?? { ...NO_RUNNER, wake: () => feed?.wake() },
      router,
    });
    const intake = new PhotoIntake(assets, download);
    const vendors = new VendorCatalogue(sources, watch);

    const schema = await createSchema([
      new SpecResolver(),
      new AssetResolver(assets, links),
      new IdPhotoTaskResolver(new IdPhotoService(tasks, intake), links),
      new IdPhotoResolver(links),
      new ReleaseResolver(new ReleaseService(tasks, database), tasks),
      new PrintSheetResolver(new PrintSheetService(tasks, intake, database), links),
      new RestorationResolver(new RestorationService(tasks, intake), links),
      new BackgroundResolver(new BackgroundService(tasks, intake), links),
      new PaintingResolver(new PaintingService(tasks), links),
      new FaceVerificationResolver(new FaceVerificationService(tasks, intake, sealer)),
      new TaskResolver(tasks),
      new SettlementResolver(
        new SettlementService({ database, tasks, lifecycle, assets, router }),
        new UsageService(database),
      ),
      new VendorResolver(vendors, new QuoteService(router)),
      new NodeResolver(tasks, links),
    ]);
    const appParts = {
      readAsset: (id: string, query: Readonly<Record<string, string>>) =>
        serveAsset({ files, links, clock: systemClock, find: asset => assets.findLinked(asset) }, id, query),
      ready: async () => (await database.query<{ ok: number }>('select 1 as ok')).length === 1,
      log,
      host: config.host,
      port: config.port,
      publicUrl: config.publicUrl,
      allowedOrigins: [...config.allowedOrigins],
    };
    const server: RunningServer =
      config.role === 'worker'
        ? await startWorkerServer(appParts)
        : await startServer<Context>({
            ...appParts,
            schema,
            context: ({ language }) => createContext({ tasks, assets, vendors }, { tenantId: TENANT, language }),
            introspection: !config.production,
            sampleQuery: SAMPLE_QUERY,
          });

    const heal = async () => {
      const healed = await healQueue(database, LIMITS.task.longestWaitMs, LIMITS.task.leaseMs);
      if (healed > 0) log.warn({ tasks: healed }, 'the clock went back; what was due by the old time is due now');
    };
    await heal();
    const housekeeping = keepHouse(
      async () => {
        const purged = await assets.purgeExpired();
        await dropExpiredKeys(database);
        await heal();
        await database.vacuum();
        if (purged > 0) log.info({ purged }, 'assets past their time were deleted');
      },
      LIMITS.task.housekeepingMs,
      log,
    );
    const queuekeeping = keepHouse(() => database.vacuum(['task_queue']), LIMITS.store.queueVacuumMs, log);
    runner?.start();

    // Stopping goes the other way: first no more requests, then no more work, then the parts that both need.
    // One deadline for all of it: what the requests took is not there for the work.
    closing.push(async () => runner?.stop(Math.max(0, stopBy - LIMITS.task.abortMs - LIMITS.http.lastMs - Date.now())));
    closing.push(() => housekeeping.stop());
    closing.push(() => queuekeeping.stop());
    let stopBy = 0;
    closing.push(async () => {
      stopBy = Date.now() + LIMITS.http.stopMs;
      events.close();
      await server.close();
    });
    return { url: server.url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * Who can serve: the configured vendors, LOCAL, and the sandbox in the place of those that are not configured (`auto`)
 * or of all (`on`).
 */
async function openSources(config: Config, engine: Engine, closing: (() => Promise<void>)[]): Promise<DataSource[]> {
  const real = [...openVendors(config.vendors, false), openLocal(engine)];
  if (config.sandbox === 'off' || (config.sandbox === 'auto' && real.length === VENDORS.length)) return real;
  const { startSandbox } = await import('../sandbox/sandbox.js');
  const { enginePictures } = await import('../sandbox/engine-pictures.js');
  const sandbox = await startSandbox({ pictures: enginePictures(engine) });
  closing.push(() => sandbox.close());
  const played = openVendors(readVendorVariables(sandbox.environment, VENDOR_VARIABLES), true);
  const configured = new Set(real.map(({ vendor }) => vendor));
  return [...real, ...played.filter(({ vendor }) => config.sandbox === 'on' || !configured.has(vendor))];
}

/**
 * What is known of money that was spent is in the database. Embedded, that is one directory on one machine, which nobody
 * copies: production that pays vendors belongs on Postgres, or needs a yes.
 */
function refuseUncertainBilling(config: Config, sources: readonly DataSource[]): void {
  if (!config.production || config.allowEmbeddedBilling) return;
  const charging = sources.filter(
    ({ sandbox, capabilities }) => !sandbox && Object.values(capabilities).some(({ bills }) => bills),
  );
  if (charging.length === 0) return;
  const names = charging.map(({ vendor }) => vendor).join(', ');
  throw new ConfigError(
    `DARKROOM_ALLOW_EMBEDDED_BILLING: ${names} can charge, and the books of what was paid would stand in the embedded ` +
      'database alone, in one directory of one machine. Set DATABASE_URL for Postgres; or, if `npm run backup` runs ' +
      'often enough for you, DARKROOM_ALLOW_EMBEDDED_BILLING=yes',
  );
}

/** `<VENDOR>_PACKAGE_UNITS`: the quota that we count ourselves. */
function packageUnits(config: Config): Record<string, number | undefined> {
  return Object.fromEntries(
    VENDORS.map(vendor => [vendor, config.vendors[`${vendor}_PACKAGE_UNITS`] as number | undefined]),
  );
}

function derive(secret: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', purpose, 32));
}

function keepHouse(work: () => Promise<void>, everyMs: number, log: Logger): { stop(): Promise<void> } {
  let running: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    running = running.then(work).catch(error => log.error({ err: error }, 'housekeeping failed; it is tried again'));
  }, everyMs);
  return {
    stop: () => {
      clearInterval(timer);
      return running;
    },
  };
}
