import type { CombinedError } from '@urql/core';

interface ErrorLike {
  readonly message: string;
  readonly extensions?: Record<string, unknown> | undefined;
}

/** An error of the server, or NETWORK: it was not reached. `userMessage` is the server's own, in the reader's language. */
export class ApiError extends Error {
  private constructor(
    readonly code: string,
    message: string,
    readonly userMessage: string | undefined,
    readonly userFixable: boolean,
    readonly fields: readonly { path: string; allowed?: string | undefined }[],
    readonly incident: string | undefined,
  ) {
    super(message);
  }

  static of({ message, extensions: { code, userMessage, userFixable, fields, incident } = {} }: ErrorLike): ApiError {
    return new ApiError(
      String(code ?? 'INTERNAL'),
      message,
      userMessage as string | undefined,
      userFixable === true,
      (fields ?? []) as ApiError['fields'],
      incident as string | undefined,
    );
  }

  static network(message: string): ApiError {
    return new ApiError('NETWORK', message, undefined, false, [], undefined);
  }
}

export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const { graphQLErrors, message } = error as CombinedError;
  const [first] = graphQLErrors ?? [];
  return first === undefined ? ApiError.network(message) : ApiError.of(first);
}
