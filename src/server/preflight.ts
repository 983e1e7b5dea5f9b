import type { IncomingHttpHeaders } from 'node:http';
import { DarkroomError } from '../kernel/errors.js';

/**
 * Cross-site request forgery: a page of another site can make a browser send a "simple" request (a form, an image, a
 * multipart upload) to us without asking first. A request with one of these headers, or with a JSON content-type, is
 * never simple: the browser sends a preflight, and the gate refuses that of a foreign origin.
 */
export const PREFLIGHT_HEADERS = [
  'apollo-require-preflight',
  'x-apollo-operation-name',
  'graphql-require-preflight',
  'graphql-preflight',
];

export function hasPreflightHeader(headers: IncomingHttpHeaders): boolean {
  return PREFLIGHT_HEADERS.some(name => headers[name] !== undefined && headers[name] !== '');
}

/** Thrown before the first byte of a multipart body is parsed. */
export function forgeryRefused(): DarkroomError {
  const message = `A multipart request needs a non-empty header ${PREFLIGHT_HEADERS.join(' or ')}: without it, any web page could send it.`;
  return new DarkroomError('BAD_REQUEST', message);
}

/**
 * A GET changes nothing, so programs (and our own pages) need not know of the headers: graphql-http's audits ask for
 * that. From a page of another site it stays refused: the time that an answer takes would tell what it holds.
 */
export function allowPlainGet(headers: IncomingHttpHeaders): void {
  const site = headers['sec-fetch-site'];
  if (site === 'cross-site' || site === 'same-site') return;
  headers['graphql-require-preflight'] ??= 'same-origin';
}
