import type { z } from 'zod';
import { type HuaweiLogin, huaweiRules, type ParamsIn, readHuaweiLogin, requireTogether } from '../kit/huawei-login.js';

/** A product of its own: the keys of Jumei's ID photo do not work here. */
export const variables = {
  JUMEI_PAINTING_SUBMIT_URL: huaweiRules.url,
  JUMEI_PAINTING_QUERY_URL: huaweiRules.url,
  JUMEI_PAINTING_APP_KEY: huaweiRules.key,
  JUMEI_PAINTING_APP_SECRET: huaweiRules.secret,
  JUMEI_PAINTING_APP_CODE: huaweiRules.appCode,
  // As public clients of other products of this seller on the same gateway send them.
  JUMEI_PAINTING_PARAMS_IN: huaweiRules.paramsIn('query'),
  JUMEI_PAINTING_PACKAGE_UNITS: huaweiRules.packageUnits,
};

export interface JumeiPaintingConfig {
  readonly submitUrl: string;
  readonly queryUrl: string;
  readonly login: HuaweiLogin;
  readonly paramsIn: ParamsIn;
  /** What the bought package holds, in images. We count what is left, since the vendor has no call for it. */
  readonly packageUnits: number | undefined;
}

type Values = z.output<z.ZodObject<typeof variables>>;

/** Undefined: not configured. Throws VENDOR_NOT_CONFIGURED, naming what is missing, if it is half configured. */
export function readJumeiPainting(values: Values): JumeiPaintingConfig | undefined {
  const prefix = 'JUMEI_PAINTING';
  const login = readHuaweiLogin(prefix, {
    key: values.JUMEI_PAINTING_APP_KEY,
    secret: values.JUMEI_PAINTING_APP_SECRET,
    appCode: values.JUMEI_PAINTING_APP_CODE,
  });
  const { JUMEI_PAINTING_SUBMIT_URL, JUMEI_PAINTING_QUERY_URL } = values;
  const set = requireTogether(prefix, login, { JUMEI_PAINTING_SUBMIT_URL, JUMEI_PAINTING_QUERY_URL });
  if (set === undefined) return undefined;
  return {
    submitUrl: set.addresses.JUMEI_PAINTING_SUBMIT_URL,
    queryUrl: set.addresses.JUMEI_PAINTING_QUERY_URL,
    login: set.login,
    paramsIn: values.JUMEI_PAINTING_PARAMS_IN,
    packageUnits: values.JUMEI_PAINTING_PACKAGE_UNITS,
  };
}
