import { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import { DarkroomError } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';

export interface ResolvedAddress {
  address: string;
  family: number;
}

/**
 * Looks up names of URLs that somebody else gave us, by c-ares. `dns.lookup` holds one of libuv's four threads until
 * the name servers have answered: 30 URLs to a silent one had stopped all look-ups, those of vendors too, for minutes.
 * Names that an operator configured keep `dns.lookup`, and these can no longer stop it.
 *
 * c-ares reads no `/etc/hosts` and appends no search domain, so the only names are those of the public DNS.
 */
export class NameLookUp {
  readonly #resolver = new Resolver({ timeout: LIMITS.outbound.nameServerMs, tries: LIMITS.outbound.nameServerTries });
  #running = 0;

  /** Name servers instead of the system's, each `address:port`. */
  setServers(servers: readonly string[]): void {
    this.#resolver.setServers(servers);
  }

  /** All addresses, those of IPv4 first. Rejects with the error of the resolver where there is none, and with OVERLOADED. */
  async resolve(hostname: string): Promise<ResolvedAddress[]> {
    const family = isIP(hostname);
    if (family !== 0) return [{ address: hostname, family }];
    // RFC 6761: these never go to a name server.
    if (/^(?:.+\.)?localhost\.?$/i.test(hostname)) return [{ address: '127.0.0.1', family: 4 }];
    if (this.#running >= LIMITS.outbound.lookUps)
      throw new DarkroomError('OVERLOADED', 'Too many names of URLs are being looked up; try again soon.');
    this.#running++;
    try {
      return await this.#ask(hostname);
    } finally {
      this.#running--;
    }
  }

  async #ask(hostname: string): Promise<ResolvedAddress[]> {
    const [four, six] = await Promise.allSettled([
      this.#resolver.resolve4(hostname),
      this.#resolver.resolve6(hostname),
    ]);
    const found = [...addressesOf(four, 4), ...addressesOf(six, 6)];
    if (found.length === 0 && four.status === 'rejected') throw four.reason;
    return found;
  }
}

function addressesOf(result: PromiseSettledResult<string[]>, family: number): ResolvedAddress[] {
  return result.status === 'fulfilled' ? result.value.map(address => ({ address, family })) : [];
}

/** For the whole process: what one caller asks for counts for all. */
export const PUBLIC_NAMES = new NameLookUp();
