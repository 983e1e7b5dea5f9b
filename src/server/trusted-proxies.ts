import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import proxyAddress from '@fastify/proxy-addr';

type Request = Pick<IncomingMessage, 'headers' | 'socket'>;

/** How the client came to the outermost door, by the word of a proxy. */
export interface Forwarded {
  /** The Host that it asked for. */
  readonly host?: string | undefined;
  readonly protocol?: string | undefined;
}

/**
 * Whose `X-Forwarded-…` is believed: anybody can send these headers, so they count from listed addresses alone. The
 * header `Forwarded` is never read: a proxy that writes the one passes on what its client wrote into the other.
 */
export class TrustedProxies {
  readonly #trusts: (address: string, hop: number) => boolean;

  /** @param addresses IP addresses, ranges such as 10.0.0.0/8, `loopback`; throws TypeError for anything else */
  constructor(addresses: readonly string[]) {
    this.#trusts = addresses.length === 0 ? () => false : proxyAddress.compile([...addresses]);
  }

  /** The client's address: the last one in the chain that is no proxy of ours. */
  addressOf({ headers, socket }: Request): string {
    const own = socket.remoteAddress ?? '';
    const found = proxyAddress({ headers, socket } as IncomingMessage, this.#trusts);
    return isIP(found) === 0 ? own : found;
  }

  /** Empty where no proxy of ours sent the request. Of several values the last is that of the proxy next to us. */
  forwardedOf({ headers, socket }: Request): Forwarded {
    if (!this.#trusts(socket.remoteAddress ?? '', 0)) return {};
    return { host: lastOf(headers['x-forwarded-host']), protocol: lastOf(headers['x-forwarded-proto']) };
  }
}

function lastOf(header: string | string[] | undefined): string | undefined {
  const value = String(header ?? '')
    .split(',')
    .at(-1)!
    .trim();
  return value === '' ? undefined : value.toLowerCase();
}
