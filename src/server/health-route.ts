import type { FastifyInstance } from 'fastify';
import { DarkroomError, ERRORS } from '../kernel/errors.js';
import { languageOf } from '../kernel/language.js';
import type { PresentError } from './present-error.js';

/**
 * `live`: the process answers; restart it when it does not. `ready`: it can take work; send it none when it cannot.
 * Probes read `status`; `errors` beside it says why in the shape of all errors.
 */
export function addHealthRoutes(app: FastifyInstance, present: PresentError, ready: () => Promise<boolean>): void {
  app.get('/health/live', async (_request, reply) =>
    reply.header('cache-control', 'no-store').send({ status: 'live' }),
  );
  app.get('/health/ready', async ({ headers }, reply) => {
    reply.header('cache-control', 'no-store');
    const obstacle = await findObstacle(ready);
    if (!obstacle) return reply.send({ status: 'ready' });
    const error = present(obstacle, languageOf(headers['accept-language']));
    return reply.code(ERRORS[obstacle.code].status).send({ status: 'not ready', errors: [error] });
  });
}

async function findObstacle(ready: () => Promise<boolean>): Promise<DarkroomError | undefined> {
  try {
    return (await ready()) ? undefined : new DarkroomError('NOT_READY');
  } catch (error) {
    const isUnavailable = DarkroomError.is(error) && ERRORS[error.code].status === 503;
    return isUnavailable ? error : new DarkroomError('NOT_READY');
  }
}
