import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';

export function logRequests(app: FastifyInstance, log: Logger): void {
  app.addHook('onRequest', async (request, reply) => logRequest(log, request, reply));
}

/**
 * One line a request. The route as it was declared, never the URL: that holds signatures, and with GET the variables.
 * The operation's name, never the document: literals in it may be personal data.
 */
export function logRequest(log: Logger, request: FastifyRequest, reply: FastifyReply): void {
  // Fastify's onResponse does not come for a client that leaves in the middle of the answer; `close` comes always.
  reply.raw.once('close', () => {
    const line = {
      method: request.method,
      route: request.routeOptions.url ?? 'unknown',
      operation: request.operationName,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
      aborted: request.raw.complete && reply.raw.writableFinished ? undefined : true,
    };
    // Probes come every few seconds and say nothing new.
    if (line.route.startsWith('/health/')) log.debug(line, 'request');
    else log.info(line, 'request');
  });
}
