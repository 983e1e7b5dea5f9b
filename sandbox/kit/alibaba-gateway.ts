import type { Exchange, Reply } from './exchange.js';
import { Refusal } from './refusal.js';

/** The gateway's limit for a request body. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

/** Code -> HTTP status and message. The classic gateway sends no code, so its errors stand under their messages. */
const ERRORS: Record<string, { status: number; message: string }> = {
  A400AC: { status: 400, message: 'Invalid AppCode `not exists`' },
  A401AC: { status: 401, message: 'Invalid AppCode' },
  A400MA: { status: 400, message: 'Need authorization, `X-Ca-Key` or `Authorization` is required' },
  I403AA: { status: 403, message: 'Unauthorized' },
  A403EP: { status: 403, message: 'Authorization expired' },
  B403MQ: { status: 403, message: 'Api Market Subscription quota exhausted' },
  B403ME: { status: 403, message: 'Api Market Subscription expired' },
  B403MI: { status: 403, message: 'Api Market Subscription invalid' },
  B403OD: { status: 403, message: 'Provider overdue' },
  B403MO: { status: 403, message: 'Provider overdue' },
  T429ID: { status: 429, message: 'Throttled by INNER DOMAIN Flow Control' },
  T429PA: { status: 429, message: 'Throttled by PARAMETER Flow Control' },
  I404NF: { status: 404, message: 'API not found' },
  I404DO: { status: 404, message: 'Domain not found' },
  I400MP: { status: 400, message: 'Parameter missing' },
  I400BD: { status: 400, message: 'Invalid request body' },
  I413RL: { status: 413, message: 'Request body too large' },
  B451DO: { status: 451, message: 'Domain blocked' },
  X500ER: { status: 500, message: 'Server internal error' },
  X503BZ: { status: 503, message: 'Server busy' },
  D503BB: { status: 503, message: 'Backend busy' },
  D502FC: { status: 502, message: 'Backend response broken' },
  D504TO: { status: 504, message: 'Backend timeout' },
  D504CO: { status: 504, message: 'Backend connect failed' },
  'Invalid AppCode': { status: 403, message: 'Invalid AppCode' },
  Unauthorized: { status: 403, message: 'Unauthorized' },
  'Quota Exhausted': { status: 403, message: 'Quota Exhausted' },
  'Quota Expired': { status: 403, message: 'Quota Expired' },
  'User Arrears': { status: 403, message: 'User Arrears' },
  'Throttled by USER Flow Control': { status: 403, message: 'Throttled by USER Flow Control' },
  'Invalid Url': { status: 400, message: 'Invalid Url' },
  'Invalid Param Location': { status: 400, message: 'Invalid Param Location' },
};
const CODE = /^[A-Z]\d{3}[A-Z]{2}$/;

/** The gateway in front of Leqi and Fegine. Its own answers have headers and no body. */
export class AlibabaGateway {
  constructor(private readonly appCode: string) {}

  /** Throws Refusal: size, login, route. */
  admit(exchange: Exchange, method: 'GET' | 'POST'): void {
    if (exchange.body.length > MAX_BODY_BYTES) throw new Refusal('I413RL', undefined, 'TOO_LARGE');
    const login = exchange.headers.authorization;
    if (login === undefined) throw new Refusal('A400MA', undefined, 'LOGIN');
    if (login !== `APPCODE ${this.appCode}`) throw new Refusal('A400AC', undefined, 'LOGIN');
    if (exchange.call === 'unknown' || exchange.method !== method)
      throw new Refusal('I404NF', undefined, 'UNKNOWN_CALL');
  }

  knows(code: string): boolean {
    return code in ERRORS;
  }

  answer(code: string, exchange: Exchange): Reply {
    const { status, message } = ERRORS[code] ?? { status: 500, message: 'Server internal error' };
    const headers: Record<string, string> = {
      'x-ca-request-id': exchange.requestId,
      'x-ca-error-message': message,
      ...(CODE.test(code) ? { 'x-ca-error-code': code } : {}),
    };
    return { status, headers, body: '' };
  }
}
