import { createHash } from 'node:crypto';
import { type ClientBase, Pool, type PoolClient, types } from 'pg';
import { DarkroomError } from '../../kernel/errors.js';
import { LIMITS } from '../../kernel/limits.js';
import type { UrlVariable } from '../../kernel/postgres-url.js';
import { type Database, type Parameter, type Row, requireCommitted, type Sql, type StoreLog } from '../database.js';
import { checkServer, startupError } from './postgres-check.js';
import { isReadOnly, readOnlyError, toTypedError } from './postgres-errors.js';
import { prepareSession, type Session } from './postgres-session.js';
import { TransactionScope } from './transaction-scope.js';

export interface PostgresOptions {
  /** `postgresql://user:password@host:port/database`; it is never printed. */
  url: string;
  /** Where the URL is from, for the words of an error. */
  variable?: UrlVariable;
  log: StoreLog;
  /** Size of the pool, which bounds the statements that run concurrently. */
  connections?: number;
  /** Without what finds statements past a transaction from inside it; see `TransactionScope`. */
  production?: boolean | undefined;
}

/** OIDs of int8 and int8[]. The parsers of `pg` are right for all other types. */
const [INT8, INT8_ARRAY] = [20, 1016] as const;

/** The longest delay of a timer: 24 days. */
const NO_TIMEOUT = 2 ** 31 - 1;

/**
 * Opens a connection pool and checks that the server can be used. Does not touch the schema: see `migrate`.
 *
 * While the server is away or read-only, queries throw DATABASE_UNAVAILABLE; they work again once it is back, without
 * reopening. Statements are not retried here, because a commit whose answer was lost may have happened.
 *
 * Errors: DATABASE_UNAVAILABLE where nothing answers within 5 s. DATABASE_UNUSABLE for a wrong password, a missing
 * database, a server that is read-only, not in UTF-8 or older than 14, and for TLS that does not come about.
 */
