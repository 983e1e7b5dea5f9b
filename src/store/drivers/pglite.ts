import { AsyncLocalStorage } from 'node:async_hooks';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { PGlite, type Results, types } from '@electric-sql/pglite';
import { DarkroomError } from '../../kernel/errors.js';
import { LIMITS } from '../../kernel/limits.js';
import { type Database, type Parameter, type Row, refusalOf, type Sql, type StoreLog } from '../database.js';
import { type DirectoryLock, lockDirectory } from '../directory-lock.js';
import { createCluster, sweepUnfinished } from '../template.js';
import { stopAtPanic } from './pglite-panic.js';
import { SyncedNodeFs } from './pglite-sync.js';

export interface PgliteOptions {
  /** The data directory of this server: the lock goes here, the cluster into `database/`. Made where missing. */
  directory: string;
  log: StoreLog;
  /**
   * Whether a commit waits for the disk (default), so that it survives a crash of the machine and not only of the
   * process. PGlite itself never does. 0.15 ms a commit on a solid-state disk; tests do without.
   */
  durable?: boolean;
  /** Told once if Postgres ends itself, at a full disk or a failed fsync: only a restart helps, nothing acknowledged is lost. */
  onStopped?: (error: DarkroomError) => void;
}

/**
 * Opens the embedded database, making it at the first start. The schema is not touched: see `migrate`.
 * Errors: DIRECTORY_LOCKED when another process has the directory.
 */
export async function openPglite(options: PgliteOptions): Promise<Database> {
  const { directory, durable = true } = options;
  const lock = await lockDirectory(directory);
  try {
    const cluster = path.join(directory, 'database');
    await sweepUnfinished(cluster);
    if (!existsSync(cluster)) {
      await createCluster(cluster, durable);
      options.log.info({}, 'a new database was made');
    }
    return new PgliteDatabase(await start(cluster, durable), lock, options);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function start(cluster: string, durable: boolean): Promise<PGlite> {
  const settings = [
    // 128 MB would be resident for good: 306 MB against 187 MB after reopening. A few thousand rows fit in 16.
    'shared_buffers=16MB',
    // Compiling a query pays after seconds of running it.
    'jit=off',
    // In this build fdatasync does nothing and says that it did.
    'wal_sync_method=fsync',
  ];
  const switches = PGlite.defaultStartParams.filter(word => word !== '-F'); // -F: no fsync
  return PGlite.create({
    ...(durable ? { fs: new SyncedNodeFs(cluster) } : { dataDir: cluster }),
    startParams: [...switches, ...(durable ? [] : ['-F']), ...settings.flatMap(setting => ['-c', setting])],
    parsers: { [types.INT8]: parseBigint, [types.BYTEA]: text => Buffer.from(text.slice(2), 'hex') },
    serializers: { [types.BYTEA]: (bytes: Uint8Array) => `\\x${Buffer.from(bytes).toString('hex')}` },
  });
}

function parseBigint(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError('An int8 is beyond what a number holds exactly.');
  return value;
}

/** What both PGlite and its transactions can do. */
type Connection = Pick<PGlite, 'query' | 'exec'>;

class PgliteDatabase implements Database {
  readonly kind = 'pglite';
  readonly #scope = new AsyncLocalStorage<{ open: boolean }>();
  #last: Promise<unknown> = Promise.resolve();
  #closed: Promise<void> | undefined;
  #stopped: DarkroomError | undefined;
  #busyMs = 0;
  #nextTurn: Promise<void> | undefined;

  constructor(
    private readonly pglite: PGlite,
    private readonly lock: DirectoryLock,
    private readonly options: PgliteOptions,
  ) {
    stopAtPanic(pglite, cause => {
      this.#stopped = new DarkroomError('INTERNAL', 'The embedded database has stopped; restart it.', [], { cause });
      options.log.warn({}, 'The embedded database has stopped (disk full or failing?); the server has to be restarted');
      options.onStopped?.(this.#stopped);
      return this.#stopped;
    });
  }

  query<R = Row>(text: string, params: readonly Parameter[] = []): Promise<R[]> {
    return this.#alone(() => this.#sql(this.pglite).query<R>(text, params));
  }

  script(text: string): Promise<void> {
    return this.#alone(() => this.#sql(this.pglite).script(text));
  }

  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.#alone(async () => {
      const slow = setTimeout(() => {
        this.options.log.warn(
          { ms: LIMITS.store.slowTransactionMs },
          'A transaction is open for long; all queries wait for it',
        );
      }, LIMITS.store.slowTransactionMs);
      const scope = { open: true };
      try {
        return await this.pglite.transaction(connection =>
          this.#scope.run(scope, async () => {
            try {
              return await work(this.#sql(connection));
            } finally {
              scope.open = false;
            }
          }),
        );
      } catch (error) {
        throw withoutValues(error);
      } finally {
        clearTimeout(slow);
      }
    });
  }

  async vacuum(tables?: readonly string[]): Promise<void> {
    if (tables !== undefined) {
      for (const table of tables) await this.query(`vacuum ${table}`);
      return;
    }
    const all = await this.query<{ name: string }>(
      `select quote_ident(tablename) as name from pg_tables where schemaname = 'public' order by tablename`,
    );
    for (const { name } of all) await this.query(`vacuum (analyze) ${name}`);
    // Postgres' own checkpointer is a process, so embedded it never runs: 240 MB of rows left 256 MB of log.
    await this.query('checkpoint');
  }

  close(): Promise<void> {
    this.#closed ??= this.#queue(async () => {
      if (!this.#stopped) await this.pglite.close();
      await this.lock.release();
    });
    return this.#closed;
  }

  /** Checks, then queues. Our own queue and not PGlite's, so that there is a place between two entries to breathe. */
  async #alone<T>(work: () => Promise<T>): Promise<T> {
    if (this.#scope.getStore()?.open) {
      throw new DarkroomError('INTERNAL', "Inside a transaction only the transaction's own sql may be used.");
    }
    if (this.#closed) throw new DarkroomError('STOPPING');
    if (this.#stopped) throw this.#stopped;
    return this.#queue(work);
  }

  #queue<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }

  #sql(connection: Connection): Sql {
    return {
      query: async <R>(text: string, params: readonly Parameter[] = []) => {
        const results = await this.#statement(() => connection.query<R>(text, [...params]));
        return results.rows;
      },
      script: async text => {
        await this.#statement(() => connection.exec(text));
      },
    };
  }

  async #statement<T extends Results<unknown> | Results[]>(run: () => Promise<T>): Promise<T> {
    await this.#breathe();
    const start = performance.now();
    try {
      return await run();
    } catch (error) {
      throw withoutValues(error);
    } finally {
      this.#busyMs += performance.now() - start;
    }
  }

  /**
   * PGlite's promises all settle within one turn of the event loop: a caller that awaits 300 inserts in a row lets no
   * timer, socket or worker message through until the last (measured). So a turn ends when its share is used up.
   */
  async #breathe(): Promise<void> {
    this.#nextTurn ??= new Promise(resolve => {
      setImmediate(() => {
        this.#busyMs = 0;
        this.#nextTurn = undefined;
        resolve();
      });
    });
    if (this.#busyMs >= LIMITS.store.turnMs) await this.#nextTurn;
  }
}

function withoutValues(error: unknown): unknown {
  const isRefusal = error instanceof Error && 'severity' in error && 'code' in error;
  return isRefusal ? refusalOf(error as unknown as Parameters<typeof refusalOf>[0]) : error;
}
