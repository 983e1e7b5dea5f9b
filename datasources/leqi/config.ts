import { z } from 'zod';
import { alibabaRules, readAppCode } from '../kit/alibaba-login.js';

const DEFAULT_BASE_URL = 'https://wnt2.market.alicloudapi.com';
/** Leqi's number for one inch, the only one that its guide shows. */
const ONE_INCH = 1;
const CUSTOM = 'custom';

export interface LeqiConfig {
  appCode: string;
  baseUrl: string;
  /** Leqi's number for a spec of ours, as its sales staff told the operator. */
  specIds: ReadonlyMap<string, number>;
  /** The number sent with a custom size, because Leqi requires one even then. */
  customSpecId: number;
  /** How the photo is sent; undefined: as a URL where Leqi can reach us, else as base64. */
  photoAs: 'url' | 'base64' | undefined;
  packageUnits: number | undefined;
}

export const variables = {
  LEQI_APP_CODE: alibabaRules.appCode,
  LEQI_BASE_URL: alibabaRules.baseUrl,
  LEQI_SPEC_IDS: z
    .string()
    .regex(
      /^[a-z0-9-]+=[1-9]\d{0,8}(,[a-z0-9-]+=[1-9]\d{0,8})*$/,
      "spec ids with Leqi's numbers, such as yi-cun-295x413=1,custom=1",
    )
    .transform(text => new Map(text.split(',').map(pair => pair.split('=') as [string, string])))
    .transform(pairs => new Map([...pairs].map(([id, number]) => [id, Number(number)])))
    .optional(),
  LEQI_PHOTO_AS: z.enum(['url', 'base64'], 'url or base64').optional(),
  LEQI_PACKAGE_UNITS: alibabaRules.packageUnits,
};

type Values = { [Name in keyof typeof variables]?: z.output<(typeof variables)[Name]> };

/** Undefined if no variable of Leqi is set. Throws VENDOR_NOT_CONFIGURED if the AppCode alone is missing. */
export function readLeqi(values: Values): LeqiConfig | undefined {
  const appCode = readAppCode('LEQI', values);
  if (appCode === undefined) return undefined;
  const specIds = new Map(values.LEQI_SPEC_IDS);
  const customSpecId = specIds.get(CUSTOM) ?? ONE_INCH;
  specIds.delete(CUSTOM);
  return {
    appCode,
    baseUrl: values.LEQI_BASE_URL ?? DEFAULT_BASE_URL,
    specIds,
    customSpecId,
    photoAs: values.LEQI_PHOTO_AS,
    packageUnits: values.LEQI_PACKAGE_UNITS,
  };
}
