import { existsSync } from 'node:fs';
import path from 'node:path';
import { PGlite, types } from '@electric-sql/pglite';
import { DarkroomError, OperatorError } from '../../kernel/errors.js';
import { closeToOthers } from '../../kernel/file-modes.js';
import { LIMITS } from '../../kernel/limits.js';
import {
  type Database,
  type Parameter,
  type Row,
  requireCommitted,
  type Sql,
  type StoreLog,
  toDatabaseError,
} from '../database.js';
import { type DirectoryLock, lockDirectory } from '../directory-lock.js';
import { createCluster, sweepUnfinished } from '../template.js';
import { stopAtPanic } from './pglite-panic.js';
import { PgliteStatements } from './pglite-statements.js';
import { SyncedNodeFs } from './pglite-sync.js';
import { TransactionScope } from './transaction-scope.js';

export interface PgliteOptions {
  /** The data directory of this server. It holds the lock, and the cluster in `database/`. Created where missing. */
  directory: string;
  log: StoreLog;
  /** A new database is left without a schema, for a restore, which brings that of its backup. */
  empty?: boolean;
  /**
   * Whether a commit waits for the disk (default), so that it survives a crash of the machine and not only of the
   * process. PGlite itself never waits. It costs 0.15 ms a commit on a solid-state disk; tests turn it off.
   */
  durable?: boolean;
  /** Without what finds statements past a transaction from inside it; see `TransactionScope`. */
  production?: boolean | undefined;
  /**
   * Called once if Postgres panics, at a full disk or a failed fsync. Only a restart helps. Nothing that was
   * acknowledged is lost.
   */
  onStopped?: (error: DarkroomError) => void;
}

/**
 * Opens the embedded database and creates it at the first start, as a rule with the newest schema: see `createCluster`.
 * Leaves the schema of one that stands to `migrate`.
 * Errors: DIRECTORY_LOCKED where another process owns the directory; DATABASE_UNUSABLE where what is there does not open.
 */
export async function openPglite(options: PgliteOptions): Promise<Database> {
  const { directory, durable = true, empty } = options;
  const lock = await lockDirectory(directory);
  try {
    const cluster = path.join(directory, 'database');
    await sweepUnfinished(cluster);
    if (!existsSync(cluster)) {
      await createCluster(cluster, { durable, empty });
      options.log.info({}, 'a new database was made');
    }
    await closeToOthers(cluster);
    return new PgliteDatabase(await start(cluster, durable).catch(cannotOpen(cluster)), lock, options);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function start(cluster: string, durable: boolean): Promise<PGlite> {
  const settings = [
    // 128 MB would stay resident: 306 MB instead of 187 MB after reopening. 16 MB hold a few thousand rows.
    'shared_buffers=16MB',
    // JIT compilation pays off only for queries that run for seconds.
    'jit=off',
    // In this build fdatasync does nothing and reports success.
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

/** PGlite says no more than that it failed. */
function cannotOpen(cluster: string): (error: unknown) => never {
  return error => {
    throw new OperatorError(
      'DATABASE_UNUSABLE',
      `The embedded database in ${cluster} does not open: ${error instanceof Error ? error.message : String(error)}. ` +
        'Is the disk full, or the folder not one of Darkroom? Else restore a backup.',
    );
  };
}

function parseBigint(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError('An int8 is beyond what a number holds exactly.');
  return value;
}

class PgliteDatabase implements Database {
  readonly kind = 'pglite';
  readonly #scope: TransactionScope;
  readonly #statements: PgliteStatements;
  #tail: Promise<unknown> = Promise.resolve();
  #closed: Promise<void> | undefined;
  #stopped: DarkroomError | undefined;
  #busyMs = 0;
  #nextTurn: Promise<void> | undefined;

  constructor(
    private readonly pglite: PGlite,
    private readonly lock: DirectoryLock,
    private readonly options: PgliteOptions,
  ) {
    this.#scope = new TransactionScope(options.production);
    this.#statements = new PgliteStatements(pglite);
    stopAtPanic(pglite, cause => {
      this.#stopped = new DarkroomError('INTERNAL', 'The embedded database has stopped; restart it.', [], { cause });
      options.log.warn({}, 'The embedded database has stopped (disk full or failing?); the server has to be restarted');
      options.onStopped?.(this.#stopped);
      return this.#stopped;
    });
  }

  query<R = Row>(text: string, params: readonly Parameter[] = []): Promise<R[]> {
    return this.#runExclusive(() => this.#sql().query<R>(text, params));
  }

  script(text: string): Promise<void> {
    return this.#runExclusive(() => this.#sql().script(text));
  }

  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.#runExclusive(async () => {
      const slow = setTimeout(() => {
        this.options.log.warn(
          { ms: LIMITS.store.slowTransactionMs },
          'A transaction is open for long; all queries wait for it',
        );
      }, LIMITS.store.slowTransactionMs);
      try {
        return await this.#transact(work);
      } catch (error) {
        throw toTypedError(error);
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
    // The checkpointer of Postgres is a process, which the embedded database lacks: 240 MB of rows left 256 MB of
    // write-ahead log.
    await this.query('checkpoint');
  }

  close(): Promise<void> {
    this.#closed ??= this.#enqueue(async () => {
      if (!this.#stopped) await this.pglite.close();
      await this.lock.release();
    });
    return this.#closed;
  }

  /**
   * Checks the state, then enqueues. PGlite has a queue as well, but leaves no place between two entries to yield to
   * the event loop.
   */
  async #runExclusive<T>(work: () => Promise<T>): Promise<T> {
    this.#scope.requireOutside();
    if (this.#closed) throw new DarkroomError('STOPPING');
    if (this.#stopped) throw this.#stopped;
    return this.#enqueue(work);
  }

  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(work);
    this.#tail = result.catch(() => undefined);
    return result;
  }

  async #transact<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    const scope = { open: true };
    await this.#statements.run('begin');
    let result: T;
    try {
      result = await this.#scope.run(() => work(this.#sql(scope)));
    } catch (error) {
      scope.open = false;
      await this.#statements.run('rollback');
      throw error;
    }
    scope.open = false;
    requireCommitted((await this.#statements.run('commit')).command);
    return result;
  }

  #sql(scope = { open: true }): Sql {
    return {
      query: async <R>(text: string, params: readonly Parameter[] = []) =>
        (await this.#turn(scope, () => this.#statements.run<R>(text, params))).rows,
      script: text => this.#turn(scope, () => this.#statements.script(text)),
    };
  }

  async #turn<T>(scope: { open: boolean }, run: () => Promise<T>): Promise<T> {
    await this.#yieldToEventLoop();
    // It would run by itself, or in the transaction of another.
    if (!scope.open) throw new DarkroomError('INTERNAL', 'The transaction of this sql is closed.');
    const start = performance.now();
    try {
      return await run();
    } catch (error) {
      throw toTypedError(error);
    } finally {
      this.#busyMs += performance.now() - start;
    }
  }

  /**
   * Ends a turn of the event loop when its share of work is used up. All promises of PGlite settle within one turn: a
   * caller that awaits 300 inserts in a row blocks every timer, socket and worker message until the last one
   * (measured).
   */
  async #yieldToEventLoop(): Promise<void> {
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

function toTypedError(error: unknown): unknown {
  const isRefusal = error instanceof Error && 'severity' in error && 'code' in error;
  return isRefusal ? toDatabaseError(error as unknown as Parameters<typeof toDatabaseError>[0]) : error;
}
