import { z } from 'zod';
import { DarkroomError } from '../../src/kernel/errors.js';

/**
 * The guide prints http, but the vendor's own web app uses https on the same host. Calls carry portraits, so plain http
 * is used only if the operator sets it.
 */
const DEFAULT_BASE_URL = 'https://sdkphoto.fangtangtv.com';

function isBaseUrl(text: string): boolean {
  if (!/^[\x21-\x7e]+$/.test(text) || !URL.canParse(text)) return false;
  const url = new URL(text);
  return /^https?:$/.test(url.protocol) && !/[?#]/.test(text) && url.username === '' && url.password === '';
}

export const variables = {
  FANGTANG_THIRD_CODE: z
    .string()
    .regex(/^[\x21-\x7e]{1,128}$/, 'the third_code that Fangtang gave with the contract')
    .optional(),
  FANGTANG_SECRET_KEY: z
    .string()
    .regex(/^[\x21-\x7e]{1,256}$/, 'the secret_key that Fangtang gave with the contract')
    .optional(),
  FANGTANG_BASE_URL: z
    .string()
    .refine(isBaseUrl, 'an https (or, if you accept that photos travel in the clear, http) address without a query')
    .transform(text => text.replace(/\/+$/, ''))
    .optional(),
  FANGTANG_PACKAGE_UNITS: z
    .string()
    .regex(/^\d{1,9}$/, 'a whole number of uploads: what the bought package holds')
    .transform(Number)
    .optional(),
};

export interface FangtangConfig {
  readonly thirdCode: string;
  readonly secretKey: string;
  /** Without a final slash. */
  readonly baseUrl: string;
  /** For the warning at a fifth of the package. What is left the vendor tells (`quota`). */
  readonly packageUnits: number | undefined;
}

type Values = { [Name in keyof typeof variables]?: z.output<(typeof variables)[Name]> };

/** Undefined: not configured. Throws VENDOR_NOT_CONFIGURED, naming what is missing, if it is half configured. */
export function readFangtang(values: Values): FangtangConfig | undefined {
  const { FANGTANG_THIRD_CODE: thirdCode, FANGTANG_SECRET_KEY: secretKey } = values;
  const set = Object.entries(values).find(([, value]) => value !== undefined)?.[0];
  if (set === undefined) return undefined;
  if (thirdCode === undefined) throw missing('FANGTANG_THIRD_CODE', set);
  if (secretKey === undefined) throw missing('FANGTANG_SECRET_KEY', set);
  return {
    thirdCode,
    secretKey,
    baseUrl: values.FANGTANG_BASE_URL ?? DEFAULT_BASE_URL,
    packageUnits: values.FANGTANG_PACKAGE_UNITS,
  };
}

function missing(name: string, set: string): DarkroomError {
  return new DarkroomError('VENDOR_NOT_CONFIGURED', `${name}: missing; ${set} is set.`);
}
