import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { DarkroomError, type ErrorCode } from '../kernel/errors.js';
import { languageOf } from './language.js';
import type { PresentError } from './present-error.js';

/** Errors outside GraphQL's execution; what is not named here is 400. */
const STATUS: Partial<Record<ErrorCode, number>> = {
  LINK_INVALID: 403,
  FORBIDDEN_ORIGIN: 403,
  NOT_FOUND: 404,
  LINK_EXPIRED: 410,
  PHOTO_GONE: 410,
  FILE_TOO_LARGE: 413,
  OVERLOADED: 503,
  STOPPING: 503,
  STORAGE_FULL: 503,
  DATABASE_UNAVAILABLE: 503,
  INTERNAL: 500,
};

export function httpStatusOf(error: unknown): number {
  if (DarkroomError.is(error)) return STATUS[error.code] ?? 400;
  const { statusCode } = error as Partial<FastifyError>;
  return statusCode !== undefined && statusCode >= 400 && statusCode < 500 ? statusCode : 500;
}

/** One shape for every error of the server: GraphQL's, so that a client needs to read only one. */
export function createErrorHandler(present: PresentError) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const status = httpStatusOf(error);
    const presented =
      DarkroomError.is(error) || status === 500
        ? present(error, languageOf(request.headers['accept-language']))
        : { message: (error as Error).message, extensions: { code: 'BAD_REQUEST' } };
    return reply
      .code(status)
      .type('application/json; charset=utf-8')
      .send({ errors: [presented] });
  };
}
