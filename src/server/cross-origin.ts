import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';
import type { Gate } from './gate.js';
import { PREFLIGHT_HEADERS } from './preflight.js';

/** The gate in front of every route, before any body is read, and CORS for the origins that an operator allowed. */
export function guardOrigins(app: FastifyInstance, gate: Gate, allowedOrigins: readonly string[]): void {
  // CORS alone does not refuse: a request of a foreign page would run, and only its answer be kept from the page.
  app.addHook('onRequest', async request => {
    gate.checkHost(request.headers, request.url);
    // Load balancers and monitors probe from wherever they run; the answer says nothing.
    if (!request.url.startsWith('/health/')) gate.checkOrigin(request.headers);
  });
  app.register(cors, {
    origin: [...allowedOrigins],
    methods: ['GET', 'HEAD', 'POST'],
    allowedHeaders: ['content-type', 'authorization', ...PREFLIGHT_HEADERS],
    maxAge: 600,
    // The library refuses an OPTIONS request that is no preflight with plain text instead of the shape of all errors.
    strictPreflight: false,
  });
}
