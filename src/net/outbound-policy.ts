import { isIP, type LookupFunction } from 'node:net';
import { Agent } from 'undici';
import { DarkroomError } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';
import { isPublicAddress } from './address-policy.js';
import { PUBLIC_NAMES, type ResolvedAddress } from './name-look-up.js';

export type { ResolvedAddress };

/**
 * What may be reached from a URL that a caller, or the answer of a vendor, gave us. An interface, so that tests can use
 * loopback.
 */
export interface OutboundPolicy {
  readonly protocols: ReadonlySet<string>;
  /** As in `URL.port`: empty for the default port of the protocol. */
  readonly ports: ReadonlySet<string>;
  resolve(hostname: string): Promise<ResolvedAddress[]>;
  isPublic(address: string): boolean;
}

/** https on its default port, to public addresses. On other ports of a public host its unguarded services listen. */
export const PUBLIC_HTTPS: OutboundPolicy = {
  protocols: new Set(['https:']),
  ports: new Set(['']),
  resolve: hostname => PUBLIC_NAMES.resolve(hostname),
  isPublic: isPublicAddress,
};

/** The same, and http on its default port. */
export const PUBLIC_HTTP_TOO: OutboundPolicy = { ...PUBLIC_HTTPS, protocols: new Set(['https:', 'http:']) };

/** Messages name the host at most, because path and query of a signed URL are a secret. */
export function notAllowed(reason: string): DarkroomError {
  return new DarkroomError('URL_NOT_ALLOWED', `This URL may not be fetched: ${reason}.`);
}

/** Checks what the URL alone shows. Throws URL_NOT_ALLOWED. */
export function checkUrl(url: URL, policy: OutboundPolicy): void {
  if (!policy.protocols.has(url.protocol)) throw notAllowed('only https is taken');
  if (url.username !== '' || url.password !== '') throw notAllowed('it holds a user name or a password');
  if (!policy.ports.has(url.port)) throw notAllowed('only the usual port is taken');
  const literal = url.hostname.replace(/^\[|\]$/g, '');
  // An IP literal is connected to without a look-up, so it has to be checked here too.
  if (isIP(literal) !== 0 && !policy.isPublic(literal)) throw notAllowed('its host is not on the public internet');
}

/**
 * The DNS look-up of the connector. The socket connects to the very records that were checked, so a name that resolves
 * differently the second time (DNS rebinding) gains nothing. One private record among public ones refuses the name.
 */
export function guardedLookup(policy: OutboundPolicy): LookupFunction {
  return (hostname, options, callback) => {
    policy.resolve(hostname).then(
      records => {
        const [first] = records;
        if (first === undefined) callback(new Error('the name has no address'), '', 0);
        else if (!records.every(({ address }) => policy.isPublic(address))) {
          callback(notAllowed('its host is not on the public internet'), '', 0);
        } else if (options.all) callback(null, records);
        else callback(null, first.address, first.family);
      },
      (error: Error) => callback(error, '', 0),
    );
  };
}

/**
 * The one connection for one request to this URL. An origin that the operator configured is taken as it is, http and
 * private addresses too. Throws URL_NOT_ALLOWED.
 */
export function agentFor(url: URL, policy: OutboundPolicy, allowOrigins: readonly string[] = []): Agent {
  const configured = isConfigured(url, allowOrigins);
  if (!configured) checkUrl(url, policy);
  return new Agent({
    connections: 1,
    connect: { timeout: LIMITS.outbound.connectMs, ...(configured ? {} : { lookup: guardedLookup(policy) }) },
  });
}

/**
 * What can be known of a URL before the first request: throws URL_NOT_ALLOWED, URL_UNREACHABLE where its name has no
 * address. Each request is checked again.
 */
export async function checkTarget(url: URL, policy: OutboundPolicy, allowOrigins: readonly string[]): Promise<void> {
  if (isConfigured(url, allowOrigins)) return;
  checkUrl(url, policy);
  const late = new Promise<never>((_, reject) => {
    AbortSignal.timeout(LIMITS.outbound.connectMs).addEventListener('abort', () => reject(new Error('no answer')));
  });
  const literal = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(literal) !== 0) return;
  const records = await Promise.race([policy.resolve(url.hostname), late]).catch(() => []);
  if (records.length === 0) throw new DarkroomError('URL_UNREACHABLE', 'The host of the URL has no address.');
  if (!records.every(({ address }) => policy.isPublic(address)))
    throw notAllowed('its host is not on the public internet');
}

function isConfigured(url: URL, allowOrigins: readonly string[]): boolean {
  return allowOrigins.includes(url.origin) && url.username === '' && url.password === '';
}
