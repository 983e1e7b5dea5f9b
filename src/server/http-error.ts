import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { DarkroomError, ERRORS, type ErrorCode } from '../kernel/errors.js';
import { languageOf } from '../kernel/language.js';
import { codeOfStatus, type PresentError } from './present-error.js';
import { RESPONSE_TYPE, takesResponseType } from './response-type.js';

export const JSON_TYPE = 'application/json; charset=utf-8';

/** For errors outside GraphQL's execution: what a route throws, and what fastify itself refuses. */
export function createErrorHandler(present: PresentError) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const presented = present(withCode(error), languageOf(request.headers['accept-language']));
    const { status } = ERRORS[presented.extensions.code];
    const { accept } = request.headers;
    const { retryAfterSeconds = status === 503 || status === 429 ? 1 : undefined } = presented.extensions;
    if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds));
    if (status === 401) reply.header('www-authenticate', 'Bearer realm="darkroom"');
    return (
      reply
        .code(isAnswer(request, presented.extensions.code) ? 200 : status)
        // A client of GraphQL reads the errors of an answer of this type alone, where its status is not 200.
        .type(takesResponseType(accept) ? `${RESPONSE_TYPE}; charset=utf-8` : JSON_TYPE)
        // A 404 or a 410 would otherwise be kept by caches.
        .header('cache-control', 'no-store')
        .send({ errors: [presented] })
    );
  };
}

/** GraphQL over HTTP: `application/json` wants 200 for whatever is wrong in a request that is well-formed. */
function isAnswer({ headers: { accept }, routeOptions }: FastifyRequest, code: ErrorCode): boolean {
  if (routeOptions?.url !== '/graphql' || takesResponseType(accept)) return false;
  return accept?.includes('application/json') === true && OF_FILES.has(code);
}

const OF_FILES: ReadonlySet<ErrorCode> = new Set(['EMPTY_FILE', 'FILE_TOO_LARGE']);

/** Fastify's errors about the request say so by a status of 4xx. */
function withCode(error: unknown): unknown {
  if (DarkroomError.is(error)) return error;
  const { statusCode = 500, code, message } = error as Partial<FastifyError>;
  // Its own message quotes the URL, which may hold a signature or what somebody typed.
  if (code === 'FST_ERR_BAD_URL') return new DarkroomError('BAD_REQUEST', 'The path of the URL is malformed.');
  return statusCode >= 400 && statusCode < 500 ? new DarkroomError(codeOfStatus(statusCode), message) : error;
}

/** The answer on a connection for which there is no request object of fastify, which ends with it. */
export function refuseSocket(
  socket: Duplex,
  request: IncomingMessage | undefined,
  error: unknown,
  present: PresentError,
) {
  const presented = present(error, languageOf(request?.headers['accept-language']));
  const { status } = ERRORS[presented.extensions.code];
  const body = JSON.stringify({ errors: [presented] });
  socket.once('finish', () => socket.destroy());
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      `content-type: ${JSON_TYPE}`,
      `content-length: ${Buffer.byteLength(body)}`,
      'cache-control: no-store',
      'connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}

const PARSER_CODES: Readonly<Record<string, ErrorCode>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
  HPE_HEADER_OVERFLOW: 'HEADERS_TOO_LARGE',
};

/** What Node's HTTP parser refuses. There are no headers that could name a language, so the answer is in English. */
export function createClientErrorHandler(present: PresentError) {
  return (error: NodeJS.ErrnoException, socket: Duplex): void => {
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    refuseSocket(socket, undefined, new DarkroomError(PARSER_CODES[error.code ?? ''] ?? 'BAD_REQUEST'), present);
  };
}
