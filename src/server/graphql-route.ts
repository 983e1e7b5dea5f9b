import type { ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type DocumentNode, GraphQLError } from 'graphql';
import { DarkroomError, ERRORS } from '../kernel/errors.js';
import { languageOf } from '../kernel/language.js';
import { addBodyParsers, holdBody, uselessText } from './body/body-parsers.js';
import { type Documents, operationOf } from './documents.js';
import type { Gate } from './gate.js';
import type { Demand, RateState, ServerParts } from './parts.js';
import { PersistedDocuments } from './persisted-documents.js';
import { acceptJson, answerPlainly, PHOTO_URL } from './photo-route.js';
import { allowPlainGet } from './preflight.js';
import { localise, type PresentError, type PresentedError } from './present-error.js';
import type { QuickQueries, QuickRequest } from './quick-queries.js';
import { rateHeaders } from './rate-headers.js';
import { withRequest } from './request-mark.js';
import { RESPONSE_TYPE, statusOfRequestError } from './response-type.js';
import { sessionOf } from './session-cookie.js';
import type { Turns } from './turns.js';
import { namesTwice, parametersOf, parseJson, putQuery } from './url-parameters.js';

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
  quick: QuickQueries<Context>,
  documents: Documents,
  parts: Pick<ServerParts<Context>, 'context' | 'limits' | 'photoForms'>,
  present: PresentError,
  turns: Turns,
  gate: Gate,
  isStopping: () => boolean,
): void {
  const contextOf = (request: FastifyRequest) => {
    const { headers, raw, mark } = request;
    const language = languageOf(headers['accept-language']);
    return parts.context({ headers, language, session: sessionOf(gate, raw), mark });
  };
  const execute = fastifyApolloHandler(apollo, {
    context: async request => withRequest(await contextOf(request), request),
  });
  const door = new Door(parts.limits);
  const persisted = new PersistedDocuments();
  const ready = new WeakMap<FastifyRequest, QuickRequest<Context>>();
  app.decorateRequest('operationName', undefined);
  app.decorateRequest('errorCodes', undefined);
  app.register(async scope => {
    addBodyParsers(scope, parts.photoForms);
    scope.addHook('onRequest', keepNowhere);
    scope.route({
      // Apollo answers the methods that GraphQL does not use with 405 and `allow`.
      method: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
      url: '/graphql',
      // Before the body is read: whoever has no key, or nothing left of its rate, sends no photo, by whatever method.
      onRequest: async (request, reply) => {
        if (!isBodiless(request)) door.enter(request, reply, await contextOf(request));
      },
      preHandler: async (request, reply) => {
        await turns.next(request.raw.socket);
        if (request.method === 'GET') allowPlainGet(request.headers);
        trustDocument(documents, request);
        const hash = documents.areListed ? undefined : persisted.hashOf(extensionsOf(request));
        if (request.method === 'GET' && namesDocument(request, hash))
          door.enter(request, reply, await contextOf(request));
        if (hash !== undefined) findDocument(persisted, hash, request);
        const asked = readDocument(documents, request);
        if (asked !== undefined) await door.admit(request, reply, asked.demand);
        if (hash !== undefined && asked?.document) keepDocument(persisted, hash, request);
        const refusal = asked?.refusal ?? (asked?.document && checkOperation(documents, request, asked.document));
        if (asked?.document && !refusal) {
          const quickly = door.quickRequest(request, asked.document);
          if (quickly) ready.set(request, quickly);
        }
        if (refusal)
          return sendRefusal(request, reply, present(refusal, languageOf(request.headers['accept-language'])));
      },
      async handler(request, reply) {
        return holdBody(request, async () => {
          const asked = ready.get(request);
          if (asked && (await quick.answer(request, reply, asked, isStopping))) return reply;
          return finishRefusal(request, reply, await execute.call(this, request, reply));
        });
      },
    });
    if (parts.photoForms === undefined) return;
    // The same doors, and one of a few documents of our own.
    scope.post(PHOTO_URL, {
      onRequest: async (request, reply) => door.enter(request, reply, await contextOf(request)),
      preHandler: async (request, reply) => {
        requireForm(request);
        acceptJson(request);
        await turns.next(request.raw.socket);
        const { document, demand } = readDocument(documents, request)!;
        await door.admit(request, reply, demand);
        const refusal = checkOperation(documents, request, document!);
        if (refusal) throw refusal;
      },
      async handler(request, reply) {
        return holdBody(request, async () =>
          answerPlainly(reply, finishRefusal(request, reply, await execute.call(this, request, reply))),
        );
      },
    });
  });
}

