import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Database } from '../src/store/database.js';
import { openPostgres } from '../src/store/drivers/postgres.js';
import { MIGRATIONS, migrate } from '../src/store/migrate.js';
import { createPostgresDatabase, openTestDatabase, silentLog } from './store-setup.js';

test('20 processes that start at once on an empty database build the schema once, without an error', async () => {
  const { url, drop } = await createPostgresDatabase();
  const processes = Array.from({ length: 20 }, () => {
    const child = spawn(process.execPath, [path.join(__dirname, 'migrator.js'), url], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    return { child, lines: createInterface({ input: child.stdout! })[Symbol.asyncIterator]() };
  });
  for (const { lines } of processes) expect((await lines.next()).value).toBe('ready');
  for (const { child } of processes) child.stdin!.write('go\n');
  const answers = await Promise.all(processes.map(async ({ lines }) => JSON.parse((await lines.next()).value)));
  const versions = (await readdir(MIGRATIONS)).map((_, index) => index + 1);
  expect(answers.map(({ error }) => error)).toEqual(Array(20).fill(undefined));
  expect(answers.flatMap(({ applied }) => applied).sort((one, other) => one - other)).toEqual(versions);
  expect(answers.map(({ version }) => version)).toEqual(Array(20).fill(versions.length));

  const database = await openPostgres({ url, log: silentLog });
  // An older binary, after this one's successor has been here.
  await database.query(`insert into schema_migrations (version, name, sha256) values (999, 'tomorrow', '')`);
  await expect(migrate(database)).rejects.toMatchObject({ code: 'SCHEMA_NEWER' });
  await database.close();
  await drop();
}, 150_000);

/** Everything of the schema that a statement of ours can meet. */
async function catalogueOf(database: Database): Promise<string[]> {
  const columns = await database.query<{ line: string }>(
    `select format('column %s.%s %s null=%s default=%s identity=%s', table_name, column_name, udt_name, is_nullable,
       column_default, identity_generation) as line
     from information_schema.columns where table_schema = 'public'`,
  );
  const constraints = await database.query<{ line: string }>(
    `select format('constraint %s.%s %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) as line
     from pg_constraint where connamespace = 'public'::regnamespace
       and contype <> 'n' -- Postgres 18 lists NOT NULL here as well; it is in the columns`,
  );
  const indexes = await database.query<{ line: string }>(
    `select format('index %s', indexdef) as line from pg_indexes where schemaname = 'public'`,
  );
  const options = await database.query<{ line: string }>(
    `select format('table %s %s', relname, reloptions) as line from pg_class
     where relnamespace = 'public'::regnamespace and relkind = 'r'`,
  );
  return [...columns, ...constraints, ...indexes, ...options].map(({ line }) => line).sort();
}

test('both drivers have the same schema, to the last column, constraint and index', async () => {
  const embedded = await openTestDatabase('pglite');
  const server = await openTestDatabase('postgres');
  const catalogue = await catalogueOf(embedded);
  expect(await catalogueOf(server)).toEqual(catalogue);
  expect(catalogue.length).toBeGreaterThan(80);
  await embedded.close();
  await server.close();
});
