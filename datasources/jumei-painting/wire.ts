import type { PaintingJob } from '../contract.js';
import { type GatewayAnswer, unusableAnswer } from '../kit/huawei-gateway.js';
import { asText, isObject } from '../kit/json-object.js';
import { asUrl, readEnvelope } from '../kit/jumei-envelope.js';
import { unlistedStatus } from '../kit/status-code.js';
import { queryCodes, submitCodes } from './codes.js';

/** The guide types all of them `varchar`, `num` too. */
export function submitParameters({ text, style, resolution, count }: PaintingJob): Record<string, string> {
  return { text, resolution, style: style.trim(), num: String(count) };
}

export interface SubmittedPainting {
  /** Text, because it can be an integer too long for a JavaScript number. */
  taskId: string;
  billed: 'YES' | 'NO';
}

/** Throws VendorError. A success without a task id may have been charged. */
export function readSubmitted(answer: GatewayAnswer): SubmittedPainting {
  const { data, charge } = readEnvelope(answer, submitCodes);
  const taskId = asText(data.taskId);
  if (taskId === undefined || taskId.length > 128) throw unusableAnswer(answer, '200', charge);
  return { taskId, billed: charge === false ? 'NO' : 'YES' };
}

/** `createdAt` in milliseconds since the epoch, where it can be read. */
export type PaintingResult =
  | { state: 'PENDING' }
  | { state: 'DONE'; urls: string[]; createdAt: number | undefined }
  | { state: 'UNEXPLAINED'; vendorCode: string };

/** Throws VendorError, also for a finished painting without a picture. */
export function readResult(answer: GatewayAnswer): PaintingResult {
  const { data } = readEnvelope(answer, queryCodes);
  const status = asText(data.status);
  // The guide has 0, in progress, and 1, finished. An answer without a status says nothing of the work.
  if (status === undefined || status === '0') return { state: 'PENDING' };
  if (status !== '1') return { state: 'UNEXPLAINED', vendorCode: unlistedStatus(status) };
  const listed = Array.isArray(data.imgUrls) ? data.imgUrls : [];
  const images = listed.map(each => asUrl(isObject(each) ? each.image : each)).filter(url => url !== undefined);
  // `img` repeats the first of `imgUrls`, and counts where there is none.
  const urls = images.length > 0 ? images : [asUrl(data.img)].filter(url => url !== undefined);
  if (urls.length === 0) throw unusableAnswer(answer, '200');
  return { state: 'DONE', urls, createdAt: readCreateTime(data.createTime) };
}

/** `2023-09-21 22:15:41` has no time zone. The vendor is in Hangzhou. */
function readCreateTime(value: unknown): number | undefined {
  const text = asText(value) ?? '';
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text)) return undefined;
  const ms = Date.parse(`${text.replace(' ', 'T')}+08:00`);
  return Number.isNaN(ms) ? undefined : ms;
}
