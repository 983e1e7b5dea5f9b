import { UNEXPLAINED, type Verdict } from './verdict.js';

/** Why the gateway of the Alibaba Cloud market refused a call, or does not know how it ended. */
type Refusal =
  | 'PACKAGE'
  | 'PROVIDER'
  | 'THROTTLED'
  | 'APP_CODE'
  | 'NO_SUCH_API'
  | 'NOT_ALLOWED'
  | 'TOO_LARGE'
  | 'BAD_REQUEST'
  | 'BLOCKED'
  | 'UNREACHABLE'
  | 'LOST'
  | 'BUSY';

interface RefusalRule {
  verdict: Verdict;
  /** Beginnings of X-Ca-Error-Code (VPC instances). */
  codes: readonly string[];
  /** Beginnings of X-Ca-Error-Message (classic instances, which send no code), in lower case. */
  messages: readonly string[];
}

// The vendor behind the gateway never saw these calls, so they cost nothing.
const REFUSED = { billed: 'NO', safeToRetry: false } as const;
const UNAVAILABLE: Verdict = { code: 'VENDOR_UNAVAILABLE', ...REFUSED };
const TRANSIENT: Verdict = { code: 'VENDOR_UNAVAILABLE', billed: 'NO', safeToRetry: true };
/** The call reached the vendor behind the gateway, and its outcome is not known. */
export const LOST: Verdict = {
  code: 'VENDOR_UNAVAILABLE',
  billed: 'UNKNOWN',
  safeToRetry: false,
  outcomeUnknown: true,
};

/**
 * The first rule that matches counts, so the narrower ones stand first. Sources: the gateway's error code table
 * (alibabacloud.com/help, "Error codes for API Gateway instances of the VPC type") and, for the messages, that of the
 * classic instances. Messages are matched by their beginning, since some end with what was sent: Invalid AppCode `...`.
 */
const REFUSALS = {
  PACKAGE: {
    verdict: { code: 'QUOTA_EXHAUSTED', ...REFUSED },
    codes: ['B403MQ', 'B403ME', 'B403MI'],
    messages: ['quota exhausted', 'quota expired', 'api market subscription', 'user arrears'],
  },
  PROVIDER: { verdict: UNAVAILABLE, codes: ['B403OD', 'B403MO'], messages: [] },
  THROTTLED: { verdict: TRANSIENT, codes: ['T429'], messages: ['throttled by'] },
  APP_CODE: {
    verdict: { code: 'VENDOR_AUTH', ...REFUSED },
    codes: ['A400', 'A401', 'A403'],
    messages: ['invalid appcode', 'need authorization'],
  },
  NO_SUCH_API: {
    verdict: { code: 'VENDOR_NOT_FOUND', ...REFUSED },
    codes: ['I404'],
    messages: ['invalid url', 'invalid domain', 'api not found'],
  },
  NOT_ALLOWED: { verdict: { code: 'VENDOR_AUTH', ...REFUSED }, codes: ['I403'], messages: ['unauthorized'] },
  TOO_LARGE: {
    verdict: { code: 'INVALID_INPUT', ...REFUSED },
    codes: ['I413'],
    messages: ['request body too large', 'request url too large'],
  },
  BAD_REQUEST: {
    verdict: { code: 'INVALID_INPUT', ...REFUSED },
    codes: ['I400', 'I405'],
    messages: ['invalid param', 'invalid request', 'empty request body', 'parameter required'],
  },
  BLOCKED: { verdict: UNAVAILABLE, codes: ['B451'], messages: [] },
  UNREACHABLE: { verdict: TRANSIENT, codes: ['D504CO', 'D504CS', 'D504IL', 'X504VE'], messages: [] },
  LOST: {
    verdict: LOST,
    codes: ['D504', 'X504', 'D502', 'N502'],
    messages: ['failed to invoke backend', 'async service', 'backend service'],
  },
  BUSY: {
    verdict: TRANSIENT,
    codes: ['X500', 'X503', 'D503'],
    messages: ['service unavailable', 'internal error'],
  },
} as const satisfies Record<Refusal, RefusalRule>;

/** Some vendors answer an error of their own with this status. The body says which. */
const BUSINESS_FAILURE = 450;

/** The gateway's verdict on a call; undefined where it was the vendor behind it that answered. */
export function judgeRefusal(answer: {
  status: number;
  code: string;
  message: string;
  isJson: boolean;
}): Verdict | undefined {
  const { status, code, message, isJson } = answer;
  const rules: readonly RefusalRule[] = Object.values(REFUSALS);
  const begins = (text: string, beginnings: readonly string[]) => beginnings.some(each => text.startsWith(each));
  const rule =
    rules.find(({ codes }) => begins(code.toUpperCase(), codes)) ??
    rules.find(({ messages }) => begins(message.toLowerCase(), messages));
  if (rule !== undefined) return rule.verdict;
  if (status === 429) return TRANSIENT;
  if (status === BUSINESS_FAILURE) return undefined;
  if (code !== '' || (message !== '' && !isJson)) return status >= 500 ? LOST : UNEXPLAINED;
  return status === 404 && !isJson ? REFUSALS.NO_SUCH_API.verdict : undefined;
}
