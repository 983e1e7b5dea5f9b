import { randomBytes } from 'node:crypto';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Logger } from 'pino';
import { DarkroomError, ERRORS, type ErrorCode } from '../kernel/errors.js';
import type { Language } from './language.js';

/**
 * The answer to an error: code, message, whether a retry or the user can mend it, and words for the user.
 * `formatted` is what Apollo made of the error; its own codes (GRAPHQL_VALIDATION_FAILED and such) pass as they are.
 */
export type PresentError = (
  error: unknown,
  language: Language,
  formatted?: GraphQLFormattedError,
) => GraphQLFormattedError;

/** Codes of Apollo Server that are about the caller's request and say nothing of our inside. */
const REQUEST_CODES = new Set<unknown>([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'OPERATION_RESOLUTION_FAILURE',
  'BAD_REQUEST',
  'PERSISTED_QUERY_NOT_SUPPORTED',
]);

/** An error outside this table reaches the caller as INTERNAL with an incident id; the error itself goes to the log only. */
export function createErrorPresenter(log: Logger): PresentError {
  return (error, language, formatted = {} as GraphQLFormattedError) => {
    const own = findDarkroomError(error);
    if (own) {
      const fields = own.fields.length > 0 ? { fields: own.fields } : {};
      return answer(formatted, own.message, { ...describe(own.code, language), ...fields });
    }
    if (isAboutTheRequest(error, formatted)) {
      const code = formatted.extensions?.code ?? 'BAD_USER_INPUT';
      return { ...formatted, message: (error as Error).message, extensions: { ...formatted.extensions, code } };
    }
    const incident = randomBytes(8).toString('hex');
    log.error({ incident, err: rootOf(error) }, 'an unexpected error');
    return answer(formatted, ERRORS.INTERNAL.en, { ...describe('INTERNAL', language), incident });
  };
}

/** Gives a presented error the words for another language; Apollo formats errors without knowing whose request it is. */
export function localise(error: GraphQLFormattedError, language: Language): GraphQLFormattedError {
  const code = error.extensions?.code;
  if (typeof code !== 'string' || !Object.hasOwn(ERRORS, code) || !error.extensions?.userMessage) return error;
  return { ...error, extensions: { ...error.extensions, userMessage: ERRORS[code as ErrorCode][language] } };
}

function describe(code: ErrorCode, language: Language) {
  const { retryable, userFixable, [language]: userMessage } = ERRORS[code];
  return { code, retryable, userFixable, userMessage };
}

function answer(
  { locations, path }: GraphQLFormattedError,
  message: string,
  extensions: Record<string, unknown>,
): GraphQLFormattedError {
  return { message, ...(locations && { locations }), ...(path && { path }), extensions };
}

/**
 * graphql-js and Apollo raise errors about the request before any resolver runs: they have no path, and nothing but
 * another such error below them. With a path, an error came out of a resolver and is trusted only by its code.
 */
function isAboutTheRequest(error: unknown, formatted: GraphQLFormattedError): boolean {
  if (!(error instanceof GraphQLError)) return false;
  if (REQUEST_CODES.has(formatted.extensions?.code ?? error.extensions.code)) return true;
  const ownCode = error.extensions.code === undefined;
  return ownCode && !error.path && (!error.originalError || error.originalError instanceof GraphQLError);
}

function findDarkroomError(error: unknown): DarkroomError | undefined {
  let current = error;
  for (let depth = 0; depth < 8 && current; depth++) {
    if (DarkroomError.is(current)) return current;
    current = current instanceof GraphQLError ? current.originalError : undefined;
  }
  return undefined;
}

function rootOf(error: unknown): unknown {
  let current = error;
  while (current instanceof GraphQLError && current.originalError) current = current.originalError;
  return current;
}
