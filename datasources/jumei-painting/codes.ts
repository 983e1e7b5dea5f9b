import type { Verdict } from '../kit/verdict.js';

/** `公共code返回码说明` of the guide, without 200: one list, but what a code costs depends on the endpoint. */
export type PaintingCode = '201' | '202' | '400' | '500' | '501' | '999';

const UNSURE = { billed: 'UNKNOWN', safeToRetry: false } as const;

export const submitCodes = {
  // "taskId does not exist" has no meaning before there is one.
  '201': { code: 'VENDOR_ERROR', ...UNSURE },
  '202': { code: 'CONTENT_BLOCKED', ...UNSURE },
  '400': { code: 'INVALID_INPUT', billed: 'NO', safeToRetry: false },
  // Maintenance, but nobody says before or after the job was taken: sent again it could be a second paid job.
  '500': { code: 'VENDOR_UNAVAILABLE', ...UNSURE },
  '501': { code: 'VENDOR_UNAVAILABLE', ...UNSURE },
  '999': { code: 'VENDOR_ERROR', ...UNSURE },
} as const satisfies Record<PaintingCode, Verdict>;

/** `billed` of 201, 202 and 999 speaks of the job that was submitted: nobody says whether it is refunded. */
export const queryCodes = {
  // Expired, if we submitted it longer ago than the vendor keeps it: whoever knows the age says so.
  '201': { code: 'VENDOR_NOT_FOUND', ...UNSURE },
  '202': { code: 'CONTENT_BLOCKED', ...UNSURE },
  '400': { code: 'INVALID_INPUT', billed: 'NO', safeToRetry: false },
  '500': { code: 'VENDOR_UNAVAILABLE', billed: 'NO', safeToRetry: true },
  '501': { code: 'VENDOR_UNAVAILABLE', billed: 'NO', safeToRetry: true },
  '999': { code: 'VENDOR_ERROR', ...UNSURE },
} as const satisfies Record<PaintingCode, Verdict>;