/** An answer is its caller's alone, unless it says otherwise. */
function keepNowhere(_request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  reply.header('cache-control', 'no-store');
  done();
}

/** JSON would bring a document of the caller's own. Throws BAD_REQUEST. */
function requireForm({ headers }: FastifyRequest): void {
  if (!headers['content-type']?.startsWith('multipart/form-data'))
    throw new DarkroomError(
      'BAD_REQUEST',
      `POST ${PHOTO_URL} takes multipart/form-data: one file, and the fields of it.`,
    );
}

/** Counts requests at their callers, and tells them what is left. */
class Door<Context extends object> {
  readonly #callers = new WeakMap<FastifyRequest, Context>();
  readonly #rates = new WeakMap<FastifyRequest, readonly RateState[]>();

  constructor(private readonly limits: ServerParts<Context>['limits']) {}

  /** Throws RATE_LIMITED where nothing is left. */
  enter(request: FastifyRequest, reply: FastifyReply, context: Context): void {
    this.#callers.set(request, context);
    if (this.limits === undefined) return;
    request.account = this.limits.accountOf(context);
    try {
      this.limits.requireSome(context);
    } catch (error) {
      reply.headers(rateHeaders(this.limits.ratesOf(context)));
      throw error;
    }
  }

  /** A request that was admitted, as it may be answered without Apollo; undefined where it names no operation. */
  quickRequest(request: FastifyRequest, document: DocumentNode): QuickRequest<Context> | undefined {
    const { operationName, variables, extensions } = askedBy(request);
    // What is malformed is for Apollo to refuse.
    if (request.method === 'GET' && namesTwice(request)) return undefined;
    if (operationName != null && typeof operationName !== 'string') return undefined;
    if (![variables, extensions].every(value => value == null || isRecord(value))) return undefined;
    const operation = operationOf(document, operationName);
    const context = this.#callers.get(request);
    if (operation === undefined || context === undefined) return undefined;
    const rates = this.#rates.get(request) ?? [];
    return { document, operation, variables: asRecord(variables), context, rates };
  }

  /** Throws RATE_LIMITED. To be called once for each request. */
  async admit(request: FastifyRequest, reply: FastifyReply, demand: Demand): Promise<void> {
    const context = this.#callers.get(request);
    if (this.limits === undefined || context === undefined) return;
    try {
      await this.limits.admit(context, demand);
    } finally {
      const rates = this.limits.ratesOf(context);
      this.#rates.set(request, rates);
      reply.headers(rateHeaders(rates));
    }
  }
}

/**
 * With a list of trusted documents: puts the text where Apollo looks for it, and takes the other names of it away, which
 * Apollo would take for a cache of its own. Throws DOCUMENT_NOT_TRUSTED.
 */
function trustDocument(documents: Documents, request: FastifyRequest): void {
  if (!documents.areListed) return;
  const text = documents.trustedText({ ...askedBy(request), extensions: extensionsOf(request) });
  if (text !== undefined) putText(request, text);
}

/** Puts the text of a persisted query in its place. Throws PERSISTED_QUERY_NOT_FOUND, BAD_REQUEST. */
function findDocument(persisted: PersistedDocuments, hash: string, request: FastifyRequest): void {
  putText(request, persisted.textOf(callerOf(request), hash, askedBy(request).query));
}

function keepDocument(persisted: PersistedDocuments, hash: string, request: FastifyRequest): void {
  persisted.keep(callerOf(request), hash, askedBy(request).query as string);
}

