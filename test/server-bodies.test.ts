import { connect, type Socket } from 'node:net';
import { DarkroomError } from '../src/kernel/errors.js';
import { LIMITS } from '../src/kernel/limits.js';
import { eventually } from './eventually.js';
import { answerOf, startToyServer, type ToyServer } from './server-fixture.js';
import { BOUNDARY } from './upload-fixture.js';

const { http: limits } = LIMITS;
const LONG = 'A'.repeat(limits.longTextBytes + 1_000);
const WEIGH = 'query ($photo: Photo) { weigh(photo: $photo) }';

let server: ToyServer;
const held: Socket[] = [];
beforeEach(async () => {
  server = await startToyServer();
});
afterEach(async () => {
  for (const socket of held.splice(0)) socket.destroy();
  jest.useRealTimers();
  await server.close();
});

/** Begins a request and sends no more than its first bytes. */
async function hold(
  headers: Record<string, string | number>,
  first = '',
  line = 'POST /graphql',
): Promise<{ answer: () => string }> {
  let answer = '';
  const socket = connect(server.port, '127.0.0.1');
  held.push(socket);
  socket
    .on('error', () => {})
    .on('data', chunk => {
      answer += chunk;
    });
  const lines = Object.entries({ host: `127.0.0.1:${server.port}`, 'apollo-require-preflight': 1, ...headers });
  await new Promise<void>(resolve => socket.once('connect', () => resolve()));
  socket.write([`${line} HTTP/1.1`, ...lines.map(([name, value]) => `${name}: ${value}`), '', first].join('\r\n'));
  return { answer: () => answer };
}

const MULTIPART = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` };
const JSON_TYPE = { 'content-type': 'application/json' };

test.each([
  ['uploads', { ...MULTIPART, 'content-length': 60_000_000 }, 2],
  ['JSON bodies', { ...JSON_TYPE, 'content-length': 27_000_000 }, 4],
])(
  '%s that are begun and held open take the budget and no more; queries go on; what is closed gives its part back',
  async (_, headers, fit) => {
    const within = [];
    for (let begun = 0; begun < fit; begun++) within.push(await hold(headers, '{'));
    // Their headers have arrived.
    await eventually(async () => (await answerOf(await server.post({ query: '{ hello }' }))).data !== undefined);
    const beyond = await hold(headers, '{');
    await eventually(() => beyond.answer().includes('OVERLOADED'));
    expect(beyond.answer()).toMatch(/^HTTP\/1.1 503 /);
    expect(beyond.answer()).toMatch(/\r\nretry-after: 1\r\n/i);
    expect(within.map(({ answer }) => answer())).toEqual(Array(fit).fill(''));
    expect(await answerOf(await server.post({ query: '{ hello }' }))).toEqual({ data: { hello: 'hello you' } });
    held.shift()!.destroy();
    await eventually(async () => {
      const next = await hold(headers, '{');
      await new Promise(resolve => setTimeout(resolve, 50));
      return next.answer() === '';
    });
  },
);

test('a chunked body counts as it comes', async () => {
  await hold({ ...MULTIPART, 'content-length': 60_000_000 });
  await hold({ ...MULTIPART, 'content-length': 60_000_000 });
  const size = 9_000_000;
  const photo = JSON.stringify({ query: WEIGH, variables: { photo: { base64: 'A'.repeat(size) } } });
  const chunked = await hold(
    { ...JSON_TYPE, 'transfer-encoding': 'chunked' },
    `${photo.length.toString(16)}\r\n${photo}\r\n0\r\n\r\n`,
  );
  await eventually(() => chunked.answer().includes('OVERLOADED'));
});

test('answered requests hold nothing: more bodies one after the other than fit at once', async () => {
  for (let sent = 0; sent < 8; sent++) {
    const body = { query: WEIGH, variables: { photo: { base64: 'A'.repeat(20_000_000) } } };
    expect(await answerOf(await server.post(body))).toEqual({ data: { weigh: 20_000_000 } });
  }
});

test.each([
  ['for an operation that takes none', '{ hello }', { photo: LONG }],
  ['beside the one that is used', WEIGH, { photo: { base64: LONG }, other: `${LONG}A` }],
  ['in a place that takes none', 'query ($name: String) { hello(name: $name) }', { name: LONG }],
])('a long text %s is refused', async (_name, query, variables) => {
  const answer = await answerOf(await server.post({ query, variables }));
  expect(answer.data).toBeUndefined();
  expect(answer.errors?.[0]?.extensions?.code).toMatch(/^(BODY_TOO_LARGE|BAD_USER_INPUT)$/);
  expect(JSON.stringify(answer)).not.toContain('AAAA');
});

test('a body that comes too slowly is given up, and its part of the budget with it', async () => {
  jest.useFakeTimers({
    doNotFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate', 'nextTick', 'queueMicrotask', 'Date'],
  });
  const slow = await hold({ ...JSON_TYPE, 'content-length': 27_000_000 }, '{');
  await answerOf(await server.post({ query: '{ hello }' }));
  jest.advanceTimersByTime(limits.slowGraceMs - 1_000);
  expect(slow.answer()).toBe('');
  jest.advanceTimersByTime(3_000);
  await eventually(() => slow.answer().includes('REQUEST_TIMEOUT'));
});

test.each(['POST /none', 'PUT /health/live', 'POST /session', 'DELETE /session', 'POST /assets/known'])(
  '%s is answered without its body: only routes of the API read one',
  async line => {
    const page = { origin: `http://127.0.0.1:${server.port}` };
    const begun = await hold({ ...page, ...JSON_TYPE, 'content-length': 27_000_000 }, '{', line);
    await eventually(() => begun.answer() !== '');
    expect(begun.answer()).toMatch(/^HTTP\/1.1 404 /);
  },
);

test.each(['POST', 'PUT', 'PATCH', 'DELETE'])('without a key %s is refused before its body is read', async method => {
  const refuse = () => {
    throw new DarkroomError('UNAUTHENTICATED');
  };
  await server.close();
  server = await startToyServer({ context: refuse });
  for (const headers of [MULTIPART, JSON_TYPE]) {
    const begun = await hold({ ...headers, 'content-length': 27_000_000 }, '{', `${method} /graphql`);
    await eventually(() => begun.answer() !== '');
    expect(begun.answer()).toMatch(/^HTTP\/1.1 401 /);
  }
});

test('a method that GraphQL does not use is 405 for whoever has a key', async () => {
  for (const method of ['PUT', 'PATCH', 'DELETE']) {
    const body = JSON.stringify({ query: 'mutation { count }' });
    const answer = await fetch(`${server.origin}/graphql`, { method, headers: JSON_TYPE, body });
    expect([answer.status, server.seen.mutations]).toEqual([405, 0]);
  }
});
