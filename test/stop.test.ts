import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import WebSocket from 'ws';
import { ROOT } from '../src/kernel/paths.js';
import { type CountingVendor, startCountingVendor } from './counting-vendor.js';
import { ask, colorOf, listTasks } from './kill-clients.js';
import { type ServerProcess, spawnServer, temporaryFolder } from './running-server.js';

const PORTRAIT = new Blob([readFileSync(path.join(ROOT, 'test', 'fixtures', 'astronaut.png'))]);
const TASKS = 200;
const SOCKETS = 500;
/** What the data source allows at once. */
const IN_FLIGHT = 4;

let vendor: CountingVendor;
let folder: { path: string; remove(): Promise<void> };
const servers: ServerProcess[] = [];

beforeEach(async () => {
  vendor = await startCountingVendor();
  folder = await temporaryFolder();
});

afterEach(async () => {
  await Promise.all(servers.splice(0).map(server => server.kill('SIGKILL')));
  await vendor.close();
  await folder.remove();
});

async function start(environment: Record<string, string> = {}): Promise<ServerProcess> {
  const server = await spawnServer(folder.path, {
    DARKROOM_SANDBOX: 'off',
    DARKROOM_ENGINE_WORKERS: '1',
    ...vendor.environment('one'),
    ...environment,
  });
  servers.push(server);
  return server;
}

/** Tasks of which the vendor holds as many answers as it takes calls; resolves when it has them. */
async function orderTasks(server: ServerProcess, count: number): Promise<string[]> {
  const { uploadPhoto } = await ask(server.url, 'mutation ($file: Upload!) { uploadPhoto(file: $file) { id } }', {
    file: PORTRAIT,
  });
  const held = Array.from({ length: Math.min(IN_FLIGHT, count) }, () => vendor.hold('one', 1));
  const ids: string[] = [];
  for (let order = 1; order <= count; order += 1) {
    const { changeBackground } = await ask(
      server.url,
      'mutation ($input: ChangeBackgroundInput!) { changeBackground(input: $input) { id } }',
      {
        input: {
          photo: { assetId: uploadPhoto.id },
          background: { color: colorOf(order) },
          vendor: 'FANGTANG',
          reference: `order ${order}`,
        },
      },
    );
    ids.push(changeBackground.id);
  }
  await Promise.all(held);
  return ids;
}

function follow(url: string, taskId: string): Promise<{ closed: Promise<number> }> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  socket.on('error', () => {});
  const closed = new Promise<number>(resolve => socket.once('close', resolve));
  socket.once('open', () => socket.send('{"type":"connection_init"}'));
  const query = `subscription { taskUpdated(id: "${taskId}") { id state } }`;
  return new Promise(resolve =>
    socket.on('message', data => {
      const { type } = JSON.parse(String(data)) as { type: string };
      if (type === 'connection_ack') socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query } }));
      if (type === 'next') resolve({ closed });
    }),
  );
}

/** Resolves once the server has said that it stops. */
const stopping = (server: ServerProcess) => server.logged('a second signal stops at once');

/** The tasks once so many wait for a person. */
async function reviewed(url: string, count: number): Promise<Awaited<ReturnType<typeof listTasks>>> {
  for (let tries = 0; tries < 300; tries += 1) {
    const tasks = await listTasks(url);
    if (tasks.filter(({ state }) => state === 'NEEDS_REVIEW').length >= count) return tasks;
    await sleep(100);
  }
  throw new Error('the tasks whose outcome nobody knows did not come up for review');
}

test('SIGTERM under load: no new work, sockets closed with 1001, an end that waits for no answer, and nothing lost or paid for twice', async () => {
  const first = await start({ DARKROOM_DRAIN: '5s' });
  const ids = await orderTasks(first, TASKS);
  const sockets = await Promise.all(
    Array.from({ length: SOCKETS }, (_, index) => follow(first.url, ids[index % TASKS]!)),
  );

  const ended = first.kill('SIGTERM');
  await stopping(first);
  await first.logged('"drainSeconds":5,');
  await expect(ask(first.url, '{ __typename }', {})).rejects.toThrow();
  expect(first.child.exitCode).toBeNull();
  // The vendor never answers what it holds: the server has given up waiting for it.
  expect(await ended).toBe(0);
  expect(new Set(await Promise.all(sockets.map(({ closed }) => closed)))).toEqual(new Set([1001]));

  const second = await start();
  // What the vendor had taken and not answered may be paid: only that waits for a person.
  const tasks = await reviewed(second.url, IN_FLIGHT);
  expect(tasks.map(({ id }) => id).sort()).toEqual([...ids].sort());
  expect(tasks.filter(({ state }) => state === 'NEEDS_REVIEW')).toHaveLength(IN_FLIGHT);
  expect(tasks.filter(({ state }) => !['NEEDS_REVIEW', 'QUEUED', 'RUNNING', 'SUCCEEDED'].includes(state))).toEqual([]);
  while (vendor.charged.size < 2 * IN_FLIGHT) await sleep(50);
  expect(Math.max(...vendor.charged.values())).toBe(1);
}, 180_000);

test('a second SIGTERM ends the process at once', async () => {
  const server = await start();
  await orderTasks(server, 1);
  const ended = server.kill('SIGTERM');
  await stopping(server);
  expect(server.child.exitCode).toBeNull();
  server.child.kill('SIGTERM');
  // The end of an orderly stop is 0: it is not waited for.
  expect(await ended).toBe(1);
}, 150_000);

test('an unhandled rejection is logged with an id and ends the process; the next start goes on with its tasks', async () => {
  const hook = path.join(ROOT, 'dist', 'test', 'fixtures', 'unhandled.js');
  const first = await start({ NODE_OPTIONS: `--require ${hook}` });
  const ids = await orderTasks(first, 6);
  const ended = first.kill('SIGUSR2');
  expect(await ended).toBe(70);
  const fatal = first
    .log()
    .split('\n')
    .filter(line => line.includes('"level":60'))
    .map(line => JSON.parse(line) as { incident: string; err: { message: string } });
  expect(fatal).toMatchObject([
    { incident: expect.stringMatching(/^[0-9a-f]{16}$/), err: { message: 'nobody handled this' } },
  ]);

  const second = await start();
  const tasks = await reviewed(second.url, IN_FLIGHT);
  expect(tasks.map(({ id }) => id).sort()).toEqual([...ids].sort());
  while (vendor.charged.size < 6) await sleep(50);
  expect(Math.max(...vendor.charged.values())).toBe(1);
}, 150_000);

test('production does not start with a vendor that charges on the embedded database, unless the operator says yes', async () => {
  const production = { NODE_ENV: 'production', DARKROOM_SECRET: 'made up, and long enough for a secret' };
  const refused = await start(production).then(
    () => 'it started',
    (error: Error) => error.message,
  );
  expect(refused).toMatch(/code 1.*DARKROOM_ALLOW_EMBEDDED_BILLING.*FANGTANG.*DATABASE_URL/s);
  const server = await start({ ...production, DARKROOM_ALLOW_EMBEDDED_BILLING: 'yes' });
  expect(await server.kill('SIGTERM')).toBe(0);
}, 150_000);
