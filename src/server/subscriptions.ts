import type { IncomingMessage } from 'node:http';
import { type FormattedExecutionResult, GraphQLError, type GraphQLFormattedError } from 'graphql';
import { CloseCode } from 'graphql-ws';
import { DarkroomError } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';
import type { Documents } from './documents.js';
import { languageOf } from './language.js';
import type { RequestSource, ServerParts } from './parts.js';
import type { PresentError } from './present-error.js';
import type { GraphQLSocketOptions } from './web-socket.js';

/** GraphQL on a WebSocket, by the same rules as on HTTP: document limits, validation, context, error texts. */
export function subscriptionOptions<Context extends object>(
  parts: Pick<ServerParts<Context>, 'schema' | 'context'>,
  documents: Documents,
  present: PresentError,
): GraphQLSocketOptions {
  return {
    connectionInitWaitTimeout: LIMITS.webSocket.connectionInitMs,

    /** Whoever gets no context gets no connection. graphql-ws itself would wait here without end. */
    async onConnect({ extra, connectionParams }) {
      const timer = setTimeout(
        () => extra.close(CloseCode.ConnectionInitialisationTimeout, 'Connection initialisation timeout'),
        LIMITS.webSocket.onConnectMs,
      );
      try {
        await parts.context(sourceOf(extra.request, connectionParams));
        return true;
      } catch (error) {
        if (DarkroomError.is(error)) return false;
        throw error;
      } finally {
        clearTimeout(timer);
      }
    },

    async onSubscribe({ subscriptions, extra, connectionParams }, _id, payload) {
      try {
        if (Object.keys(subscriptions).length > LIMITS.webSocket.subscriptionsPerSocket) throw tooManyOperations();
        const document = documents.validate(payload.query);
        if (isErrors(document)) return document;
        return {
          schema: parts.schema,
          document,
          contextValue: await parts.context(sourceOf(extra.request, connectionParams)),
          variableValues: payload.variables ?? null,
          operationName: payload.operationName ?? null,
        };
      } catch (error) {
        return [new GraphQLError('The operation was refused.', { originalError: error as Error })];
      }
    },

    onNext({ extra }, _id, _payload, _args, result) {
      if (!result.errors) return;
      return { ...result, errors: presentAll(result.errors, extra.request) } as FormattedExecutionResult;
    },

    onError({ extra }, _id, _payload, errors) {
      return presentAll(errors, extra.request);
    },
  };

  function presentAll(errors: readonly GraphQLError[], request: IncomingMessage): GraphQLFormattedError[] {
    return errors.map(error => present(error, languageOf(request.headers['accept-language']), error.toJSON()));
  }
}

function sourceOf({ headers }: IncomingMessage, connectionParams: Record<string, unknown> | undefined): RequestSource {
  return {
    headers,
    language: languageOf(headers['accept-language']),
    ...(connectionParams && { connectionParams }),
  };
}

function isErrors(value: unknown): value is readonly GraphQLError[] {
  return Array.isArray(value);
}

function tooManyOperations(): DarkroomError {
  const message = `A socket carries at most ${LIMITS.webSocket.subscriptionsPerSocket} operations at a time.`;
  return new DarkroomError('OVERLOADED', message);
}
