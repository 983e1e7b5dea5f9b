import { systemClock } from '../src/kernel/clock.js';
import { answerControl, type Controls, type SandboxState } from './control.js';
import { Fangtang } from './fangtang.js';
import { Fegine } from './fegine.js';
import { JUMEI_ID_PHOTO_PATH, JumeiIdPhoto } from './jumei-id-photo.js';
import { JUMEI_PAINTING_PATHS, JumeiPainting } from './jumei-painting.js';
import { VENDORS, type VendorName } from './kit/exchange.js';
import { Faults } from './kit/faults.js';
import { Ledger } from './kit/ledger.js';
import { MovableClock } from './kit/movable-clock.js';
import { Random } from './kit/random.js';
import { Results } from './kit/results.js';
import type { Vendor } from './kit/vendor-server.js';
import { type Listener, listen, startVendorServer } from './kit/vendor-server.js';
import { Leqi } from './leqi.js';
import type { SandboxPictures } from './pictures.js';
import type { Settings, VendorParts } from './vendor.js';

export type { SandboxState } from './control.js';
export { MovableClock } from './kit/movable-clock.js';
export type { IdPhotoOrder, SandboxPictures } from './pictures.js';
export type { Settings as SandboxSettings } from './vendor.js';

export interface SandboxOptions {
  pictures: SandboxPictures;
  /** Queues and lifetimes; logins are checked against the real time. */
  clock?: MovableClock;
  /** The first of seven ports (control, the five vendors, the foreign host); default: any free ones. */
  ports?: 'any' | number;
  settings?: Partial<Settings>;
  /** In each vendor's package. */
  packageUnits?: number;
  seed?: number;
  /** Where clients are to reach a vendor that listens at `origin`, for a proxy in between; default: there. */
  through?(vendor: VendorName, origin: string): Promise<string>;
}

export interface Sandbox {
  /** The variables of an operator, pointing at these servers; as the settings were at the start. */
  readonly environment: Readonly<Record<string, string>>;
  /** The other login of Jumei's products, in place of key and secret. */
  readonly appCodes: Readonly<Record<'JUMEI_ID_PHOTO' | 'JUMEI_PAINTING', string>>;
  /** `http://127.0.0.1:4100/control`; see control.ts. */
  readonly controlUrl: string;
  readonly origins: Readonly<Record<VendorName, string>>;
  readonly clock: MovableClock;
  state(): SandboxState;
  /** Ends every server and connection. */
  close(): Promise<void>;
}

const DEFAULTS: Settings = {
  jumeiIdPhotoParamsIn: 'form',
  jumeiPaintingParamsIn: 'query',
  leqiPrefix: false,
  leqiWrapped: false,
  leqiBeautyMs: 5_000,
  paintingQueue: { medianMs: 12_000, sigma: 0.4 },
  restorationQueue: { medianMs: 4_000, sigma: 0.3 },
};
const PACKAGE_UNITS = 500;

// Public on purpose: they open nothing but a server on the developer's own machine, and stay the same between starts.
const LOGINS = {
  JUMEI_ID_PHOTO: {
    appKey: 'sandbox-id-photo-key',
    appSecret: 'sandbox-id-photo-secret',
    appCode: 'sandbox-id-photo-appcode',
  },
  JUMEI_PAINTING: {
    appKey: 'sandbox-painting-key',
    appSecret: 'sandbox-painting-secret',
    appCode: 'sandbox-painting-appcode',
  },
  LEQI: 'sandbox-leqi-appcode',
  FANGTANG: { thirdCode: 'sandbox', secretKey: 'sandbox-fangtang-secret' },
  FEGINE: 'sandbox-fegine-appcode',
} as const;

/** Headers that carry a login; the foreign host must see none of them. */
const CREDENTIAL_HEADERS = ['authorization', 'cookie', 'token', 'x-apig-appcode'];

/** Starts the five vendors on loopback. Rejects where a port is taken. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const clock = options.clock ?? new MovableClock();
  const packageUnits = options.packageUnits ?? PACKAGE_UNITS;
  const settings: Settings = { ...DEFAULTS, ...options.settings };
  const shared: Shared = {
    clock,
    settings,
    ledger: new Ledger(clock, packageUnits),
    faults: new Faults(),
    foreign: { requests: 0, withCredentials: 0 },
    loginSkewMs: 0,
  };
  const controls = createControls(shared, options);

  const listeners: Listener[] = [];
  const close = async () => {
    await Promise.all(listeners.splice(0).map(listener => listener.close()));
  };
  try {
    const control = await listen(portAt(options, 0), (request, response) => answerControl(controls, request, response));
    listeners.push(control);
    const origins = await startVendors(shared, options, listeners);
    return {
      environment: environmentOf(origins, settings, packageUnits),
      appCodes: { JUMEI_ID_PHOTO: LOGINS.JUMEI_ID_PHOTO.appCode, JUMEI_PAINTING: LOGINS.JUMEI_PAINTING.appCode },
      controlUrl: `${control.origin}/control`,
      origins,
      clock,
      state: () => controls.state(),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What all five vendors and the control endpoint work on. */
interface Shared {
  readonly clock: MovableClock;
  readonly settings: Settings;
  readonly ledger: Ledger;
  readonly faults: Faults;
  readonly foreign: { requests: number; withCredentials: number };
  loginSkewMs: number;
}