/** Without keys there is one caller, which is everybody. */
function callerOf({ account }: FastifyRequest): string {
  return account?.caller ?? '';
}

/** The text where Apollo looks for it, and no other name of it. */
function putText(request: FastifyRequest, text: string): void {
  if (request.method === 'GET') {
    putQuery(request, text);
    return;
  }
  const { documentId: _, extensions: __, ...rest } = askedBy(request);
  request.body = { ...rest, query: text };
}

/**
 * The document of a request, parsed and within the limits, or what they refuse; undefined where there is none. One that
 * cannot be parsed is left to Apollo, which says why.
 */
function readDocument(
  documents: Documents,
  request: FastifyRequest,
): { document?: DocumentNode; refusal?: GraphQLError; demand: Demand } | undefined {
  const { query: source, operationName } = askedBy(request);
  if (typeof source !== 'string') return undefined;
  try {
    const document = documents.check(source);
    return { document, demand: documents.demandOf(operationOf(document, operationName)) };
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    const demand = documents.demandOf(undefined);
    return error.extensions.code === 'GRAPHQL_PARSE_FAILED' ? { demand } : { refusal: error, demand };
  }
}

/** What is wrong with the operation that is asked for, or with its values. */
function checkOperation(
  documents: Documents,
  request: FastifyRequest,
  document: DocumentNode,
): DarkroomError | undefined {
  const { operationName, variables } = askedBy(request);
  const operation = operationOf(document, operationName);
  if (operation === undefined) return undefined;
  request.operationName = operation.name?.value.slice(0, 64);
  // Executed on HTTP it would fail in the middle, as an error that nobody expected.
  if (operation.operation === 'subscription')
    throw new DarkroomError(
      'BAD_REQUEST',
      'Subscriptions are served on a WebSocket at this URL, by the protocol graphql-transport-ws (npm: graphql-ws). Without one, ask `task(id)` again, or give the mutation `waitSeconds`.',
    );
  try {
    if (request.longChars > documents.checkValues(document, operation, asRecord(variables))) throw uselessText();
    return undefined;
  } catch (error) {
    if (DarkroomError.is(error) && error.code === 'BAD_USER_INPUT') return error;
    throw error;
  }
}

function askedBy(request: FastifyRequest): Record<string, unknown> {
  return request.method === 'GET' ? parametersOf(request) : asRecord(request.body);
}

/** A GET that names none is for a page. */
function namesDocument(request: FastifyRequest, hash: string | undefined): boolean {
  return hash !== undefined || typeof askedBy(request).query === 'string';
}

function extensionsOf(request: FastifyRequest): unknown {
  const { extensions } = askedBy(request);
  return request.method === 'GET' ? parseJson(extensions as string | undefined) : extensions;
}

function asRecord(body: unknown): Record<string, unknown> {
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
}

/** Fastify reads no body of it. */
function isBodiless({ method }: FastifyRequest): boolean {
  return method === 'GET' || method === 'HEAD';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sendRefusal(request: FastifyRequest, reply: FastifyReply, error: PresentedError): FastifyReply {
  const status = statusOfRequestError(request.headers.accept);
  const type = status === 200 ? 'application/json' : RESPONSE_TYPE;
  return reply
    .code(status)
    .type(`${type}; charset=utf-8`)
    .send({ errors: [error] });
}

/**
 * What Apollo refuses before execution (a wrong method, a CSRF suspect, a context that throws) never comes to its
 * plugins: here it gets the language of the request. Apollo answers 500 to whatever the context throws.
 */
function finishRefusal(request: FastifyRequest, reply: FastifyReply, body: unknown): unknown {
  if (reply.statusCode < 400 || typeof body !== 'string') return body;
  const answer = JSON.parse(body) as { errors: PresentedError[] };
  const language = languageOf(request.headers['accept-language']);
  const [error] = answer.errors;
  if (reply.statusCode === 500 && error) reply.code(ERRORS[error.extensions.code].status);
  return JSON.stringify({ ...answer, errors: answer.errors.map(each => localise(each, language)) });
}
