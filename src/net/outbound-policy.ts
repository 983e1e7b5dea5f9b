import { isIP, type LookupFunction } from 'node:net';
import { DarkroomError } from '../kernel/errors.js';
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
