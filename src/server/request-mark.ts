import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isTraceparent } from '../kernel/spans.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Codes of the errors that stand in an answer with status 200. */
    errorCodes: readonly string[] | undefined;
    mark: RequestMark;
  }
}

/** By what a request is found again: in our log, and in the traces of whoever called. */
export interface RequestMark {
  readonly requestId: string;
  /** As W3C Trace Context writes it: our own span, or what the caller sent; undefined where there is neither. */
  readonly traceparent: string | undefined;
}

const REQUEST_ID = /^[\w.:=+/-]{1,128}$/;

/** The number of an identity card in China, by the date of birth in it. Of other numbers of 18 digits it is one in a thousand. */
const IDENTITY_NUMBER = /(?<!\d)\d{6}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)/;

/** The caller's `X-Request-Id` where it is one that a log may hold, else one of ours: Node draws UUIDs in advance, which costs a request nothing. */
export function requestIdOf({ 'x-request-id': given }: IncomingHttpHeaders): string {
  const isTaken = typeof given === 'string' && REQUEST_ID.test(given) && !IDENTITY_NUMBER.test(given);
  return isTaken ? given : randomUUID();
}

/** As it came. */
export function markOf({ id, headers: { traceparent } }: Pick<FastifyRequest, 'id' | 'headers'>): RequestMark {
  return { requestId: id, traceparent: isTraceparent(traceparent) ? traceparent : undefined };
}

/** So that a caller can say which request it was, whatever came of it. */
export function sendMark(reply: FastifyReply, { requestId, traceparent }: RequestMark): void {
  reply.header('x-request-id', requestId);
  if (traceparent !== undefined) reply.header('traceparent', traceparent);
}

/** An own property: Apollo clones a context. */
const REQUEST = Symbol('request');

/** So that what Apollo says of an operation finds its request. */
export function withRequest<Context extends object>(context: Context, request: FastifyRequest): Context {
  return Object.assign(context, { [REQUEST]: request });
}

export function noteErrorCodes(context: object, codes: readonly string[]): void {
  const request = (context as { [REQUEST]?: FastifyRequest })[REQUEST];
  if (request !== undefined) request.errorCodes = [...new Set(codes)].slice(0, 10);
}
