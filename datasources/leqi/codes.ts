import { UNEXPLAINED, type Verdict } from '../kit/verdict.js';

/**
 * 400, 422, 423, 506 and 507 are in the guide. 401, 403, 412 and 417 are in the public documentation of the vendor's
 * other products.
 */
type LeqiCode = '400' | '401' | '403' | '412' | '417' | '422' | '423' | '506' | '507';

// "此接口请求无水印照片时才扣次": only a clean photo that was delivered is charged, so no failure is.
const REFUSED = { billed: 'NO', safeToRetry: false } as const;
const LOGIN: Verdict = { code: 'VENDOR_AUTH', ...REFUSED };
const INPUT: Verdict = { code: 'INVALID_INPUT', ...REFUSED };
const QUOTA: Verdict = { code: 'QUOTA_EXHAUSTED', ...REFUSED };

const MAKE = {
  '400': INPUT,
  '401': LOGIN,
  '403': LOGIN,
  '412': LOGIN,
  '417': QUOTA,
  '422': INPUT,
  '423': INPUT,
  '506': INPUT,
  // "重新上传一张照片" (upload another photo) is the remedy for a photo without a usable face.
  '507': { code: 'NO_FACE', ...REFUSED },
} as const satisfies Record<LeqiCode, Verdict>;

const FETCH = { ...MAKE, '507': INPUT } as const satisfies Record<LeqiCode, Verdict>;

const ENDPOINTS: Readonly<Record<LeqiEndpoint, Record<LeqiCode, Verdict>>> = { make: MAKE, fetch: FETCH };
export type LeqiEndpoint = 'make' | 'fetch';

/** What a code other than 200 means at this endpoint. */
export function judge(endpoint: LeqiEndpoint, code: string): Verdict {
  const table = ENDPOINTS[endpoint];
  if (Object.hasOwn(table, code)) return table[code as LeqiCode];
  return endpoint === 'make' ? { ...UNEXPLAINED, billed: 'NO' } : UNEXPLAINED;
}

/** For the test that every code has a fixture. */
export const codesOf = (endpoint: LeqiEndpoint): string[] => Object.keys(ENDPOINTS[endpoint]);
