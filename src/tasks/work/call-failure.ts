import { DarkroomError } from '../../kernel/errors.js';
import { VendorError, type VendorFacts } from '../../kernel/vendor-error.js';
import { UnreachableError } from '../../net/download.js';
import type { AttemptRow } from '../../store/attempt-rows.js';
import type { TaskFailure } from '../../store/task.js';

/** Errors of a vendor as such, after which another one may well do it. */
export const FAILOVER = new Set([
  'VENDOR_AUTH',
  'QUOTA_EXHAUSTED',
  'VENDOR_UNAVAILABLE',
  'VENDOR_NOT_FOUND',
  'PUBLIC_URL_NEEDED',
]);
/** Answers about the work itself, after which there will be no result. What is said of our question or of its id is none. */
const FINAL_ANSWERS = new Set(['NO_FACE', 'CONTENT_BLOCKED', 'CORRUPT_IMAGE']);

/** Whether the vendor has told of paid work that nothing will come of it. */
export function endsWork(error: unknown): boolean {
  return DarkroomError.is(error) && FINAL_ANSWERS.has(error.code);
}

export function factsOf(error: unknown, bills: boolean): VendorFacts {
  if (VendorError.is(error))
    return bills
      ? error.facts
      : { ...error.facts, billed: 'NO', safeToRetry: error.facts.safeToRetry || error.facts.outcomeUnknown === true };
  // Our own errors come before anything is sent, or from work that costs nothing.
  return {
    billed: DarkroomError.is(error) || !bills ? 'NO' : 'UNKNOWN',
    safeToRetry: false,
    outcomeUnknown: !DarkroomError.is(error),
  };
}

export function loggable(error: unknown): Record<string, unknown> {
  if (VendorError.is(error)) {
    const { vendorCode, requestId, vendorMessage } = error.facts;
    return { code: error.code, vendorCode, requestId, vendorMessage };
  }
  return DarkroomError.is(error) ? { code: error.code } : { err: error };
}

export function failureOf(attempt: AttemptRow): TaskFailure {
  return {
    code: attempt.code ?? 'INTERNAL',
    message: attempt.message ?? '',
    vendorCode: attempt.vendorCode ?? undefined,
    mayBeCharged: attempt.billed !== 'NO',
  };
}

export function backoffMs(ms: number): number {
  const bounded = Math.min(Math.max(ms, 1_000), 60_000);
  return bounded * (0.5 + Math.random() / 2);
}

/** What a caller is told. Where it may have been charged, trying again is the caller's decision and not advice of ours. */
export function toFailure(error: DarkroomError, facts: VendorFacts, billed: string): TaskFailure {
  return { code: error.code, message: error.message, vendorCode: facts.vendorCode, mayBeCharged: billed !== 'NO' };
}

/** The vendor's own count before a call and after its answer was lost. Evidence and no proof: other calls count as well. */
export function withCounts(message: string, before: number | null, after: number | undefined): string {
  if (before === null || after === undefined) return message;
  return `${message} The vendor counted ${before} units left before it and ${after} after it, other calls of the account included.`;
}

/** Whether a server answered the download, though not with the picture. Without an answer our own network may be down. */
export function wasAnswered(error: unknown): boolean {
  if (error instanceof UnreachableError) return error.httpStatus !== undefined;
  return DarkroomError.is(error) && UNUSABLE_RESULTS.has(error.code);
}

const UNUSABLE_RESULTS = new Set([
  'EMPTY_FILE',
  'NOT_AN_IMAGE',
  'CORRUPT_IMAGE',
  'UNSUPPORTED_FORMAT',
  'URL_NOT_ALLOWED',
  'FILE_TOO_LARGE',
  'TOO_FEW_PIXELS',
  'TOO_MANY_PIXELS',
]);
