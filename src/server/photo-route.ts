import type { FastifyReply, FastifyRequest } from 'fastify';
import { ERRORS } from '../kernel/errors.js';
import { JSON_TYPE } from './http-error.js';
import type { PresentedError } from './present-error.js';

/** POST /photos: a plain form instead of the multipart request spec, for clients that cannot write one. */
export const PHOTO_URL = '/photos';

/** What GraphQL answered, as plain HTTP: the asset or task with 201, or the errors with the status of the first. */
export function answerPlainly(reply: FastifyReply, text: unknown): FastifyReply {
  const { data, errors } = JSON.parse(String(text)) as { data?: { made: object | null }; errors?: PresentedError[] };
  reply.type(JSON_TYPE).header('cache-control', 'no-store');
  if (data?.made) return reply.code(201).send(data.made);
  const status = errors?.[0] ? ERRORS[errors[0].extensions.code].status : 500;
  return reply.code(status).send({ errors });
}

/** What a client of forms accepts says nothing of GraphQL. */
export function acceptJson({ headers }: FastifyRequest): void {
  headers.accept = 'application/json';
}
