import { type Jobs, type Operation, VENDORS, type VendorName } from '../../datasources/contract.js';
import type { SandboxSettings } from '../../sandbox/sandbox.js';
import type { PhotoRow } from '../../src/store/photo-rows.js';
import { OPTIONS } from '../task-house.js';
import { ALIBABA, FANGTANG, type Fates, FEGINE, HUAWEI, HUAWEI_QUESTION, JUMEI, LEQI, PAINTING } from './fates.js';

export type RemoteVendor = Exclude<VendorName, 'LOCAL'>;
export const REMOTE_VENDORS = VENDORS.filter((vendor): vendor is RemoteVendor => vendor !== 'LOCAL');

/** One job, and what it takes: calls that do the work, units of the package, pictures that come back. */
export interface Variant {
  name: string;
  job(previews: readonly PhotoRow[]): Jobs[Operation];
  calls: number;
  units: number;
  pictures: number;
}

/** How a vendor serves one operation, in the sandbox's words for its calls. */
export interface Flow {
  operation: Operation;
  /** What has to be made before: previews, of which a release takes its photos. */
  after?: Operation;
  /** The first is one call; every fault is tried on it. */
  variants: readonly [Variant, ...Variant[]];
  /** The call that does the work. */
  submit: string;
  /** Calls that ask how it stands, in their order; they cost nothing. */
  asks: readonly string[];
  /** By call: what each code of the guide, and of the gateway before it, leads to. */
  codes: Readonly<Record<string, Fates>>;
  gateway: Readonly<Record<string, Fates>>;
  /** A refusal of the input, and a trouble after which the call may be sent again. */
  refusal: string;
  trouble: string;
  /** The answer to a question about an id that the vendor no longer knows. */
  forgotten?: string;
  /** Ways to run the vendor that are not the default. */
  deployments?: readonly Deployment[];
}

export interface Deployment {
  name: string;
  settings?: Partial<SandboxSettings>;
  environment?: Readonly<Record<string, string>>;
  /** Instead of key and secret. */
  appCode?: 'JUMEI_ID_PHOTO' | 'JUMEI_PAINTING';
  /** Requests that this way costs beyond the usual ones. */
  more?: Readonly<Record<string, number>>;
}

export interface Vendor {
  /** The variable whose value a wrong key goes into. */
  key: string;
  /** True where a login holds the time, so that a wrong clock costs one more request. */
  timedLogin: boolean;
  flows: readonly Flow[];
}

/** The stand gives each trial a photo of its own under this id. */
export const PHOTO_ID = 'asset_00000000000000000000000000';
const solid = (...hexes: string[]) => hexes.map(hex => ({ kind: 'solid' as const, hex }));
const idPhoto = (...hexes: string[]): Jobs['ID_PHOTO'] => ({
  specId: null,
  options: { ...OPTIONS, backgrounds: solid(...hexes) },
});
const release = (previews: readonly PhotoRow[]): Jobs['RELEASE'] => ({
  photos: previews.map(({ id, taskId, vendorRef }) => ({ photoId: id, taskId, vendorRef: vendorRef! })),
});
const painting = (count: number): Jobs['PAINTING'] => ({
  text: '山间的小屋',
  style: '水彩画',
  resolution: '1024*1024',
  count,
});
const restoration = (steps: Jobs['RESTORATION']['steps']): Variant => ({
  name: steps,
  job: () => ({ steps }),
  calls: 1,
  units: 1,
  pictures: 1,
});

const jumei = (product: 'JUMEI_ID_PHOTO' | 'JUMEI_PAINTING', setting: keyof SandboxSettings): Deployment[] => [
  ...(['form', 'query', 'json'] as const).map(place => ({
    name: `parameters in ${place}`,
    settings: { [setting]: place },
    environment: { [`${product}_PARAMS_IN`]: place },
  })),
  { name: 'login by AppCode', appCode: product },
];

const fangtang = {
  submit: 'upload',
  asks: ['status', 'download'],
  codes: FANGTANG,
  gateway: {},
  refusal: '9009',
  trouble: '9006',
  forgotten: '9002',
} as const;

