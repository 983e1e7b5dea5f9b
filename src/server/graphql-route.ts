import type { ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError } from 'graphql';
import { DarkroomError, ERRORS } from '../kernel/errors.js';
import { languageOf } from '../kernel/language.js';
import { RESPONSE_TYPE, statusOfRequestError } from './apollo.js';
import { addBodyParsers, holdBody, uselessText } from './body/body-parsers.js';
import { type Documents, operationOf } from './documents.js';
import type { ServerParts } from './parts.js';
import { allowPlainGet } from './preflight.js';
import { localise, type PresentError, type PresentedError } from './present-error.js';
import type { Turns } from './turns.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** For the log: a name by GraphQL's grammar, never a free text of the caller. */
    operationName: string | undefined;
  }
}

/** GraphQL over HTTP at /graphql: JSON and multipart bodies, and GET for queries. */
export function addGraphQLRoute<Context extends object>(
  app: FastifyInstance,
  apollo: ApolloServer<Context>,
  documents: Documents,
  context: ServerParts<Context>['context'],
  present: PresentError,
  turns: Turns,
): void {
  const execute = fastifyApolloHandler(apollo, {
    context: async ({ headers }) => context({ headers, language: languageOf(headers['accept-language']) }),
  });
  app.decorateRequest('operationName', undefined);
  app.register(async scope => {
    addBodyParsers(scope);
    scope.route({
      // Apollo answers the methods that GraphQL does not use with 405 and `allow`.
      method: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
      url: '/graphql',
      // Before the body is read: whoever has no key sends no photo.
      onRequest: async ({ method, headers }) => {
        if (method === 'POST') await context({ headers, language: languageOf(headers['accept-language']) });
      },
      preHandler: async (request, reply) => {
        await turns.next(request.raw.socket);
        if (request.method === 'GET') allowPlainGet(request.headers);
        trustDocument(documents, request);
        const refusal = checkDocument(documents, request);
        if (refusal)
          return sendRefusal(request, reply, present(refusal, languageOf(request.headers['accept-language'])));
      },
      async handler(request, reply) {
        return holdBody(request, async () => finishRefusal(request, reply, await execute.call(this, request, reply)));
      },
    });
  });
}

/**
 * With a list of trusted documents: puts the text where Apollo looks for it, and takes the other names of it away, which
 * Apollo would take for a cache that it does not have. Throws DOCUMENT_NOT_TRUSTED.
 */
function trustDocument(documents: Documents, request: FastifyRequest): void {
  const asked = request.method === 'GET' ? parametersOf(request) : asRecord(request.body);
  const extensions = request.method === 'GET' ? parseJson(asked.extensions as string | undefined) : asked.extensions;
  const text = documents.trustedText({ ...asked, extensions });
  if (text === undefined) return;
  if (request.method !== 'GET') {
    const { documentId: _, extensions: __, ...rest } = asked;
    request.body = { ...rest, query: text };
    return;
  }
  const url = new URL(request.url, 'http://localhost');
  url.searchParams.set('query', text);
  for (const name of ['documentId', 'extensions']) url.searchParams.delete(name);
  request.raw.url = url.pathname + url.search;
}

/** What the limits of documents and values say; a document that cannot be parsed is left to Apollo, which says why. */
function checkDocument(documents: Documents, request: FastifyRequest): GraphQLError | DarkroomError | undefined {
  const {
    query: source,
    operationName,
    variables,
  } = request.method === 'GET' ? parametersOf(request) : asRecord(request.body);
  if (typeof source !== 'string') return undefined;
  try {
    const document = documents.check(source);
    const operation = operationOf(document, operationName);
    request.operationName = operation?.name?.value.slice(0, 64);
    // Executed on HTTP it would fail in the middle, as an error that nobody expected.
    if (operation?.operation === 'subscription')
      throw new DarkroomError('BAD_REQUEST', 'Subscriptions are served on a WebSocket at this URL.');
    const longChars = operation ? documents.checkValues(document, operation, asRecord(variables)) : 0;
    if (operation && request.longChars > longChars) throw uselessText();
  } catch (error) {
    if (DarkroomError.is(error) && error.code === 'BAD_USER_INPUT') return error;
    if (!(error instanceof GraphQLError)) throw error;
    if (error.extensions.code !== 'GRAPHQL_PARSE_FAILED') return error;
  }
  return undefined;
}

/** Decoded as Apollo does it: what Fastify makes of a malformed escape differs, and the limits would see another text. */
function parametersOf({ url }: FastifyRequest): Record<string, unknown> {
  const parameters = Object.fromEntries(new URL(url, 'http://localhost').searchParams);
  return { ...parameters, variables: parseJson(parameters.variables) };
}

/** Undefined where it is none: Apollo says so. */
function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function asRecord(body: unknown): Record<string, unknown> {
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
}

function sendRefusal(request: FastifyRequest, reply: FastifyReply, error: PresentedError): FastifyReply {
  const status = statusOfRequestError(request.headers.accept);
  const type = status === 200 ? 'application/json' : RESPONSE_TYPE;
  return reply
    .code(status)
    .type(`${type}; charset=utf-8`)
    .header('cache-control', 'no-store')
    .send({ errors: [error] });
}

/**
 * What Apollo refuses before execution (a wrong method, a CSRF suspect, a context that throws) never comes to its
 * plugins: here it gets the language of the request. Apollo answers 500 to whatever the context throws.
 */
function finishRefusal(request: FastifyRequest, reply: FastifyReply, body: unknown): unknown {
  if (reply.statusCode < 400 || typeof body !== 'string') return body;
  reply.header('cache-control', 'no-store');
  const answer = JSON.parse(body) as { errors: PresentedError[] };
  const language = languageOf(request.headers['accept-language']);
  const [error] = answer.errors;
  if (reply.statusCode === 500 && error) reply.code(ERRORS[error.extensions.code].status);
  return JSON.stringify({ ...answer, errors: answer.errors.map(each => localise(each, language)) });
}
