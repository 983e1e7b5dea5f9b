import type { VendorChoice } from '../tasks/vendors/router.js';
import { type BackgroundRequest, readBackground } from './backgrounds.js';
import type { OperationRow } from './operation.js';
import type { PhotoSource } from './photo-source.js';
import type { TaskOptions } from './task-options.js';

export interface ChangeBackgroundRequest extends TaskOptions {
  photo: PhotoSource;
  background: BackgroundRequest;
  vendor?: VendorChoice | undefined;
}

const readJob = (background: BackgroundRequest) => ({ background: readBackground(background, 'input.background') });

/** Puts another background behind a person, at the size of the photo. */
export const background: OperationRow<'BACKGROUND', ChangeBackgroundRequest, BackgroundRequest> = {
  name: { en: 'Background change', zh: '更换背景' },
  description: 'Puts another background behind a person: `changeBackground`.',
  photos: { photo: true },
  keepsSize: true,
  routed: true,
  sandboxByNameOnly: false,
  consent: 'IF_CONFIGURED',
  retryRefusal: null,
  order: ({ photo, background: asked, vendor }) => ({ job: readJob(asked), photos: { photo }, vendor }),
  quote: asked => ({ job: readJob(asked) }),
  tally: (_job, { pictures }) => ({ wanted: 1, delivered: pictures.length }),
};
