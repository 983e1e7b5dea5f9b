import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../src/kernel/paths.js';
import type { Database } from '../src/store/database.js';
import { openPostgres } from '../src/store/drivers/postgres.js';
import { MIGRATIONS } from '../src/store/migrate.js';
import { makeIdPhoto } from './id-photo-request.js';
import { type ServerProcess, spawnServer, temporaryFolder } from './running-server.js';
import { createPostgresDatabase, silentLog } from './store-setup.js';

const VERSIONS = readdirSync(MIGRATIONS).map((_, index) => index + 1);
const [NEWEST] = VERSIONS.slice(-1) as [number];
/** As ARCHITECTURE.md gives them. */
const GRANTS = (role: string) => `
  grant usage on schema public to ${role};
  grant select, insert, update, delete on all tables in schema public to ${role};
  alter default privileges in schema public grant select, insert, update, delete on tables to ${role}`;

let made: { url: string; drop(): Promise<void> };
let owner: Database;
let role: string;
/** Of the role that owns nothing and may create nothing. */
let url: string;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;

beforeEach(async () => {
  made = await createPostgresDatabase();
  owner = await openPostgres({ url: made.url, log: silentLog });
  role = `server_${randomBytes(6).toString('hex')}`;
  await owner.script(`create role ${role} login password 'only-for-tests'`);
  const its = new URL(made.url);
  its.username = role;
  url = its.href;
  folder = await temporaryFolder();
});
afterEach(async () => {
  await folder.remove();
  await owner.script(`drop owned by ${role}; drop role ${role}`);
  await owner.close();
  await made.drop();
});

const start = (environment: Record<string, string> = {}): Promise<ServerProcess> =>
  spawnServer(folder.path, {
    DATABASE_URL: url,
    DARKROOM_SECRET: 's'.repeat(40),
    DARKROOM_SANDBOX: 'off',
    ...environment,
  });

/** `npm run migrate` */
async function migrate(environment: Record<string, string>): Promise<string> {
  const command = [path.join(ROOT, 'dist', 'src', 'maintenance', 'maintain.js'), 'migrate'];
  const { stdout } = await promisify(execFile)(process.execPath, command, {
    env: { PATH: process.env.PATH, ...environment },
  });
  return stdout;
}

test('a role that may only read and write rows serves, once the owner has run `npm run migrate`', async () => {
  await expect(start()).rejects.toThrow(/cannot start: The database has no schema yet.* needs \d+.*npm run migrate/);
  expect(await migrate({ DATABASE_URL: made.url })).toBe(
    `Applied: ${VERSIONS.join(', ')}. The schema has version ${NEWEST}.\n`,
  );
  expect(await migrate({ DATABASE_URL: made.url })).toBe(
    `Nothing was to be applied. The schema has version ${NEWEST}.\n`,
  );
  await expect(start()).rejects.toThrow(/cannot start: .*GRANT SELECT, INSERT, UPDATE, DELETE/);

  // As little is not enough: the start writes too.
  await owner.script(`grant usage on schema public to ${role}; grant select on all tables in schema public to ${role}`);
  await expect(start()).rejects.toThrow(/cannot start: .*GRANT SELECT, INSERT, UPDATE, DELETE/);

  await owner.script(GRANTS(role));
  const server = await start();
  try {
    expect(await makeIdPhoto(server.url)).toMatchObject({ state: 'SUCCEEDED' });
    expect(server.log()).not.toMatch(/"level":[56]0/);
  } finally {
    await server.kill('SIGTERM');
  }

  // As after an update of the server.
  await owner.query('delete from schema_migrations where version = $1', [NEWEST]);
  await expect(start()).rejects.toThrow(
    new RegExp(`cannot start: The database has schema version ${NEWEST - 1}; .* needs ${NEWEST}.*npm run migrate`),
  );
}, 150_000);

test('migrations run on DATABASE_DIRECT_URL, which has to lead to the same database', async () => {
  const other = await createPostgresDatabase();
  try {
    await expect(start({ DATABASE_DIRECT_URL: other.url })).rejects.toThrow(
      /cannot start: DATABASE_DIRECT_URL: it is another database than DATABASE_URL\./,
    );
    await expect(start({ DATABASE_DIRECT_URL: 'postgresql://127.0.0.1:1/d' })).rejects.toThrow(
      /cannot start: DATABASE_DIRECT_URL: no answer from 127\.0\.0\.1:1/,
    );
    // The owner's URL, so that tables that it makes at the start are there for the role.
    await owner.script(GRANTS(role));
    const server = await start({ DATABASE_DIRECT_URL: made.url });
    await server.kill('SIGTERM');
    // What the role of DATABASE_URL may not even try: make tables, which stand already.
    await owner.query('delete from schema_migrations');
    await expect(migrate({ DATABASE_URL: url, DATABASE_DIRECT_URL: made.url })).rejects.toThrow(/already exists/);
  } finally {
    await other.drop();
  }
}, 150_000);

test('without a database, or with what is none, `npm run migrate` says what it needs in one line', async () => {
  await expect(migrate({})).rejects.toMatchObject({
    stderr: expect.stringMatching(/^DATABASE_URL: expected[^\n]*\n$/),
  });
  await expect(migrate({ DATABASE_URL: 'postgresql://u:hunter2@127.0.0.1:1/d' })).rejects.toMatchObject({
    stderr: 'DATABASE_URL: no answer from 127.0.0.1:1 (ECONNREFUSED).\n',
  });
});
