import { type Clock, systemClock } from '../../src/kernel/clock.js';
import { VendorError } from '../../src/kernel/vendor-error.js';
import type { VendorAnswer, VendorHttp } from './http.js';
import type { HuaweiLogin, ParamsIn } from './huawei-login.js';
import { judgeRefusal, judgeStatus, type Refusal, readRefusal, retryAfter, serverTimeOf } from './huawei-refusals.js';
import { encodeRfc3986, parseSdkDate, sdkDate, signHuawei } from './huawei-signature.js';
import { asText, parseJsonObject } from './json-object.js';
import { redactMessage } from './redact-message.js';
import type { Verdict } from './verdict.js';

export interface GatewayCall {
  url: string;
  parameters: Readonly<Record<string, string | number>>;
  paramsIn: ParamsIn;
  /** False for a call that costs nothing. It may be sent again whatever became of its answer. */
  bills: boolean;
  /** Personal data of the caller. It is masked in messages of the vendor. */
  personal?: readonly string[];
  signal: AbortSignal;
  onSent?: (() => void) | undefined;
}

/** What the vendor behind the gateway answered. */
export interface GatewayAnswer {
  status: number;
  body: Readonly<Record<string, unknown>>;
  requestId: string | undefined;
  /** As in the call: only then can an unusable answer have cost something. */
  bills: boolean;
  /** A message of the vendor made fit for the operator's log. */
  redact(message: unknown): string | undefined;
}

/** Signed calls to a product behind Huawei's API gateway. It tells errors of the gateway from answers of the vendor. */
export class HuaweiGateway {
  /** The gateway's clock minus ours, as far as it told us. */
  private skewMs = 0;

  constructor(
    private readonly http: VendorHttp,
    private readonly login: HuaweiLogin,
    private readonly clock: Clock = systemClock,
  ) {}

  /**
   * One POST; resolves with a JSON object of the vendor. Throws VendorError: an error of the gateway, or
   * VENDOR_UNAVAILABLE where there is no such object.
   * It sends again in one case only: the gateway refused our clock and sent its own time. Such a call is not charged.
   */
  async call(call: GatewayCall): Promise<GatewayAnswer> {
    try {
      return await this.ask(call);
    } catch (error) {
      if (call.bills || !VendorError.is(error) || error.facts.outcomeUnknown !== true) throw error;
      call.signal.throwIfAborted();
      throw new VendorError(
        'VENDOR_UNAVAILABLE',
        { ...error.facts, billed: 'NO', safeToRetry: true, outcomeUnknown: false },
        'The answer of the vendor was lost.',
        { cause: error },
      );
    }
  }

  private async ask(call: GatewayCall): Promise<GatewayAnswer> {
    let answer = await this.send(call);
    let body = parseJsonObject(answer.body);
    let refusal = readRefusal(body);
    if (refusal !== undefined && this.adjustClock(refusal)) {
      answer = await this.send(call);
      body = parseJsonObject(answer.body);
      refusal = readRefusal(body);
    }
    const requestId = requestIdOf(answer, body);
    const redact = (message: unknown) =>
      redactMessage(message, [...Object.values(this.login), ...(call.personal ?? [])]);
    if (refusal !== undefined) {
      throw this.refused(judgeRefusal(refusal, answer.status), answer, {
        vendorCode: refusal.vendorCode,
        requestId,
        // An older edition repeats the whole canonical request, with all parameters.
        vendorMessage: redact(refusal.message.replace(/canonicalRequest:.*$/is, 'canonicalRequest:…')),
      });
    }
    // The gateway's errors have no `code`, so a body with one is the vendor's at any HTTP status.
    if (body !== undefined && (body.code !== undefined || isSuccess(answer.status))) {
      return { status: answer.status, body, requestId, bills: call.bills, redact };
    }
    const verdict = judgeStatus(answer.status);
    const vendorCode = `HTTP ${answer.status}`;
    if (verdict !== undefined) throw this.refused(verdict, answer, { vendorCode, requestId });
    throw unusableAnswer({ bills: call.bills, requestId }, vendorCode);
  }

  private send(call: GatewayCall): Promise<VendorAnswer> {
    const { signal, onSent } = call;
    const { url, headers, body } = place(call);
    return this.http.request({
      method: 'POST',
      url,
      headers: { ...headers, ...this.credentials(url, headers, body) },
      body,
      signal,
      onSent,
    });
  }

  private credentials(url: string, headers: Readonly<Record<string, string>>, body: string): Record<string, string> {
    if ('appCode' in this.login) return { 'x-apig-appcode': this.login.appCode };
    const date = sdkDate(this.clock.now() + this.skewMs);
    const { authorization } = signHuawei({ method: 'POST', url, headers, body, ...this.login, date });
    return { 'x-sdk-date': date, authorization };
  }

  /** True if the refusal was about our clock and the gateway sent its own time. */
  private adjustClock(refusal: Refusal): boolean {
    const told = serverTimeOf(refusal);
    const serverMs = told === undefined ? undefined : parseSdkDate(told);
    if (serverMs === undefined || 'appCode' in this.login) return false;
    this.skewMs = serverMs - this.clock.now();
    return true;
  }

  private refused(
    { code, ...facts }: Verdict,
    answer: VendorAnswer,
    about: { vendorCode: string; requestId: string | undefined; vendorMessage?: string | undefined },
  ): VendorError {
    const retryAfterMs = retryAfter(answer.headers, about.vendorMessage ?? '', this.clock.now());
    return new VendorError(code, { ...facts, ...about, retryAfterMs });
  }
}

/**
 * For HTML, an empty body, or JSON without what the guide promises. A call that bills may have been charged, a `code` of
 * success or not, unless the vendor says so or otherwise in `charge`.
 */
export function unusableAnswer(
  { bills, requestId }: Pick<GatewayAnswer, 'bills' | 'requestId'>,
  vendorCode: string,
  charge?: boolean,
): VendorError {
  const billed = !bills || charge === false ? 'NO' : charge === true ? 'YES' : 'UNKNOWN';
  return new VendorError(
    'VENDOR_UNAVAILABLE',
    { vendorCode, requestId, billed, safeToRetry: !bills, outcomeUnknown: billed !== 'NO' },
    'The vendor answered with something that is not an answer of its guide.',
  );
}

/** Where the parameters go. A call without a body has no content type, neither sent nor signed. */
function place({ url, parameters, paramsIn }: GatewayCall): {
  url: string;
  headers: Record<string, string>;
  body: string;
} {
  switch (paramsIn) {
    case 'query':
      return { url: `${url}?${encodeAll(parameters)}`, headers: {}, body: '' };
    case 'form':
      return {
        url,
        headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
        body: encodeAll(parameters),
      };
    case 'json':
      return { url, headers: { 'content-type': 'application/json' }, body: JSON.stringify(parameters) };
  }
}

function encodeAll(parameters: GatewayCall['parameters']): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${encodeRfc3986(name)}=${encodeRfc3986(String(value))}`)
    .join('&');
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

function requestIdOf(answer: VendorAnswer, body: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const told = [answer.headers['x-request-id'], body?.request_id, body?.taskNo];
  return told.map(asText).find(id => id !== undefined && /^[\w.:-]{1,128}$/.test(id));
}
