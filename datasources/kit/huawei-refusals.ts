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
const TROUBLE: Verdict = { code: 'VENDOR_UNAVAILABLE', billed: 'NO', safeToRetry: true };
/** The vendor behind the gateway was asked, and what it did is not known. */
const LOST: Verdict = { code: 'VENDOR_UNAVAILABLE', billed: 'UNKNOWN', safeToRetry: false, outcomeUnknown: true };

const TABLE = {
  // Neither the caller's fault nor a missing task: an address that an operator set is wrong.
  '0101': { code: 'VENDOR_NOT_FOUND', ...REFUSED },
  '0103': TROUBLE,
  '0104': TROUBLE,
  '0105': TROUBLE,
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
  '0308': TROUBLE,
  '0310': LOGIN,
  '0311': LOGIN,
  '0401': LOGIN,
  '0402': LOGIN,
  '0403': LOGIN,
  '0404': LOGIN,
  '0501': QUOTA,
  '0502': QUOTA,
  '0601': TROUBLE,
  '0602': TROUBLE,
  '0603': TROUBLE,
  '0604': TROUBLE,
  '0605': TROUBLE,
  '0606': TROUBLE,
  '0607': TROUBLE,
  '0608': TROUBLE,
  '0609': TROUBLE,
  '0610': TROUBLE,
  '0611': TROUBLE,
  '0612': TROUBLE,
  '0613': TROUBLE,
  '0705': TROUBLE,
} as const satisfies Record<GatewayCode, Verdict>;

const HTTP_STATUS: Readonly<Record<number, Verdict>> = {
  400: REQUEST,
  401: LOGIN,
  403: LOGIN,
  404: TABLE['0101'],
  413: REQUEST,
  414: REQUEST,
  429: TROUBLE,
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

/** The same code stands for different things, told apart by the HTTP status (0201, 06xx) or by the words (0308). */
export function judgeRefusal({ code, message }: Refusal, status: number): Verdict {
  if (!Object.hasOwn(TABLE, code)) return UNEXPLAINED;
  const backendWasAsked = status === 502 || status === 504;
  if (backendWasAsked && /^0(?:201|6\d\d)$/.test(code)) return LOST;
  if (code === '0308' && /quota|配额|额度/i.test(message)) return QUOTA;
  return TABLE[code as GatewayCode];
}

/** What an HTTP status says where no code stands beside it; undefined where it says nothing. */
export function judgeStatus(status: number): Verdict | undefined {
  return HTTP_STATUS[status];
}

const WINDOWS: Readonly<Record<string, number>> = { second: 1_000, minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** When to ask again: `Retry-After`, else the window of `over ratelimit,limit:60,time:1 minute`. */
export function retryAfter(headers: Readonly<Record<string, string>>, message: string, nowMs: number) {
  const header = headers['retry-after'];
  if (header !== undefined) {
    const ms = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - nowMs;
    if (Number.isSafeInteger(ms)) return Math.max(0, ms);
  }
  const window = /time:\s*(\d{1,4})\s*(second|minute|hour|day)/i.exec(message);
  return window === null ? undefined : Number(window[1]) * WINDOWS[window[2]!.toLowerCase()]!;
}

/** `server time:20250115T120000Z` of "signature expired"; empty if it is another refusal. */
export function serverTimeOf({ code, message }: Refusal): string | undefined {
  return code === '0303' && /signature expired/i.test(message)
    ? (/server time:\s*(\d{8}T\d{6}Z)/i.exec(message)?.[1] ?? '')
    : undefined;
}
