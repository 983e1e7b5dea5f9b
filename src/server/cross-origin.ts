import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';
import type { Gate } from './gate.js';
import { PREFLIGHT_HEADERS } from './preflight.js';

/** The gate in front of every route, before any body is read, and CORS for the origins that an operator allowed. */
export function guardOrigins(app: FastifyInstance, gate: Gate, allowedOrigins: readonly string[]): void {
  // The gate refuses by itself: the library would answer an origin that is not allowed, and leave it to the browser to
  // keep the answer from the page. A mutation would have run by then.
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
    // The strict answer to an OPTIONS request that is no preflight is plain text, which is not our shape of an error.
    strictPreflight: false,
  });
}
