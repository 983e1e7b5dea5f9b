import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { type Exchange, type Incoming, json, type Reply } from './exchange.js';
import { type BreachKind, Refusal } from './refusal.js';

/** Where a deployment takes the parameters of a call. */
export type ParametersIn = 'form' | 'query' | 'json';

export interface HuaweiLogin {
  appKey: string;
  appSecret: string;
  appCode: string;
}

/** A signature's date may be off by this much. */
const SKEW_MS = 15 * 60_000;
const MAX_BODY_BYTES = 12 * 1024 * 1024;
const MAX_URI_BYTES = 32 * 1024;

/** Code -> HTTP status and default message. */
const ERRORS: Record<string, { status: number; message: string }> = {
  '0101': { status: 404, message: 'The API does not exist or has not been published in the environment' },
  '0103': { status: 404, message: 'The backend does not exist' },
  '0104': { status: 400, message: 'The plug-ins do not exist' },
  '0105': { status: 500, message: 'The backend configurations do not exist' },
  '0106': { status: 400, message: 'Orchestration error' },
  '0201': { status: 400, message: 'Bad request' },
  '0202': { status: 502, message: 'Backend unavailable' },
  '0203': { status: 504, message: 'Backend timeout' },
  '0301': { status: 401, message: 'Incorrect IAM authentication information' },
  '0302': { status: 403, message: 'The IAM user is not authorized to access the API' },
  '0303': { status: 401, message: 'Incorrect app authentication information' },
  '0304': { status: 403, message: 'The app is not authorized to access the API' },
  '0308': {
    status: 429,
    message: 'The throttling threshold has been reached: policy user over ratelimit,limit:60,time:1 minute',
  },
  '0401': { status: 403, message: 'Unknown client IP address' },
  '0402': { status: 403, message: 'The IP address is not authorized to access the API' },
  '0404': { status: 403, message: 'Access to the backend IP address has been denied' },
  '0501': { status: 405, message: 'The app quota has been used up' },
  '0502': { status: 405, message: 'The app has been frozen' },
  '0601': { status: 500, message: 'Internal server error' },
  '0602': { status: 400, message: 'Bad request' },
  '0605': { status: 503, message: 'Domain name resolution failed' },
  '0705': { status: 500, message: 'Custom authentication failed' },
};
const CODE = /^(APIG|APIGW)\.(\d{4})(?:\/(\d{3}))?$/;

/** The gateway in front of both Jumei products: it checks logins and words refusals. */
export class HuaweiGateway {
  constructor(
    private readonly login: HuaweiLogin,
    private readonly now: () => number,
  ) {}

  /** Throws Refusal: size, route and login, in this order. */
  admit(exchange: Exchange): void {
    if (exchange.path.length + exchange.query.length > MAX_URI_BYTES)
      throw new Refusal('APIG.0201/414', 'Request URI too long', 'TOO_LARGE');
    if (exchange.body.length > MAX_BODY_BYTES)
      throw new Refusal('APIG.0201/413', 'Request entity too large', 'TOO_LARGE');
    if (exchange.call === 'unknown' || exchange.method !== 'POST')
      throw new Refusal('APIG.0101', undefined, 'UNKNOWN_CALL');
    const wrong = this.checkLogin(exchange);
    if (wrong !== undefined)
      throw new Refusal('APIG.0303', `Incorrect app authentication information: ${wrong}`, 'LOGIN');
  }

  knows(code: string): boolean {
    const [, , number = ''] = CODE.exec(code) ?? [];
    return number in ERRORS;
  }

  /** `code`: `APIG.0308`, `APIGW.0308`, or with another HTTP status than usual, `APIG.0201/502`. */
  answer(code: string, exchange: Exchange, detail?: string): Reply {
    const [, prefix = 'APIG', number = '', status] = CODE.exec(code) ?? [];
    const { status: usual, message } = ERRORS[number] ?? { status: 500, message: 'Internal server error' };
    const body = { error_msg: detail ?? message, error_code: `${prefix}.${number}`, request_id: exchange.requestId };
    return { ...json(body), status: status === undefined ? usual : Number(status) };
  }

