import type { Jobs, Operation, RestorationJob, VendorName } from '../../datasources/contract.js';
import { badInput } from '../kernel/errors.js';
import { type BackgroundRequest, readBackground } from './backgrounds.js';
import { defaultedPaths, type IdPhotoRequest, readIdPhotoJob } from './id-photo-service.js';
import { type PaintingRequest, readPainting } from './painting-service.js';
import type { Router, VendorChoice } from './router.js';
import { readSourceKey } from './task.js';

/** A request without its photo: exactly one of the fields beside `vendor`. */
export interface QuoteRequest {
  idPhoto?: Omit<IdPhotoRequest, 'photo'> | undefined;
  restoration?: RestorationJob['steps'] | undefined;
  background?: BackgroundRequest | undefined;
  painting?: PaintingRequest | undefined;
  faceVerification?: boolean | undefined;
  vendor?: VendorChoice | undefined;
}

export interface Quoted {
  vendor: VendorName;
  sandbox: boolean;
  units: number;
  ignoredOptions: string[];
  failover: VendorName[];
}

/** Says what a request would come to. It checks and routes it as the mutation would, and sends nothing. */
export class QuoteService {
  constructor(private readonly router: Router) {}

  quote(request: QuoteRequest): Quoted {
    const { idPhoto, restoration, background, painting, faceVerification, vendor } = request;
    const given = [idPhoto, restoration, background, painting, faceVerification || undefined].filter(
      value => value !== undefined,
    );
    if (given.length !== 1)
      throw badInput('input', 'EXACTLY_ONE', 'idPhoto, restoration, background, painting or faceVerification');
    if (idPhoto !== undefined)
      return this.route('ID_PHOTO', readIdPhotoJob(idPhoto), vendor ?? idPhoto.vendor, defaultedPaths(idPhoto));
    if (restoration !== undefined) return this.route('RESTORATION', { photo: '', steps: restoration }, vendor);
    if (background !== undefined)
      return this.route(
        'BACKGROUND',
        { photo: '', background: readBackground(background, 'input.background') },
        vendor,
      );
    if (painting !== undefined) return this.route('PAINTING', readPainting(painting), vendor ?? painting.vendor);
    return this.route('FACE_VERIFICATION', { photo: '', sealed: '', consent: { reference: '', purpose: '' } }, vendor);
  }

  private route<O extends Operation>(
    operation: O,
    job: Jobs[O],
    choice: VendorChoice = 'AUTO',
    defaulted: readonly string[] = [],
  ): Quoted {
    const { sources, ignored, units } = this.router.route(operation, job, choice, defaulted);
    const [first, ...others] = sources.map(readSourceKey);
    return { ...first!, units, ignoredOptions: ignored, failover: others.map(({ vendor }) => vendor) };
  }
}
