import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { DarkroomError } from '../kernel/errors.js';
import { isPublicAddress } from './address-policy.js';

export interface ResolvedAddress {
  address: string;
  family: number;
}

/** What may be reached from a URL that a caller, or a vendor's answer, gave us. A part of its own so that tests can stand on loopback. */
export interface OutboundPolicy {
  readonly protocols: ReadonlySet<string>;
  /** As `URL.port` has it: empty for the protocol's own. */
  readonly ports: ReadonlySet<string>;
  resolve(hostname: string): Promise<ResolvedAddress[]>;
  isPublic(address: string): boolean;
}

/** https on its own port, to public addresses. Other ports of a public host are where its unguarded services listen. */
export const PUBLIC_HTTPS: OutboundPolicy = {
  protocols: new Set(['https:']),
  ports: new Set(['']),
  resolve: hostname => lookup(hostname, { all: true }),
  isPublic: isPublicAddress,
};

/** Messages name the host at most: the path and query of a signed URL are a secret. */
export function refuse(reason: string): DarkroomError {
  return new DarkroomError('URL_NOT_ALLOWED', `This URL may not be fetched: ${reason}.`);
}

/** What can be told from the URL alone. Throws URL_NOT_ALLOWED. */
export function checkUrl(url: URL, policy: OutboundPolicy): void {
  if (!policy.protocols.has(url.protocol)) throw refuse('only https is taken');
  if (url.username !== '' || url.password !== '') throw refuse('it holds a user name or a password');
  if (!policy.ports.has(url.port)) throw refuse('only the usual port is taken');
  const literal = url.hostname.replace(/^\[|\]$/g, '');
  // A literal is connected to without a look-up, so the check has to be here too.
  if (isIP(literal) !== 0 && !policy.isPublic(literal)) throw refuse('its host is not on the public internet');
}

/**
 * The look-up of the connector itself: the records that were checked are the very ones that are connected to, so a name
 * that answers differently the second time (DNS rebinding) gains nothing. One private record among public ones refuses all.
 */
export function guardedLookup(policy: OutboundPolicy): LookupFunction {
  return (hostname, options, callback) => {
    policy.resolve(hostname).then(
      records => {
        const [first] = records;
        if (first === undefined) callback(new Error('the name has no address'), '', 0);
        else if (!records.every(({ address }) => policy.isPublic(address))) {
          callback(refuse('its host is not on the public internet'), '', 0);
        } else if (options.all) callback(null, records);
        else callback(null, first.address, first.family);
      },
      (error: Error) => callback(error, '', 0),
    );
  };
}
