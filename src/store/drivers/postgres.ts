import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import { Pool, type PoolClient, types } from 'pg';
import { DarkroomError } from '../../kernel/errors.js';
import { LIMITS } from '../../kernel/limits.js';
import { type Database, type Parameter, type Row, type Sql, SqlError, type StoreLog } from '../database.js';
import { checkServer, unusable } from './postgres-check.js';
import { asTyped } from './postgres-errors.js';

export interface PostgresOptions {
  /** `postgresql://user:password@host:port/database`; it is never printed. */
  url: string;
  log: StoreLog;
  /** Connections at most, so many statements at once. */
  connections?: number;
}

/** int8 and int8[]; the others come out right as they are. */
const [INT8, INT8_ARRAY] = [20, 1016] as const;

/** The longest that a timer takes: 24 days. */
const FOR_EVER = 2 ** 31 - 1;

/**
 * Opens a pool and looks whether the server can be used at all. The schema is not touched: see `migrate`.
 *
 * A server that goes away makes queries throw DATABASE_UNAVAILABLE, and they work again once it is back: nothing has to
 * be opened anew. What was asked for is not repeated here, because a commit whose answer was lost may have happened.
 *
 * Errors: DATABASE_UNAVAILABLE when nothing answers within 5 s; DATABASE_UNUSABLE for a wrong password, a missing
 * database, a role without the right to make tables, a server that is read-only, not in UTF-8 or older than 14.
 */
export async function openPostgres(options: PostgresOptions): Promise<Database> {
  const { store } = LIMITS;
  const pool = new Pool({
    connectionString: options.url,
    application_name: 'darkroom',
    max: options.connections ?? store.connections,
    connectionTimeoutMillis: store.connectMs,
    idleTimeoutMillis: store.idleConnectionMs,
    statement_timeout: store.statementMs,
    // The server's own timeout does not help when nothing comes from it any more.
    query_timeout: store.statementMs + store.connectMs,
    idle_in_transaction_session_timeout: store.idleTransactionMs,
    keepAlive: true,
    types: { getTypeParser: parserOf },
  });
  // An idle connection that breaks is replaced by the next query; without a listener it would end the process.
  pool.on('error', error => options.log.warn({ code: codeOf(error) }, 'a connection to Postgres was lost'));
  const database = new PostgresDatabase(pool);
  try {
    await checkServer(database);
    return database;
  } catch (error) {
    await database.close();
    throw unusable(error, options.url);
  }
}

const parserOf: typeof types.getTypeParser = (oid: number, format?: 'text' | 'binary') => {
  const text = types.getTypeParser(oid, 'text');
  if (format === 'binary') return types.getTypeParser(oid, 'binary');
  if (oid === INT8) return parseBigint;
  if (oid === INT8_ARRAY)
    return (value: string) =>
      (text(value) as (string | null)[]).map(item => (item === null ? null : parseBigint(item)));
  return text;
};

function parseBigint(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError('An int8 is beyond what a number holds exactly.');
  return value;
}

class PostgresDatabase implements Database {
  readonly kind = 'postgres';
  readonly #scope = new AsyncLocalStorage<{ open: boolean }>();
  readonly #running = new Set<Promise<unknown>>();
  #closed: Promise<void> | undefined;

  constructor(private readonly pool: Pool) {}

  query<R = Row>(text: string, params: readonly Parameter[] = []): Promise<R[]> {
    return this.#use(client => new Statements(client).query<R>(text, params));
  }

  script(text: string): Promise<void> {
    return this.#use(client => new Statements(client).script(text));
  }

  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.#use(async client => {
      const statements = new Statements(client);
      const scope = { open: true };
      await client.query('begin').catch(rethrow);
      let result: T;
      try {
        result = await this.#scope.run(scope, () => work(statements));
      } catch (error) {
        await client.query('rollback').catch(() => undefined);
        throw error;
      } finally {
        scope.open = false;
        statements.open = false;
      }
      await commit(client);
      return result;
    });
  }

  /** Autovacuum does it. */
  async vacuum(): Promise<void> {
    this.#check();
  }

  close(): Promise<void> {
    // The pool itself would forget what still waits for a connection.
    this.#closed ??= Promise.allSettled(this.#running).then(() => this.pool.end());
    return this.#closed;
  }

  #check(): void {
    if (this.#scope.getStore()?.open) {
      // Here it would not always wait for ever, only under load, when all connections are taken.
      throw new DarkroomError('INTERNAL', "Inside a transaction only the transaction's own sql may be used.");
    }
    if (this.#closed) throw new DarkroomError('STOPPING');
  }

  async #use<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    this.#check();
    const running = this.#withClient(work);
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  async #withClient<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.pool.connect().catch(error => {
      throw asTyped(error);
    });
    let broken = false;
    // A connection that breaks between two statements has nobody else to tell.
    const onError = () => {
      broken = true;
    };
    client.on('error', onError);
    try {
      return await work(client);
    } catch (error) {
      broken ||= DarkroomError.is(error) && error.code === 'DATABASE_UNAVAILABLE';
      throw error;
    } finally {
      client.off('error', onError);
      client.release(broken);
    }
  }
}

/**
 * A connection parses and plans a statement that has a name once, not each time. By content: behind a pooler that gives
 * one connection to several processes, equal names are equal statements. All texts of the house are constants; beyond so
 * many something makes them up, and they stay without a name.
 */
const NAMED_MOST = 500;
const names = new Map<string, string>();

function nameOf(text: string): string | undefined {
  let name = names.get(text);
  if (name === undefined && names.size < NAMED_MOST) {
    name = `darkroom_${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
    names.set(text, name);
  }
  return name;
}

/** What one connection is asked, for as long as it is ours. */
class Statements implements Sql {
  open = true;

  constructor(private readonly client: PoolClient) {}

  async query<R>(text: string, params: readonly Parameter[] = []): Promise<R[]> {
    this.#check();
    // Without `extended`, a text without parameters could hold several statements.
    const statement = { name: nameOf(text), text, values: [...params], queryMode: 'extended' };
    const { rows } = await this.client.query(statement).catch(rethrow);
    return rows as R[];
  }

  async script(text: string): Promise<void> {
    this.#check();
    // A migration may build an index for an hour, after it has waited for another migrator; it lifts the server's
    // timeout by itself.
    const statements = { text, query_timeout: FOR_EVER };
    await this.client.query(statements).catch(rethrow);
  }

  #check(): void {
    if (!this.open) throw new DarkroomError('INTERNAL', 'The transaction of this sql is closed.');
  }
}

/** Postgres answers a commit of a failed transaction with a rollback, and no error. */
async function commit(client: PoolClient): Promise<void> {
  const { command } = await client.query('commit').catch(rethrow);
  if (command === 'ROLLBACK')
    throw new SqlError({ code: '25P02', message: 'a statement of the transaction had failed; it was rolled back' });
}

function rethrow(error: unknown): never {
  throw asTyped(error);
}

function codeOf(error: Error): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
