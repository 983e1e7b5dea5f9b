import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { DataSource, Operation, VendorName } from '../datasources/contract.js';
import { openLocal, openVendors } from '../datasources/registry.js';
import { audienceOf, type Context, createContext } from '../resolvers/context.js';
import { PHOTO_FORMS } from '../resolvers/photo-forms.js';
import { createResolvers } from '../resolvers/resolvers.js';
import { SAMPLE_QUERY } from '../resolvers/sample-query.js';
import { createSchema, requireComplete } from '../resolvers/schema.js';
import { AccessService } from './access/access-service.js';
import { CallerRates } from './access/caller-rates.js';
import { KeyService } from './access/key-service.js';
import { Rates } from './access/rates.js';
import { Sessions } from './access/sessions.js';
import { TokenIssuer } from './access/token-issuer.js';
import { TokenSigner } from './access/token-signer.js';
import { assemble, type House } from './assembly.js';
import type { AssetService } from './assets/asset-service.js';
import { DirectoryBeat } from './assets/directory-beat.js';
import { checkDirectory, describeDatabase } from './assets/directory-identity.js';
import { AssetLinks } from './assets/links.js';
import type { PictureOf } from './assets/pictures.js';
import { presignedUrl } from './assets/presigned.js';
import { type ServeParts, serveAsset } from './assets/serve.js';
import type { DirectorySweep } from './assets/sweep.js';
import { type Config, ConfigError } from './config.js';
import { Engine } from './engine/engine.js';
import { repeat, startHousekeeping } from './housekeeping.js';
import { systemClock } from './kernel/clock.js';
import { LIMITS } from './kernel/limits.js';
import { ROOT } from './kernel/paths.js';
import { type RetiredKeys, subjectKeysOf } from './kernel/secrets.js';
import { loggedDownload } from './net/logged-download.js';
import type { Bucket } from './objects/bucket.js';
import { observe } from './observe.js';
import { openMattingModel, openRules, openTrustedDocuments, tryMattingModel } from './operator-files.js';
import { openPlaces, type Places } from './places.js';
import { Readiness } from './readiness.js';
import { readRetired } from './sealing/retired-keys.js';
import { followSecret } from './sealing/rotation.js';
import { openDashboard } from './server/dashboard-files.js';
import { isLoopback } from './server/gate.js';
import type { RunningServer } from './server/parts.js';
import { startServer } from './server/server.js';
import type { TrustedDocuments } from './server/trusted-documents.js';
import { startWorkerServer } from './server/worker-server.js';
import { ofVendors, openSources, refuseUncertainBilling } from './sources.js';
import type { RuleBook } from './specs/rules/rule-book.js';
import type { ChangeFeed } from './store/change-feed.js';
import type { Database } from './store/database.js';
import { WEBHOOK_QUEUE } from './store/delivery-rows.js';
import { openStore, type Store } from './store/open-store.js';
import { releaseAllLeases } from './store/queue-rows.js';
import { findRestoredFrom } from './store/restore-marks.js';
import { TaskEvents } from './tasks/machine/events.js';
import type { WorkerPort } from './tasks/machine/worker-port.js';
import type { Metrics } from './telemetry/metrics.js';
import { MOST_REPORT_MS, makeReport } from './telemetry/report.js';

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

/** For a replica that works on nothing: the others are told of new work. */
function workerOfOthers(feed: ChangeFeed | undefined): WorkerPort {
  return { wake: () => feed?.wake(), abort: () => {}, holds: () => false };
}

