import type { ErrorCode } from './generated.js';

/** The shape of every error of the server. */
export interface ServerError {
  /** For developers, in English. */
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: {
    readonly code: ErrorCode;
    /** For the person in front of the screen, in the language of the client. */
    readonly userMessage: string;
    readonly fields: { path: string; code: string; allowed: string }[];
    readonly retryable: boolean;
    readonly userFixable: boolean;
    /** Of RATE_LIMITED and the like: when to ask again. */
    readonly retryAfterSeconds?: number;
    /** Of INTERNAL: finds the error in the log of the server. */
    readonly incident?: string;
  };
}

/** What all errors of this client have. */
export abstract class DarkroomError extends Error {
  /** Stable: one of the server's, or CONNECTION where no server was reached. More can be added. */
  abstract readonly code: ErrorCode | 'CONNECTION';
  /** For the person in front of the screen. */
  abstract readonly userMessage: string;
  /** Whether the same may succeed later. */
  abstract readonly retryable: boolean;
}

/** The server answered, but with errors. */
export class RequestError extends DarkroomError {
  override readonly name = 'RequestError';
  readonly code: ErrorCode;
  readonly userMessage: string;
  readonly retryable: boolean;
  /** Which fields of the input are wrong, and what they may be. */
  readonly fields: ServerError['extensions']['fields'];
  readonly retryAfterSeconds: number | undefined;

  /** @param errors at least one */
  constructor(readonly errors: readonly ServerError[]) {
    // What stands between, a proxy say, may answer in a shape of its own.
    super(errors.map(({ extensions, message }) => `${extensions?.code ?? 'ERROR'}: ${message}`).join('\n'));
    const first: Partial<ServerError['extensions']> = errors[0]?.extensions ?? {};
    this.code = first.code ?? 'INTERNAL';
    this.userMessage = first.userMessage ?? this.message;
    this.retryable = first.retryable ?? false;
    this.fields = first.fields ?? [];
    this.retryAfterSeconds = first.retryAfterSeconds;
  }
}

/** No server was reached, or what answered was none of ours: a gateway, a proxy. */
export class ConnectionError extends DarkroomError {
  override readonly name = 'ConnectionError';
  readonly code = 'CONNECTION';
  readonly retryable = true;
  readonly userMessage: string;

  /** @param status of the HTTP answer, where there was one */
  constructor(
    message: string,
    language: string,
    readonly status?: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.userMessage = language.startsWith('zh')
      ? '无法连接到服务器，请检查网络后重试。'
      : 'The server cannot be reached. Please check the network and try again.';
  }
}

/** A task came to an end other than SUCCEEDED, or waits for a person of the operator. */
export class TaskError extends DarkroomError {
  override readonly name = 'TaskError';
  readonly code: ErrorCode;
  readonly userMessage: string;
  readonly retryable: boolean;

  constructor(readonly task: EndedTask) {
    const { state, failure } = task;
    const vendorCode = failure?.vendorCode && `(${failure.vendorCode})`;
    super(`${state}: ${[failure?.code, vendorCode, failure?.message].filter(Boolean).join(' ')}`);
    this.code = failure?.code ?? 'INTERNAL';
    this.userMessage = failure?.userMessage ?? state;
    this.retryable = failure?.retryable ?? false;
  }
}

interface EndedTask {
  readonly id: string;
  readonly state: string;
  readonly failure: {
    readonly code: ErrorCode;
    readonly message: string;
    readonly userMessage: string;
    readonly retryable: boolean;
    readonly vendorCode: string | null;
  } | null;
}