  private checkLogin(exchange: Incoming): string | undefined {
    const code = exchange.headers['x-apig-appcode'];
    if (code !== undefined) return same(code, this.login.appCode) ? undefined : 'app not found, appcode not exists';
    return checkSignature(exchange, this.login, this.now());
  }
}

/** Why the gateway refuses a signed request (SDK-HMAC-SHA256); undefined if its signature is right. */
export function checkSignature(
  request: Incoming,
  login: { appKey: string; appSecret: string },
  now: number,
): string | undefined {
  const [, key, names, signature] =
    /^SDK-HMAC-SHA256 Access=([^,\s]+), SignedHeaders=([^,\s]+), Signature=([0-9a-f]{64})$/.exec(
      request.headers.authorization ?? '',
    ) ?? [];
  const date = request.headers['x-sdk-date'] ?? '';
  if (key === undefined || names === undefined || signature === undefined) return 'Authorization format is incorrect';
  if (!names.split(';').includes('x-sdk-date') || !/^\d{8}T\d{6}Z$/.test(date)) return 'x-sdk-date is not signed';
  if (key !== login.appKey) return `app not found, appkey ${key}`;
  if (Math.abs(Date.parse(withSeparators(date)) - now) > SKEW_MS)
    return `signature expired, signature time:${date},server time:${sdkDate(now)}`;

  const canonical = canonicalRequest(request, names.split(';'));
  const toSign = `SDK-HMAC-SHA256\n${date}\n${createHash('sha256').update(canonical).digest('hex')}`;
  if (same(signature, createHmac('sha256', login.appSecret).update(toSign).digest('hex'))) return undefined;
  return `verify signature fail, canonicalRequest:${canonical.replaceAll('\n', '|')}`;
}

function canonicalRequest(request: Incoming, names: readonly string[]): string {
  const path = request.path
    .split('/')
    .map(segment => encode(decode(segment)))
    .join('/');
  const query = pairsOf(request.query)
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([nameA, valueA], [nameB, valueB]) => compare(nameA, nameB) || compare(valueA, valueB))
    .map(([name, value]) => `${name}=${value}`);
  const headers = [...names].sort().map(name => `${name}:${(request.headers[name] ?? '').trim()}\n`);
  const unsigned = request.headers['x-sdk-content-sha256'];
  const bodyHash = unsigned === 'UNSIGNED-PAYLOAD' ? unsigned : createHash('sha256').update(request.body).digest('hex');
  const uri = path.endsWith('/') ? path : `${path}/`;
  return [request.method, uri, query.join('&'), headers.join(''), names.join(';'), bodyHash].join('\n');
}

/** The parameters, from the place where this deployment takes them. Throws Refusal if they are elsewhere. */
export function readParameters(exchange: Exchange, place: ParametersIn, needed: string): Map<string, string> {
  const missing = (why: BreachKind) =>
    new Refusal('APIG.0201', `Invalid ${place === 'query' ? 'query ' : ''}parameter: ${needed} required`, why);
  if (place === 'query') {
    if (exchange.body.length > 0) throw missing('WRONG_PLACE');
    return new Map(pairsOf(exchange.query, ' '));
  }
  if (exchange.query !== '') throw missing('WRONG_PLACE');
  const type = exchange.headers['content-type'] ?? '';
  const wanted = place === 'json' ? 'application/json' : 'application/x-www-form-urlencoded';
  if (!type.toLowerCase().startsWith(wanted)) throw missing('CONTENT_TYPE');
  const text = exchange.body.toString('utf8');
  if (place === 'form') return new Map(pairsOf(text, ' '));
  try {
    return new Map(Object.entries(JSON.parse(text) as object).map(([name, value]) => [name, String(value)]));
  } catch {
    throw missing('CONTENT_TYPE');
  }
}

function pairsOf(query: string, plus = '+'): [string, string][] {
  return query
    .split('&')
    .filter(Boolean)
    .map(pair => {
      const [name = '', ...value] = pair.split('=');
      return [decode(name.replaceAll('+', plus)), decode(value.join('=').replaceAll('+', plus))];
    });
}

/** RFC 3986: only A-Z a-z 0-9 - _ . ~ stay. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, sign => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function same(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

function withSeparators(date: string): string {
  return date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
}

function sdkDate(ms: number): string {
  return new Date(ms).toISOString().replace(/[-:]|\.\d{3}/g, '');
}
