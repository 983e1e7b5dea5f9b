import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { languageOf } from '../kernel/language.js';
import { LIMITS } from '../kernel/limits.js';
import { PARSE_OPTIONS, validationOptions } from './documents.js';
import type { ServerParts } from './parts.js';
import { PREFLIGHT_HEADERS } from './preflight.js';
import { localise, type PresentError, type PresentedError } from './present-error.js';
import { withRates } from './rate-headers.js';
import { noteErrorCodes } from './request-mark.js';
import { statusOfRequestError } from './response-type.js';
import { sandboxPage } from './sandbox-page.js';
import type { Turns } from './turns.js';

const REQUEST_ERRORS = new Set<unknown>(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT']);

/**
 * Apollo Server with what its defaults make depend on NODE_ENV or on keys in the environment set by hand: nothing is
 * reported to anyone, no answer holds a stack. The cacheControl plugin is off because it wraps every field (twice the
 * time on a list of 200).
 */
export function createApollo<Context extends object>(
  parts: Pick<ServerParts<Context>, 'schema' | 'introspection' | 'graphiql' | 'sampleQuery' | 'log' | 'limits'>,
  present: PresentError,
  turns: Turns,
  isAnswered: (source: string) => void,
): ApolloServer<Context> {
  const { schema, introspection, graphiql, sampleQuery, log, limits } = parts;
  return new ApolloServer<Context>({
    schema,
    introspection,
    hideSchemaDetailsFromClientErrors: !introspection,
    includeStacktraceInErrorResponses: false,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    csrfPrevention: { requestHeaders: PREFLIGHT_HEADERS },
    parseOptions: PARSE_OPTIONS,
    validationOptions: validationOptions(introspection),
    maxRecursiveSelections: LIMITS.graphql.expandedFields,
    // It is not told whose request it is; see `localise`.
    formatError: (_formatted, error) => present(error, 'en'),
    logger: log,
    stopOnTerminationSignals: false,
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      answerForHttp(limits),
      executeInTurn(turns),
      tellAnswered(isAnswered),
      graphiql ? sandbox(sampleQuery) : ApolloServerPluginLandingPageDisabled(),
    ],
  });
}

function answerForHttp<Context extends object>(limits: ServerParts<Context>['limits']): ApolloServerPlugin<Context> {
  const requestDidStart: ApolloServerPlugin<Context>['requestDidStart'] = async ({ contextValue }) => {
    return {
      async willSendResponse({ request, response }) {
        if (response.body.kind !== 'single') return;
        const result = response.body.singleResult;
        const extensions = limits && withRates(result.extensions, limits.ratesOf(contextValue));
        if (extensions) result.extensions = { ...extensions };
        const headers = request.http?.headers;
        if (!result.errors) return;
        noteErrorCodes(
          contextValue,
          result.errors.map(error => String(error.extensions?.code)),
        );
        const language = languageOf(headers?.get('accept-language'));
        result.errors = result.errors.map(error => localise(error as PresentedError, language));
        if (response.http.status === 400 && REQUEST_ERRORS.has(result.errors[0]?.extensions?.code)) {
          response.http.status = statusOfRequestError(headers?.get('accept'));
        }
      },
    };
  };
  return { requestDidStart };
}

/** Validation and execution are the two long steps of a request; other work may run between them. */
function executeInTurn(turns: Turns): ApolloServerPlugin {
  return {
    async requestDidStart({ contextValue }) {
      return { didResolveOperation: () => turns.next(contextValue) };
    },
  };
}

/** Of an operation that was executed without an error. */
function tellAnswered(isAnswered: (source: string) => void): ApolloServerPlugin {
  return {
    async requestDidStart() {
      return {
        async willSendResponse({ operation, source, response: { body } }) {
          if (operation && source !== undefined && body.kind === 'single' && !body.singleResult.errors)
            isAnswered(source);
        },
      };
    },
  };
}

function sandbox(sampleQuery: string | undefined): ApolloServerPlugin {
  return {
    async serverWillStart() {
      return {
        async renderLandingPage() {
          return { html: async () => sandboxPage(sampleQuery) };
        },
      };
    },
  };
}
