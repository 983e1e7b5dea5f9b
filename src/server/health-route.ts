import type { FastifyInstance } from 'fastify';
import type { DarkroomError } from '../kernel/errors.js';
import { languageOf } from '../kernel/language.js';
import type { PresentError } from './present-error.js';

/**
 * `live`: the process answers; restart it when it does not. `ready`: it can take work; send it none when it cannot.
 * Probes read `status`; `errors` beside it names each obstacle in the shape of all errors.
 */
export function addHealthRoutes(
  app: FastifyInstance,
  present: PresentError,
  obstacles: () => Promise<readonly DarkroomError[]>,
): void {
  app.get('/health/live', async (_request, reply) =>
    reply.header('cache-control', 'no-store').send({ status: 'live' }),
  );
  app.get('/health/ready', async ({ headers }, reply) => {
    reply.header('cache-control', 'no-store');
    // An error that nobody expected is presented too: that logs it.
    const found: readonly unknown[] = await obstacles().catch(error => [error]);
    if (found.length === 0) return reply.send({ status: 'ready' });
    const language = languageOf(headers['accept-language']);
    return reply.code(503).send({ status: 'not ready', errors: found.map(error => present(error, language)) });
  });
}
