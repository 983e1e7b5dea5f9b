import { hkdfSync, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Logger } from 'pino';
import { registerDataSources } from '../datasources/registry.js';
import { AssetResolver } from '../resolvers/asset.resolver.js';
import { type Context, createContext } from '../resolvers/context.js';
import { IdPhotoResolver, IdPhotoTaskResolver } from '../resolvers/id-photo.resolver.js';
import { NodeResolver } from '../resolvers/node.resolver.js';
import { createSchema } from '../resolvers/schema.js';
import { SpecResolver } from '../resolvers/spec.resolver.js';
import { TaskResolver } from '../resolvers/task.resolver.js';
import { AssetService } from './assets/asset-service.js';
import { AssetFiles } from './assets/files.js';
import { AssetLinks } from './assets/links.js';
import { serveAsset } from './assets/serve.js';
import type { Config } from './config.js';
import { Engine } from './engine/engine.js';
import { systemClock } from './kernel/clock.js';
import { LIMITS } from './kernel/limits.js';
import { startServer } from './server/server.js';
import { openPglite } from './store/drivers/pglite.js';
import { dropExpiredKeys } from './store/idempotency-rows.js';
import { migrate } from './store/migrate.js';
import { releaseAllLeases } from './store/queue-rows.js';
import { TaskEvents } from './tasks/events.js';
import { IdPhotoService } from './tasks/id-photo-service.js';
import { TaskLifecycle } from './tasks/lifecycle.js';
import { TaskRunner } from './tasks/runner.js';
import { TaskService } from './tasks/task-service.js';

/** Until API keys exist there is one tenant; every row and every query names it all the same. */
const TENANT = 'default';

export interface Darkroom {
  /** The server's own address, e.g. `http://127.0.0.1:4000`. */
  readonly url: string;
  /** Takes no more work, lets what runs end, and leaves nothing open. */
  stop(): Promise<void>;
}

/** The composition root: the only place that creates things and imports the vendor registry. */
export async function startDarkroom(config: Config, log: Logger): Promise<Darkroom> {
  const closing: (() => Promise<void>)[] = [];
  const stop = async () => {
    // Each step is tried even if one before it fails: the lock on the directory has to go in any case.
    for (const close of closing.splice(0).reverse())
      await close().catch(error => log.error({ err: error }, 'a part did not stop cleanly'));
  };
  try {
    await mkdir(config.dataDirectory, { recursive: true, mode: 0o700 });
    const database = await openPglite({ directory: config.dataDirectory, log });
    closing.push(() => database.close());
    await migrate(database);
    const secret = config.secret === undefined ? await ownSecret(config.dataDirectory) : Buffer.from(config.secret);

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
    await assets.sweep();
    await releaseAllLeases(database);

    const events = new TaskEvents();
    const lifecycle = new TaskLifecycle(database, events);
    const sources = new Map(registerDataSources({ engine }).map(source => [source.vendor, source]));
    const runner = new TaskRunner({ database, lifecycle, assets, sources, log });
    const tasks = new TaskService({
      database,
      lifecycle,
      events,
      fingerprintKey: derive(secret, 'fingerprints'),
      runner,
    });
    const idPhotos = new IdPhotoService(tasks, assets);

    const links = new AssetLinks(secret, () => config.publicUrl ?? server.url, systemClock);
    const schema = await createSchema([
      new SpecResolver(),
      new AssetResolver(assets, links),
      new IdPhotoTaskResolver(idPhotos, links),
      new IdPhotoResolver(links),
      new TaskResolver(tasks),
      new NodeResolver(tasks, links),
    ]);
    const server = await startServer<Context>({
      schema,
      context: ({ language }) => createContext({ tasks, assets }, { tenantId: TENANT, language }),
      readAsset: (id, query) =>
        serveAsset({ files, links, clock: systemClock, find: asset => assets.findLinked(asset) }, id, query),
      ready: async () => (await database.query<{ ok: number }>('select 1 as ok')).length === 1,
      log,
      host: config.host,
      port: config.port,
      ...(config.publicUrl === undefined ? {} : { publicUrl: config.publicUrl }),
      allowedOrigins: [...config.allowedOrigins],
      introspection: !config.production,
    });

    const housekeeping = keepHouse(async () => {
      const purged = await assets.purgeExpired();
      await dropExpiredKeys(database);
      await database.vacuum();
      if (purged > 0) log.info({ purged }, 'assets past their time were deleted');
    }, log);
    runner.start();

    // Stopping goes the other way: first no more requests, then no more work, then the parts that both need.
    closing.push(() => runner.stop(LIMITS.http.stopMs));
    closing.push(() => housekeeping.stop());
    closing.push(async () => {
      events.close();
      await server.close();
    });
    return { url: server.url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function derive(secret: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', purpose, 32));
}

/** Embedded, the secret is made once and stays in the data directory, readable by its owner only. */
async function ownSecret(directory: string): Promise<Buffer> {
  const file = path.join(directory, 'secret');
  if (!existsSync(file)) await writeFile(file, randomBytes(32).toString('hex'), { mode: 0o600, flag: 'wx' });
  return Buffer.from(await readFile(file, 'utf8'), 'hex');
}

function keepHouse(work: () => Promise<void>, log: Logger): { stop(): Promise<void> } {
  let running: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    running = running.then(work).catch(error => log.error({ err: error }, 'housekeeping failed; it is tried again'));
  }, LIMITS.task.housekeepingMs);
  return {
    stop: () => {
      clearInterval(timer);
      return running;
    },
  };
}
