import { createHash } from 'node:crypto';
import { VendorError } from '../../src/kernel/vendor-error.js';
import type { RestorationJob } from '../contract.js';
import type { VendorAnswer } from '../kit/http.js';
import { asText, isObject, parseJsonObject } from '../kit/json-object.js';
import { redactMessage } from '../kit/redact-message.js';
import { type FangtangEndpoint, judgeErrno, judgeStatus } from './codes.js';

export const PATHS = {
  upload: '/api/third/photo/upload',
  status: '/api/third/photo/status',
  download: '/api/third/photo/download',
  nums: '/api/third/company/nums',
} as const satisfies Record<FangtangEndpoint, string>;

/** The guide's list is mis-punctuated (`sr;repair`). Its longest value and the vendor's newer document have commas. */
export const REPAIR_TYPES = {
  SR: 'sr',
  SR_REPAIR: 'sr,repair',
  SR_REPAIR_COLOR: 'sr,repair,colour',
} as const satisfies Record<RestorationJob['steps'], string>;

/** Appendix 1 of the guide: md5 of key and Unix seconds, and the seconds. Valid for two minutes before and after. */
export function tokenOf(secretKey: string, seconds: number): string {
  return `${createHash('md5').update(`${secretKey}${seconds}`).digest('hex')},${seconds}`;
}

/** `#FF0080` as `255,0,128`. */
export function rgbOf(hex: string): string {
  return [1, 3, 5].map(at => Number.parseInt(hex.slice(at, at + 2), 16)).join(',');
}

export interface FormBody {
  contentType: string;
  body: Buffer;
}

/**
 * multipart/form-data, with the photo last and under a neutral file name. Values must not contain line breaks. Headers
 * are spelled as curl does: the guide's samples are curl's, and a hand-made parser may know no other spelling.
 */
export function formBody(fields: Readonly<Record<string, string>>, photo?: Uint8Array): FormBody {
  const hash = createHash('sha256')
    .update(JSON.stringify(fields))
    .update(photo ?? '');
  // A hash of the content, since no photo can be made to contain a boundary that depends on the photo.
  const boundary = `darkroom-${hash.digest('hex').slice(0, 40)}`;
  const head = (disposition: string) => `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n`;
  const texts = Object.entries(fields).map(([name, value]) => `${head(`name="${name}"`)}\r\n${value}\r\n`);
  const parts: Uint8Array[] = [Buffer.from(texts.join(''))];
  if (photo !== undefined) {
    const file = `${head('name="file"; filename="photo.jpg"')}Content-Type: image/jpeg\r\n\r\n`;
    parts.push(Buffer.from(file), photo, Buffer.from('\r\n'));
  }
  parts.push(Buffer.from(`--${boundary}--\r\n`));
  return { contentType: `multipart/form-data; boundary=${boundary}`, body: Buffer.concat(parts) };
}

/**
 * `data` of a success. Throws VendorError: what the errno means, or VENDOR_UNAVAILABLE for anything that is not of the
 * guide (HTML, an empty body). The outcome of an upload is unknown then.
 */
export function readData(
  endpoint: FangtangEndpoint,
  answer: VendorAnswer,
  secrets: readonly string[],
): Readonly<Record<string, unknown>> {
  const body = parseJsonObject(answer.body);
  const code = asText(body?.code);
  if (body === undefined || code === undefined) throw unusable(endpoint, answer);
  if (code !== '200') {
    const vendorCode = code === '9000' ? (asText(body.errno) ?? code) : code;
    const { code: known, ...facts } = judgeErrno(endpoint, vendorCode);
    const vendorMessage = redactMessage(body.msg, secrets);
    throw new VendorError(known, { ...facts, vendorCode, requestId: requestId(answer), vendorMessage });
  }
  if (answer.status >= 300 || !isObject(body.data)) throw unusable(endpoint, answer);
  return body.data;
}

/** The vendor's id of the upload, as text. Its characters are checked, because later requests carry it. */
export function readUploaded(data: Readonly<Record<string, unknown>>, answer: VendorAnswer): string {
  const mdf = asText(data.mdf);
  if (mdf === undefined || !/^[\w.-]{1,128}$/.test(mdf)) throw unusable('upload', answer);
  return mdf;
}

/** A status that the guide does not list counts as not done. There is none for failure; our deadline ends the wait. */
export function readDone(data: Readonly<Record<string, unknown>>): boolean {
  return asText(data.status) === '200';
}

/**
 * Where the result is. The vendor's newer document shows http URLs on hosts that also serve https, so http becomes
 * https unless the operator configured that origin with http.
 */
export function readResultUrl(
  data: Readonly<Record<string, unknown>>,
  answer: VendorAnswer,
  origins: readonly string[],
): string {
  const text = asText(data.url);
  if (text === undefined || !URL.canParse(text)) throw unusable('download', answer);
  const url = new URL(text);
  if (url.protocol === 'https:' || origins.includes(url.origin)) return text;
  if (url.protocol !== 'http:') throw unusable('download', answer);
  return text.replace(/^http:/i, 'https:');
}

export function readUnitsLeft(data: Readonly<Record<string, unknown>>, answer: VendorAnswer): number {
  const left = asText(data.nums);
  if (left === undefined || !/^-?\d{1,9}$/.test(left)) throw unusable('nums', answer);
  return Math.max(0, Number(left));
}

function unusable(endpoint: FangtangEndpoint, answer: VendorAnswer): VendorError {
  const { code, ...facts } = judgeStatus(endpoint, answer.status);
  return new VendorError(
    code,
    { ...facts, vendorCode: `HTTP ${answer.status}`, requestId: requestId(answer), retryAfterMs: retryAfterMs(answer) },
    'The vendor answered something that its guide does not know.',
  );
}

function requestId({ headers }: VendorAnswer): string | undefined {
  return headers['x-request-id'];
}

function retryAfterMs({ headers }: VendorAnswer): number | undefined {
  const seconds = headers['retry-after'] ?? '';
  return /^\d{1,5}$/.test(seconds) ? Number(seconds) * 1_000 : undefined;
}
