import type { FastifyInstance } from 'fastify';

/** `live`: the process answers; restart it when it does not. `ready`: it can take work; send it none when it cannot. */
export function addHealthRoutes(app: FastifyInstance, ready: () => Promise<boolean>): void {
  app.get('/health/live', async (_request, reply) =>
    reply.header('cache-control', 'no-store').send({ status: 'live' }),
  );
  app.get('/health/ready', async (_request, reply) => {
    const isReady = await ready().catch(() => false);
    return reply
      .code(isReady ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({ status: isReady ? 'ready' : 'not ready' });
  });
}
