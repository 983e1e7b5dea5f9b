import { z } from 'zod';
import { type HuaweiLogin, huaweiRules, type ParamsIn, readHuaweiLogin, requireTogether } from '../kit/huawei-login.js';

export const variables = {
  JUMEI_ID_PHOTO_URL: huaweiRules.url,
  JUMEI_ID_PHOTO_APP_KEY: huaweiRules.key,
  JUMEI_ID_PHOTO_APP_SECRET: huaweiRules.secret,
  JUMEI_ID_PHOTO_APP_CODE: huaweiRules.appCode,
  // A photo in base64 fits no query.
  JUMEI_ID_PHOTO_PARAMS_IN: huaweiRules.paramsIn('form'),
  JUMEI_ID_PHOTO_SPEC_MODE: z.enum(['custom', 'id'], 'custom or id').default('custom'),
  JUMEI_ID_PHOTO_PACKAGE_UNITS: huaweiRules.packageUnits,
};

export interface JumeiIdPhotoConfig {
  readonly url: string;
  readonly login: HuaweiLogin;
  readonly paramsIn: ParamsIn;
  /** `custom`: spec 12 and a size. `id`: the vendor's number of the spec, as far as candidate-specs.json has one. */
  readonly specMode: 'custom' | 'id';
  /** What the bought package holds. We count what is left, since the vendor has no call for it. */
  readonly packageUnits: number | undefined;
}

type Values = z.output<z.ZodObject<typeof variables>>;

/** Undefined: not configured. Throws VENDOR_NOT_CONFIGURED, naming what is missing, if it is half configured. */
export function readJumeiIdPhoto(values: Values): JumeiIdPhotoConfig | undefined {
  const prefix = 'JUMEI_ID_PHOTO';
  const login = readHuaweiLogin(prefix, {
    key: values.JUMEI_ID_PHOTO_APP_KEY,
    secret: values.JUMEI_ID_PHOTO_APP_SECRET,
    appCode: values.JUMEI_ID_PHOTO_APP_CODE,
  });
  const set = requireTogether(prefix, login, { JUMEI_ID_PHOTO_URL: values.JUMEI_ID_PHOTO_URL });
  if (set === undefined) return undefined;
  return {
    url: set.addresses.JUMEI_ID_PHOTO_URL,
    login: set.login,
    paramsIn: values.JUMEI_ID_PHOTO_PARAMS_IN,
    specMode: values.JUMEI_ID_PHOTO_SPEC_MODE,
    packageUnits: values.JUMEI_ID_PHOTO_PACKAGE_UNITS,
  };
}
