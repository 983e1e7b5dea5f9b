import { cp, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Database } from '../src/store/database.js';
import { openPostgres } from '../src/store/drivers/postgres.js';
import { MIGRATIONS, migrate } from '../src/store/migrate.js';
import { ask } from './kill-clients.js';
import { plainPng } from './plain-png.js';
import { type ServerProcess, spawnServer, temporaryFolder } from './running-server.js';
import { createPostgresDatabase, silentLog } from './store-setup.js';

const SECRET = 's'.repeat(32);
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const ready = async ({ url }: ServerProcess) => (await fetch(`${url}/health/ready`)).status;

async function upload({ url }: ServerProcess): Promise<string> {
  const file = new Blob([plainPng(200)]);
  const { uploadPhoto } = await ask(url, 'mutation ($file: Upload!) { uploadPhoto(file: $file) { id } }', { file });
  return uploadPhoto.id;
}

test('an upgrade and the way back: old replicas serve beside a newer schema, and start on it again; one that needs a stop waits', async () => {
  const folder = await temporaryFolder();
  closing.push(() => folder.remove());
  const { url, drop } = await createPostgresDatabase();
  closing.push(drop);
  const start = async () => {
    const server = await spawnServer(path.join(folder.path, 'data'), {
      DATABASE_URL: url,
      DARKROOM_SECRET: SECRET,
      DARKROOM_SANDBOX: 'off',
    });
    closing.push(() => server.kill('SIGKILL'));
    return server;
  };
  const old = await start();
  const database: Database = await openPostgres({ url, log: silentLog });
  closing.push(() => database.close());

  // What a newer version does at its start, or its migration job before it.
  const newer = path.join(folder.path, 'newer');
  await cp(MIGRATIONS, newer, { recursive: true });
  const { version: known } = await migrate(database);
  await writeFile(
    path.join(newer, `0${known + 1}-tomorrow.sql`),
    'alter table tasks add column tomorrow text; create table tomorrows (id text primary key);',
  );
  expect(await migrate(database, newer)).toMatchObject({ applied: [known + 1] });
  expect([await ready(old), await upload(old)]).toEqual([200, expect.stringMatching(/^asset_/)]);

  // The way back: the old version is started again.
  const again = await start();
  expect([await ready(again), await upload(again)]).toEqual([200, expect.stringMatching(/^asset_/)]);
  await again.logged('the schema is of a newer version');

  await writeFile(path.join(newer, `0${known + 2}-after.sql`), '-- Needs a stop: tasks have another shape.\nselect 1;');
  await expect(migrate(database, newer)).rejects.toMatchObject({ code: 'REPLICAS_RUNNING' });
  expect([await ready(old), await ready(again)]).toEqual([200, 200]);
  for (const server of [old, again]) expect(await server.kill('SIGTERM')).toBe(0);
  expect(await migrate(database, newer)).toMatchObject({ applied: [known + 2] });
  await expect(start()).rejects.toThrow(/code 1: (?:.*\n)*Darkroom cannot start: .*cannot work beside what came after/);
}, 240_000);
