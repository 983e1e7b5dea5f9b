import { ERRORS, type ErrorCode } from './error-codes.js';

export { ERRORS, type ErrorCode } from './error-codes.js';

/**
 * What stops the start of the process or a command of maintenance. It is told on the operator's terminal only: a caller
 * to whom such an error came all the same would be told INTERNAL.
 */
export const OPERATOR_CODES = [
  'DIRECTORY_LOCKED',
  'SCHEMA_NEWER',
  'SCHEMA_OLDER',
  'SCHEMA_CHANGED',
  'REPLICAS_RUNNING',
  'DATABASE_UNUSABLE',
  'SECRET_DIFFERS',
  'DIRECTORY_OF_ANOTHER_DATABASE',
  'DIRECTORY_EMPTY',
  'RESTORE_UNFINISHED',
  'BACKUP_DAMAGED',
  'DIRECTORY_NOT_SHARED',
] as const;

/** One wrong field: its path in the input (`input.backgrounds.0`), the code, and what would be allowed. */
export interface FieldError {
  path: string;
  code: string;
  allowed: string;
}

const MARK = Symbol.for('darkroom.error');

/** An error that a caller may see. `message` is for the developer who calls; it never holds personal data or secrets. */
export class DarkroomError extends Error {
  readonly [MARK] = true;
  /** Where it is known when the same request can succeed. */
  readonly retryAfterSeconds: number | undefined;
  constructor(
    readonly code: ErrorCode,
    message?: string,
    readonly fields: readonly FieldError[] = [],
    options?: { cause?: unknown; retryAfterSeconds?: number },
  ) {
    super(message ?? ERRORS[code].en, options);
    this.name = 'DarkroomError';
    this.retryAfterSeconds = options?.retryAfterSeconds;
  }

  /** Holds across copies of this module (worker threads, jest's module registries). */
  static is(error: unknown): error is DarkroomError {
    return typeof error === 'object' && error !== null && MARK in error;
  }
}

/** Bad input in one field. */
export function badInput(path: string, code: string, allowed: string): DarkroomError {
  return new DarkroomError('BAD_USER_INPUT', `${path}: ${code}; allowed: ${allowed}`, [{ path, code, allowed }]);
}

/** An error for the operator. The message says what to do. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError';
  constructor(
    readonly code: (typeof OPERATOR_CODES)[number],
    message: string,
  ) {
    super(message);
  }
}
