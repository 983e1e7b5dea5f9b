import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';
import type { Gate } from './gate.js';
import { PREFLIGHT_HEADERS } from './preflight.js';
import { RATE_HEADERS } from './rate-headers.js';

/** What clients of GraphQL and tracing tools send beside what a browser lets every page send. */
const CLIENT_HEADERS = [
  'content-type',
  'authorization',
  'accept-language',
  'apollographql-client-name',
  'apollographql-client-version',
  'traceparent',
  'tracestate',
  'x-request-id',
];

/** The gate in front of every route, before any body is read, and CORS for the origins that an operator allowed. */
export function guardOrigins(app: FastifyInstance, gate: Gate, allowedOrigins: readonly string[]): void {
  // CORS alone does not refuse: a request of a foreign page would run, and only its answer be kept from the page.
  app.addHook('onRequest', async request => {
    gate.checkHost(request.raw);
    // Load balancers and monitors probe from wherever they run; the answer says nothing.
    if (!request.url.startsWith('/health/')) gate.checkOrigin(request.raw);
  });
  app.register(cors, {
    origin: [...allowedOrigins],
    methods: ['GET', 'HEAD', 'POST'],
    allowedHeaders: [...CLIENT_HEADERS, ...PREFLIGHT_HEADERS],
    exposedHeaders: RATE_HEADERS,
    maxAge: 600,
    // The library refuses an OPTIONS request that is no preflight with plain text instead of the shape of all errors.
    strictPreflight: false,
  });
}
