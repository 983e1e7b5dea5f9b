import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { SIGNALS } from '../kernel/signals.js';
import { beginSpan, traceIdOf } from '../kernel/spans.js';
import { markOf, sendMark } from './request-mark.js';

/** From where a client came, by the word of a trusted proxy where there is one. */
export type AddressOf = (request: FastifyRequest) => string;

/** The answers whose client an operator looks for: whoever guesses keys, or asks too often. */
const REFUSALS = new Set([401, 403, 429]);

export function logRequests(app: FastifyInstance, log: Logger, addressOf: AddressOf): void {
  app.addHook('onRequest', (request, reply, done) => {
    logRequest(log, addressOf, request, reply);
    done();
  });
}

/**
 * One line a request. The route as it was declared, never the URL: that holds signatures, and with GET the variables.
 * The operation's name, never the document: literals in it may be personal data. So is an address: it is named where a
 * request was refused, and nowhere else.
 */
export function logRequest(log: Logger, addressOf: AddressOf, request: FastifyRequest, reply: FastifyReply): void {
  // A connection that is closed has no address any more.
  const client = addressOf(request);
  const came = markOf(request);
  const { method } = request;
  const route = request.routeOptions.url ?? 'unknown';
  // Probes and scrapes come every few seconds and say nothing new: no span, and no line that is shown.
  const isProbe = route.startsWith('/health/') || route.startsWith('/metrics');
  const span = isProbe ? undefined : beginSpan(`${method} ${route}`, 'SERVER', came.traceparent);
  const mark = span === undefined ? came : { ...came, traceparent: span.traceparent };
  request.mark = mark;
  sendMark(reply, mark);
  // Not by `reply.elapsedTime`: without a logger and an onResponse hook of its own Fastify measures nothing, and says 0.
  const begun = performance.now();
  // Fastify's onResponse does not come for a client that leaves in the middle of the answer; `close` comes always.
  reply.raw.once('close', () => {
    const ms = performance.now() - begun;
    const line = {
      requestId: mark.requestId,
      traceId: traceIdOf(mark.traceparent),
      method,
      route,
      operation: request.operationName,
      status: reply.statusCode,
      codes: request.errorCodes,
      client: REFUSALS.has(reply.statusCode) ? client : undefined,
      ms: Math.round(ms * 10) / 10,
      aborted: request.raw.complete && reply.raw.writableFinished ? undefined : true,
    };
    SIGNALS.request.tell({ method: line.method, route: line.route, status: line.status, seconds: ms / 1_000 });
    span?.end(
      {
        'http.request.method': line.method,
        'http.route': line.route,
        'http.response.status_code': line.status,
        'graphql.operation.name': line.operation,
        'darkroom.request_id': line.requestId,
      },
      line.codes?.[0] ?? (line.status >= 500 ? String(line.status) : undefined),
    );
    if (isProbe) log.debug(line, 'request');
    else log.info(line, 'request');
  });
}
