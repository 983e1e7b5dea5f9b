import { VendorError } from '../../src/kernel/vendor-error.js';
import { type GatewayAnswer, unusableAnswer } from './huawei-gateway.js';
import { asObject, asText } from './json-object.js';
import { UNEXPLAINED, type Verdict } from './verdict.js';

/** What all of Jumei's products answer with: `{code, msg, taskNo, data}`, and with some of them `charge`. */
export interface JumeiEnvelope {
  data: Readonly<Record<string, unknown>>;
  /** The vendor's number of this request. */
  taskNo: string | undefined;
  /** Whether this call was charged, where the vendor says. */
  charge: boolean | undefined;
}

/**
 * The envelope of a success. The same code means different things at different endpoints, so each brings its own table.
 * Throws VendorError for any other code, and for a success without `data`.
 */
export function readEnvelope(answer: GatewayAnswer, codes: Readonly<Record<string, Verdict>>): JumeiEnvelope {
  const { body } = answer;
  const taskNo = asText(body.taskNo);
  const vendorCode = asText(body.code);
  if (vendorCode === undefined) throw unusableAnswer(answer, `HTTP ${answer.status}`);
  // Of a question it would be about the question. What was charged for the job was said when that was submitted.
  const charge = answer.bills ? asBoolean(body.charge) : undefined;
  if (vendorCode !== '200') {
    const verdict = (Object.hasOwn(codes, vendorCode) ? codes[vendorCode] : undefined) ?? UNEXPLAINED;
    const billed = charge === undefined ? verdict.billed : charge ? 'YES' : 'NO';
    throw new VendorError(verdict.code, {
      vendorCode,
      billed,
      safeToRetry: verdict.safeToRetry && (billed === 'NO' || !answer.bills),
      ...(billed === 'UNKNOWN' && verdict.evidence !== undefined ? { evidence: verdict.evidence } : {}),
      requestId: answer.requestId,
      vendorMessage: answer.redact(body.msg),
    });
  }
  // Jumei answers a success without `data` when an endpoint is called too often.
  const data = asObject(body.data);
  if (answer.status >= 300 || data === undefined) throw unusableAnswer(answer, vendorCode, charge);
  return { data, taskNo, charge };
}

/** An http(s) URL, unchanged: it may be signed. One without a scheme (`//host/a.jpg`) is https. */
export function asUrl(value: unknown): string | undefined {
  const text = asText(value)?.replace(/^\/\//, 'https://');
  return text !== undefined && /^https?:\/\//i.test(text) && URL.canParse(text) ? text : undefined;
}

function asBoolean(value: unknown): boolean | undefined {
  if (value === true || value === 'true') return true;
  return value === false || value === 'false' ? false : undefined;
}
