import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A cable between a client and a server of this machine that can be cut, and one that can go silent. */
export interface TcpProxy {
  readonly port: number;
  /** Connections open now. */
  readonly open: number;
  /** Ends all connections and refuses new ones. */
  cut(): void;
  /** New connections go to this port, as when an address moves to another server; those that stand stay. */
  lead(target: number): void;
  /** Keeps all connections, and lets not a byte through any more: as a firewall that forgot them. New ones pass. */
  silence(): void;
  /** New connections pass again. */
  heal(): void;
  close(): Promise<void>;
}

export async function startProxy(target: number): Promise<TcpProxy> {
  const pairs = new Map<Socket, Socket>();
  let isCut = false;
  let leadsTo = target;
  const server = createServer(near => {
    if (isCut) {
      near.destroy();
      return;
    }
    const far = connect(leadsTo, '127.0.0.1');
    pairs.set(near, far);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => {
        pairs.delete(near);
        other.destroy();
      });
    }
    near.pipe(far);
    far.pipe(near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const destroyAll = () => {
    for (const near of pairs.keys()) near.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    get open() {
      return pairs.size;
    },
    cut: () => {
      isCut = true;
      destroyAll();
    },
    lead: to => {
      leadsTo = to;
    },
    silence: () => {
      for (const [near, far] of pairs) {
        near.unpipe(far);
        far.unpipe(near);
        near.pause();
        far.pause();
      }
    },
    heal: () => {
      isCut = false;
    },
    close: async () => {
      destroyAll();
      server.close();
      await once(server, 'close');
    },
  };
}
