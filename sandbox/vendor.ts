import { DarkroomError, type ErrorCode } from '../src/kernel/errors.js';
import type { ParametersIn } from './kit/huawei-gateway.js';
import type { Ledger } from './kit/ledger.js';
import type { MovableClock } from './kit/movable-clock.js';
import type { Random } from './kit/random.js';
import { Refusal } from './kit/refusal.js';
import type { Results } from './kit/results.js';
import type { SandboxPictures } from './pictures.js';

/** What a vendor is made of beside its own wire format. */
export interface VendorParts {
  readonly pictures: SandboxPictures;
  /** Queues and lifetimes. */
  readonly clock: MovableClock;
  /** What logins are checked against. Not `clock`: moving that would lock every client out. */
  readonly loginNow: () => number;
  readonly ledger: Ledger;
  readonly random: Random;
  readonly results: Results;
  readonly settings: Settings;
}

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
