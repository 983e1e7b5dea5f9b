import { DarkroomError } from '../kernel/errors.js';

/** A row as the database gave it: column name to value. Only for queries that name no type of their own. */
export type Row = Record<string, unknown>;

/**
 * What may stand for `$1`. JSON goes in as text (`JSON.stringify`, cast with `$1::jsonb`): drivers differ in what they
 * make of objects, and the `pg` driver turns a JavaScript array into a Postgres array even where JSON is due.
 */
export type Parameter =
  | string
  | number
  | bigint
  | boolean
  | Date
  | Uint8Array
  | readonly string[]
  | readonly number[]
  | null
  | undefined;

/**
 * Plain Postgres SQL (14 and later) with `$1` placeholders, the same on every driver.
 *
 * Values come out as: int2, int4, int8 (counts, sequences) and floats: number; numeric (`sum` of a bigint!): string,
 * so cast it; timestamptz: Date; json and jsonb: parsed; bytea: Buffer; arrays of these: arrays.
 * An int8 outside of ±2^53 is an error, never a rounded number.
 * Text sorts by the database's collation, which differs between machines: write `collate "C"` where order matters.
 */
export interface Sql {
  /** One statement. Throws SqlError for what the database refuses, DATABASE_UNAVAILABLE where it cannot be reached. */
  query<R = Row>(text: string, params?: readonly Parameter[]): Promise<R[]>;
  /** Several statements without parameters, as in a migration. */
  script(text: string): Promise<void>;
}

export interface Database extends Sql {
  /**
   * Commits what `work` did when it resolves, rolls it back when it throws. Within `work` use only the `sql` given, and
   * await nothing but it: the embedded database has one connection, and everyone else waits for it.
   * A query on the database itself from inside `work` throws at once, because it would wait for ever.
   *
   * On a Postgres server transactions run side by side (READ COMMITTED), and one may fail with DATABASE_UNAVAILABLE
   * although it was committed: the answer to the commit was lost. Ask what is there before you do it again.
   */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /**
   * Housekeeping that embedded Postgres has no background process for: VACUUM and ANALYZE table by table, then a
   * checkpoint, without which the write-ahead log grows for ever. Other queries run between the tables.
   * A Postgres server does all that by itself: nothing happens. With `tables` only these are vacuumed, and that is all.
   */
  vacuum(tables?: readonly string[]): Promise<void>;
  /** Waits for what was asked before, then closes. Later queries throw STOPPING. May be called twice. */
  close(): Promise<void>;
  readonly kind: 'pglite' | 'postgres';
}

/** The part of a log that the store writes to. */
export interface StoreLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/**
 * What the database refused: the SQLSTATE (`23505` is a unique violation) and what it is about, without any value.
 * Postgres quotes values in `detail` and in messages of class 22, and PGlite hangs the parameters on its errors:
 * names and ID numbers would end in a log.
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
    const words = dataException ? refusal.message.replace(/[:"].*$/s, '').trim() : refusal.message;
    super(`${words} (SQLSTATE ${refusal.code})`);
    this.name = 'SqlError';
    this.sqlState = refusal.code;
    this.constraint = refusal.constraint;
    this.table = refusal.table;
    this.column = refusal.column;
  }
}

/** What only a caller can have caused: a text with a character that Postgres does not keep. */
const BAD_TEXT = new Set(['22021', '22P05']);

/** The error for a refusal of the database. */
export function refusalOf(refusal: ConstructorParameters<typeof SqlError>[0]): Error {
  if (!BAD_TEXT.has(refusal.code)) return new SqlError(refusal);
  return new DarkroomError('BAD_USER_INPUT', 'A text holds a character that cannot be kept, such as NUL (U+0000).');
}
