import type { RateState } from './parts.js';

/** A page has to be able to read them. */
export const RATE_HEADERS = ['retry-after', 'ratelimit', 'ratelimit-policy'];

/**
 * The rates of a caller as draft-ietf-httpapi-ratelimit-headers-10 has them: lists of structured fields. The policies say
 * what there is, the other field what is left of it (`r`) and in how many seconds all of it is there again (`t`).
 */
export function rateHeaders(states: readonly RateState[]): Record<string, string> {
  if (states.length === 0) return {};
  const policy = states.map(
    ({ name, limit, windowSeconds }) =>
      // Without a unit a quota counts requests; the name of another one has to be a text of its own.
      `"${name}";q=${limit};w=${windowSeconds}${name.endsWith('-cost') ? ';qu="cost"' : ''}`,
  );
  const left = states.map(({ name, remaining, resetSeconds }) => `"${name}";r=${remaining};t=${resetSeconds}`);
  return { 'ratelimit-policy': policy.join(', '), ratelimit: left.join(', ') };
}

/** `extensions` of an answer with the same for clients that see no headers. */
export function withRates<Extensions extends object | undefined>(
  extensions: Extensions,
  states: readonly RateState[],
): Extensions | { rateLimit: readonly RateState[] } {
  return states.length === 0 ? extensions : { ...extensions, rateLimit: states };
}
