import type { FastifyInstance } from 'fastify';
import type { Gate } from './gate.js';
import { PREFLIGHT_HEADERS } from './preflight.js';

const ALLOWED_HEADERS = ['content-type', 'authorization', ...PREFLIGHT_HEADERS].join(', ');

/** The gate in front of every route, before any body is read, and CORS for the origins that an operator allowed. */
export function guardOrigins(app: FastifyInstance, gate: Gate): void {
  app.addHook('onRequest', async (request, reply) => {
    gate.checkHost(request.headers, request.url);
    // Load balancers and monitors probe from wherever they run; the answer says nothing.
    if (request.url.startsWith('/health/')) return;
    const origin = gate.checkOrigin(request.headers);
    reply.header('vary', 'origin');
    if (origin !== undefined) reply.header('access-control-allow-origin', origin);
    if (request.method !== 'OPTIONS') return;
    reply.header('allow', 'GET, HEAD, POST, OPTIONS');
    if (origin !== undefined) {
      reply
        .header('access-control-allow-methods', 'GET, HEAD, POST')
        .header('access-control-allow-headers', ALLOWED_HEADERS)
        .header('access-control-max-age', '600');
    }
    return reply.code(204).send();
  });
}
