import type { PaintingJob } from '../contract.js';
import { type GatewayAnswer, unusableAnswer } from '../kit/huawei-gateway.js';
import { asText, isObject } from '../kit/json-object.js';
import { asAddress, readEnvelope } from '../kit/jumei-envelope.js';
import { queryCodes, submitCodes } from './codes.js';

/** All of them are `varchar` in the guide, the number too. */
export function submitParameters({ text, style, resolution, count }: PaintingJob): Record<string, string> {
  return { text, resolution, style: style.trim(), num: String(count) };
}

export interface SubmittedPainting {
  /** Text: it can be a whole number longer than JavaScript's. */
  taskId: string;
  billed: 'YES' | 'NO';
}

/** Throws VendorError, also for a success without a task id: that may have been charged. */
export function readSubmitted(answer: GatewayAnswer): SubmittedPainting {
  const { data, charge } = readEnvelope(answer, submitCodes);
  const taskId = asText(data.taskId);
  if (taskId === undefined || taskId.length > 128) throw unusableAnswer(answer, '200');
  return { taskId, billed: charge === false ? 'NO' : 'YES' };
}

/** Undefined: not finished. `createdAt` in milliseconds since the epoch, where it can be read. */
export type PaintingResult = { urls: string[]; createdAt: number | undefined } | undefined;

/** Throws VendorError: an unfinished painting is no error, one without a picture is. */
export function readResult(answer: GatewayAnswer): PaintingResult {
  const { data } = readEnvelope(answer, queryCodes);
  if (asText(data.status) !== '1') return undefined;
  // `img` is the first of `imgUrls` once more.
  const listed = Array.isArray(data.imgUrls) ? data.imgUrls : [];
  const urls = listed.map(each => asAddress(isObject(each) ? each.image : each)).filter(url => url !== undefined);
  if (urls.length === 0) throw unusableAnswer(answer, '200');
  return { urls, createdAt: readCreateTime(data.createTime) };
}

/** `2023-09-21 22:15:41` has no zone; the vendor is in Hangzhou. */
function readCreateTime(value: unknown): number | undefined {
  const text = asText(value) ?? '';
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text)) return undefined;
  const ms = Date.parse(`${text.replace(' ', 'T')}+08:00`);
  return Number.isNaN(ms) ? undefined : ms;
}
