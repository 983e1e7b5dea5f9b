import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { parse } from 'graphql';
import { Client } from 'pg';
import type { DarkroomClient } from '../client/index.js';
import { ROOT } from '../src/kernel/paths.js';
import { eventually } from './eventually.js';
import { nodeClient } from './node-client.js';
import { type ServerProcess, spawnServer, temporaryFolder } from './running-server.js';
import { createPostgresDatabase } from './store-setup.js';
import { startProxy } from './tcp-proxy.js';

const PORTRAIT = readFileSync(path.join(ROOT, 'test', 'fixtures', 'astronaut.png'));
const SECRET = 'a secret that the replicas share';

let made: { url: string; drop(): Promise<void> };
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let servers: ServerProcess[];

beforeEach(async () => {
  made = await createPostgresDatabase();
  folder = await temporaryFolder();
  servers = [];
});
afterEach(async () => {
  for (const server of servers) await server.kill('SIGTERM');
  await folder.remove();
  await made.drop();
});

async function startReplica(environment: Record<string, string> = {}): Promise<ServerProcess> {
  const replica = { DATABASE_URL: made.url, DARKROOM_SECRET: SECRET, DARKROOM_SANDBOX: 'off', ...environment };
  const server = await spawnServer(folder.path, replica);
  servers.push(server);
  return server;
}

// biome-ignore lint/suspicious/noExplicitAny: an untyped answer
async function* updates(client: DarkroomClient, id: string): AsyncGenerator<any> {
  const document = parse(`subscription ($id: ID!) { taskUpdated(id: $id) {
    id state sequence ... on IdPhotoTask { photos { clean { url bytes } } } } }`);
  for await (const event of client.subscribe(document as TypedDocumentNode<{ taskUpdated: unknown }, { id: string }>, {
    id,
  }))
    yield event.taskUpdated;
}

test('a task that one replica takes in is worked on by another one, and followed at the first', async () => {
  const api = await startReplica({ DARKROOM_ROLE: 'api' });
  const worker = await startReplica({ DARKROOM_ROLE: 'worker' });
  const client = nodeClient(api.url);
  const { createIdPhoto } = await client.request(
    parse('mutation ($input: CreateIdPhotoInput!) { createIdPhoto(input: $input) { id } }') as TypedDocumentNode<
      { createIdPhoto: { id: string } },
      object
    >,
    { input: { photo: { upload: new Blob([PORTRAIT]) }, specId: 'yi-cun-295x413' } },
  );
  const seen = [];
  for await (const update of updates(client, createIdPhoto.id)) seen.push(update);
  const last = seen.at(-1);
  expect(last).toMatchObject({ state: 'SUCCEEDED' });
  expect(seen.map(({ sequence }) => sequence)).toEqual(seen.map(({ sequence }) => sequence).sort((a, b) => a - b));
  const { url, bytes } = last.photos[0].clean;
  expect(await client.download(url)).toHaveLength(bytes);
  expect(api.log()).not.toContain('task succeeded');
  await worker.logged('task succeeded');

  expect((await fetch(`${worker.url}/health/ready`)).status).toBe(200);
  const refused = await fetch(`${worker.url}/graphql?query={__typename}`);
  expect(refused.status).toBe(404);
  expect(await refused.text()).toContain('a worker');
}, 150_000);

test('a replica with another secret, without one, or with a wrong password does not start, and says why', async () => {
  await startReplica();
  const { password } = new URL(made.url);
  await expect(startReplica({ DARKROOM_SECRET: 'another secret, just as long as that' })).rejects.toThrow(
    /code 1: Darkroom cannot start: DARKROOM_SECRET is not the one/,
  );
  await expect(startReplica({ DARKROOM_SECRET: '' })).rejects.toThrow(/DARKROOM_SECRET: needed with DATABASE_URL/);
  const wrong = made.url.replace(password, 'not-the-password');
  const refusal = await startReplica({ DATABASE_URL: wrong }).then(
    () => '',
    error => String(error),
  );
  expect(refusal).toContain('Darkroom cannot start: DATABASE_URL: the login is refused');
  expect(refusal).not.toContain('not-the-password');
}, 150_000);

test('while the database is away the server lives, says so, and works again once it is back', async () => {
  const proxy = await startProxy(Number(new URL(made.url).port));
  const url = new URL(made.url);
  url.port = `${proxy.port}`;
  const server = await startReplica({ DATABASE_URL: url.href });
  const client = nodeClient(server.url);
  const list = () => client.request(parse('{ tasks { totalCount: nodes { id } } }') as TypedDocumentNode, {});
  const ready = async () => (await fetch(`${server.url}/health/ready`)).status;
  expect(await ready()).toBe(200);
  proxy.cut();
  // A good answer is kept for a second.
  await eventually(async () => (await ready()) === 503);
  expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
  await expect(list()).rejects.toMatchObject({
    errors: [{ extensions: { code: 'DATABASE_UNAVAILABLE', retryable: true } }],
  });
  // What works by itself has met it too: the listener for changes, and the loop that claims tasks.
  const met = ['listens for changes was lost', 'the queue could not be read'];
  for (const words of met) await server.logged(words);
  proxy.heal();
  await eventually(async () => (await ready()) === 200);
  await list();
  expect(server.log()).not.toContain(url.password);
  await servers.pop()!.kill('SIGTERM');
  await proxy.close();
}, 150_000);

test.each(['all', 'worker'])(
  'a server (%s) whose database turns read-only lives and is not ready, and is again afterwards',
  async role => {
    const server = await startReplica({ DARKROOM_ROLE: role });
    const ready = async () => {
      const response = await fetch(`${server.url}/health/ready`);
      const body = (await response.json()) as { status: string; errors?: { message: string }[] };
      return `${response.status} ${body.errors?.map(({ message }) => message).join() ?? body.status}`;
    };
    expect(await ready()).toBe('200 ready');
    await setReadOnly('on');
    await eventually(async () => /^503 DATABASE_READ_ONLY: /.test(await ready()));
    expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
    await server.logged('DATABASE_READ_ONLY');
    await setReadOnly('off');
    await eventually(async () => (await ready()) === '200 ready');
  },
  60_000,
);

/** As a failover to a standby: connections that stand are ended. */
async function setReadOnly(value: 'on' | 'off'): Promise<void> {
  const client = new Client({ connectionString: made.url });
  await client.connect();
  const name = new URL(made.url).pathname.slice(1);
  await client.query(`set default_transaction_read_only = off`);
  await client.query(`alter database ${name} set default_transaction_read_only = ${value}`);
  await client.query(
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and pid <> pg_backend_pid()',
    [name],
  );
  await client.end();
}
