import { UNEXPLAINED, type Verdict } from './verdict.js';

/** Errors of the gateway itself: `APIG.` or, in its older edition, `APIGW.` before four digits. */
type GatewayCode =
  | `01${'01' | '03' | '04' | '05' | '06'}`
  | `02${'01' | '02' | '03'}`
  | `03${'01' | '02' | '03' | '04' | '05' | '06' | '07' | '08' | '10' | '11'}`
  | `04${'01' | '02' | '03' | '04'}`
  | `05${'01' | '02'}`
  | `06${'01' | '02' | '03' | '04' | '05' | '06' | '07' | '08' | '09' | '10' | '11' | '12' | '13'}`
  | '0705';

// The vendor behind the gateway never saw these requests, so they cost nothing.
const REFUSED = { billed: 'NO', safeToRetry: false } as const;
const LOGIN: Verdict = { code: 'VENDOR_AUTH', ...REFUSED };
const REQUEST: Verdict = { code: 'INVALID_INPUT', ...REFUSED };
const QUOTA: Verdict = { code: 'QUOTA_EXHAUSTED', ...REFUSED };
const TRANSIENT: Verdict = { code: 'VENDOR_UNAVAILABLE', billed: 'NO', safeToRetry: true };
/** The call reached the vendor behind the gateway, and its outcome is not known. */
const LOST: Verdict = { code: 'VENDOR_UNAVAILABLE', billed: 'UNKNOWN', safeToRetry: false, outcomeUnknown: true };

const TABLE = {
  // The address is wrong, which the operator set.
  '0101': { code: 'VENDOR_NOT_FOUND', ...REFUSED },
  '0103': TRANSIENT,
  '0104': TRANSIENT,
  '0105': TRANSIENT,
  '0106': REQUEST,
  '0201': REQUEST,
  '0202': LOST,
  '0203': LOST,
  '0301': LOGIN,
  '0302': LOGIN,
  '0303': LOGIN,
  '0304': LOGIN,
  '0305': LOGIN,
  '0306': LOGIN,
  '0307': LOGIN,
  '0308': TRANSIENT,
  '0310': LOGIN,
  '0311': LOGIN,
  '0401': LOGIN,
  '0402': LOGIN,
  '0403': LOGIN,
  '0404': LOGIN,
  '0501': QUOTA,
  '0502': QUOTA,
  '0601': TRANSIENT,
  '0602': TRANSIENT,
  '0603': TRANSIENT,
  '0604': TRANSIENT,
  '0605': TRANSIENT,
  '0606': TRANSIENT,
  '0607': TRANSIENT,
  '0608': TRANSIENT,
  '0609': TRANSIENT,
  '0610': TRANSIENT,
  '0611': TRANSIENT,
  '0612': TRANSIENT,
  '0613': TRANSIENT,
  '0705': TRANSIENT,
} as const satisfies Record<GatewayCode, Verdict>;

const HTTP_STATUS: Readonly<Record<number, Verdict>> = {
  400: REQUEST,
  401: LOGIN,
  403: LOGIN,
  404: TABLE['0101'],
  413: REQUEST,
  414: REQUEST,
  429: TRANSIENT,
  431: REQUEST,
  494: REQUEST,
};

export interface Refusal {
  /** As it is spelled: `APIG.0303`. */
  vendorCode: string;
  code: string;
  message: string;
}

/** The gateway's own error, if this answer is one. */
export function readRefusal(body: Readonly<Record<string, unknown>> | undefined): Refusal | undefined {
  const spelled = typeof body?.error_code === 'string' ? body.error_code : '';
  const code = /^APIG(?:W)?\.(\d{4})$/.exec(spelled)?.[1];
  if (code === undefined) return undefined;
  return { vendorCode: spelled, code, message: typeof body?.error_msg === 'string' ? body.error_msg : '' };
}

/** Some codes have several meanings. The HTTP status tells them apart (0201, 06xx), or the message (0308). */
export function judgeRefusal({ code, message }: Refusal, status: number): Verdict {
  if (!Object.hasOwn(TABLE, code)) return UNEXPLAINED;
  const backendWasAsked = status === 502 || status === 504;
  if (backendWasAsked && /^0(?:201|6\d\d)$/.test(code)) return LOST;
  if (code === '0308' && /quota|配额|额度/i.test(message)) return QUOTA;
  return TABLE[code as GatewayCode];
}

/** What an HTTP status means without a code; undefined for one that says nothing. */
export function judgeStatus(status: number): Verdict | undefined {
  return HTTP_STATUS[status];
}

const WINDOWS: Readonly<Record<string, number>> = { second: 1_000, minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** When to send again: `Retry-After`, else the window of `over ratelimit,limit:60,time:1 minute`. */
export function retryAfter(headers: Readonly<Record<string, string>>, message: string, nowMs: number) {
  const header = headers['retry-after'];
  if (header !== undefined) {
    const ms = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - nowMs;
    if (Number.isSafeInteger(ms)) return Math.max(0, ms);
  }
  const window = /time:\s*(\d{1,4})\s*(second|minute|hour|day)/i.exec(message);
  return window === null ? undefined : Number(window[1]) * WINDOWS[window[2]!.toLowerCase()]!;
}

/** The time in `signature expired, ... server time:20250115T120000Z`. Undefined for another refusal, empty if it is missing. */
export function serverTimeOf({ code, message }: Refusal): string | undefined {
  return code === '0303' && /signature expired/i.test(message)
    ? (/server time:\s*(\d{8}T\d{6}Z)/i.exec(message)?.[1] ?? '')
    : undefined;
}
