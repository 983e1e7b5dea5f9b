import { z } from 'zod';
import { DarkroomError } from '../../src/kernel/errors.js';

/** AppKey and AppSecret sign each call. The AppCode is sent as a header, without a signature. Both are per product. */
export type HuaweiLogin = { key: string; secret: string } | { appCode: string };

/**
 * Where the parameters of a POST go: `query` means an empty body. No guide says; the product's page on the marketplace
 * does, and `npm run vendors -- try` finds it out.
 */
export const PARAMS_IN = ['form', 'query', 'json'] as const;
export type ParamsIn = (typeof PARAMS_IN)[number];

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Calls carry keys and portraits, so plain http is allowed on our own machine only. The path is signed, as ASCII.
 */
function isEndpoint(text: string): boolean {
  if (!/^[\x21-\x7e]+$/.test(text) || !URL.canParse(text)) return false;
  const url = new URL(text);
  const secure = url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.has(url.hostname));
  return secure && !/[?#]/.test(text) && url.username === '' && url.password === '' && isDecodable(url.pathname);
}

function isDecodable(path: string): boolean {
  try {
    return decodeURIComponent(path) !== '';
  } catch {
    return false;
  }
}

const credential = (expected: string) =>
  z
    .string()
    .regex(/^[\x21-\x7e]{1,256}$/, expected)
    .optional();

/** Rules for the variables of a product on Huawei's marketplace. An operator reads their messages. */
export const huaweiRules = {
  url: z
    .string()
    .refine(
      isEndpoint,
      'the https address of the API from its marketplace page, without a query (http only for this machine)',
    )
    .optional(),
  key: credential('the AppKey from 资源详情 of the bought product'),
  secret: credential('the AppSecret from 资源详情 of the bought product'),
  appCode: credential('the AppCode from 资源详情 of the bought product'),
  paramsIn: (usual: ParamsIn) => z.enum(PARAMS_IN, 'form, query or json').default(usual),
  packageUnits: z
    .string()
    .regex(/^\d{1,9}$/, 'a whole number of units: what the bought package holds')
    .transform(Number)
    .optional(),
};

/**
 * The login of the product whose variables begin with `prefix`; undefined if none is set. Of both kinds it takes key and
 * secret: a stolen signature repeats one request for 15 minutes, a stolen AppCode allows any request.
 * Throws VENDOR_NOT_CONFIGURED, naming the variable that is missing.
 */
export function readHuaweiLogin(
  prefix: string,
  values: { key?: string | undefined; secret?: string | undefined; appCode?: string | undefined },
): HuaweiLogin | undefined {
  const { key, secret, appCode } = values;
  if (key !== undefined && secret !== undefined) return { key, secret };
  if (key !== undefined) throw missing(`${prefix}_APP_SECRET`, `${prefix}_APP_KEY is set`);
  if (secret !== undefined) throw missing(`${prefix}_APP_KEY`, `${prefix}_APP_SECRET is set`);
  return appCode === undefined ? undefined : { appCode };
}

/** A login and its addresses are set together, or none of them. Undefined: none, so the vendor is not configured. */
export function requireTogether<Address extends string>(
  prefix: string,
  login: HuaweiLogin | undefined,
  addresses: Readonly<Record<Address, string | undefined>>,
): { login: HuaweiLogin; addresses: Record<Address, string> } | undefined {
  const entries = Object.entries(addresses) as [Address, string | undefined][];
  const set = entries.find(([, value]) => value !== undefined);
  if (login === undefined && set === undefined) return undefined;
  if (login === undefined) {
    throw missing(`${prefix}_APP_KEY and ${prefix}_APP_SECRET (or ${prefix}_APP_CODE)`, `${set![0]} is set`);
  }
  const absent = entries.find(([, value]) => value === undefined);
  if (absent !== undefined) throw missing(absent[0], 'it has no default: the marketplace page shows it');
  return { login, addresses: addresses as Record<Address, string> };
}

function missing(name: string, why: string): DarkroomError {
  return new DarkroomError('VENDOR_NOT_CONFIGURED', `${name}: missing; ${why}.`);
}
