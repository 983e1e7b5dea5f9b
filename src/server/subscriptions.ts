import { type ExecutionArgs, type FormattedExecutionResult, GraphQLError } from 'graphql';
import { CloseCode } from 'graphql-ws';
import { DarkroomError } from '../kernel/errors.js';
import { findLanguage, languageOf } from '../kernel/language.js';
import { LIMITS } from '../kernel/limits.js';
import { CallerSockets } from './caller-sockets.js';
import { type Documents, operationOf } from './documents.js';
import type { RequestSource, ServerParts } from './parts.js';
import type { PresentError, PresentedError } from './present-error.js';
import { withRates } from './rate-headers.js';
import type { Turns } from './turns.js';
import type { GraphQLSocketOptions, SocketExtra } from './web-socket.js';

/** GraphQL on a WebSocket, by the same rules as on HTTP: rates, document limits, validation, context, error texts. */
export function subscriptionOptions<Context extends object>(
  parts: Pick<ServerParts<Context>, 'schema' | 'context' | 'limits' | 'maxSockets'>,
  documents: Documents,
  present: PresentError,
  turns: Turns,
): GraphQLSocketOptions {
  const sockets = new CallerSockets(parts.maxSockets);
  return {
    connectionInitWaitTimeout: LIMITS.webSocket.connectionInitMs,

    onConnect: connection => admit(connection, parts, sockets, present),

    async onSubscribe(connection, _id, payload) {
      try {
        return await begin(connection, payload);
      } catch (error) {
        return [new GraphQLError('The operation was refused.', { originalError: error as Error })];
      }
    },

    onNext(connection, _id, _payload, args, result) {
      const extensions = ratesOf(args);
      if (!result.errors && !extensions) return;
      const errors = result.errors && { errors: presentAll(result.errors, connection) };
      return { ...result, ...errors, ...extensions } as FormattedExecutionResult;
    },

    onError(connection, _id, _payload, errors) {
      return presentAll(errors, connection);
    },
  };

  async function begin(connection: Connection, payload: Payload): Promise<ExecutionArgs | readonly GraphQLError[]> {
    if (connection.extra.running > LIMITS.webSocket.subscriptionsPerSocket) throw tooManyOperations();
    await turns.next(connection.extra);
    const contextValue = await parts.context(sourceOf(connection));
    sockets.requireOperation(parts.limits?.accountOf(contextValue));
    const document = documents.read(documents.trustedText(payload) ?? payload.query);
    const operation = isErrors(document) ? undefined : operationOf(document, payload.operationName);
    await parts.limits?.admit(contextValue, documents.demandOf(operation));
    if (isErrors(document)) return document;
    const errors = documents.errorsOf(document);
    if (errors.length > 0) return errors;
    if (!operation) return [noOperation()];
    documents.checkValues(document, operation, payload.variables ?? {});
    // As on HTTP: other work may run between validation and execution.
    await turns.next(connection.extra);
    return {
      schema: parts.schema,
      document,
      contextValue,
      variableValues: payload.variables ?? null,
      operationName: payload.operationName ?? null,
    };
  }

  /** Each answer tells what is left; an event of a subscription would tell it over and over. */
  function ratesOf({ document, operationName, contextValue }: ExecutionArgs): object | undefined {
    if (!parts.limits || operationOf(document, operationName)?.operation === 'subscription') return undefined;
    const extensions = withRates(undefined, parts.limits.ratesOf(contextValue as Context));
    return extensions && { extensions };
  }

  function presentAll(errors: readonly GraphQLError[], connection: Connection): PresentedError[] {
    const { language } = sourceOf(connection);
    return errors.map(error => present(error, language));
  }
}

/**
 * A connection without a context is refused. The protocol has no message for that, so the code of the error is the reason
 * in the close frame. A context that never comes would leave the client waiting: graphql-ws has no limit of time here.
 */
async function admit<Context extends object>(
  connection: Connection,
  { context, limits }: Pick<ServerParts<Context>, 'context' | 'limits'>,
  sockets: CallerSockets,
  present: PresentError,
): Promise<boolean> {
  const { extra } = connection;
  const timer = setTimeout(
    () => extra.close(CloseCode.ConnectionInitialisationTimeout, 'Connection initialisation timeout'),
    LIMITS.webSocket.onConnectMs,
  );
  try {
    const known = await context(sourceOf(connection));
    const account = limits?.accountOf(known);
    sockets.open(account, extra);
    extra.closed.then(() => sockets.close(account, extra));
    watch(connection, context, present);
    return true;
  } catch (error) {
    const { code } = present(error, 'en').extensions;
    extra.close(closeCodeOf(code), code);
    return false;
  } finally {
    clearTimeout(timer);
  }
}

/** A key that is revoked or past its time closes its sockets, which would go on being told of tasks. */
function watch(connection: Connection, context: ServerParts<object>['context'], present: PresentError): void {
  const { extra } = connection;
  const timer = setInterval(async () => {
    try {
      await context(sourceOf(connection));
    } catch (error) {
      const { code } = present(error, 'en').extensions;
      // A database that is away says nothing of the key.
      if (code === 'UNAUTHENTICATED') extra.close(CloseCode.Unauthorized, code);
    }
  }, LIMITS.access.socketMs);
  timer.unref();
  extra.closed.then(() => clearInterval(timer));
}

function closeCodeOf(code: string): CloseCode {
  if (code === 'UNAUTHENTICATED') return CloseCode.Unauthorized;
  return code === 'INTERNAL' ? CloseCode.InternalServerError : CloseCode.Forbidden;
}

interface Payload {
  readonly query: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: Record<string, unknown> | null | undefined;
  readonly extensions?: Record<string, unknown> | null | undefined;
}

interface Connection {
  readonly extra: SocketExtra;
  readonly connectionParams?: Readonly<Record<string, unknown>> | undefined;
}

/** A page cannot set the headers of a WebSocket, so `connectionParams.language` goes before Accept-Language. */
function sourceOf({ extra, connectionParams }: Connection): RequestSource {
  const { headers, session } = extra;
  return {
    headers,
    session,
    language: findLanguage(connectionParams?.language) ?? languageOf(headers['accept-language']),
    ...(connectionParams && { connectionParams }),
  };
}

function isErrors(value: unknown): value is readonly GraphQLError[] {
  return Array.isArray(value);
}

/** As Apollo says it on HTTP. */
function noOperation(): GraphQLError {
  return new GraphQLError('The document has no such operation, or several and `operationName` names none.', {
    extensions: { code: 'OPERATION_RESOLUTION_FAILURE' },
  });
}

function tooManyOperations(): DarkroomError {
  const message = `A socket carries at most ${LIMITS.webSocket.subscriptionsPerSocket} operations at a time.`;
  return new DarkroomError('OVERLOADED', message);
}
