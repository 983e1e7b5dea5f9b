import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** Codes of the errors that stand in an answer with status 200. */
    errorCodes: readonly string[] | undefined;
  }
}

/** By what a request is found again: in our log, and in the traces of whoever called. */
export interface RequestMark {
  readonly requestId: string;
  /** Of the caller, as W3C Trace Context writes it; undefined where it sent none. */
  readonly traceparent: string | undefined;
}

const REQUEST_ID = /^[\w.:=+/-]{1,128}$/;
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The caller's `X-Request-Id` where it is one that a log can hold, else one of ours. */
export function requestIdOf({ 'x-request-id': given }: IncomingHttpHeaders): string {
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomBytes(8).toString('hex');
}

export function markOf({ id, headers: { traceparent } }: Pick<FastifyRequest, 'id' | 'headers'>): RequestMark {
  const isValid = typeof traceparent === 'string' && TRACEPARENT.test(traceparent);
  return { requestId: id, traceparent: isValid ? traceparent : undefined };
}

/** So that a caller can say which request it was, whatever came of it. */
export function sendMark(reply: FastifyReply, { requestId, traceparent }: RequestMark): void {
  reply.header('x-request-id', requestId);
  if (traceparent !== undefined) reply.header('traceparent', traceparent);
}

/** The trace id of a `traceparent`. */
export const traceIdOf = (traceparent: string | undefined): string | undefined => traceparent?.split('-')[1];

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
