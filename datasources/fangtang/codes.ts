import { UNEXPLAINED, type Verdict } from '../kit/verdict.js';

export const ENDPOINTS = ['upload', 'status', 'download', 'nums'] as const;
export type FangtangEndpoint = (typeof ENDPOINTS)[number];

type UploadErrno = '9999' | '9101' | '9001' | '9005' | '9006' | '9009' | '500';
type ReadErrno = '9999' | '9002' | '500';

// "上傳失敗不扣費": an upload that failed is not charged. The other calls never are.
const REFUSED = { billed: 'NO', safeToRetry: false } as const;
const LOGIN: Verdict = { code: 'VENDOR_AUTH', ...REFUSED };
const INPUT: Verdict = { code: 'INVALID_INPUT', ...REFUSED };
const TRANSIENT: Verdict = { code: 'VENDOR_UNAVAILABLE', billed: 'NO', safeToRetry: true };
/** The upload may have been taken and charged. */
const LOST: Verdict = { code: 'VENDOR_UNAVAILABLE', billed: 'UNKNOWN', safeToRetry: false, outcomeUnknown: true };

const UPLOAD = {
  '9999': LOGIN,
  '9101': { code: 'QUOTA_EXHAUSTED', ...REFUSED },
  '9001': INPUT,
  '9005': INPUT,
  '9006': TRANSIENT,
  '9009': INPUT,
  // The guide lists 500 for the other three calls only. An upload that meets it has failed too.
  '500': { code: 'VENDOR_UNAVAILABLE', ...REFUSED },
} as const satisfies Record<UploadErrno, Verdict>;

const read = (gone: Verdict) =>
  ({ '9999': LOGIN, '9002': gone, '500': TRANSIENT }) as const satisfies Record<ReadErrno, Verdict>;

const ERRNOS: Readonly<Record<FangtangEndpoint, Readonly<Record<string, Verdict>>>> = {
  upload: UPLOAD,
  status: read({ code: 'VENDOR_NOT_FOUND', ...REFUSED }),
  // "數據已失效,請重新上傳"
  download: read({ code: 'VENDOR_RESULT_EXPIRED', ...REFUSED }),
  // Inferred: what it does not find is the third_code.
  nums: read(LOGIN),
};

/**
 * What a failure means at this endpoint: `errno` of a body with `code` 9000. "code=9000固定為失敗": an upload with an
 * errno that is not listed, or with none, has failed as well, so it is not charged.
 */
export function judgeErrno(endpoint: FangtangEndpoint, errno: string | undefined): Verdict {
  const table = ERRNOS[endpoint];
  if (errno !== undefined && Object.hasOwn(table, errno)) return table[errno]!;
  return { ...UNEXPLAINED, billed: 'NO', safeToRetry: endpoint !== 'upload' };
}

/** What a `code` that is neither 200 nor 9000 means: the guide has no others, so an upload may have been charged. */
export function judgeCode(endpoint: FangtangEndpoint): Verdict {
  return endpoint === 'upload' ? UNEXPLAINED : { ...UNEXPLAINED, billed: 'NO', safeToRetry: true };
}

/**
 * What an HTTP status means where the body is not of the guide (a proxy's page, an empty body). The guide gives no
 * statuses, so only those count that a server sends without passing the request on.
 */
export function judgeStatus(endpoint: FangtangEndpoint, status: number): Verdict {
  if (endpoint !== 'upload' || status === 429) return TRANSIENT;
  if (status === 404 || status === 405) return { code: 'VENDOR_NOT_FOUND', ...REFUSED };
  return status === 413 ? INPUT : LOST;
}

/** For the test that every code has a fixture. */
export const errnosOf = (endpoint: FangtangEndpoint): string[] => Object.keys(ERRNOS[endpoint]);
