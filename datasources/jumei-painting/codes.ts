import type { Verdict } from '../kit/verdict.js';

/** `公共code返回码说明` of the guide, without 200. What a code costs depends on the endpoint. */
export type PaintingCode = '201' | '202' | '400' | '500' | '501' | '999';

const EVIDENCE =
  'Jumei says of the same product on its own platform that it charges by the pictures generated (showdoc.com.cn/jumdata/10897581596526050). No public page says whether a refused job is charged.';

const MAYBE_BILLED = { billed: 'UNKNOWN', safeToRetry: false, evidence: EVIDENCE } as const;
/** `billed` is about the job, and a question that is refused says nothing of it. What its submission said stays. */
const SAYS_NOTHING = { billed: 'UNKNOWN', safeToRetry: false } as const;

export const submitCodes = {
  // "taskId does not exist" makes no sense for a submission.
  '201': { code: 'VENDOR_ERROR', ...MAYBE_BILLED },
  '202': { code: 'CONTENT_BLOCKED', ...MAYBE_BILLED },
  '400': { code: 'INVALID_INPUT', billed: 'NO', safeToRetry: false },
  // Maintenance. The job may have been accepted before it, so sending it again could buy a second one.
  '500': { code: 'VENDOR_UNAVAILABLE', ...MAYBE_BILLED },
  '501': { code: 'VENDOR_UNAVAILABLE', ...MAYBE_BILLED },
  '999': { code: 'VENDOR_ERROR', ...MAYBE_BILLED },
} as const satisfies Record<PaintingCode, Verdict>;

export const queryCodes = {
  // Or expired: the caller knows how long ago it was submitted.
  '201': { code: 'VENDOR_NOT_FOUND', ...SAYS_NOTHING },
  '202': { code: 'CONTENT_BLOCKED', ...SAYS_NOTHING },
  '400': { code: 'INVALID_INPUT', ...SAYS_NOTHING },
  '500': { code: 'VENDOR_UNAVAILABLE', billed: 'UNKNOWN', safeToRetry: true },
  '501': { code: 'VENDOR_UNAVAILABLE', billed: 'UNKNOWN', safeToRetry: true },
  '999': { code: 'VENDOR_ERROR', ...SAYS_NOTHING },
} as const satisfies Record<PaintingCode, Verdict>;
