import { pino } from 'pino';
import { RefusalLog } from './refusal-log.js';

const log: Record<string, unknown>[] = [];
const start = () =>
  new RefusalLog(pino({ level: 'info' }, { write: (line: string) => void log.push(JSON.parse(line)) }));

beforeEach(() => {
  log.length = 0;
  jest.useFakeTimers({ now: 0 });
});
afterEach(() => jest.useRealTimers());

test('an Origin is told once a minute, with all that was seen', () => {
  const refusals = start();
  const headers = {
    origin: 'https://photos.example',
    host: '127.0.0.1:4000',
    forwardedHost: 'photos.example',
    client: '203.0.113.7',
  };
  for (let second = 0; second < 120; second++) {
    refusals.tell(headers, 'not allowed');
    jest.setSystemTime((second + 1) * 1_000);
  }
  expect(log).toHaveLength(2);
  expect(log[0]).toMatchObject({ level: 40, ...headers, why: 'not allowed', msg: 'a request was refused' });
});

test('another Origin is told by itself, and without one the Host counts', () => {
  const refusals = start();
  for (const headers of [
    { origin: 'https://a.example' },
    { origin: 'null' },
    { host: 'a.example' },
    { host: 'b.example' },
  ]) {
    refusals.tell(headers, 'no');
    refusals.tell(headers, 'no');
  }
  expect(log.map(({ origin, host }) => origin ?? host)).toEqual([
    'https://a.example',
    'null',
    'a.example',
    'b.example',
  ]);
});

test('a caller that makes up Origins fills neither the log nor the memory, and for a minute only', () => {
  const refusals = start();
  for (let i = 0; i < 10_000; i++) refusals.tell({ origin: `https://${'x'.repeat(5_000)}${i}.example` }, 'no');
  for (let i = 0; i < 10_000; i++) refusals.tell({ origin: `https://${i}.example` }, 'no');
  expect(log.length).toBeLessThanOrEqual(100);
  expect(Math.max(...log.map(({ origin }) => String(origin).length))).toBe(200);
  jest.setSystemTime(60_000);
  log.length = 0;
  refusals.tell({ origin: 'https://later.example' }, 'no');
  expect(log).toHaveLength(1);
});
