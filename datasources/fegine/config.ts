import { z } from 'zod';
import { alibabaRules, readAppCode } from '../kit/alibaba-login.js';

const DEFAULT_BASE_URL = 'https://facever.market.alicloudapi.com';

export interface FegineConfig {
  appCode: string;
  baseUrl: string;
  /** `url`: where Fegine can reach us, else base64 all the same. */
  photoAs: 'base64' | 'url';
  packageUnits: number | undefined;
}

export const variables = {
  FEGINE_APP_CODE: alibabaRules.appCode,
  FEGINE_BASE_URL: alibabaRules.baseUrl,
  FEGINE_PHOTO_AS: z.enum(['base64', 'url'], 'base64 or url').optional(),
  FEGINE_PACKAGE_UNITS: alibabaRules.packageUnits,
};

type Values = { [Name in keyof typeof variables]?: z.output<(typeof variables)[Name]> };

/** Undefined if no variable of Fegine is set. Throws VENDOR_NOT_CONFIGURED if the AppCode alone is missing. */
export function readFegine(values: Values): FegineConfig | undefined {
  const appCode = readAppCode('FEGINE', values);
  if (appCode === undefined) return undefined;
  return {
    appCode,
    baseUrl: values.FEGINE_BASE_URL ?? DEFAULT_BASE_URL,
    photoAs: values.FEGINE_PHOTO_AS ?? 'base64',
    packageUnits: values.FEGINE_PACKAGE_UNITS,
  };
}
