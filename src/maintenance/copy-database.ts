import { DarkroomError } from '../kernel/errors.js';
import type { Database, Parameter, Row } from '../store/database.js';

/** Every table with rows of ours, parents first. A test holds this list to the schema. */
export const TABLES = [
  'tasks',
  'assets',
  'task_queue',
  'task_attempts',
  'ledger',
  'photos',
  'idempotency_keys',
] as const;
/** A statement takes 65,535 parameters; the widest table has 23 columns. */
const BATCH = 500;

/**
 * Copies all rows from one database to another that has the same schema and no rows. In one transaction: the target has
 * all of it or nothing.
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
        // As text in both directions: the type of each column is Postgres' business, not that of a driver.
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
