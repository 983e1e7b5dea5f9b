import { traceIdOf } from '../kernel/spans.js';
import { markOf, requestIdOf } from './request-mark.js';

const TRACE = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

test.each(['abc-123', '7f0e.1:x', 'a'.repeat(128), 'Root=1-67891233-abcdef012345678912345678', '1541815603606036480'])(
  'the id that a caller gave is taken: %s',
  given => {
    expect(requestIdOf({ 'x-request-id': given })).toBe(given);
  },
);

test.each([
  ['none', {}],
  ['an empty one', { 'x-request-id': '' }],
  ['one that is too long', { 'x-request-id': 'a'.repeat(129) }],
  ['one with a line of its own', { 'x-request-id': 'a\nlevel=50' }],
  ['one with a name in it', { 'x-request-id': '张伟' }],
  ['the number of an identity card', { 'x-request-id': '110101199003074514' }],
  ['one with such a number in it', { 'x-request-id': 'verify-11010119900307451X/2' }],
])('%s is replaced by one of ours', (_what, headers) => {
  const ids = [requestIdOf(headers), requestIdOf(headers)];
  expect(new Set(ids).size).toBe(2);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
});

test('a traceparent of W3C Trace Context is kept, and whatever else calls itself one is not', () => {
  const of = (traceparent: string | undefined) =>
    markOf({ id: 'x', headers: traceparent === undefined ? {} : { traceparent } }).traceparent;
  expect(of(TRACE)).toBe(TRACE);
  expect(traceIdOf(TRACE)).toBe('4bf92f3577b34da6a3ce929d0e0e4736');
  const zero = '0'.repeat(32);
  for (const wrong of [
    undefined,
    '',
    TRACE.toUpperCase(),
    `ff${TRACE.slice(2)}`,
    `00-${zero}-00f067aa0ba902b7-01`,
    `00-4bf92f3577b34da6a3ce929d0e0e4736-${zero.slice(16)}-01`,
    `${TRACE}-more`,
  ])
    expect(of(wrong)).toBeUndefined();
});
