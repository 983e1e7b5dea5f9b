import type { ErrorCode } from '../../src/kernel/errors.js';
import { VendorError } from '../../src/kernel/vendor-error.js';
import { judgeRefusal, LOST } from './alibaba-refusals.js';
import { type VendorAnswer, VendorHttp } from './http.js';
import { parseJsonObject } from './json-object.js';
import { redactMessage } from './redact-message.js';

/** The gateway repeats the AppCode that was sent: Invalid AppCode `...`. */
const ECHO = /`.*/s;

export interface MarketCall {
  method: 'GET' | 'POST';
  /** Begins with `/`; a query in it is sent as it stands. */
  path: string;
  contentType?: string;
  body?: string;
  signal: AbortSignal;
  onSent?: () => void;
  answerMs?: number;
  /** Personal data of the caller (a name, an ID number). It is masked in messages of the vendor. */
  personal?: readonly string[];
}

interface Envelope {
  status: number;
  requestId: string | undefined;
  retryAfterMs: number | undefined;
}

/** What the vendor behind the gateway answered: a JSON object. */
export interface MarketAnswer extends Envelope {
  body: Readonly<Record<string, unknown>>;
  /** A message of the vendor without keys and personal data, for the operator's log. */
  redact(message: unknown): string | undefined;
}

/**
 * Calls to one product of the Alibaba Cloud market, with login by AppCode. It tells errors of the gateway from answers
 * of the vendor, and takes JSON objects only.
 */
export class AlibabaMarket {
  private readonly http: VendorHttp;

  /** @param product `prefix`: how its variables begin. Errors of login and address name them. */
  constructor(private readonly product: { prefix: string; appCode: string; baseUrl: string; concurrency: number }) {
    this.http = new VendorHttp({ concurrency: product.concurrency });
  }

  /**
   * One call, never repeated. Throws VendorError: an error of the gateway; VENDOR_UNAVAILABLE with `outcomeUnknown` for
   * anything that is no JSON object (HTML, an empty body); whatever VendorHttp throws.
   */
  async call(call: MarketCall): Promise<MarketAnswer> {
    const answer = await this.http.request({
      method: call.method,
      url: this.product.baseUrl + call.path,
      headers: {
        authorization: `APPCODE ${this.product.appCode}`,
        accept: 'application/json',
        ...(call.contentType === undefined ? {} : { 'content-type': call.contentType }),
      },
      ...(call.body === undefined ? {} : { body: call.body }),
      signal: call.signal,
      onSent: call.onSent,
      ...(call.answerMs === undefined ? {} : { answerMs: call.answerMs }),
    });
    const redact = (message: unknown) => redactMessage(message, [this.product.appCode, ...(call.personal ?? [])]);
    const body = parseJsonObject(answer.body);
    const envelope = {
      status: answer.status,
      requestId: answer.headers['x-ca-request-id'],
      retryAfterMs: retryAfter(answer.headers['retry-after']),
    };
    const refused = refusal(answer, { prefix: this.product.prefix, envelope, body, redact });
    if (refused !== undefined) throw refused;
    if (body === undefined) throw unusableAnswer(envelope);
    return { ...envelope, body, redact };
  }

  close(): Promise<void> {
    return this.http.close();
  }
}

/**
 * For an answer that the guide does not describe: a proxy's page, an empty body, JSON without the status field. The
 * vendor may have done the work all the same.
 */
export function unusableAnswer(envelope: Envelope): VendorError {
  const { code, ...facts } = { ...LOST, ...envelopeFacts(envelope) };
  return new VendorError(code, facts, 'The vendor answered something that its guide does not know.');
}

/** True where the gateway does not know the path. Then the call did not reach the vendor and was not charged. */
export function isUnknownPath(error: unknown): boolean {
  return VendorError.is(error) && error.code === 'VENDOR_NOT_FOUND' && error.facts.billed === 'NO';
}

/**
 * The gateway's own error, if this answer is one: X-Ca-Error-Code is set (VPC instances), or the HTTP status is an error
 * and X-Ca-Error-Message is set (classic instances). HTTP 403 alone does not say which, because login, package and
 * throttling all use it.
 */
function refusal(
  { headers }: VendorAnswer,
  {
    prefix,
    envelope,
    body,
    redact,
  }: { prefix: string; envelope: Envelope; body: unknown } & Pick<MarketAnswer, 'redact'>,
): VendorError | undefined {
  const caCode = headers['x-ca-error-code']?.trim() ?? '';
  const message = envelope.status < 400 && caCode === '' ? '' : (headers['x-ca-error-message']?.trim() ?? '');
  const verdict = judgeRefusal({ status: envelope.status, code: caCode, message, isJson: body !== undefined });
  if (verdict === undefined) return undefined;
  const { code, ...facts } = {
    ...verdict,
    ...envelopeFacts(envelope),
    vendorMessage: redact(message.replace(ECHO, '')),
  };
  return new VendorError(code, caCode === '' ? facts : { ...facts, vendorCode: caCode }, adviceFor(code, prefix));
}

/** For the operator: which variable to look at. */
function adviceFor(code: ErrorCode, prefix: string): string | undefined {
  if (code === 'VENDOR_AUTH') return `The gateway refused the login: check ${prefix}_APP_CODE, and ${prefix}_BASE_URL.`;
  if (code === 'VENDOR_NOT_FOUND') return `The gateway knows no such API: check ${prefix}_BASE_URL.`;
  return undefined;
}

function envelopeFacts({ status, requestId, retryAfterMs }: Envelope) {
  return { vendorCode: `HTTP ${status}`, requestId, retryAfterMs };
}

/** Seconds or a date; undefined for anything else. */
function retryAfter(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,6}$/.test(header.trim())) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}
