import { randomBytes } from 'node:crypto';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Logger } from 'pino';
import { DarkroomError, ERRORS, type ErrorCode, type FieldError } from '../kernel/errors.js';
import type { Language } from '../kernel/language.js';
import { SIGNALS } from '../kernel/signals.js';
import { isArgumentError, withoutValues } from './request-error.js';

/** The one shape of every error that leaves the server, on whichever way. */
export interface PresentedError extends Pick<GraphQLFormattedError, 'locations' | 'path'> {
  /** For developers, in English. */
  readonly message: string;
  readonly extensions: {
    readonly code: ErrorCode;
    /** For the person in front of the screen, in the language of the caller. */
    readonly userMessage: string;
    /** The fields of the input that are wrong; empty where none is named. */
    readonly fields: readonly FieldError[];
    readonly retryable: boolean;
    readonly userFixable: boolean;
    /** Where it is known when the same request can succeed. */
    readonly retryAfterSeconds?: number;
    /** Of INTERNAL only: finds the error in the log. */
    readonly incident?: string;
  };
}

export type PresentError = (error: unknown, language: Language) => PresentedError;

/** Codes that graphql-js and Apollo Server give to errors about the request. Their messages tell nothing of the inside. */
const REQUEST_CODES: readonly ErrorCode[] = [
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'OPERATION_RESOLUTION_FAILURE',
];

/** Codes for what a library refuses with an HTTP status alone; each stands for its status in the table. */
const HTTP_CODES: readonly ErrorCode[] = [
  'NOT_FOUND',
  'METHOD_NOT_ALLOWED',
  'NOT_ACCEPTABLE',
  'REQUEST_TIMEOUT',
  'BODY_TOO_LARGE',
  'URI_TOO_LONG',
  'UNSUPPORTED_MEDIA_TYPE',
  'HEADERS_TOO_LARGE',
];

export function codeOfStatus(status: number | undefined): ErrorCode {
  return HTTP_CODES.find(code => ERRORS[code].status === status) ?? 'BAD_REQUEST';
}

/** An error that is not for callers goes out as INTERNAL with an incident id; the error itself goes to the log only. */
export function createErrorPresenter(log: Logger): PresentError {
  const present = presenterOf(log);
  return (error, language) => {
    const presented = present(error, language);
    SIGNALS.error.tell({ code: presented.extensions.code });
    return presented;
  };
}

function presenterOf(log: Logger): PresentError {
  return (error, language) => {
    const where = placeOf(error);
    const own = findDarkroomError(error);
    if (own) {
      const { code, message, fields, retryAfterSeconds } = own;
      const later = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
      return { message, ...where, extensions: { ...describe(code, language), fields, ...later } };
    }
    const code = requestCodeOf(error);
    if (code) return { message: withoutValues(error as GraphQLError), ...where, extensions: describe(code, language) };
    const incident = randomBytes(8).toString('hex');
    log.error({ incident, err: rootOf(error) }, 'an unexpected error');
    return { message: ERRORS.INTERNAL.en, ...where, extensions: { ...describe('INTERNAL', language), incident } };
  };
}

/** A presented error in another language: Apollo formats errors without knowing whose request it is. */
export function localise(error: PresentedError, language: Language): PresentedError {
  const { code } = error.extensions;
  return { ...error, extensions: { ...error.extensions, userMessage: (ERRORS[code] ?? ERRORS.INTERNAL)[language] } };
}

function describe(code: ErrorCode, language: Language): PresentedError['extensions'] {
  const { retryable, userFixable, [language]: userMessage } = ERRORS[code];
  return { code, userMessage, fields: [], retryable, userFixable };
}

function placeOf(error: unknown): Pick<PresentedError, 'locations' | 'path'> {
  if (!(error instanceof GraphQLError)) return {};
  const { locations, path } = error.toJSON();
  return { ...(locations && { locations }), ...(path && { path }) };
}

/**
 * graphql-js and Apollo raise errors about the request before any resolver runs: they have no path, and nothing but
 * another such error below them. With a path, an error came out of a resolver and is trusted only by its code, or it
 * is about an argument, which graphql-js looks at last.
 */
function requestCodeOf(error: unknown): ErrorCode | undefined {
  if (!(error instanceof GraphQLError)) return undefined;
  const { code, http } = error.extensions as { code?: unknown; http?: { status?: number } };
  if (code === 'BAD_REQUEST') return codeOfStatus(http?.status);
  const known = REQUEST_CODES.find(candidate => candidate === code);
  if (known) return known;
  const ofGraphQL = !error.path && (!error.originalError || error.originalError instanceof GraphQLError);
  return code === undefined && (ofGraphQL || isArgumentError(error)) ? 'BAD_USER_INPUT' : undefined;
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
