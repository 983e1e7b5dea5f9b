import type { PrintSheetJob } from '../../datasources/contract.js';
import { badInput, DarkroomError } from '../kernel/errors.js';
import type { Lookup, OperationRow } from './operation.js';
import type { TaskOptions } from './task-options.js';

export interface PrintSheetRequest extends TaskOptions {
  photoId?: string | undefined;
  assetId?: string | undefined;
  count?: number | undefined;
}

const MOST = 60;
const DEFAULT_DPI = 300;

/** No sheet costs more than another one. */
const QUOTED: PrintSheetJob = { widthPx: 295, heightPx: 413, dpi: DEFAULT_DPI, paper: 'SIX_INCH', count: null };

/** Arranges an ID photo many times on a 6-inch sheet. */
export const printSheet: OperationRow<'PRINT_SHEET', PrintSheetRequest, true> = {
  name: { en: 'Print sheet', zh: '证件照排版' },
  description: 'Arranges an ID photo on a print sheet: `createPrintSheet`.',
  photos: { photo: true },
  routed: false,
  sandboxByNameOnly: false,
  consent: 'FOR_UPLOADS',
  retryRefusal: null,
  order: async ({ photoId, assetId, count }, lookup) => {
    if ((photoId === undefined) === (assetId === undefined))
      throw badInput('input', 'EXACTLY_ONE', 'photoId or assetId');
    if (count !== undefined && (count < 1 || count > MOST)) throw badInput('input.count', 'RANGE', `1 to ${MOST}`);
    const id = assetId ?? (await cleanAsset(photoId!, lookup));
    const photo = await lookup.asset(id, assetId === undefined ? 'input.photoId' : 'input.assetId');
    return {
      job: {
        widthPx: photo.width,
        heightPx: photo.height,
        dpi: photo.dpi ?? DEFAULT_DPI,
        paper: 'SIX_INCH',
        count: count ?? null,
      },
      photos: { photo: { assetId: id } },
    };
  },
  tally: (_job, { pictures }) => ({ wanted: 1, delivered: pictures.length }),
  quote: () => ({ job: QUOTED }),
};

async function cleanAsset(photoId: string, lookup: Lookup): Promise<string> {
  const [photo] = await lookup.idPhotos([photoId]);
  if (photo === undefined)
    throw new DarkroomError('NOT_FOUND', 'There is no such photo.', [
      { path: 'input.photoId', code: 'UNKNOWN', allowed: 'the id of a photo of an IdPhotoTask' },
    ]);
  if (photo.cleanAssetId === null)
    throw badInput('input.photoId', 'NOT_RELEASED', 'a photo whose clean picture was released; see releasePhotos');
  return photo.cleanAssetId;
}
