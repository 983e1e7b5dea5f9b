import { z } from 'zod';
import { DarkroomError } from '../../src/kernel/errors.js';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Calls carry the AppCode, portraits and ID numbers, so plain http is allowed on our own machine only. */
function isBaseUrl(text: string): boolean {
  if (!/^[\x21-\x7e]+$/.test(text) || !URL.canParse(text)) return false;
  const url = new URL(text);
  const secure = url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.has(url.hostname));
  return secure && !/[?#]/.test(text) && url.username === '' && url.password === '';
}

/** Rules for the variables of a product on the Alibaba Cloud market. An operator reads their messages. */
export const alibabaRules = {
  appCode: z
    .string()
    .regex(/^[\x21-\x7e]{1,256}$/, 'the AppCode from 买家中心 > 管理控制台 of the market')
    .optional(),
  baseUrl: z
    .string()
    .refine(isBaseUrl, 'an https address without a query (http only for this machine)')
    .transform(text => text.replace(/\/+$/, ''))
    .optional(),
  packageUnits: z
    .string()
    .regex(/^\d{1,9}$/, 'a whole number of units: what the bought package holds')
    .transform(Number)
    .optional(),
};

/**
 * The AppCode of the product whose variables begin with `prefix`. Undefined if none of them is set. Throws
 * VENDOR_NOT_CONFIGURED if others are set and the AppCode is not.
 */
export function readAppCode(prefix: string, values: Readonly<Record<string, unknown>>): string | undefined {
  const name = `${prefix}_APP_CODE`;
  const appCode = values[name];
  if (typeof appCode === 'string') return appCode;
  const set = Object.keys(values).find(each => each.startsWith(`${prefix}_`) && values[each] !== undefined);
  if (set !== undefined) throw new DarkroomError('VENDOR_NOT_CONFIGURED', `${name}: missing; ${set} is set.`);
  return undefined;
}
