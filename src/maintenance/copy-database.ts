import { DarkroomError } from '../kernel/errors.js';
import type { Database, Parameter, Row } from '../store/database.js';

/** Every table with data, parents first. A test compares this list with the schema. */
export const TABLES = [
  'tasks',
  'assets',
  'task_queue',
  'task_attempts',
  'ledger',
  'photos',
  'idempotency_keys',
] as const;
/** Rows in one statement. A statement takes 65,535 parameters, and the widest table has 23 columns. */
const BATCH = 500;

/**
 * Copies all rows to a database with the same schema and no rows, in one transaction: the target gets all of them or
 * none. Returns the number of rows for each table.
 * Errors: BAD_USER_INPUT where the target has rows.
 */
export async function copyDatabase(from: Database, to: Database): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of TABLES) {
    const [{ count }] = (await to.query<{ count: number }>(`select count(*)::int as count from ${table}`)) as [
      { count: number },
    ];
    if (count > 0)
      throw new DarkroomError(
        'BAD_USER_INPUT',
        `The target holds rows in ${table} already; move only into an empty database.`,
      );
  }
  await to.transaction(async sql => {
    for (const table of TABLES) {
      const columns = await columnsOf(from, table);
      counts[table] = 0;
      for (let offset = 0; ; offset += BATCH) {
        // As text in both directions, so that Postgres and not a driver converts the type of each column.
        const rows = await from.query(
          `select ${columns.map(({ name }) => `${name}::text as ${name}`).join(', ')} from ${table} order by 1, 2 limit ${BATCH} offset ${offset}`,
        );
        if (rows.length === 0) break;
        await sql.query(
          insertOf(table, columns, rows.length),
          rows.flatMap(row => columns.map(({ name }) => (row as Row)[name] as Parameter)),
        );
        counts[table] += rows.length;
      }
    }
    await sql.query(
      `select setval(pg_get_serial_sequence('ledger', 'id'), greatest(1, (select coalesce(max(id), 0) from ledger)))`,
    );
  });
  return counts;
}

interface Column {
  name: string;
  type: string;
}

function columnsOf(database: Database, table: string): Promise<Column[]> {
  return database.query<Column>(
    `select quote_ident(attname) as name, format_type(atttypid, atttypmod) as type from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped order by attnum`,
    [table],
  );
}

function insertOf(table: string, columns: readonly Column[], rows: number): string {
  const tuples = Array.from(
    { length: rows },
    (_, row) =>
      `(${columns.map(({ type }, index) => `$${row * columns.length + index + 1}::text::${type}`).join(', ')})`,
  );
  return `insert into ${table} (${columns.map(({ name }) => name).join(', ')}) overriding system value values ${tuples.join(', ')}`;
}
