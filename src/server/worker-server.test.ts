import { Readable } from 'node:stream';
import { pino } from 'pino';
import { shapeOf } from '../../test/server-fixture.js';
import type { RunningServer } from './parts.js';
import { startWorkerServer } from './worker-server.js';

let server: RunningServer;
beforeAll(async () => {
  server = await startWorkerServer({
    readAsset: async () => ({ headers: { 'content-type': 'image/png' }, body: Readable.from([Buffer.from('photo')]) }),
    obstacles: async () => [],
    log: pino({ level: 'silent' }),
    host: '127.0.0.1',
    isOpen: () => true,
    port: 0,
    allowedOrigins: [],
    trustProxy: [],
    drainMs: 10_000,
  });
});
afterAll(() => server.close());

test('a worker serves pictures and health, and says of the API that it is elsewhere', async () => {
  expect(await (await fetch(`${server.url}/assets/a`)).text()).toBe('photo');
  expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
  for (const path of ['/graphql', '/', '/graphiql']) {
    const answer = await fetch(`${server.url}${path}`, { headers: { 'accept-language': 'zh' } });
    expect(answer.status).toBe(404);
    expect(await answer.json()).toEqual({ errors: [shapeOf('NOT_FOUND', 'zh')] });
  }
});
