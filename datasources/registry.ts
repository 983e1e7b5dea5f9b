import { z } from 'zod';
import type { Engine } from '../src/engine/engine.js';
import { readYuan } from '../src/kernel/money.js';
import type { DataSource, Operation, VendorName } from './contract.js';
import * as fangtang from './fangtang/config.js';
import { FangtangDataSource } from './fangtang/fangtang.datasource.js';
import * as fegine from './fegine/config.js';
import { FegineDataSource } from './fegine/fegine.datasource.js';
import * as jumeiIdPhoto from './jumei-id-photo/config.js';
import { JumeiIdPhotoDataSource } from './jumei-id-photo/jumei-id-photo.datasource.js';
import * as jumeiPainting from './jumei-painting/config.js';
import { JumeiPaintingDataSource } from './jumei-painting/jumei-painting.datasource.js';
import * as leqi from './leqi/config.js';
import { LeqiDataSource } from './leqi/leqi.datasource.js';
import { LocalDataSource } from './local/local.datasource.js';

interface Registered {
  readonly vendor: VendorName;
  readonly operations: readonly Operation[];
  readonly variables: Readonly<Record<string, z.ZodType>>;
  /** Undefined where the vendor is not configured. Throws where it is half configured, naming what is missing. */
  open(values: Readonly<Record<string, unknown>>, sandbox: boolean): DataSource | undefined;
}

/**
 * One vendor: what AUTO may choose it for, its variables, the function that reads them into a config, and the data source
 * made from that. What is chosen by name only (`byNameOnly`) is not listed. A test compares it with the capabilities.
 */
function register<Config extends object>(
  vendor: VendorName,
  operations: readonly Operation[],
  // biome-ignore lint/suspicious/noExplicitAny: each vendor's values are typed by its own rules, which parsed them
  { variables, read }: { variables: Readonly<Record<string, z.ZodType>>; read(values: any): Config | undefined },
  Source: new (config: Config & { sandbox: boolean }) => DataSource,
): Registered {
  return {
    vendor,
    operations,
    variables,
    open: (values, sandbox) => {
      // A vendor sees its own variables only.
      const config = read(Object.fromEntries(Object.keys(variables).map(name => [name, values[name]])));
      return config && new Source({ ...config, sandbox });
    },
  };
}

/** One line a vendor, in the order in which AUTO tries them. LOCAL comes after them all. */
const REGISTRY: readonly Registered[] = [
  register(
    'JUMEI_ID_PHOTO',
    ['ID_PHOTO'],
    { ...jumeiIdPhoto, read: jumeiIdPhoto.readJumeiIdPhoto },
    JumeiIdPhotoDataSource,
  ),
  register('LEQI', [], { ...leqi, read: leqi.readLeqi }, LeqiDataSource),
  register(
    'JUMEI_PAINTING',
    ['PAINTING'],
    { ...jumeiPainting, read: jumeiPainting.readJumeiPainting },
    JumeiPaintingDataSource,
  ),
  register('FANGTANG', ['RESTORATION', 'BACKGROUND'], { ...fangtang, read: fangtang.readFangtang }, FangtangDataSource),
  register('FEGINE', ['FACE_VERIFICATION'], { ...fegine, read: fegine.readFegine }, FegineDataSource),
];

/** `<VENDOR>_UNIT_PRICE`: ours and not the vendor's, so that it neither configures a vendor nor has a folder to stand in. */
const unitPrice = z
  .string()
  .refine(text => readYuan(text) !== undefined, 'yuan with up to four decimals, such as 0.35: what a unit costs')
  .transform(text => readYuan(text)!)
  .optional();

/** For the configuration: which variables there are for vendors. */
export const VENDOR_VARIABLES = {
  variables: Object.assign(
    {},
    ...REGISTRY.map(({ vendor, variables }) => ({ ...variables, [`${vendor}_UNIT_PRICE`]: unitPrice })),
  ) as Readonly<Record<string, z.ZodType>>,
  prefixes: REGISTRY.map(({ vendor }) => vendor),
};

/** For the configuration: whom AUTO may choose for what. */
export const VENDOR_OPERATIONS: readonly { vendor: VendorName; operations: readonly Operation[] }[] = [
  ...REGISTRY,
  { vendor: 'LOCAL', operations: ['ID_PHOTO', 'RESTORATION', 'BACKGROUND', 'PRINT_SHEET', 'PHOTO_CHECK'] },
];

/** The vendors that these values configure. */
export function openVendors(values: Readonly<Record<string, unknown>>, sandbox: boolean): DataSource[] {
  return REGISTRY.map(({ open }) => open(values, sandbox)).filter(source => source !== undefined);
}

/** One of them, whatever is wrong with the others. Undefined where it is not configured. */
export function openVendor(vendor: VendorName, values: Readonly<Record<string, unknown>>): DataSource | undefined {
  return REGISTRY.find(each => each.vendor === vendor)?.open(values, false);
}

export function openLocal(engine: Engine): DataSource {
  return new LocalDataSource(engine);
}
