import { createHash } from 'node:crypto';
import { VendorError } from '../../src/kernel/vendor-error.js';
import type { RestorationJob } from '../contract.js';
import type { VendorAnswer } from '../kit/http.js';
import { asText, isObject, parseJsonObject } from '../kit/json-object.js';
import { vendorWords } from '../kit/vendor-words.js';
import { type FangtangEndpoint, judgeErrno, judgeStatus } from './codes.js';

export const PATHS = {
  upload: '/api/third/photo/upload',
  status: '/api/third/photo/status',
  download: '/api/third/photo/download',
  nums: '/api/third/company/nums',
} as const satisfies Record<FangtangEndpoint, string>;

/** The guide's own list is mis-punctuated (`sr;repair`); the commas are those of its longest value and of the newer document. */
export const REPAIR_TYPES = {
  SR: 'sr',
  SR_REPAIR: 'sr,repair',
  SR_REPAIR_COLOR: 'sr,repair,colour',
} as const satisfies Record<RestorationJob['steps'], string>;

/** Appendix 1 of the guide: md5 of key and Unix seconds, and the seconds. Good for two minutes, in either direction. */
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
 * multipart/form-data, the photo last and under a name that says nothing. Values must be free of line breaks. Headers in
 * the spelling of curl, whose requests are the guide's samples: hand-made parsers know no other.
 */
export function formBody(fields: Readonly<Record<string, string>>, photo?: Uint8Array): FormBody {
  const hash = createHash('sha256')
    .update(JSON.stringify(fields))
    .update(photo ?? '');
  // From the content itself: nobody can make a photo that holds the boundary made from its own hash.
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
 * `data` of a success. Throws VendorError: what the errno says, or VENDOR_UNAVAILABLE for HTML, an empty body and
 * whatever else is not the guide's; of an upload, the outcome is unknown then.
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
    const vendorMessage = vendorWords(body.msg, secrets);
    throw new VendorError(known, { ...facts, vendorCode, requestId: requestId(answer), vendorMessage });
  }
  if (answer.status >= 300 || !isObject(body.data)) throw unusable(endpoint, answer);
  return body.data;
}

/** The vendor's id of the upload, as text. It goes into later requests, so its alphabet is checked. */
export function readUploaded(data: Readonly<Record<string, unknown>>, answer: VendorAnswer): string {
  const mdf = asText(data.mdf);
  if (mdf === undefined || !/^[\w.-]{1,128}$/.test(mdf)) throw unusable('upload', answer);
  return mdf;
}

/** Done or not. A state that the guide does not have is "not yet": there is none for failure, only our deadline. */
export function readDone(data: Readonly<Record<string, unknown>>): boolean {
  return asText(data.status) === '200';
}

/**
 * Where the result is. The vendor's newer document shows plain http on hosts that serve https as well; only where the
 * operator configured http is it left.
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
