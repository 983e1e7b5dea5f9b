import type { IdPhotoJob, PhotoFile, TaskWarning } from '../../datasources/contract.js';
import type { MadeFile } from '../assets/asset-service.js';

/** What the photo on this background is to be. A vendor may give more photos than it was asked for. */
export function wantedFile(
  { backgrounds, widthPx, heightPx, dpi, minKb, maxKb }: IdPhotoJob['options'],
  index: number,
): PhotoFile {
  return {
    widthPx,
    heightPx,
    dpi,
    ...(minKb === undefined ? {} : { minKb }),
    ...(maxKb === undefined ? {} : { maxKb }),
    transparent: backgrounds[index]?.kind === 'transparent',
  };
}

/** What a vendor returns is measured; its guide calls some wishes best effort. One pixel is rounding (millimetres). */
export function fileDeviations(wanted: PhotoFile, file: MadeFile): TaskWarning[] {
  const { widthPx, heightPx, minKb, maxKb, transparent } = wanted;
  const found: TaskWarning[] = [];
  if (file.mime !== (transparent ? 'image/png' : 'image/jpeg')) found.push('FORMAT_DIFFERS');
  if (Math.abs(file.widthPx - widthPx) > 1 || Math.abs(file.heightPx - heightPx) > 1) found.push('SIZE_DIFFERS');
  const bytes = file.bytes.byteLength;
  if ((minKb !== undefined && bytes < minKb * 1_000) || (maxKb !== undefined && bytes > maxKb * 1_024))
    found.push('FILE_SIZE_DIFFERS');
  return found;
}