export async function openPostgres(options: PostgresOptions): Promise<Database> {
  const { url, variable = 'DATABASE_URL' } = options;
  const database = new PostgresDatabase(options);
  try {
    // In a transaction, so that a pooler which lets none through is found out here.
    await database.transaction(sql => checkServer(sql, variable));
    return database;
  } catch (error) {
    await database.close();
    throw startupError(error, url, variable);
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
  readonly #scope: TransactionScope;
  readonly #running = new Set<Promise<unknown>>();
  readonly #pool: Pool;
  readonly #sessions = new WeakMap<ClientBase, Session>();
  /** Connections that were made before are not used any more: the server behind them has become read-only. */
  #epoch = 0;
  /** Until then nobody asks a read-only server whether it still is one. */
  #readOnlyUntil = 0;
  #closed: Promise<void> | undefined;

  constructor({ url, log, connections = LIMITS.store.connections, production }: PostgresOptions) {
    const { store } = LIMITS;
    this.#scope = new TransactionScope(production);
    this.#pool = new Pool({
      connectionString: url,
      application_name: 'darkroom',
      max: connections,
      connectionTimeoutMillis: store.connectMs,
      idleTimeoutMillis: store.idleConnectionMs,
      // The timeout of the server does not help once nothing arrives from it any more.
      query_timeout: store.statementMs + store.connectMs,
      keepAlive: true,
      types: { getTypeParser: parserOf },
      onConnect: client => this.#admit(client),
    });
    // The next query replaces an idle connection that breaks. Without a listener the error would end the process.
    this.#pool.on('error', error => log.warn({ code: codeOf(error) }, 'a connection to Postgres was lost'));
  }

  query<R = Row>(text: string, params: readonly Parameter[] = []): Promise<R[]> {
    return this.#run((client, session) => new Statements(client, session).query<R>(text, params));
  }

  script(text: string): Promise<void> {
    return this.#run((client, session) => new Statements(client, session).script(text));
  }

  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.#run(async (client, session) => {
      const statements = new Statements(client, session);
      await client.query(session.begin).catch(rethrow);
      let result: T;
      try {
        result = await this.#scope.run(() => work(statements));
      } catch (error) {
        await client.query('rollback').catch(() => undefined);
        throw error;
      } finally {
        statements.open = false;
      }
      requireCommitted((await client.query('commit').catch(rethrow)).command);
      return result;
    });
  }

  /** Does nothing: the server has autovacuum. */
  async vacuum(): Promise<void> {
    this.#check();
  }

  close(): Promise<void> {
    // pool.end() would drop queries that still wait for a connection.
    this.#closed ??= Promise.allSettled(this.#running).then(() => this.#pool.end());
    return this.#closed;
  }

  #check(): void {
    this.#scope.requireOutside();
    if (this.#closed) throw new DarkroomError('STOPPING');
  }

  async #run<T>(work: (client: PoolClient, session: Session) => Promise<T>): Promise<T> {
    this.#check();
    const running = this.#withClient(work);
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  async #withClient<T>(work: (client: PoolClient, session: Session) => Promise<T>): Promise<T> {
    const { client, session } = await this.#connect();
    let broken = false;
    // Without a listener, a connection that breaks between two statements would end the process.
    const onError = () => {
      broken = true;
    };
    client.on('error', onError);
    try {
      return await work(client, session);
    } catch (error) {
      broken ||= DarkroomError.is(error) && error.code === 'DATABASE_UNAVAILABLE';
      // After a failover the name leads to another server, and the open connections still to the old one.
      if (isReadOnly(error)) this.#epoch = Math.max(this.#epoch, session.epoch + 1);
      throw error;
    } finally {
      client.off('error', onError);
      client.release(broken);
    }
  }

  async #connect(): Promise<{ client: PoolClient; session: Session }> {
    for (;;) {
      if (performance.now() < this.#readOnlyUntil) throw toTypedError(readOnlyError());
      const client = await this.#take().catch(rethrow);
      const session = this.#sessions.get(client)!;
      if (session.epoch >= this.#epoch) return { client, session };
      client.release(true);
    }
  }

  /** Async, because `pg` throws at once for a certificate that it cannot read. */
  async #take(): Promise<PoolClient> {
    return this.#pool.connect();
  }

  /** What the pool does with a new connection before anybody gets it. */
  async #admit(client: ClientBase): Promise<void> {
    const session = await prepareSession(client, this.#epoch);
    if (session === 'read-only') {
      this.#readOnlyUntil = performance.now() + LIMITS.store.readOnlyPauseMs;
      throw readOnlyError();
    }
    this.#sessions.set(client, session);
  }
}

/**
 * Postgres parses and plans a named statement once for each connection. The name is a hash of the text, so that behind
 * a pooler that nobody recognised equal names are equal statements. All texts of this server are constants. Beyond this
 * number something generates them, and they stay unnamed.
 */
const MAX_NAMED_STATEMENTS = 500;
const statementNames = new Map<string, string>();

function statementName(text: string): string | undefined {
  let name = statementNames.get(text);
  if (name === undefined && statementNames.size < MAX_NAMED_STATEMENTS) {
    name = `darkroom_${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
    statementNames.set(text, name);
  }
  return name;
}

/** Runs statements on one connection, until `open` is false. */
class Statements implements Sql {
  open = true;

  constructor(
    private readonly client: PoolClient,
    private readonly session: Session,
  ) {}

  async query<R>(text: string, params: readonly Parameter[] = []): Promise<R[]> {
    this.#check();
    // In the simple protocol, a text without parameters could hold several statements.
    const name = this.session.pooled ? undefined : statementName(text);
    const statement = { name, text, values: [...params], queryMode: 'extended' };
    const { rows } = await this.client.query(statement).catch(rethrow);
    return rows as R[];
  }

  async script(text: string): Promise<void> {
    this.#check();
    // A migration may build an index for an hour, and wait for another migrator before. It lifts the timeout of the
    // server itself; this lifts the one of the client.
    const statements = { text, query_timeout: NO_TIMEOUT };
    await this.client.query(statements).catch(rethrow);
  }

  #check(): void {
    if (!this.open) throw new DarkroomError('INTERNAL', 'The transaction of this sql is closed.');
  }
}

function rethrow(error: unknown): never {
  throw toTypedError(error);
}

function codeOf(error: Error): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
