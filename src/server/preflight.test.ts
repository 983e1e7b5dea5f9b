import type { IncomingHttpHeaders } from 'node:http';
import { allowPlainGet, hasPreflightHeader, PREFLIGHT_HEADERS } from './preflight.js';

test('each of the headers counts, unless it is empty', () => {
  for (const name of PREFLIGHT_HEADERS) {
    expect(hasPreflightHeader({ [name]: '1' })).toBe(true);
    expect(hasPreflightHeader({ [name]: '' })).toBe(false);
  }
  expect(hasPreflightHeader({ 'content-type': 'multipart/form-data' })).toBe(false);
});

test.each([
  [undefined, true],
  ['none', true],
  ['same-origin', true],
  ['same-site', false],
  ['cross-site', false],
])('a GET from %s needs no header: %s', (site, allowed) => {
  const headers: IncomingHttpHeaders = site === undefined ? {} : { 'sec-fetch-site': site };
  allowPlainGet(headers);
  expect(hasPreflightHeader(headers)).toBe(allowed);
});
