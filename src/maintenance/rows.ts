import { DarkroomError } from '../kernel/errors.js';
import type { Database, Row, Sql } from '../store/database.js';

/** Every table with data, parents first. A test compares this list with the schema. */
export const TABLES = [
  'tenants',
  'api_keys',
  'budgets',
  'budget_windows',
  'budget_holds',
  'tasks',
  'assets',
  'task_queue',
  'task_attempts',
  'ledger',
  'photos',
  'idempotency_keys',
  'vendor_health',
  'webhooks',
  'webhook_deliveries',
  'webhook_queue',
  'consents',
  'browser_tokens',
  'browser_token_tasks',
  'audit',
  'audit_heads',
  'audit_inbox',
  'retired_keys',
] as const;
export type Table = (typeof TABLES)[number];

/** Rows in one statement. A statement takes 65,535 parameters, and the widest table has 27 columns. */
const BATCH = 500;

/** A row in the order of its table's columns, each as Postgres writes it as text. */
export type TextRow = readonly (string | null)[];

export interface Column {
  name: string;
  type: string;
}

/** Texts that every Postgres reads, whatever its settings are; and no time limit, since a large table takes its time. */
const PLAIN_TEXTS = `set local datestyle = 'ISO'; set local timezone = 'UTC'; set local statement_timeout = 0;
  set local idle_in_transaction_session_timeout = 0`;

/** Reads rows of one moment, as texts, beside a server that goes on working. */
export function inSnapshot<T>(database: Database, read: (sql: Sql) => Promise<T>): Promise<T> {
  return database.transaction(async sql => {
    await sql.script(`set transaction isolation level repeatable read, read only; ${PLAIN_TEXTS}`);
    return read(sql);
  });
}

/** Writes rows that were read as texts: all of them or none. */
export function writingTexts<T>(database: Database, write: (sql: Sql) => Promise<T>): Promise<T> {
  return database.transaction(async sql => {
    await sql.script(PLAIN_TEXTS);
    return write(sql);
  });
}

export function columnsOf(sql: Sql, table: Table): Promise<Column[]> {
  return sql.query<Column>(
    `select quote_ident(attname) as name, format_type(atttypid, atttypmod) as type from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped order by attnum`,
    [table],
  );
}

/** All rows, in batches. Within a transaction: it reads by a cursor, so that a large table is read once. */
export async function* readRows(sql: Sql, table: Table, columns: readonly Column[]): AsyncGenerator<TextRow[]> {
  const texts = columns.map(({ name }, index) => `${name}::text as c${index}`).join(', ');
  await sql.script(`declare all_${table} no scroll cursor for select ${texts} from ${table} order by 1, 2`);
  for (;;) {
    const rows = await sql.query<Row>(`fetch ${BATCH} from all_${table}`);
    if (rows.length === 0) break;
    yield rows.map(row => columns.map((_, index) => row[`c${index}`] as string | null));
  }
  await sql.script(`close all_${table}`);
}

/** At most `BATCH` rows. Postgres, and not a driver, converts each text to the type of its column. */
export async function insertRows(
  sql: Sql,
  table: Table,
  columns: readonly Column[],
  rows: readonly TextRow[],
): Promise<void> {
  const tuples = rows.map(
    (_, row) =>
      `(${columns.map(({ type }, index) => `$${row * columns.length + index + 1}::text::${type}`).join(', ')})`,
  );
  await sql.query(
    `insert into ${table} (${columns.map(({ name }) => name).join(', ')}) overriding system value values ${tuples.join(', ')}`,
    rows.flat(),
  );
}

/** Tables whose rows were inserted with their own numbers, which the next ones continue. */
const NUMBERED: readonly Table[] = ['ledger', 'audit_inbox'];

/** After rows were inserted with their own numbers; of an older schema, in those tables that it has. */
export async function continueNumbers(sql: Sql): Promise<void> {
  for (const table of await tablesOf(sql))
    if (NUMBERED.includes(table))
      await sql.query(
        `select setval(pg_get_serial_sequence('${table}', 'id'), greatest(1, (select coalesce(max(id), 0) from ${table})))`,
      );
}

/** Of an older schema, those that it has. */
export async function tablesOf(sql: Sql): Promise<Table[]> {
  const rows = await sql.query<{ name: Table }>(
    'select name from unnest($1::text[]) as given (name) where to_regclass(name) is not null',
    [TABLES],
  );
  const there = new Set(rows.map(({ name }) => name));
  return TABLES.filter(table => there.has(table));
}

/** Throws BAD_USER_INPUT where a table holds a row. */
export async function requireEmpty(sql: Sql): Promise<void> {
  for (const table of await tablesOf(sql)) {
    // The default tenant comes with the schema.
    const own = table === 'tenants' ? `where id <> 'default'` : '';
    const rows = await sql.query(`select 1 from ${table} ${own} limit 1`);
    if (rows.length > 0)
      throw new DarkroomError(
        'BAD_USER_INPUT',
        `The database that is to be filled holds rows in ${table} already. Nothing was changed: name an empty one.`,
      );
  }
}

/** All of ours, and what is known of the schema. */
export function dropTables(sql: Sql): Promise<void> {
  return sql.script(
    `drop table if exists ${[...TABLES, 'rates', 'replicas', 'settings', 'schema_migrations'].join(', ')} cascade`,
  );
}
