import { createHash } from 'node:crypto';
import { VendorError } from '../../src/kernel/vendor-error.js';
import type { RestorationJob } from '../contract.js';
import type { VendorAnswer } from '../kit/http.js';
import { asObject, asText, parseJsonObject } from '../kit/json-object.js';
import { redactMessage } from '../kit/redact-message.js';
import { unlistedStatus } from '../kit/status-code.js';
import { type FangtangEndpoint, judgeCode, judgeErrno, judgeStatus } from './codes.js';

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
    const failed = code === '9000';
    const errno = failed ? asText(body.errno) : undefined;
    const vendorCode = errno ?? code;
    const { code: known, ...facts } = failed ? judgeErrno(endpoint, errno) : judgeCode(endpoint);
    const vendorMessage = redactMessage(body.msg, secrets);
    throw new VendorError(known, { ...facts, vendorCode, requestId: requestId(answer), vendorMessage });
  }
  const data = asObject(body.data);
  if (answer.status >= 300 || data === undefined) throw unusable(endpoint, answer);
  return data;
}

/** The vendor's id of the upload, as text. Its characters are checked, because later requests carry it. */
export function readUploaded(data: Readonly<Record<string, unknown>>, answer: VendorAnswer): string {
  const mdf = asText(data.mdf);
  if (mdf === undefined || !/^[\w.-]{1,128}$/.test(mdf)) throw unusable('upload', answer);
  return mdf;
}

/**
 * "100:圖片處理中;200:圖片處理完成". The guide has no status for failure. The vendor's own web pages know one (2), so a
 * status that is neither is told as it came. An answer without a status counts as not done.
 */
export function readStatus(
  data: Readonly<Record<string, unknown>>,
): { state: 'PENDING' } | { state: 'DONE' } | { state: 'UNEXPLAINED'; vendorCode: string } {
  const status = asText(data.status);
  if (status === undefined || status === '100') return { state: 'PENDING' };
  if (status === '200') return { state: 'DONE' };
  return { state: 'UNEXPLAINED', vendorCode: unlistedStatus(status) };
}

/**
 * Where the result is, as the vendor prints it. Its newer document shows http URLs; the download tries https first, and
 * only the operator can allow the rest.
 */
export function readResultUrl(data: Readonly<Record<string, unknown>>, answer: VendorAnswer): string {
  const text = asText(data.url);
  if (text === undefined || !/^https?:\/\//i.test(text) || !URL.canParse(text)) throw unusable('download', answer);
  return text;
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
