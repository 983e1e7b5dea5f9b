import type { RestorationJob } from '../../datasources/contract.js';
import type { VendorChoice } from '../tasks/vendors/router.js';
import type { OperationRow } from './operation.js';
import type { PhotoSource } from './photo-source.js';
import type { TaskOptions } from './task-options.js';

export interface RestorationRequest extends TaskOptions {
  photo: PhotoSource;
  steps: RestorationJob['steps'];
  vendor?: VendorChoice | undefined;
}

/** Restores old photos. */
export const restoration: OperationRow<'RESTORATION', RestorationRequest, RestorationJob['steps']> = {
  name: { en: 'Restoration', zh: '老照片修复' },
  description: 'Restores an old photo: `restorePhoto`.',
  photos: { photo: true },
  keepsSize: true,
  routed: true,
  sandboxByNameOnly: false,
  consent: 'IF_CONFIGURED',
  retryRefusal: null,
  edits: true,
  order: ({ photo, steps, vendor }) => ({ job: { steps }, photos: { photo }, vendor }),
  quote: steps => ({ job: { steps } }),
  tally: (_job, { pictures }) => ({ wanted: 1, delivered: pictures.length }),
};
