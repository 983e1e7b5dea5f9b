import type { FaceOutcome } from '../../datasources/contract.js';
import type { ErrorCode } from '../../src/kernel/errors.js';

/**
 * What a code leads to, written down once more from the guides and their reading, apart from the data sources' own
 * tables:
 * - `NO_FACE UNKNOWN`: the task fails so, after one call that was charged so;
 * - `AGAIN`: it cost nothing, is sent again, and then all goes well;
 * - `REVIEW`: it may have been charged and the answer is lost: NEEDS_REVIEW, never sent again. Of a call that costs
 *   nothing, AGAIN;
 * - `UNEXPLAINED`: no guide has this state of paid work: NEEDS_REVIEW with what was seen, and the call stays open;
 * - `MATCH`: the task succeeds with this outcome.
 */
export type Fate = `${ErrorCode} ${'YES' | 'NO' | 'UNKNOWN'}` | 'AGAIN' | 'REVIEW' | 'UNEXPLAINED' | FaceOutcome;
export type Fates = Readonly<Record<string, Fate>>;

/** Jumei's codes where an ID photo is made. Which failures are charged is not said; a wrong parameter is taken not to be. */
export const JUMEI: Fates = {
  201: 'INVALID_INPUT UNKNOWN',
  202: 'NO_FACE UNKNOWN',
  203: 'INVALID_INPUT UNKNOWN',
  204: 'TOO_MANY_PIXELS UNKNOWN',
  205: 'NO_FACE UNKNOWN',
  206: 'NO_FACE UNKNOWN',
  207: 'INVALID_INPUT UNKNOWN',
  208: 'CONTENT_BLOCKED UNKNOWN',
  209: 'INVALID_INPUT UNKNOWN',
  210: 'INVALID_INPUT UNKNOWN',
  400: 'INVALID_INPUT NO',
  500: 'VENDOR_UNAVAILABLE UNKNOWN',
  501: 'VENDOR_UNAVAILABLE UNKNOWN',
  999: 'VENDOR_ERROR UNKNOWN',
};

/** A question about a painting says nothing of its charge: that stays what its submission said. */
export const PAINTING: Readonly<Record<'submit' | 'query', Fates>> = {
  submit: {
    201: 'VENDOR_ERROR UNKNOWN',
    202: 'CONTENT_BLOCKED UNKNOWN',
    400: 'INVALID_INPUT NO',
    500: 'VENDOR_UNAVAILABLE UNKNOWN',
    501: 'VENDOR_UNAVAILABLE UNKNOWN',
    999: 'VENDOR_ERROR UNKNOWN',
  },
  query: {
    201: 'AGAIN',
    202: 'CONTENT_BLOCKED YES',
    400: 'AGAIN',
    500: 'AGAIN',
    501: 'AGAIN',
    999: 'AGAIN',
  },
};

const LEQI_COMMON = {
  400: 'INVALID_INPUT NO',
  401: 'VENDOR_AUTH NO',
  403: 'VENDOR_AUTH NO',
  412: 'VENDOR_AUTH NO',
  417: 'QUOTA_EXHAUSTED NO',
  422: 'INVALID_INPUT NO',
  423: 'INVALID_INPUT NO',
  506: 'INVALID_INPUT NO',
} as const satisfies Fates;
export const LEQI: Readonly<Record<'make' | 'fetch', Fates>> = {
  make: { ...LEQI_COMMON, 507: 'NO_FACE NO' },
  fetch: { ...LEQI_COMMON, 507: 'INVALID_INPUT NO' },
};

/** A paid restoration is not given up because a question about it was refused. */
export const FANGTANG: Readonly<Record<'upload' | 'status' | 'download', Fates>> = {
  upload: {
    9999: 'VENDOR_AUTH NO',
    9101: 'QUOTA_EXHAUSTED NO',
    9001: 'INVALID_INPUT NO',
    9005: 'INVALID_INPUT NO',
    9006: 'AGAIN',
    9009: 'INVALID_INPUT NO',
  },
  status: { 9999: 'AGAIN', 9002: 'AGAIN', 500: 'AGAIN', 2: 'UNEXPLAINED' },
  download: { 9999: 'AGAIN', 9002: 'AGAIN', 500: 'AGAIN' },
};

