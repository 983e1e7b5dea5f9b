import type { Verdict } from '../kit/verdict.js';

/** `公共code返回码说明` of the guide, without 200. */
export type IdPhotoCode =
  | '201'
  | '202'
  | '203'
  | '204'
  | '205'
  | '206'
  | '207'
  | '208'
  | '209'
  | '210'
  | '400'
  | '500'
  | '501'
  | '999';

// The guide does not say which failures are charged: what is not plainly free is unknown, and never sent again.
const UNSURE = { billed: 'UNKNOWN', safeToRetry: false } as const;

/** Of the endpoint that makes an ID photo. Where the answer holds `charge`, that goes before `billed`. */
export const idPhotoCodes = {
  '201': { code: 'INVALID_INPUT', ...UNSURE },
  '202': { code: 'NO_FACE', ...UNSURE },
  '203': { code: 'INVALID_INPUT', ...UNSURE },
  '204': { code: 'TOO_MANY_PIXELS', ...UNSURE },
  '205': { code: 'NO_FACE', ...UNSURE },
  '206': { code: 'NO_FACE', ...UNSURE },
  '207': { code: 'INVALID_INPUT', ...UNSURE },
  '208': { code: 'CONTENT_BLOCKED', ...UNSURE },
  '209': { code: 'INVALID_INPUT', ...UNSURE },
  '210': { code: 'INVALID_INPUT', ...UNSURE },
  '400': { code: 'INVALID_INPUT', billed: 'NO', safeToRetry: false },
  '500': { code: 'VENDOR_UNAVAILABLE', billed: 'NO', safeToRetry: true },
  '501': { code: 'VENDOR_UNAVAILABLE', billed: 'NO', safeToRetry: true },
  '999': { code: 'VENDOR_ERROR', ...UNSURE },
} as const satisfies Record<IdPhotoCode, Verdict>;

/** The same where the vendor fetches the photo from us: 203 then means that it cannot reach us. */
export const idPhotoCodesByUrl = {
  ...idPhotoCodes,
  '203': { code: 'PUBLIC_URL_NEEDED', ...UNSURE },
} as const satisfies Record<IdPhotoCode, Verdict>;
