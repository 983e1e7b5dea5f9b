import fastify from 'fastify';
import { pino } from 'pino';
import { shapeOf } from '../../test/server-fixture.js';
import { DarkroomError, type ErrorCode } from '../kernel/errors.js';
import { addHealthRoutes } from './health-route.js';
import { createErrorPresenter } from './present-error.js';

async function probe(url: string, ready: () => Promise<boolean>) {
  const app = fastify({ logger: false });
  addHealthRoutes(app, createErrorPresenter(pino({ level: 'silent' })), ready);
  const { statusCode, body, headers } = await app.inject({ url, headers: { 'accept-language': 'zh' } });
  expect(headers['cache-control']).toBe('no-store');
  return { status: statusCode, body: JSON.parse(body) };
}

const failing = (error: Error) => async (): Promise<boolean> => {
  throw error;
};

test('a server that can take work is ready', async () => {
  expect(await probe('/health/ready', async () => true)).toEqual({ status: 200, body: { status: 'ready' } });
});

test.each<[string, () => Promise<boolean>, ErrorCode]>([
  ['it says so', async () => false, 'NOT_READY'],
  ['the database is away', failing(new DarkroomError('DATABASE_UNAVAILABLE')), 'DATABASE_UNAVAILABLE'],
  ['it is stopping', failing(new DarkroomError('STOPPING')), 'STOPPING'],
  ['something else fails', failing(new Error('SELECT secret')), 'NOT_READY'],
])('when %s, it answers 503, says so to probes and names the error', async (_name, ready, code) => {
  expect(await probe('/health/ready', ready)).toEqual({
    status: 503,
    body: { status: 'not ready', errors: [shapeOf(code, 'zh')] },
  });
});

test('a process that answers is live, ready or not', async () => {
  expect(await probe('/health/live', async () => false)).toEqual({ status: 200, body: { status: 'live' } });
});
