import type { FaceOutcome } from '../contract.js';
import { UNEXPLAINED, type Verdict } from '../kit/verdict.js';

/** `错误码定义` of the guide. Results and errors share the one field `status`; it is a string. */
type OutcomeStatus = '1' | '2' | '3' | '-1';
type ErrorStatus = '-2' | '-3' | '-4' | '-5' | '203' | '204' | '205';

/** What the comparison found. No error among them: the vendor did what it was paid for. */
const OUTCOMES = {
  '1': 'MATCH',
  '2': 'UNCERTAIN',
  '3': 'MISMATCH',
  '-1': 'IDENTITY_MISMATCH',
} as const satisfies Record<OutcomeStatus, FaceOutcome>;

// The guide does not say what is charged. By the market's samples every HTTP 200 is.
const BILLED = { billed: 'YES', safeToRetry: false } as const;
const MAYBE_BILLED = { billed: 'UNKNOWN', safeToRetry: false } as const;

const ERRORS = {
  // No record, or no photo on file. No proof of fraud: people move, serve in the army, are young.
  '-2': { code: 'VENDOR_NOT_FOUND', ...BILLED },
  '-3': { code: 'VENDOR_NOT_FOUND', ...BILLED },
  '-4': { code: 'NO_FACE', ...BILLED },
  '-5': { code: 'INVALID_INPUT', ...MAYBE_BILLED },
  // "图像无法访问或到达或维护" (unreachable, or maintenance). Where we send the photo itself it is maintenance.
  '203': { code: 'VENDOR_UNAVAILABLE', ...MAYBE_BILLED },
  '204': { code: 'INVALID_INPUT', ...MAYBE_BILLED },
  '205': { code: 'INVALID_INPUT', ...MAYBE_BILLED },
} as const satisfies Record<ErrorStatus, Verdict>;

/** The outcome that a status stands for; undefined if it is an error. */
export function outcomeOf(status: string): FaceOutcome | undefined {
  return Object.hasOwn(OUTCOMES, status) ? OUTCOMES[status as OutcomeStatus] : undefined;
}

/** What a status that is no outcome means. */
export function judge(status: string): Verdict {
  return Object.hasOwn(ERRORS, status) ? ERRORS[status as ErrorStatus] : UNEXPLAINED;
}

/** For the test that every status has a fixture. */
export const STATUSES: readonly string[] = [...Object.keys(OUTCOMES), ...Object.keys(ERRORS)];
