import { type Clock, systemClock } from '../../src/kernel/clock.js';
import { VendorError } from '../../src/kernel/vendor-error.js';
import type { VendorAnswer, VendorHttp } from './http.js';
import type { HuaweiLogin, ParamsIn } from './huawei-login.js';
import { judgeRefusal, judgeStatus, type Refusal, readRefusal, retryAfter, serverTimeOf } from './huawei-refusals.js';
import { encodeRfc3986, parseSdkDate, sdkDate, signHuawei } from './huawei-signature.js';
import { asText, parseJsonObject } from './json-object.js';
import { vendorWords } from './vendor-words.js';
import type { Verdict } from './verdict.js';

export interface GatewayCall {
  url: string;
  parameters: Readonly<Record<string, string | number>>;
  paramsIn: ParamsIn;
  /** False for a question that costs nothing: whatever becomes of its answer, it may be asked again. */
  bills: boolean;
  /** Values of the caller that a vendor's message could repeat; they are masked in it. */
  personal?: readonly string[];
  signal: AbortSignal;
  onSent?: (() => void) | undefined;
}

/** What the vendor behind the gateway answered. */
export interface GatewayAnswer {
  status: number;
  body: Readonly<Record<string, unknown>>;
  requestId: string | undefined;
  /** As it was asked: an unusable answer to a question that costs nothing is no reason for care. */
  bills: boolean;
  /** A message of the vendor made fit for the operator's log. */
  words(message: unknown): string | undefined;
}

/** Calls to a product behind Huawei's API gateway: signed, and with the gateway's own errors told apart from the vendor's. */
export class HuaweiGateway {
  /** The gateway's clock minus ours, as far as it told us. */
  private skewMs = 0;

  constructor(
    private readonly http: VendorHttp,
    private readonly login: HuaweiLogin,
    private readonly clock: Clock = systemClock,
  ) {}

  /**
   * One POST; resolves with a JSON object that the vendor itself wrote.
   * Throws VendorError: what the gateway refused, or VENDOR_UNAVAILABLE where there is no such object.
   * It sends again in one case only: the gateway refused our clock and told its own, so that nothing was charged.
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
    if (refusal !== undefined && this.hasAdjustedClock(refusal)) {
      answer = await this.send(call);
      body = parseJsonObject(answer.body);
      refusal = readRefusal(body);
    }
    const requestId = requestIdOf(answer, body);
    const words = (message: unknown) => vendorWords(message, [...Object.values(this.login), ...(call.personal ?? [])]);
    if (refusal !== undefined) {
      throw this.refused(judgeRefusal(refusal, answer.status), answer, {
        vendorCode: refusal.vendorCode,
        requestId,
        // The older of its messages repeats the whole canonical request, parameters and all.
        vendorMessage: words(refusal.message.replace(/canonicalRequest:.*$/is, 'canonicalRequest:…')),
      });
    }
    // A body with a code of its own is the vendor's, whatever HTTP status it comes with.
    if (body !== undefined && (body.code !== undefined || isSuccess(answer.status))) {
      return { status: answer.status, body, requestId, bills: call.bills, words };
    }
    const verdict = judgeStatus(answer.status);
    const vendorCode = `HTTP ${answer.status}`;
    if (verdict !== undefined) throw this.refused(verdict, answer, { vendorCode, requestId });
    throw unusableAnswer({ bills: call.bills, requestId }, vendorCode);
  }

  private send({ url, parameters, paramsIn, signal, onSent }: GatewayCall): Promise<VendorAnswer> {
    const target = paramsIn === 'query' ? `${url}?${encodeAll(parameters)}` : url;
    const body = paramsIn === 'form' ? encodeAll(parameters) : paramsIn === 'json' ? JSON.stringify(parameters) : '';
    const type = paramsIn === 'form' ? 'application/x-www-form-urlencoded; charset=utf-8' : 'application/json';
    const headers = { 'content-type': type, ...this.credentials(target, type, body) };
    return this.http.request({ method: 'POST', url: target, headers, body, signal, onSent });
  }

  private credentials(url: string, contentType: string, body: string): Record<string, string> {
    if ('appCode' in this.login) return { 'x-apig-appcode': this.login.appCode };
    const date = sdkDate(this.clock.now() + this.skewMs);
    const headers = { 'content-type': contentType };
    const { authorization } = signHuawei({ method: 'POST', url, headers, body, ...this.login, date });
    return { 'x-sdk-date': date, authorization };
  }

  private hasAdjustedClock(refusal: Refusal): boolean {
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

/** HTML, nothing, or JSON that does not hold what the guide promises: what was billed may have been done and charged. */
export function unusableAnswer(
  { bills, requestId }: Pick<GatewayAnswer, 'bills' | 'requestId'>,
  vendorCode: string,
): VendorError {
  return new VendorError(
    'VENDOR_UNAVAILABLE',
    { vendorCode, requestId, billed: bills ? 'UNKNOWN' : 'NO', safeToRetry: !bills, outcomeUnknown: bills },
    'The vendor answered with something that is not an answer of its guide.',
  );
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
