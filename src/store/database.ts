import { DarkroomError } from '../kernel/errors.js';

/** A row: column name to value. Only for queries without a type of their own. */
export type Row = Record<string, unknown>;

/**
 * The value of a `$1` placeholder. Pass JSON as text (`JSON.stringify`, cast with `$1::jsonb`): drivers treat objects
 * differently, and `pg` turns a JavaScript array into a Postgres array even where JSON is expected.
 */
export type Parameter =
  | string
  | number
  | bigint
  | boolean
  | Date
  | Uint8Array
  | readonly string[]
  | readonly (number | null)[]
  | null
  | undefined;

/**
 * Plain Postgres SQL (14 and later) with `$1` placeholders, the same on every driver.
 *
 * Types of the values: int2, int4, int8 (counts, sequences) and floats are numbers. numeric (`sum` of a bigint!) is a
 * string, so cast it. timestamptz is a Date, json and jsonb are parsed, bytea is a Buffer. Arrays of these are arrays.
 * An int8 outside of ±2^53 is an error, never a rounded number.
 * Text sorts by the collation of the database, which differs between machines: write `collate "C"` where order matters.
 */
export interface Sql {
  /** One statement. Throws SqlError where the database refuses it, DATABASE_UNAVAILABLE where it cannot be reached. */
  query<R = Row>(text: string, params?: readonly Parameter[]): Promise<R[]>;
  /** Several statements without parameters, as in a migration. */
  script(text: string): Promise<void>;
}

export interface Database extends Sql {
  /**
   * Commits when `work` resolves, rolls back when it throws. Inside `work` use only the given `sql`, and await nothing
   * else: the embedded database has one connection, and all other queries wait for it. A query on the database itself
   * from inside `work` throws at once, because it would wait for ever.
   *
   * On a Postgres server transactions run concurrently (READ COMMITTED). One may fail with DATABASE_UNAVAILABLE
   * although it was committed, because the answer to the commit was lost. Read the state before you repeat it.
   */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /**
   * Housekeeping for the embedded database, which has no background processes: VACUUM and ANALYZE table by table, then
   * a checkpoint, without which the write-ahead log grows for ever. Other queries run between the tables. With
   * `tables`, only these are vacuumed, without ANALYZE and checkpoint.
   * Does nothing on a Postgres server, which does all of it by itself.
   */
  vacuum(tables?: readonly string[]): Promise<void>;
  /** Waits for the queries that were started before, then closes. Later queries throw STOPPING. May be called twice. */
  close(): Promise<void>;
  readonly kind: 'pglite' | 'postgres';
}

/** The methods of a logger that the store uses. */
export interface StoreLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/**
 * An error that the database reported: the SQLSTATE (`23505` is a unique violation) and the names of what it concerns,
 * without any value. Postgres quotes values in `detail` and in messages of class 22, and PGlite attaches the parameters
 * to its errors. Names and ID numbers would reach a log.
 */
export class SqlError extends Error {
  readonly sqlState: string;
  readonly constraint: string | undefined;
  readonly table: string | undefined;
  readonly column: string | undefined;

  constructor(refusal: {
    code: string;
    message: string;
    constraint?: string | undefined;
    table?: string | undefined;
    column?: string | undefined;
  }) {
    const dataException = refusal.code.startsWith('22');
    const text = dataException ? refusal.message.replace(/[:"].*$/s, '').trim() : refusal.message;
    super(`${text} (SQLSTATE ${refusal.code})`);
    this.name = 'SqlError';
    this.sqlState = refusal.code;
    this.constraint = refusal.constraint;
    this.table = refusal.table;
    this.column = refusal.column;
  }
}

/** Postgres answers the commit of a failed transaction with ROLLBACK and without an error. */
export function requireCommitted(command: string | undefined): void {
  if (command === 'ROLLBACK')
    throw new SqlError({ code: '25P02', message: 'a statement of the transaction had failed; it was rolled back' });
}

/** States that only the input of a caller can cause: a character that Postgres cannot store. */
const BAD_TEXT = new Set(['22021', '22P05']);

/** The typed error for one that the database reported. */
export function toDatabaseError(refusal: ConstructorParameters<typeof SqlError>[0]): Error {
  if (!BAD_TEXT.has(refusal.code)) return new SqlError(refusal);
  return new DarkroomError('BAD_USER_INPUT', 'A text holds a character that cannot be kept, such as NUL (U+0000).');
}
