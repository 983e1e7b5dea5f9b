import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import path from 'node:path';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { ROOT } from '../src/kernel/paths.js';
import { quantile } from './measure.js';
import { ask, dataOf } from './requests.js';
import { type Peer, startDarkroom, startPeer } from './servers.js';
import { BUFFER, bufferOf } from './task-read.js';

const CREATE = 'mutation ($input: CreateIdPhotoInput!) { createIdPhoto(input: $input) { id } }';
const FOLLOW = 'subscription ($id: ID!) { taskUpdated(id: $id) { id state stage sequence progress { percent } } }';
const WARM_UP = 10;

interface Times {
  answerMs: number;
  eventMs: number;
}

/**
 * From sending a mutation whose photo is an asset to the first event of its task, with the client of graphql-ws on a
 * socket that is open. Beside it the same two ways with a buffer of HTTP and a text of `ws` that lie ready.
 */
export async function firstEvent(folder: string, times: number, withPeers: boolean): Promise<void> {
  const darkroom = await startDarkroom(path.join(folder, 'first'), {
    scopes: 'photos:create,tasks:read,tasks:manage',
    // What was canceled in the midst of a call may have been charged, and the log warns of it.
    env: { DARKROOM_SANDBOX: 'on', DARKROOM_LOG_LEVEL: 'error' },
  });
  const peers = withPeers ? { http: await bufferOf(folder), socket: await startPeer('raw-ws', []) } : undefined;
  const agent = new Agent({ keepAlive: true });
  const own: Times[] = [];
  const raw: Times[] = [];
  let dispose = () => {};
  try {
    const { once, stop } = await darkroomTimes(darkroom, agent);
    dispose = stop;
    const plain = peers && (await plainTimes(peers.http, peers.socket, agent));
    for (let n = -WARM_UP; n < times; n++) {
      const [mine, theirs] = [await once(), await plain?.()];
      if (n < 0) continue;
      own.push(mine);
      if (theirs !== undefined) raw.push(theirs);
    }
  } finally {
    agent.destroy();
    dispose();
    for (const peer of [darkroom, peers?.http, peers?.socket]) peer?.child.kill('SIGKILL');
  }
  console.log(`\n${'mutation to first event'.padEnd(26)}ms, answer   event     p90`);
  print('Darkroom', own);
  if (peers) print('buffers that lie ready', raw);
}

async function darkroomTimes(peer: Peer, agent: Agent): Promise<{ once(): Promise<Times>; stop(): void }> {
  const assetId = await upload(peer);
  const client = createClient({
    url: `ws://127.0.0.1:${peer.port}/graphql`,
    webSocketImpl: WebSocket,
    lazy: false,
    connectionParams: peer.headers,
  });
  const once = async () => {
    const begun = performance.now();
    const input = { photo: { assetId }, specId: 'yi-cun-295x413', vendor: 'SANDBOX' };
    const { createIdPhoto } = await dataOf<{ createIdPhoto: { id: string } }>(peer, CREATE, { input }, agent);
    const answerMs = performance.now() - begun;
    const events = client.iterate({ query: FOLLOW, variables: { id: createIdPhoto.id } });
    const { value } = await events.next();
    const eventMs = performance.now() - begun;
    if (!value?.data) throw new Error(JSON.stringify(value?.errors ?? 'the subscription ended'));
    // So that no work of one is under way while the next is measured.
    await dataOf(peer, `mutation { cancelTask(id: "${createIdPhoto.id}") { id } }`, {}, agent);
    for await (const _ of events);
    return { answerMs, eventMs };
  };
  // It would connect again when the server is gone.
  return { once, stop: () => void client.dispose() };
}

async function plainTimes(http: Peer, { port }: Peer, agent: Agent): Promise<() => Promise<Times>> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, { perMessageDeflate: false });
  await once(socket, 'open');
  return async () => {
    const begun = performance.now();
    await ask(http, JSON.stringify({ query: BUFFER }), agent);
    const answerMs = performance.now() - begun;
    const told = once(socket, 'message');
    socket.send('tell');
    await told;
    return { answerMs, eventMs: performance.now() - begun };
  };
}

export async function upload({ port, headers }: Peer): Promise<string> {
  const form = new FormData();
  const query = 'mutation ($file: Upload!) { uploadPhoto(file: $file) { id } }';
  form.set('operations', JSON.stringify({ query, variables: { file: null } }));
  form.set('map', JSON.stringify({ 0: ['variables.file'] }));
  const photo = await readFile(path.join(ROOT, 'test', 'fixtures', 'astronaut.png'));
  form.set('0', new Blob([new Uint8Array(photo)], { type: 'image/png' }), 'photo.png');
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { ...headers, 'apollo-require-preflight': 'true' },
    body: form,
  });
  const { data, errors } = (await response.json()) as { data: { uploadPhoto: { id: string } }; errors?: unknown };
  if (errors) throw new Error(JSON.stringify(errors));
  return data.uploadPhoto.id;
}

function print(name: string, times: readonly Times[]): void {
  const answers = times.map(({ answerMs }) => answerMs);
  const events = times.map(({ eventMs }) => eventMs);
  const cells = [quantile(answers, 0.5), quantile(events, 0.5), quantile(events, 0.9)];
  console.log(`  ${name.padEnd(24)}${cells.map(cell => cell.toFixed(1).padStart(8)).join('  ')}`);
}
