import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import WebSocket from 'ws';
import { LIMITS } from '../../src/kernel/limits.js';
import { HOLD_MS, type Row } from './row.js';
import { HostileStand } from './stand.js';

/** What promises say of 10,000: all told within 2 s, 30 KB each, and the event loop turns meanwhile. */
const MOST = { tellMs: 2_000, socketKb: 30 };
/** Fewer are too few to tell the memory of one from the noise. They run beside other tests, which hold the processor. */
const ENOUGH = 2_000;

const FOLLOW = 'subscription ($id: ID!) { taskUpdated(id: $id) { state } }';

/** WebSockets that follow one task and say nothing, and then one change of it. */
export async function idleRow(count: number): Promise<Row> {
  const stand = await HostileStand.open({ DARKROOM_MAX_SOCKETS: String(count), DARKROOM_SANDBOX: 'on' });
  const sockets: WebSocket[] = [];
  const failures: string[] = [];
  try {
    const { data } = await stand.post({
      query: 'mutation { generatePainting(input: { text: "[slow]", style: WATERCOLOR, vendor: SANDBOX }) { id } }',
    });
    const { id } = (data as { generatePainting: { id: string } }).generatePainting;
    const told: Promise<unknown>[] = [];
    const emptyMb = await stand.memoryNow();
    while (sockets.length < count) {
      const next = Array.from({ length: Math.min(50, count - sockets.length) }, () => follow(stand.url, id));
      for (const follower of await Promise.all(next)) {
        sockets.push(follower.socket);
        told.push(follower.told);
      }
    }
    // Idle for two pings: what opening them left is collected by then.
    if (count >= ENOUGH) await delay(2 * LIMITS.webSocket.pingMs);
    const fullMb = await stand.memoryNow();
    let tellMs = 0;
    const holdMs = await stand.hold(async () => {
      const begun = performance.now();
      await stand.post({ query: `mutation { cancelTask(id: "${id}") { state } }` });
      await Promise.all(told);
      tellMs = performance.now() - begun;
    });
    const socketKb = ((fullMb - emptyMb) * 1_000) / count;
    if (tellMs > MOST.tellMs) failures.push(`it took ${tellMs.toFixed(0)} ms until all were told`);
    if (holdMs >= (count < ENOUGH ? 2 * HOLD_MS : HOLD_MS))
      failures.push(`the change held the event loop for ${holdMs.toFixed(0)} ms`);
    if (count >= ENOUGH && socketKb > MOST.socketKb) failures.push(`each took ${socketKb.toFixed(0)} KB`);
    return {
      what: 'idle WebSockets, then one event',
      count,
      failures,
      measured: `all told after ${tellMs.toFixed(0)} ms, longest hold ${holdMs.toFixed(0)} ms${count < ENOUGH ? '' : `, ${socketKb.toFixed(0)} KB each`}`,
    };
  } finally {
    for (const socket of sockets) socket.terminate();
    await stand.close();
  }
}

interface Follower {
  socket: WebSocket;
  /** Resolves with the end of the task. */
  told: Promise<unknown>;
}

async function follow(url: string, id: string): Promise<Follower> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const closed = new Promise<never>((_, reject) =>
    socket
      .once('close', code => reject(new Error(`a socket was closed with ${code}`)))
      .once('error', error => reject(error)),
  );
  closed.catch(() => {});
  const next = (event: string) => Promise.race([once(socket, event), closed]);
  await next('open');
  socket.send('{"type":"connection_init"}');
  await next('message');
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: FOLLOW, variables: { id } } }));
  await next('message');
  const changed = new Promise<void>(resolve =>
    socket.on('message', data => String(data).includes('"CANCELED"') && resolve()),
  );
  const told = Promise.race([changed, closed]);
  told.catch(() => {});
  return { socket, told };
}
