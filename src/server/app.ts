import type { AddressInfo } from 'node:net';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { DarkroomError } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';
import { addAssetRoute } from './asset-route.js';
import { guardOrigins } from './cross-origin.js';
import { Gate, isLoopback } from './gate.js';
import { addHealthRoutes } from './health-route.js';
import { createClientErrorHandler, createErrorHandler, JSON_TYPE } from './http-error.js';
import { addMetricsRoutes } from './metrics-route.js';
import type { AppParts, RunningServer } from './parts.js';
import type { PresentError } from './present-error.js';
import { RefusalLog } from './refusal-log.js';
import { type AddressOf, logRequest, logRequests } from './request-log.js';
import { requestIdOf } from './request-mark.js';
import { addSecurityHeaders, setSecurityHeaders } from './response-headers.js';
import { TrustedProxies } from './trusted-proxies.js';

/** What a server has beside the pictures and its health. */
export interface AppExtension {
  add(app: FastifyInstance, gate: Gate, isStopping: () => boolean): void;
  /** While the last answers go out. */
  stop(): Promise<void>;
}

/**
 * Starts HTTP with what both servers have: one shape of error, the gate, health, and the pictures behind signed
 * links. Rejects when the host is not a loopback address and no caller has to show who it is, or the port is taken.
 */
export async function startApp(
  parts: AppParts,
  present: PresentError,
  extension?: AppExtension,
): Promise<RunningServer> {
  if (!isLoopback(parts.host) && parts.isOpen())
    throw new Error('A server without API keys listens on loopback addresses only.');
  const proxies = new TrustedProxies(parts.trustProxy);
  const gate = new Gate(parts, proxies, new RefusalLog(parts.log));
  const addressOf = (request: FastifyRequest) => proxies.addressOf(request.raw);
  const app = createApp(present, gate, parts.log, addressOf);
  let closing: Promise<void> | undefined;
  const isStopping = () => closing !== undefined;
  logRequests(app, parts.log, addressOf);
  addSecurityHeaders(app);
  refuseWhenStopping(app, isStopping);
  guardOrigins(app, gate, parts.allowedOrigins);
  addAssetRoute(app, (id, query) => parts.readAsset(id, query));
  addHealthRoutes(app, present, async () => {
    if (isStopping()) return [new DarkroomError('STOPPING')];
    return parts.obstacles();
  });
  if (parts.metrics) addMetricsRoutes(app, parts.metrics, () => parts.isOpen());
  extension?.add(app, gate, isStopping);

  // Node would listen on two addresses for `localhost`, each with a server of its own.
  const host = parts.host === 'localhost' ? '127.0.0.1' : parts.host;
  await app.listen({ host, port: parts.port });
  const { port } = app.server.address() as AddressInfo;
  const reached = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  const own = `http://${reached.includes(':') ? `[${reached}]` : reached}:${port}`;
  return {
    url: parts.publicUrl ?? own,
    port,
    close() {
      closing ??= stop();
      return closing;
    },
  };

  async function stop(): Promise<void> {
    const force = setTimeout(() => app.server.closeAllConnections(), parts.drainMs);
    await Promise.all([app.close(), extension?.stop()]);
    clearTimeout(force);
  }
}

function createApp(present: PresentError, gate: Gate, log: Logger, addressOf: AddressOf): FastifyInstance {
  const onError = createErrorHandler(present);
  // A URL that no route can be looked up for: fastify runs no hook then, so what the hooks do is done here.
  const onMalformedUrl = (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    logRequest(log, addressOf, request, reply);
    setSecurityHeaders(reply.type(JSON_TYPE));
    onError(gate.refusalOf(request.raw) ?? error, request, reply);
  };
  const app = fastify({
    logger: false,
    genReqId: ({ headers }) => requestIdOf(headers),
    http: {
      headersTimeout: LIMITS.http.headerTimeoutMs,
      connectionsCheckingInterval: 1_000,
      // Node's own refusal has no body; the gate refuses a request without a Host.
      requireHostHeader: false,
    },
    requestTimeout: LIMITS.http.requestTimeoutMs,
    forceCloseConnections: 'idle',
    // `refuseWhenStopping` says it in the shape of all errors.
    return503OnClosing: false,
    clientErrorHandler: createClientErrorHandler(present),
    frameworkErrors: (error, request, reply) =>
      onMalformedUrl(error, request as unknown as FastifyRequest, reply as unknown as FastifyReply),
  });
  app.setErrorHandler(onError);
  takeNoBodies(app);
  // Node would answer 417 without a body. HTTP lets a server ignore an expectation that it does not know.
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response));
  return app;
}

/**
 * A route that takes a body says how (`addBodyParsers`). Fastify would collect one for every other route, and for a URL at
 * which there is nothing: 28 MB of whoever comes, without a key and beside the budget. Node drops what nobody reads.
 */
function takeNoBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _body, done) => done(null));
}

/**
 * A keep-alive connection can still bring a request after we stopped listening; its answer is its last. Health says
 * itself that the server is stopping.
 */
function refuseWhenStopping(app: FastifyInstance, isStopping: () => boolean): void {
  app.addHook('onRequest', ({ url, raw: { socket } }, reply, done) => {
    // The head of an answer may have gone out before the stop, as that of a long download: it said keep-alive.
    reply.raw.once('close', () => {
      if (isStopping()) socket.destroySoon();
    });
    if (isStopping() && !url.startsWith('/health/')) done(new DarkroomError('STOPPING'));
    else done();
  });
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (isStopping()) reply.header('connection', 'close');
    done();
  });
}
