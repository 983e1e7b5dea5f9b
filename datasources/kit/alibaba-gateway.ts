import type { ErrorCode } from '../../src/kernel/errors.js';
import { VendorError } from '../../src/kernel/vendor-error.js';
import { judgeRefusal, LOST } from './alibaba-refusals.js';
import { type VendorAnswer, VendorHttp } from './http.js';
import { parseJsonObject } from './json-object.js';
import { vendorWords } from './vendor-words.js';

/** The tail of Invalid AppCode `...` is what was sent. */
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
  /** Texts that must not turn up in what we keep of the vendor's words: a name, an ID number. */
  personal?: readonly string[];
}

interface Envelope {
  /** Of HTTP. */
  status: number;
  requestId: string | undefined;
  retryAfterMs: number | undefined;
}

/** What the vendor behind the gateway answered: a JSON object. */
export interface MarketAnswer extends Envelope {
  body: Readonly<Record<string, unknown>>;
  /** The vendor's own words, without keys and personal data, for the operator's log. */
  words(text: unknown): string | undefined;
}

/**
 * Calls to one product of the Alibaba Cloud market: login by AppCode, the gateway's refusals told apart from the
 * vendor's answers, and JSON or nothing.
 */
export class AlibabaMarket {
  private readonly http: VendorHttp;

  /** @param product `prefix`: of its variables, which errors of login and address name */
  constructor(private readonly product: { prefix: string; appCode: string; baseUrl: string; concurrency: number }) {
    this.http = new VendorHttp({ concurrency: product.concurrency });
  }

  /**
   * One call, never repeated. Throws VendorError: what the gateway refused; VENDOR_UNAVAILABLE with `outcomeUnknown`
   * for HTML, an empty body or anything else that is no JSON object; what VendorHttp throws.
   */
  async call(ask: MarketCall): Promise<MarketAnswer> {
    const answer = await this.http.request({
      method: ask.method,
      url: this.product.baseUrl + ask.path,
      headers: {
        authorization: `APPCODE ${this.product.appCode}`,
        accept: 'application/json',
        ...(ask.contentType === undefined ? {} : { 'content-type': ask.contentType }),
      },
      ...(ask.body === undefined ? {} : { body: ask.body }),
      signal: ask.signal,
      onSent: ask.onSent,
      ...(ask.answerMs === undefined ? {} : { answerMs: ask.answerMs }),
    });
    const words = (text: unknown) => vendorWords(text, [this.product.appCode, ...(ask.personal ?? [])]);
    const body = parseJsonObject(answer.body);
    const envelope = {
      status: answer.status,
      requestId: answer.headers['x-ca-request-id'],
      retryAfterMs: retryAfter(answer.headers['retry-after']),
    };
    const refused = refusal(answer, { prefix: this.product.prefix, envelope, body, words });
    if (refused !== undefined) throw refused;
    if (body === undefined) throw unusableAnswer(envelope);
    return { ...envelope, body, words };
  }

  close(): Promise<void> {
    return this.http.close();
  }
}

/** An answer that is not of the guide: a proxy's page, an empty body, JSON without the status field. The work may be done. */
export function unusableAnswer(envelope: Envelope): VendorError {
  const { code, ...facts } = { ...LOST, ...envelopeFacts(envelope) };
  return new VendorError(code, facts, 'The vendor answered something that its guide does not know.');
}

/** True where the gateway does not know the path: nothing behind it was asked, and nothing was charged. */
export function isUnknownPath(error: unknown): boolean {
  return VendorError.is(error) && error.code === 'VENDOR_NOT_FOUND' && error.facts.billed === 'NO';
}

/**
 * The gateway's layer. It answered itself where X-Ca-Error-Code is set (VPC instances) or, on classic instances, where
 * the HTTP status is an error and X-Ca-Error-Message is set. HTTP 403 alone says nothing: login, package and throttling
 * all use it.
 */
function refusal(
  { headers }: VendorAnswer,
  {
    prefix,
    envelope,
    body,
    words,
  }: { prefix: string; envelope: Envelope; body: unknown } & Pick<MarketAnswer, 'words'>,
): VendorError | undefined {
  const caCode = headers['x-ca-error-code']?.trim() ?? '';
  const message = envelope.status < 400 && caCode === '' ? '' : (headers['x-ca-error-message']?.trim() ?? '');
  const verdict = judgeRefusal({ status: envelope.status, code: caCode, message, isJson: body !== undefined });
  if (verdict === undefined) return undefined;
  const { code, ...facts } = {
    ...verdict,
    ...envelopeFacts(envelope),
    vendorMessage: words(message.replace(ECHO, '')),
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
