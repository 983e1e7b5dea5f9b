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

const EVIDENCE =
  'No public page says which codes of this product are charged. Other products of Jumei tell it with each answer, as `charge: true` or `charge: false` (showdoc.com.cn/jumdata/11558743093476574); this answer did not.';

// The guide does not say which failures are charged, so these may be, and are not sent again.
const MAYBE_BILLED = { billed: 'UNKNOWN', safeToRetry: false, evidence: EVIDENCE } as const;

/** Of the endpoint that makes an ID photo. `charge` of an answer overrides `billed`. */
export const idPhotoCodes = {
  '201': { code: 'INVALID_INPUT', ...MAYBE_BILLED },
  '202': { code: 'NO_FACE', ...MAYBE_BILLED },
  '203': { code: 'INVALID_INPUT', ...MAYBE_BILLED },
  '204': { code: 'TOO_MANY_PIXELS', ...MAYBE_BILLED },
  '205': { code: 'NO_FACE', ...MAYBE_BILLED },
  '206': { code: 'NO_FACE', ...MAYBE_BILLED },
  '207': { code: 'INVALID_INPUT', ...MAYBE_BILLED },
  '208': { code: 'CONTENT_BLOCKED', ...MAYBE_BILLED },
  '209': { code: 'INVALID_INPUT', ...MAYBE_BILLED },
  '210': { code: 'INVALID_INPUT', ...MAYBE_BILLED },
  '400': { code: 'INVALID_INPUT', billed: 'NO', safeToRetry: false },
  // Maintenance. The photo may have been made before it.
  '500': { code: 'VENDOR_UNAVAILABLE', ...MAYBE_BILLED },
  '501': { code: 'VENDOR_UNAVAILABLE', ...MAYBE_BILLED },
  '999': { code: 'VENDOR_ERROR', ...MAYBE_BILLED },
} as const satisfies Record<IdPhotoCode, Verdict>;

/** For calls in which the vendor fetches the photo from us: 203 then means that it cannot reach us. */
export const idPhotoCodesByUrl = {
  ...idPhotoCodes,
  '203': { code: 'PUBLIC_URL_NEEDED', ...MAYBE_BILLED },
} as const satisfies Record<IdPhotoCode, Verdict>;
