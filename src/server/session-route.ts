import type { FastifyInstance, FastifyRequest } from 'fastify';
import { DarkroomError } from '../kernel/errors.js';
import type { Gate } from './gate.js';
import type { ServerParts } from './parts.js';
import { writeSessionCookie } from './session-cookie.js';

/**
 * POST /session makes a cookie of the key or JWT in `Authorization`, DELETE takes it away. Both are for our own pages: a
 * page of elsewhere could sign its visitor in under a key of its own, and be told what the visitor then sends.
 */
export function addSessionRoute(
  app: FastifyInstance,
  gate: Gate,
  start: NonNullable<ServerParts<object>['startSession']>,
): void {
  const requireOwnPage = async ({ raw }: FastifyRequest) => {
    if (!gate.isOwnPage(raw))
      throw new DarkroomError(
        'FORBIDDEN_ORIGIN',
        'A session is for the pages of this server; programs show their key.',
      );
  };
  app.post('/session', { onRequest: requireOwnPage }, async (request, reply) => {
    const { value, expiresAt } = await start({ headers: request.headers });
    const cookie = writeSessionCookie(gate, request.raw, value, expiresAt);
    return reply.code(204).header('set-cookie', cookie).header('cache-control', 'no-store').send();
  });
  app.delete('/session', { onRequest: requireOwnPage }, async (request, reply) => {
    const cookie = writeSessionCookie(gate, request.raw, '', new Date());
    return reply.code(204).header('set-cookie', cookie).header('cache-control', 'no-store').send();
  });
}
