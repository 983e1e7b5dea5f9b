import { DarkroomError, type ErrorCode } from '../src/kernel/errors.js';
import type { BreachKind, Ledger } from './kit/ledger.js';
import type { MovableClock } from './kit/movable-clock.js';
import type { Random } from './kit/random.js';
import type { Results } from './kit/results.js';
import type { SandboxPictures } from './pictures.js';

/** In the order of their ports. */
export const VENDORS = ['JUMEI_ID_PHOTO', 'JUMEI_PAINTING', 'LEQI', 'FANGTANG', 'FEGINE'] as const;
export type VendorName = (typeof VENDORS)[number];

/** A request, whole. */
export interface Incoming {
  readonly method: string;
  /** As sent, still encoded. */
  readonly path: string;
  /** Without the `?`, still encoded. */
  readonly query: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface Exchange extends Incoming {
  readonly vendor: VendorName;
  /** The guide's call, e.g. `submit`; `result` for a download, `unknown` for anything else. */
  readonly call: string;
  /** Of a call that bills: the same for two requests that ask for the same. */
  readonly identity: string | undefined;
  readonly requestId: string;
}

export interface Reply {
  status: number;
  headers?: Record<string, string>;
  body: Buffer | string;
}

/** What a vendor is made of beside its own wire. */
export interface VendorParts {
  readonly pictures: SandboxPictures;
  /** Queues and lifetimes. */
  readonly clock: MovableClock;
  /** What logins are checked against; apart from `clock`, or moving that would lock every client out. */
  readonly loginNow: () => number;
  readonly ledger: Ledger;
  readonly random: Random;
  readonly results: Results;
  readonly settings: Settings;
}

export type ParametersIn = 'form' | 'query' | 'json';

/** What differs between deployments of a vendor, or is not known about it; all of it can be changed while it runs. */
export interface Settings {
  jumeiIdPhotoParamsIn: ParametersIn;
  jumeiPaintingParamsIn: ParametersIn;
  /** True: only `/aliyun_api/get_pic_3` exists, not the path that the guide prints. */
  leqiPrefix: boolean;
  /** True: Leqi's answers stand under `data`, as in a sister product. */
  leqiWrapped: boolean;
  /** What `need_origin_beauty` adds; the guide says 5 to 6 s, at times 30 to 40. */
  leqiBeautyMs: number;
  /** Log-normal waiting times on the movable clock. */
  paintingQueue: Queue;
  restorationQueue: Queue;
}
export interface Queue {
  medianMs: number;
  sigma: number;
}

export interface Vendor {
  /** What must never stand in a URL. */
  readonly secrets: readonly string[];
  /** Which of the guide's calls it is; and of a call that bills, what tells two equal ones. Never throws. */
  identify(incoming: Incoming): { call: string; identity?: string | undefined };
  /** Does the work. Throws Refusal. */
  handle(exchange: Exchange): Promise<Reply>;
  /** The answer that carries a code, of the gateway or of the body, without any work. */
  answer(code: string, exchange: Exchange, detail?: string): Reply;
  /** HTTP 429 as this vendor's gateway words it. */
  throttled(exchange: Exchange): Reply;
}

/** Ends a call with one of the vendor's codes; with `breach` it is written down as the client's fault. */
export class Refusal extends Error {
  constructor(
    readonly code: string,
    readonly detail?: string,
    readonly breach?: BreachKind,
  ) {
    super(detail ?? code);
    this.name = 'Refusal';
  }
}

export function json(value: unknown, headers: Record<string, string> = {}): Reply {
  return {
    status: 200,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(value),
  };
}

const PHOTO_FAULTS: { [Code in ErrorCode]?: 'noFace' | 'unfit' | 'undecodable' } = {
  NO_FACE: 'noFace',
  MULTIPLE_FACES: 'unfit',
  FACE_TOO_SMALL: 'unfit',
  CANNOT_FIT: 'unfit',
  NOT_AN_IMAGE: 'undecodable',
  UNSUPPORTED_FORMAT: 'undecodable',
  CORRUPT_IMAGE: 'undecodable',
  TOO_MANY_PIXELS: 'undecodable',
};

/** Runs image work; what the engine says about the photo becomes the vendor's code, anything else stays a fault of ours. */
export async function withPhotoCodes<T>(
  work: () => Promise<T>,
  codes: { noFace: string; unfit: string; undecodable: string },
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const kind = DarkroomError.is(error) ? PHOTO_FAULTS[error.code] : undefined;
    if (kind) throw new Refusal(codes[kind]);
    throw error;
  }
}
