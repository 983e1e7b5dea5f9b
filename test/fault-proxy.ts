import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Toxiproxy's eight toxics, as it names and means them; they act on what the server sends unless said otherwise. */
export type Toxic =
  /** Both ways, each chunk comes `ms` later. */
  | { kind: 'latency'; ms: number }
  /** The server goes away: the connection breaks with the request unread, and new ones are refused. */
  | { kind: 'down' }
  | { kind: 'bandwidth'; bytesPerSecond: number }
  /** Everything arrives; the end of the connection comes `ms` later. */
  | { kind: 'slow_close'; ms: number }
  /** Nothing arrives any more, and the connection stays open. */
  | { kind: 'timeout' }
  /** Nothing arrives, and after `ms` the connection ends with RST. */
  | { kind: 'reset_peer'; ms: number }
  /** Arrives in slices of so many bytes, `ms` between them. */
  | { kind: 'slicer'; bytes: number; ms: number }
  /** After so many bytes the connection ends. */
  | { kind: 'limit_data'; bytes: number };

export interface FaultProxy {
  /** `http://127.0.0.1:port`. */
  readonly origin: string;
  /** Requests that met the toxic so far. */
  readonly met: number;
  /** Poisons requests whose path matches, until it is healed. */
  poison(toxic: Toxic, aim: RegExp): void;
  /** Goes down now, before any request. */
  takeDown(): void;
  heal(): Promise<void>;
  close(): Promise<void>;
}

interface Poison {
  toxic: Toxic;
  aim: RegExp;
}

/** A TCP proxy on loopback that spoils chosen requests; it reads no more of HTTP than the path of each request. */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const targetPort = Number(new URL(target).port);
  const nears = new Set<Socket>();
  let poison: Poison | undefined;
  let met = 0;

  /** The toxic for what a client sends now; undefined if it is not the beginning of a request that is aimed at. */
  const take = (chunk: Buffer): Toxic | undefined => {
    const path = /^(?:GET|POST) (\S+) HTTP/.exec(chunk.toString('latin1', 0, 4_096))?.[1];
    if (path === undefined || poison === undefined || !poison.aim.test(path)) return undefined;
    met += 1;
    return poison.toxic;
  };

  const server: Server = createServer(near => {
    nears.add(near);
    const far = connect(targetPort, '127.0.0.1');
    let toxic: Toxic | undefined;
    let up: Promise<unknown> = Promise.resolve();
    let down: Promise<unknown> = Promise.resolve();
    let sent = 0;
    const end = () => {
      near.destroy();
      far.destroy();
    };
    near.on('data', chunk => {
      const begun = take(chunk);
      if (begun !== undefined || /^(?:GET|POST) /.test(chunk.toString('latin1', 0, 5))) {
        toxic = begun;
        sent = 0;
      }
      if (toxic?.kind === 'down') return takeDown();
      if (toxic?.kind === 'reset_peer')
        void sleep(toxic.ms, undefined, { ref: false }).then(() => near.resetAndDestroy());
      const ms = toxic?.kind === 'latency' ? toxic.ms : 0;
      up = up.then(() => (ms > 0 ? sleep(ms) : undefined)).then(() => far.writable && far.write(chunk));
    });
    far.on('data', chunk => {
      const now = toxic;
      down = down.then(() => pass(now, chunk));
    });
    const pass = async (now: Toxic | undefined, chunk: Buffer): Promise<void> => {
      switch (now?.kind) {
        case 'timeout':
        case 'reset_peer':
          return;
        case 'limit_data': {
          const rest = chunk.subarray(0, Math.max(0, now.bytes - sent));
          sent += rest.length;
          if (rest.length > 0) near.write(rest);
          if (rest.length < chunk.length) near.end(() => end());
          return;
        }
        case 'slicer':
          return drip(near, chunk, now.bytes, now.ms);
        case 'bandwidth':
          return drip(near, chunk, Math.ceil(now.bytesPerSecond / 20), 50);
        default:
          if (now?.kind === 'latency') await sleep(now.ms);
          near.write(chunk);
      }
    };
    near.on('error', () => far.destroy());
    far.on('error', () => near.destroy());
    near.on('close', () => {
      nears.delete(near);
      if (toxic?.kind === 'slow_close') void sleep(toxic.ms, undefined, { ref: false }).then(() => far.destroy());
      else far.destroy();
    });
    far.on('end', () => {
      const ms = toxic?.kind === 'slow_close' ? toxic.ms : 0;
      if (toxic?.kind === 'timeout') return;
      void down.then(() => sleep(ms, undefined, { ref: false })).then(() => near.end());
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  const breakAll = () => {
    for (const near of nears) near.destroy();
  };
  const takeDown = () => {
    server.close();
    breakAll();
  };
  const heal = async () => {
    poison = undefined;
    met = 0;
    breakAll();
    if (server.listening) return;
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  return {
    origin: `http://127.0.0.1:${port}`,
    get met() {
      return met;
    },
    poison: (toxic, aim) => {
      poison = { toxic, aim };
    },
    takeDown,
    heal,
    close: async () => {
      await heal();
      server.close();
      await once(server, 'close');
    },
  };
}

async function drip(near: Socket, chunk: Buffer, bytes: number, ms: number): Promise<void> {
  for (let at = 0; at < chunk.length && near.writable; at += bytes) {
    near.write(chunk.subarray(at, at + bytes));
    await sleep(ms);
  }
}