/** Every answer of Fegine's is booked as charged, unless it did not look anybody up. */
export const FEGINE: Fates = {
  '1': 'MATCH',
  '2': 'UNCERTAIN',
  '3': 'MISMATCH',
  '-1': 'IDENTITY_MISMATCH',
  '-2': 'VENDOR_NOT_FOUND YES',
  '-3': 'VENDOR_NOT_FOUND YES',
  '-4': 'NO_FACE YES',
  '-5': 'INVALID_INPUT UNKNOWN',
  '203': 'VENDOR_UNAVAILABLE UNKNOWN',
  '204': 'INVALID_INPUT UNKNOWN',
  '205': 'INVALID_INPUT UNKNOWN',
  '999': 'VENDOR_ERROR UNKNOWN',
};

/** Huawei's gateway before a call that bills. `/502`: with that HTTP status, by which one code tells several things. */
export const HUAWEI: Fates = {
  'APIG.0101': 'VENDOR_NOT_FOUND NO',
  'APIG.0103': 'AGAIN',
  'APIG.0104': 'AGAIN',
  'APIG.0105': 'AGAIN',
  'APIG.0106': 'INVALID_INPUT NO',
  'APIG.0201': 'INVALID_INPUT NO',
  'APIG.0201/413': 'INVALID_INPUT NO',
  'APIG.0201/414': 'INVALID_INPUT NO',
  'APIG.0201/494': 'INVALID_INPUT NO',
  'APIG.0201/502': 'REVIEW',
  'APIG.0201/504': 'REVIEW',
  'APIG.0202': 'REVIEW',
  'APIG.0203': 'REVIEW',
  'APIG.0301': 'VENDOR_AUTH NO',
  'APIG.0302': 'VENDOR_AUTH NO',
  'APIG.0303': 'VENDOR_AUTH NO',
  'APIG.0304': 'VENDOR_AUTH NO',
  'APIG.0308': 'AGAIN',
  'APIG.0401': 'VENDOR_AUTH NO',
  'APIG.0402': 'VENDOR_AUTH NO',
  'APIG.0404': 'VENDOR_AUTH NO',
  'APIG.0501': 'QUOTA_EXHAUSTED NO',
  'APIG.0502': 'QUOTA_EXHAUSTED NO',
  'APIG.0601': 'AGAIN',
  'APIG.0602': 'AGAIN',
  'APIG.0605': 'AGAIN',
  'APIG.0705': 'AGAIN',
  'APIGW.0303': 'VENDOR_AUTH NO',
  'APIGW.0308': 'AGAIN',
};

/** The same before a question, as far as it differs or could be taken for the vendor's own answer. */
export const HUAWEI_QUESTION: Fates = {
  'APIG.0101': 'AGAIN',
  'APIG.0201/504': 'AGAIN',
  'APIG.0303': 'AGAIN',
  'APIG.0308': 'AGAIN',
  'APIG.0501': 'AGAIN',
  'APIG.0601': 'AGAIN',
};

/** The gateway of Alibaba's market; words are the classic one's, which sends no codes. */
export const ALIBABA: Fates = {
  A400AC: 'VENDOR_AUTH NO',
  A401AC: 'VENDOR_AUTH NO',
  A400MA: 'VENDOR_AUTH NO',
  I403AA: 'VENDOR_AUTH NO',
  A403EP: 'VENDOR_AUTH NO',
  B403MQ: 'QUOTA_EXHAUSTED NO',
  B403ME: 'QUOTA_EXHAUSTED NO',
  B403MI: 'QUOTA_EXHAUSTED NO',
  B403OD: 'VENDOR_UNAVAILABLE NO',
  B403MO: 'VENDOR_UNAVAILABLE NO',
  T429ID: 'AGAIN',
  T429PA: 'AGAIN',
  I404NF: 'VENDOR_NOT_FOUND NO',
  I404DO: 'VENDOR_NOT_FOUND NO',
  I400MP: 'INVALID_INPUT NO',
  I400BD: 'INVALID_INPUT NO',
  I413RL: 'INVALID_INPUT NO',
  B451DO: 'VENDOR_UNAVAILABLE NO',
  X500ER: 'AGAIN',
  X503BZ: 'AGAIN',
  D503BB: 'AGAIN',
  D502FC: 'REVIEW',
  D504TO: 'REVIEW',
  D504CO: 'AGAIN',
  'Invalid AppCode': 'VENDOR_AUTH NO',
  Unauthorized: 'VENDOR_AUTH NO',
  'Quota Exhausted': 'QUOTA_EXHAUSTED NO',
  'Quota Expired': 'QUOTA_EXHAUSTED NO',
  'User Arrears': 'QUOTA_EXHAUSTED NO',
  'Throttled by USER Flow Control': 'AGAIN',
  'Invalid Url': 'VENDOR_NOT_FOUND NO',
  'Invalid Param Location': 'INVALID_INPUT NO',
};
