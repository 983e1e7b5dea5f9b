import type { FastifyInstance, FastifyRequest } from 'fastify';
import { DarkroomError } from '../../kernel/errors.js';
import { LIMITS } from '../../kernel/limits.js';
import type { Account } from '../parts.js';
import { PHOTO_URL } from '../photo-route.js';
import { forgeryRefused, hasPreflightHeader } from '../preflight.js';
import type { PhotoForms } from '../upload/photo-form.js';
import { processRequest } from '../upload/process-request.js';
import { BodyBudget, type BodyShare } from './body-budget.js';
import { declaredLength, drain } from './read-body.js';
import { readJson } from './read-json.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** At whom the body is counted. */
    account: Account | undefined;
    /** Of the budget that all bodies share. */
    bodyShare: BodyShare | undefined;
    /** The handler has the body. */
    inHandler: boolean;
    /** The characters of texts in the body that are so long that only a photo in base64 can be. */
    longChars: number;
  }
}

/** The bodies that GraphQL over HTTP and the form of photos take, JSON and multipart, read within one budget. */
export function addBodyParsers(scope: FastifyInstance, forms: PhotoForms | undefined): void {
  const budget = new BodyBudget();
  scope.decorateRequest('account', undefined);
  scope.decorateRequest('bodyShare', undefined);
  scope.decorateRequest('inHandler', false);
  scope.decorateRequest('longChars', 0);
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('application/json', async (request: FastifyRequest) => {
    const body = await readJson(request.raw, admit(budget, request), text => parse(scope, request, text));
    request.longChars = body.longChars;
    return body.value;
  });
  scope.addContentTypeParser('multipart/form-data', async (request: FastifyRequest) => {
    if (!hasPreflightHeader(request.headers)) throw forgeryRefused();
    const isForm = request.routeOptions.url === PHOTO_URL;
    return processRequest(request.raw, admit(budget, request), isForm ? forms : undefined);
  });
  scope.addHook('onRequest', (request, reply, done) => {
    // Of a refused request, or a client that went away. A handler goes on without its client, and holds the body.
    reply.raw.once('close', () => {
      if (!request.inHandler) request.bodyShare?.release();
    });
    done();
  });
  // Fastify closes the connection after a body it could not parse. On a slow line the reset would overtake the answer;
  // `drain` takes the rest of the body instead.
  scope.addHook('onError', async (_request, reply) => {
    reply.removeHeader('connection');
  });
}

/** Runs what works on the body, and gives its part of the budget back when that has ended. */
export async function holdBody<Answer>(request: FastifyRequest, work: () => Promise<Answer>): Promise<Answer> {
  request.inHandler = true;
  try {
    return await work();
  } finally {
    request.bodyShare?.release();
  }
}

/** Nothing in the document takes what made the body so large. */
export function uselessText(): DarkroomError {
  return new DarkroomError('BODY_TOO_LARGE', 'The body holds a long text that the operation does not use.');
}

function admit(budget: BodyBudget, request: FastifyRequest): BodyShare {
  try {
    request.bodyShare = budget.admit(declaredLength(request.raw), request.account);
    return request.bodyShare;
  } catch (error) {
    drain(request.raw, LIMITS.upload.bodyBytes);
    throw error;
  }
}

function parse(scope: FastifyInstance, request: FastifyRequest, text: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    scope.getDefaultJsonParser('error', 'error')(request, text, (error, value) =>
      error ? reject(error) : resolve(value),
    );
  });
}