/** Exhaustive by type, so that a new vendor does not compile without its flows. */
export const CONFORMANCE: Readonly<Record<RemoteVendor, Vendor>> = {
  JUMEI_ID_PHOTO: {
    key: 'JUMEI_ID_PHOTO_APP_SECRET',
    timedLogin: true,
    flows: [
      {
        operation: 'ID_PHOTO',
        variants: [
          { name: 'one background', job: () => idPhoto('#438EDB'), calls: 1, units: 1, pictures: 1 },
          { name: 'two backgrounds', job: () => idPhoto('#438EDB', '#FFFFFF'), calls: 2, units: 2, pictures: 2 },
        ],
        submit: 'create',
        asks: [],
        codes: { create: JUMEI },
        gateway: { create: HUAWEI },
        refusal: '210',
        trouble: 'APIG.0601',
        deployments: jumei('JUMEI_ID_PHOTO', 'jumeiIdPhotoParamsIn'),
      },
    ],
  },
  LEQI: {
    key: 'LEQI_APP_CODE',
    timedLogin: false,
    flows: [
      {
        operation: 'ID_PHOTO',
        variants: [
          // A preview and a preview of the print sheet.
          { name: 'one background', job: () => idPhoto('#438EDB'), calls: 1, units: 0, pictures: 2 },
          { name: 'two backgrounds', job: () => idPhoto('#438EDB', '#D74532'), calls: 1, units: 0, pictures: 4 },
        ],
        submit: 'make',
        asks: [],
        codes: { make: LEQI.make },
        gateway: { make: ALIBABA },
        refusal: '422',
        trouble: 'X503BZ',
        deployments: [
          { name: 'answers under data', settings: { leqiWrapped: true } },
          { name: 'photo as base64', environment: { LEQI_PHOTO_AS: 'base64' } },
        ],
      },
      {
        operation: 'RELEASE',
        after: 'ID_PHOTO',
        variants: [
          { name: 'one photo', job: previews => release(previews.slice(0, 1)), calls: 1, units: 1, pictures: 2 },
          { name: 'two photos', job: previews => release(previews.slice(0, 2)), calls: 2, units: 2, pictures: 4 },
        ],
        submit: 'fetch',
        asks: [],
        codes: { fetch: LEQI.fetch },
        gateway: { fetch: ALIBABA },
        refusal: '422',
        trouble: 'X503BZ',
        deployments: [
          { name: 'answers under data', settings: { leqiWrapped: true } },
          { name: 'path with a prefix', settings: { leqiPrefix: true }, more: { unknown: 1 } },
        ],
      },
    ],
  },
  JUMEI_PAINTING: {
    key: 'JUMEI_PAINTING_APP_SECRET',
    timedLogin: true,
    flows: [
      {
        operation: 'PAINTING',
        variants: [
          { name: 'two images', job: () => painting(2), calls: 1, units: 2, pictures: 2 },
          { name: 'six images', job: () => painting(6), calls: 1, units: 6, pictures: 6 },
        ],
        submit: 'submit',
        asks: ['query'],
        codes: PAINTING,
        gateway: { submit: HUAWEI, query: HUAWEI_QUESTION },
        refusal: '202',
        trouble: 'APIG.0601',
        forgotten: '201',
        deployments: jumei('JUMEI_PAINTING', 'jumeiPaintingParamsIn'),
      },
    ],
  },
  FANGTANG: {
    key: 'FANGTANG_SECRET_KEY',
    timedLogin: true,
    flows: [
      {
        operation: 'RESTORATION',
        variants: [restoration('SR'), restoration('SR_REPAIR'), restoration('SR_REPAIR_COLOR')],
        ...fangtang,
      },
      {
        operation: 'BACKGROUND',
        variants: [
          {
            name: 'solid',
            job: () => ({ background: { kind: 'solid', hex: '#438EDB' } }),
            calls: 1,
            units: 1,
            pictures: 1,
          },
        ],
        ...fangtang,
        // The same calls: tried with RESTORATION.
        codes: {},
      },
    ],
  },
  FEGINE: {
    key: 'FEGINE_APP_CODE',
    timedLogin: false,
    flows: [
      {
        operation: 'FACE_VERIFICATION',
        variants: [
          {
            name: 'a person',
            job: () => ({}),
            calls: 1,
            units: 1,
            pictures: 0,
          },
        ],
        submit: 'face',
        asks: [],
        codes: { face: FEGINE },
        gateway: { face: ALIBABA },
        refusal: 'I400BD',
        trouble: 'X503BZ',
        deployments: [{ name: 'photo as a link', environment: { FEGINE_PHOTO_AS: 'url' } }],
      },
    ],
  },
};
