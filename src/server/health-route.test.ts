import fastify from 'fastify';
import { pino } from 'pino';
import { shapeOf } from '../../test/server-fixture.js';
import { DarkroomError, type ErrorCode } from '../kernel/errors.js';
import { addHealthRoutes } from './health-route.js';
import { createErrorPresenter } from './present-error.js';

async function probe(url: string, obstacles: () => Promise<readonly DarkroomError[]>) {
  const app = fastify({ logger: false });
  addHealthRoutes(app, createErrorPresenter(pino({ level: 'silent' })), obstacles);
  const { statusCode, body, headers } = await app.inject({ url, headers: { 'accept-language': 'zh' } });
  expect(headers['cache-control']).toBe('no-store');
  return { status: statusCode, body: JSON.parse(body) };
}

const failing = (error: Error) => async (): Promise<never> => {
  throw error;
};

test('a server that can take work is ready', async () => {
  expect(await probe('/health/ready', async () => [])).toEqual({ status: 200, body: { status: 'ready' } });
});

test.each<[string, () => Promise<readonly DarkroomError[]>, ErrorCode[]]>([
  ['it says so', async () => [new DarkroomError('NOT_READY')], ['NOT_READY']],
  ['the database is away', async () => [new DarkroomError('DATABASE_UNAVAILABLE')], ['DATABASE_UNAVAILABLE']],
  [
    'two things are in the way',
    async () => [new DarkroomError('NOT_READY', 'SCHEMA_DIFFERS: x'), new DarkroomError('STORAGE_FULL')],
    ['NOT_READY', 'STORAGE_FULL'],
  ],
  ['something fails that nobody expected', failing(new Error('SELECT secret')), ['INTERNAL']],
])('when %s, it answers 503, says so to probes and names the error', async (_name, obstacles, codes) => {
  expect(await probe('/health/ready', obstacles)).toEqual({
    status: 503,
    body: { status: 'not ready', errors: codes.map(code => shapeOf(code, 'zh')) },
  });
});

test('an error that nobody expected is in the log, under the incident of the answer', async () => {
  const lines: { incident?: string; err?: { message: string } }[] = [];
  const log = pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const app = fastify({ logger: false });
  addHealthRoutes(app, createErrorPresenter(log), failing(new Error('SELECT secret')));
  const { body } = await app.inject('/health/ready');
  expect(body).not.toContain('secret');
  expect(lines).toMatchObject([
    { incident: JSON.parse(body).errors[0].extensions.incident, err: { message: 'SELECT secret' } },
  ]);
});

test('a process that answers is live, ready or not', async () => {
  expect(await probe('/health/live', failing(new Error('not asked')))).toEqual({
    status: 200,
    body: { status: 'live' },
  });
});