function createControls(shared: Shared, options: SandboxOptions): Controls {
  const { clock, settings, ledger, faults, foreign } = shared;
  return {
    state: () => ({
      now: new Date(clock.now()).toISOString(),
      vendors: Object.fromEntries(VENDORS.map(name => [name, ledger.snapshot(name)])) as SandboxState['vendors'],
      breaches: ledger.allBreaches(),
      foreign: { ...foreign },
      pending: faults.pending(),
      settings: structuredClone(settings),
    }),
    addFault: fault => faults.add(fault),
    addCode: code => faults.addCode(code),
    advance: ms => clock.advance(ms),
    setLoginSkew: ms => {
      shared.loginSkewMs = ms;
    },
    setUnits: (vendor, units) => ledger.setUnits(vendor, units),
    change: changed => Object.assign(settings, changed),
    reset: () => {
      ledger.reset();
      faults.reset();
      shared.loginSkewMs = 0;
      Object.assign(foreign, { requests: 0, withCredentials: 0 });
      Object.assign(settings, DEFAULTS, options.settings);
    },
  };
}

/** Each server that starts is pushed to `listeners` at once, so that the caller can close them where a later one fails. */
async function startVendors(
  shared: Shared,
  options: SandboxOptions,
  listeners: Listener[],
): Promise<Record<VendorName, string>> {
  const { clock, settings, ledger, faults } = shared;
  const random = new Random(options.seed);
  const loginNow = () => systemClock.now() + shared.loginSkewMs;
  const foreignHost = await startForeignHost(portAt(options, VENDORS.length + 1), shared.foreign);
  listeners.push(foreignHost);
  const origins = {} as Record<VendorName, string>;
  for (const [index, name] of VENDORS.entries()) {
    const own = () => origins[name];
    const results = new Results(clock, ledger, faults, { own, foreign: () => foreignHost.origin });
    const vendor = createVendor(name, {
      pictures: options.pictures,
      clock,
      loginNow,
      ledger,
      random,
      results,
      settings,
    });
    const port = portAt(options, index + 1);
    const listener = await startVendorServer({ name, port, vendor, results, ledger, faults, loginNow });
    listeners.push(listener);
    origins[name] = (await options.through?.(name, listener.origin)) ?? listener.origin;
  }
  return origins;
}

function startForeignHost(port: number, foreign: Shared['foreign']): Promise<Listener> {
  return listen(port, async (request, response) => {
    foreign.requests += 1;
    if (CREDENTIAL_HEADERS.some(name => request.headers[name] !== undefined)) foreign.withCredentials += 1;
    response.writeHead(404).end();
  });
}

function portAt({ ports }: SandboxOptions, index: number): number {
  return typeof ports === 'number' ? ports + index : 0;
}

function createVendor(name: VendorName, parts: VendorParts): Vendor {
  switch (name) {
    case 'JUMEI_ID_PHOTO':
      return new JumeiIdPhoto(LOGINS.JUMEI_ID_PHOTO, parts);
    case 'JUMEI_PAINTING':
      return new JumeiPainting(LOGINS.JUMEI_PAINTING, parts);
    case 'LEQI':
      return new Leqi(LOGINS.LEQI, parts);
    case 'FANGTANG':
      return new Fangtang(LOGINS.FANGTANG, parts);
    case 'FEGINE':
      return new Fegine(LOGINS.FEGINE, parts);
  }
}

function environmentOf(
  origins: Readonly<Record<VendorName, string>>,
  settings: Settings,
  packageUnits: number,
): Record<string, string> {
  return {
    JUMEI_ID_PHOTO_URL: `${origins.JUMEI_ID_PHOTO}${JUMEI_ID_PHOTO_PATH}`,
    JUMEI_ID_PHOTO_APP_KEY: LOGINS.JUMEI_ID_PHOTO.appKey,
    JUMEI_ID_PHOTO_APP_SECRET: LOGINS.JUMEI_ID_PHOTO.appSecret,
    JUMEI_ID_PHOTO_PARAMS_IN: settings.jumeiIdPhotoParamsIn,
    JUMEI_PAINTING_SUBMIT_URL: `${origins.JUMEI_PAINTING}${JUMEI_PAINTING_PATHS.submit}`,
    JUMEI_PAINTING_QUERY_URL: `${origins.JUMEI_PAINTING}${JUMEI_PAINTING_PATHS.query}`,
    JUMEI_PAINTING_APP_KEY: LOGINS.JUMEI_PAINTING.appKey,
    JUMEI_PAINTING_APP_SECRET: LOGINS.JUMEI_PAINTING.appSecret,
    JUMEI_PAINTING_PARAMS_IN: settings.jumeiPaintingParamsIn,
    LEQI_BASE_URL: origins.LEQI,
    LEQI_APP_CODE: LOGINS.LEQI,
    FANGTANG_BASE_URL: origins.FANGTANG,
    FANGTANG_THIRD_CODE: LOGINS.FANGTANG.thirdCode,
    FANGTANG_SECRET_KEY: LOGINS.FANGTANG.secretKey,
    FEGINE_BASE_URL: origins.FEGINE,
    FEGINE_APP_CODE: LOGINS.FEGINE,
    ...Object.fromEntries(VENDORS.map(name => [`${name}_PACKAGE_UNITS`, String(packageUnits)])),
  };
}
