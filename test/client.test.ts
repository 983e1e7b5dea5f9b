import { readFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import { type AddressInfo, connect, createServer as createTcp } from 'node:net';
import path from 'node:path';
import WebSocket from 'ws';
import { ConnectionError, CreateIdPhotoDocument, RequestError, type TaskFieldsFragment } from '../client/index.js';
import { ROOT } from '../src/kernel/paths.js';
import { nodeClient } from './node-client.js';
import { plainPng } from './plain-png.js';
import { type ServerProcess, spawnServer, temporaryFolder } from './running-server.js';
import { freePort } from './service-process.js';

jest.setTimeout(180_000);

const PORTRAIT = readFileSync(path.join(ROOT, 'test', 'fixtures', 'astronaut.png'));
const photo = () => new Blob([PORTRAIT]);
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let server: ServerProcess;
let port: number;
const start = () => spawnServer(folder.path, { DARKROOM_PORT: String(port), DARKROOM_SANDBOX: 'off' });

beforeAll(async () => {
  folder = await temporaryFolder();
  port = await freePort();
  server = await start();
});
afterAll(async () => {
  await server.kill('SIGTERM');
  await folder.remove();
});

async function makeTask(client = nodeClient(server.url)): Promise<TaskFieldsFragment> {
  const input = { photo: { upload: photo() }, specId: 'yi-cun-295x413' };
  return (await client.mutate(CreateIdPhotoDocument, { input })).task;
}

/** Passes HTTP on; `upgrade` says what becomes of WebSockets. */
async function startGateway(upgrade: (server: Server) => void): Promise<{ url: string; close(): void }> {
  const gateway = createServer((incoming, outgoing) => {
    const { url: at, method, headers } = incoming;
    const onward = request({ host: '127.0.0.1', port, path: at, method, headers }, answer => {
      outgoing.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  upgrade(gateway);
  await new Promise<void>(resolve => gateway.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
  const close = () => {
    gateway.closeAllConnections();
    gateway.close();
  };
  return { url, close };
}

test('an upload tells how much of it was sent, to its end, and gives the picture', async () => {
  const told: number[] = [];
  let total = 0;
  const picture = await nodeClient(server.url).upload(photo(), {
    onProgress: ({ sentBytes, totalBytes }) => {
      told.push(sentBytes);
      total = totalBytes;
    },
  });
  expect(picture).toMatchObject({ id: expect.stringMatching(/^asset_/), widthPx: 512, heightPx: 512 });
  expect(total).toBeGreaterThan(PORTRAIT.length);
  expect(told.length).toBeGreaterThan(1);
  expect([...told].sort((a, b) => a - b)).toEqual(told);
  expect(told.at(-1)).toBe(total);
});

test('a task is followed through kill -9 and a restart: no change twice, none older, and its end', async () => {
  const client = nodeClient(server.url);
  const tasks = [await makeTask(), await makeTask(), await makeTask()];
  const killed = (async () => {
    await server.kill('SIGKILL');
    // The first tries are refused: nobody listens.
    await expect(nodeClient(server.url).upload(photo())).rejects.toThrow(ConnectionError);
    await new Promise(resolve => setTimeout(resolve, 1_500));
    server = await start();
  })();
  const seen = tasks.map(async ({ id, sequence }) => {
    const changes: TaskFieldsFragment[] = [];
    for await (const change of client.follow(id, { afterSequence: sequence })) changes.push(change);
    return changes;
  });
  await killed;
  for (const changes of await Promise.all(seen)) {
    const sequences = changes.map(({ sequence }) => sequence);
    expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => a - b));
    expect(changes.at(-1)!.state).toBe('SUCCEEDED');
  }
  await client.close();
});

test('a list is followed through kill -9 and a restart by its cursor: what came meanwhile is told, without a second snapshot', async () => {
  const client = nodeClient(server.url);
  const known = await makeTask();
  await client.finish(known.id);
  const end = new AbortController();
  const told: string[] = [];
  // What ended shortly before the loss may be told again, as a change.
  let awaited = '';
  const endOnceTold = () => {
    if (told.includes(awaited)) end.abort();
  };
  let complete: () => void = () => {};
  const snapshot = new Promise<void>(resolve => {
    complete = resolve;
  });
  const followed = (async () => {
    for await (const { tasks, isComplete, kind, counts } of client.followTasks(
      {},
      { signal: end.signal, counts: true },
    )) {
      expect(counts!.acceptedPerMinute).toBeGreaterThan(0);
      for (const { id, state } of tasks) told.push(`${kind} ${id} ${state}`);
      if (isComplete) complete();
      endOnceTold();
    }
  })();
  await snapshot;
  await server.kill('SIGKILL');
  server = await start();
  const after = await makeTask();
  awaited = `CHANGES ${after.id} SUCCEEDED`;
  endOnceTold();
  await followed;
  expect(told).toContain(awaited);
  expect(told.filter(line => line.startsWith(`SNAPSHOT ${known.id}`))).toHaveLength(1);
  await client.close();
});

test('where sockets are refused, and where there are none, it is asked by HTTP', async () => {
  let refused = 0;
  const gateway = await startGateway(http =>
    http.on('upgrade', (_, socket) => {
      refused++;
      socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n');
    }),
  );
  try {
    const client = nodeClient(gateway.url, { pollMs: 100 });
    expect((await client.finish((await makeTask(client)).id)).state).toBe('SUCCEEDED');
    expect(refused).toBeGreaterThan(0);
    const socketless = nodeClient(gateway.url, { pollMs: 100, webSocketImpl: null });
    const before = refused;
    const end = new AbortController();
    const told: string[] = [];
    const sequences: string[] = [];
    let succeeded = 0;
    const listed = (async () => {
      for await (const event of socketless.followTasks({}, { signal: end.signal, counts: true })) {
        const { kind, tasks, removed, counts } = event;
        succeeded = counts!.states.find(({ state }) => state === 'SUCCEEDED')?.count ?? 0;
        told.push(...tasks.map(({ id, state }) => `${kind} ${id} ${state}`), ...removed.map(id => `REMOVED ${id}`));
        sequences.push(...tasks.map(({ id, sequence }) => `${id} ${sequence}`));
      }
    })();
    expect((await socketless.finish((await makeTask(socketless)).id)).state).toBe('SUCCEEDED');
    const one = await makeTask(socketless);
    await socketless.finish(one.id);
    while (!told.includes(`CHANGES ${one.id} SUCCEEDED`)) await new Promise(next => setTimeout(next, 50));
    expect(told[0]).toMatch(/^SNAPSHOT /);
    while (succeeded < 2) await new Promise(next => setTimeout(next, 50));
    await socketless.request('mutation ($id: ID!) { deleteTask(id: $id) { id } }' as never, { id: one.id });
    while (!told.includes(`REMOVED ${one.id}`)) await new Promise(next => setTimeout(next, 50));
    // What does not change is told once.
    expect(new Set(sequences).size).toBe(sequences.length);
    end.abort();
    await listed;
    expect(refused).toBe(before);
  } finally {
    gateway.close();
  }
});

test('all that a client follows goes through one socket', async () => {
  let sockets = 0;
  const wire = createTcp(near => {
    sockets++;
    const far = connect(port, '127.0.0.1');
    near.pipe(far).on('error', () => near.destroy());
    far.pipe(near).on('error', () => far.destroy());
  });
  await new Promise<void>(resolve => wire.listen(0, '127.0.0.1', resolve));
  class Wired extends WebSocket {
    constructor(_: string, protocol: string) {
      super(`ws://127.0.0.1:${(wire.address() as AddressInfo).port}/graphql`, protocol);
    }
  }
  const client = nodeClient(server.url, { webSocketImpl: Wired });
  const tasks = await Promise.all([1, 2, 3].map(() => makeTask()));
  const ended = await Promise.all(tasks.map(({ id }) => client.finish(id)));
  expect(ended.map(({ state }) => state)).toEqual(['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED']);
  expect(sockets).toBe(1);
  await client.close();
  wire.close();
});

test('errors say what, to whom and whether again: of a value, of a file, of a task, of nobody there', async () => {
  const chinese = nodeClient(server.url, { language: 'zh-CN' });
  const input = { photo: { upload: photo() }, specId: 'none' };
  const wrong = await chinese.mutate(CreateIdPhotoDocument, { input }).catch(error => error);
  expect(wrong).toBeInstanceOf(RequestError);
  expect(wrong).toMatchObject({
    code: 'SPEC_NOT_FOUND',
    retryable: false,
    userMessage: expect.stringMatching(/\p{Script=Han}/u),
  });
  const empty = await chinese.upload(new Blob([])).catch(error => error);
  expect(empty).toMatchObject({
    name: 'RequestError',
    code: 'EMPTY_FILE',
    userMessage: expect.stringMatching(/\p{Script=Han}/u),
  });
  const faceless = new Blob([plainPng(600)]);
  const made = await chinese.mutate(CreateIdPhotoDocument, {
    input: { photo: { upload: faceless }, specId: 'yi-cun-295x413' },
  });
  await expect(chinese.finish(made.task.id)).rejects.toMatchObject({ name: 'TaskError', code: 'NO_FACE' });
  await expect(chinese.finish('task_none', undefined, { patienceSeconds: 5 })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  const nowhere = nodeClient(`http://127.0.0.1:${await freePort()}`, { language: 'zh-CN' });
  const lost = await nowhere.finish('task_x', undefined, { patienceSeconds: 0 }).catch(error => error);
  expect(lost).toMatchObject({
    name: 'ConnectionError',
    retryable: true,
    userMessage: expect.stringMatching(/\p{Script=Han}/u),
  });
  await chinese.close();
});

test('a connection is dropped before its handshake is done: nothing is thrown past the caller', async () => {
  const silent = createTcp(() => {}).listen(0, '127.0.0.1');
  await new Promise(resolve => silent.once('listening', resolve));
  const client = nodeClient(`http://127.0.0.1:${(silent.address() as AddressInfo).port}`);
  const thrown: unknown[] = [];
  const note = (error: unknown) => thrown.push(error);
  process.on('uncaughtException', note).on('unhandledRejection', note);
  const following = client.follow('task_0', { signal: AbortSignal.timeout(2_000) })[Symbol.asyncIterator]();
  const next = following.next().catch(() => {});
  await new Promise(resolve => setTimeout(resolve, 200));
  client.reconnect();
  await client.close();
  await next;
  await new Promise(resolve => setTimeout(resolve, 100));
  process.off('uncaughtException', note).off('unhandledRejection', note);
  silent.close();
  expect(thrown).toEqual([]);
});