/** The composition root: opens what the configuration says, has it put together, and starts it. */
export async function startDarkroom(config: Config, log: Logger, taps: Taps = {}): Promise<Darkroom> {
  const closing: Closing = [];
  const stop = async () => {
    // Each step is tried even if one before it fails: the lock on the directory has to go in any case.
    for (const close of closing.splice(0).reverse())
      await close().catch(error => log.error({ err: error }, 'a part did not stop cleanly'));
  };
  try {
    return { url: await start(config, log, taps, closing), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What stops the parts, in the order in which they were started. */
type Closing = (() => Promise<void>)[];

/** @returns the server's own address */
async function start(config: Config, log: Logger, taps: Taps, closing: Closing): Promise<string> {
  // Before a database is made: a start that is refused leaves nothing behind.
  const trustedDocuments = openTrustedDocuments(config.trustedDocuments);
  const rules = openRules(config.rulesFile);
  const vendors = openVendors(config.vendors, false);
  if (config.databaseUrl === undefined) refuseUncertainBilling(config, vendors);
  warnUnnamedPropagator(config, vendors, log);
  // A replica that serves the API alone cuts nobody out.
  const mattingModel = config.role === 'api' ? undefined : openMattingModel(config.mattingModel);
  const store = await openConfiguredStore(config, log, taps);
  const { database, secrets, schemaVersion, feed } = store;
  closing.push(() => store.close());
  await tellRestored(database, log);
  const retired = await readRetired(database, secrets);
  const access = await openAccess(config, store, retired, log);
  const places = openPlaces(config);
  closing.push(() => places.close());
  const { files, marks } = places;
  await checkDirectory({ database, files, marks, description: describeDatabase(config.databaseUrl), log });
  const beat = feed && (await DirectoryBeat.start({ database, marks, secrets: secrets.fingerprints, log }));
  if (beat !== undefined) closing.push(() => beat.close());

  const engine = new Engine({ workers: config.engineWorkers, log, mattingModel });
  closing.push(() => engine.close());
  if (mattingModel !== undefined) await tryMattingModel(engine, log);
  const sources = await openSources(config, [...vendors, openLocal(engine)], engine, { tap: taps.source, closing });

  const rates = new CallerRates(new Rates({ database: feed && database, log }), config.operationsPerMinute);
  const links = new AssetLinks(secrets, () => config.publicUrl ?? server.url, systemClock);
  const ownLinks = new AssetLinks(secrets, () => `http://${ownHost(config.host)}:${server.port}`, systemClock);
  // The sandbox runs beside us, and may not be able to reach the public address.
  const link = (id: string, sandbox: boolean) => (sandbox ? ownLinks : links).signThrough(id).url;
  const onTokensRevoked = () => access.changed();
  const admitHandSend = (id: string) => rates.admitHandSend(id);
  const download = loggedDownload(log);
  const seams = { sources, download, link, rules, log, onTokensRevoked, admitHandSend };
  const house = assemble({ ...houseOf(config, store, retired, places), images: engine, ...seams });
  const sweep = await clearLeftovers(house.assets, store, config.bucket !== undefined);
  closing.push(() => house.audit.close());
  await house.tidyPersonal(youngMs(feed));
  await followReplicas(house, feed, closing);

  const folders = foldersOf(config);
  const readiness = new Readiness({ database, schemaVersion, files, marks, folders, beat, log });
  const metrics = observe({ house, engine, readiness, database });
  closing.push(async () => metrics.close());
  const served = { house, places, engine, links, readiness, metrics, access, rates, database, trustedDocuments, rules };
  const server = await startConfiguredServer(config, log, served);
  const keepers: { stop(): Promise<void> }[] = [];
  closing.push(() => stopServing(house, server, keepers, graceMsOf(config)));
  keepers.push(...(await startHousekeeping(house, access, database, config, log)));
  keepers.push(...followRotation(store, log));
  keepers.push(sweep);
  void sweep.run();
  house.runner?.start();
  house.deliveries?.start();
  return server.url;
}

/** What configuration and store say of the house. */
function houseOf(config: Config, { database, secrets, feed }: Store, retired: RetiredKeys, places: Places) {
  return {
    database,
    files: places.files,
    keys: places.keys(secrets),
    encryptAssets: config.encryptAssets,
    secrets,
    retired,
    erasures: places.erasures,
    clock: systemClock,
    keepInputsMs: config.keepInputsMs,
    keepResultsMs: config.keepResultsMs,
    requireConsent: config.requireConsent,
    allowHttpResults: config.allowHttpResults,
    webhookOrigins: config.webhookOrigins,
    tenantLimits: config.tenantLimits,
    aigcProvider: config.aigcProvider,
    labelEdits: config.labelEdits,
    routes: config.routes as Partial<Record<Operation, VendorName[]>>,
    packageUnits: ofVendors(config, 'PACKAGE_UNITS'),
    prices: ofVendors(config, 'UNIT_PRICE'),
    events: new TaskEvents(taskId => feed?.publish(taskId)),
    elsewhere: config.role === 'api' ? workerOfOthers(feed) : undefined,
  };
}

/** Folders whose disks have to have room: the embedded database lies in the one above the pictures, which may be another disk. */
function foldersOf({ dataDirectory, databaseUrl, bucket }: Config): string[] {
  const pictures = bucket === undefined ? [path.join(dataDirectory, 'assets')] : [];
  return databaseUrl === undefined ? [...pictures, dataDirectory] : pictures;
}

/** What other replicas find out of the vendors, and do with tasks. */
async function followReplicas(house: House, feed: ChangeFeed | undefined, closing: Closing): Promise<void> {
  closing.push(() => house.monitor.close());
  await house.monitor.start();
  closing.push(() => house.relay.close());
  if (feed !== undefined) house.relay.listenTo(feed);
}

/** Whoever hands generated pictures on has to name itself in their labels. */
function warnUnnamedPropagator(config: Config, vendors: readonly DataSource[], log: Logger): void {
  if (config.aigcProvider !== undefined || !vendors.some(({ capabilities }) => capabilities.PAINTING)) return;
  log.warn({}, 'DARKROOM_AIGC_PROVIDER is not set: labels of generated pictures do not say who hands them on');
}

/** How long what has begun is waited for, so that aborting it and closing the rest fit into the drain as well. */
function graceMsOf({ drainMs }: Config): number {
  return drainMs - LIMITS.task.abortMs - LIMITS.http.closeReserveMs;
}

/**
 * No more requests and no more work, and the same time for both to end what they have begun. Housekeeping that hangs, e.g.
 * at a database that is away, does not take the time of the rest.
 */
async function stopServing(
  { events, runner, deliveries }: House,
  server: RunningServer,
  keepers: readonly { stop(): Promise<void> }[],
  graceMs: number,
): Promise<void> {
  events.close();
  const kept = Promise.allSettled(keepers.map(keeper => keeper.stop()));
  const ends = [server.close(), runner?.stop(graceMs), deliveries?.stop(graceMs)];
  const ended = await Promise.allSettled([...ends, Promise.race([kept, sleep(graceMs, undefined, { ref: false })])]);
  const failed = ended.find(end => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

/**
 * Who may call. Without a key the server is open to whoever reaches it, so it listens on loopback alone, and says so. The
 * key can be made by `npm run keys` while nothing runs, or by the API of a server on loopback.
 */
async function openAccess(
  config: Config,
  { database, secrets }: Store,
  retired: RetiredKeys,
  log: Logger,
): Promise<AccessService> {
  const issuer = config.jwt && new TokenIssuer(config.jwt, () => subjectKeysOf(secrets, retired), log);
  const sessions = new Sessions(secrets);
  const access = await AccessService.open({ database, log, issuer, tokens: new TokenSigner(secrets), sessions });
  if (!access.isOpen) {
    if (!isLoopback(config.host) && config.publicUrl === undefined)
      log.warn({}, 'DARKROOM_PUBLIC_URL is not set: links to pictures lead to this machine alone');
    return access;
  }
  // It serves nothing but its health, and in it the first key can be made.
  if (config.role === 'worker') return access;
  if (isLoopback(config.host)) {
    log.info({}, 'no API key was made: every program on this machine may use the server');
    return access;
  }
  throw new ConfigError(
    `DARKROOM_HOST: without an API key the server is open to whoever reaches it, so it listens on 127.0.0.1 alone. Make ` +
      'a key first: npm run keys -- create --name admin --scopes admin',
  );
}

function openConfiguredStore(config: Config, log: Logger, taps: Taps): Promise<Store> {
  return openStore({
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
}

/** A week long: callers whose requests are gone have to be told, and nobody reads the log of one start alone. */
async function tellRestored(database: Database, log: Logger): Promise<void> {
  const restored = await findRestoredFrom(database);
  if (restored === undefined || Date.now() - restored.restoredAt.getTime() > LIMITS.store.tellRestoredMs) return;
  log.warn(restored, 'this house was restored: what was accepted after the backup is gone, with its idempotency keys');
}

/** What is younger may be another replica's, which is about to commit it. Embedded there is none. */
function youngMs(feed: ChangeFeed | undefined): number {
  return feed === undefined ? 0 : LIMITS.asset.orphanMs;
}

/**
 * What a process that died has left: files, and embedded, where we are alone on the directory, leases.
 * @returns the look through all files, which may be a million, for once the server is there
 */
async function clearLeftovers(
  assets: AssetService,
  { database, feed }: Store,
  inBucket: boolean,
): Promise<DirectorySweep> {
  // What a process that died has sent may still arrive in a bucket.
  const sweep = await assets.beginSweep(inBucket ? LIMITS.asset.orphanMs : youngMs(feed));
  if (feed !== undefined) return sweep;
  await releaseAllLeases(database);
  await releaseAllLeases(database, WEBHOOK_QUEUE);
  return sweep;
}

async function startConfiguredServer(
  config: Config,
  log: Logger,
  parts: {
    house: House;
    places: Places;
    engine: Engine;
    links: AssetLinks;
    readiness: Readiness;
    metrics: Metrics;
    access: AccessService;
    rates: CallerRates;
    database: Database;
    trustedDocuments: TrustedDocuments | undefined;
    rules: RuleBook;
  },
): Promise<RunningServer> {
  const { house, places, links, readiness, access, rates, database, trustedDocuments, rules } = parts;
  const { assets } = house;
  const serve = {
    links,
    clock: systemClock,
    open: (picture: PictureOf) => assets.open(picture),
    find: (id: string) => assets.findServed(id),
    thumbnail: parts.engine.thumbnail.bind(parts.engine),
    errorOfMissing: (id: string) => assets.errorOfMissing(id),
    ...leadingOn(config, places.bucket),
  };
  const appParts = {
    readAsset: (id: string, query: Readonly<Record<string, string>>) => serveAsset(serve, id, query),
    obstacles: () => readiness.obstacles(),
    metrics: {
      token: config.metricsToken,
      render: () => parts.metrics.render(),
      report: (sinceMs: number) => makeReport(database, sinceMs, Date.now()),
      mostReportMs: MOST_REPORT_MS,
    },
    log,
    host: config.host,
    port: config.port,
    isOpen: () => access.isOpen,
    publicUrl: config.publicUrl,
    allowedOrigins: [...config.allowedOrigins],
    trustProxy: config.trustProxy,
    drainMs: graceMsOf(config),
  };
  if (config.role === 'worker') return startWorkerServer(appParts);
  const keys = new KeyService(database, house.audit, () => access.changed());
  const schema = await createSchema(createResolvers({ ...house, links, keys, rates, rules, issuer: access.issuer }));
  requireComplete(schema);
  return startServer<Context>({
    ...appParts,
    schema,
    context: async source => createContext(house, { caller: await access.authenticate(source), ...source }),
    scopeOf: ({ caller, language }) => (caller.scopes.has('catalogue:read') ? language : undefined),
    audienceOf,
    startSession: source => access.startSession(source),
    limits: rates.limits,
    maxSockets: config.maxSockets,
    introspection: config.introspection,
    graphiql: config.graphiql,
    dashboard: config.dashboard ? await openDashboard(path.join(ROOT, 'dist', 'web')) : undefined,
    trustedDocuments,
    sampleQuery: SAMPLE_QUERY,
    photoForms: PHOTO_FORMS,
  });
}

function leadingOn({ presignedLinks }: Config, bucket: Bucket | undefined): Pick<ServeParts, 'leadOn'> {
  if (!presignedLinks || bucket === undefined) return {};
  return { leadOn: (asset, fileName) => presignedUrl(bucket, asset, fileName) };
}

/** With one secret there is nothing to follow; embedded a rotation has the database for itself. */
function followRotation({ database, secrets, feed }: Store, log: Logger): { stop(): Promise<void> }[] {
  if (feed === undefined || secrets.fingerprints.length === 1) return [];
  const look = async () => {
    if (await followSecret({ database, secrets }))
      log.info({}, 'the secret was rotated; the new one is used from now on');
  };
  return [repeat(look, LIMITS.secret.lookMs, log)];
}

/** Where we reach ourselves. */
function ownHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
