import type { IncomingMessage } from 'node:http';
import type { Gate } from './gate.js';

/** Browsers take a cookie of the first name by https alone, for this host and for the whole of it. */
const NAMES = { https: '__Host-darkroom', http: 'darkroom' } as const;

type Arrival = Pick<IncomingMessage, 'headers' | 'rawHeaders' | 'url' | 'socket'>;

/**
 * The session of a page, where it counts: a browser sends the cookie with whatever request of whatever page, so it is taken
 * from POSTs and WebSockets of our own pages alone, which their Origin tells. SameSite does not tell the ports of a host apart.
 */
export function sessionOf(gate: Gate, request: Arrival): string | undefined {
  const { cookie } = request.headers;
  if (cookie === undefined || !gate.isOwnPage(request)) return undefined;
  const name = NAMES[gate.isHttps(request) ? 'https' : 'http'];
  return cookie
    .split(';')
    .map(pair => pair.trim())
    .find(pair => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1);
}

/** The `Set-Cookie` that signs in; an empty value signs out. */
export function writeSessionCookie(gate: Gate, request: Arrival, value: string, expiresAt: Date): string {
  const secure = gate.isHttps(request);
  const seconds = value === '' ? 0 : Math.max(0, Math.floor((expiresAt.getTime() - Date.now()) / 1_000));
  const attributes = ['Path=/', 'HttpOnly', 'SameSite=Strict', `Max-Age=${seconds}`, ...(secure ? ['Secure'] : [])];
  return [`${NAMES[secure ? 'https' : 'http']}=${value}`, ...attributes].join('; ');
}
