import type { PrintSheetJob } from '../../datasources/contract.js';
import type { SheetItem, SheetOptions } from '../engine/picture.js';
import { layOutSheet, sheetPixels } from '../engine/sheet-layout.js';
import { badInput, DarkroomError } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';
import type { Lookup, OperationRow } from './operation.js';
import type { TaskOptions } from './task-options.js';

/** Papers that shops print on, in mm, lying on their long side. */
export const PAPERS = {
  INCH_5: { widthMm: 127, heightMm: 89 },
  INCH_6: { widthMm: 152, heightMm: 102 },
  A5: { widthMm: 210, heightMm: 148 },
  A4: { widthMm: 297, heightMm: 210 },
} as const;
export type PaperName = keyof typeof PAPERS;

export interface PrintSheetRequest extends TaskOptions {
  items: readonly PrintSheetItem[];
  paper?: PaperName | undefined;
  customPaper?: { widthMm: number; heightMm: number } | undefined;
  dpi?: number | undefined;
  gapMm?: number | undefined;
  marginMm?: number | undefined;
  cropLines?: SheetOptions['cropLines'] | undefined;
  rotate?: SheetOptions['rotate'] | undefined;
}

export interface PrintSheetItem {
  photoId?: string | undefined;
  assetId?: string | undefined;
  count?: number | undefined;
}

export const SHEET_DEFAULTS = { dpi: 300, gapMm: 2, marginMm: 5, cropLines: 'LINES', rotate: 'AUTO' } as const;
/** Of a picture that does not say. */
const PHOTO_DPI = 300;

/** No sheet costs more than another one. */
const QUOTED: PrintSheetJob = { ...PAPERS.INCH_6, ...SHEET_DEFAULTS, items: [] };

/** Arranges ID photos on a sheet of photo paper. */
export const printSheet: OperationRow<'PRINT_SHEET', PrintSheetRequest, true> = {
  name: { en: 'Print sheet', zh: '证件照排版' },
  description: 'Arranges ID photos on a print sheet: `createPrintSheet`.',
  photos: { photos: 'MANY' },
  routed: false,
  sandboxByNameOnly: false,
  consent: 'FOR_UPLOADS',
  retryRefusal: null,
  order: async (request, lookup) => {
    const paper = readPaper(request);
    const most = LIMITS.sheet.items;
    const { items } = request;
    if (items.length < 1 || items.length > most) throw badInput('input.items', 'COUNT', `1 to ${most}`);
    const assets: string[] = [];
    const placed: SheetItem[] = [];
    for (const [index, item] of items.entries()) {
      const { assetId, ...size } = await readItem(item, `input.items.${index}`, lookup);
      assets.push(assetId);
      placed.push(size);
    }
    const job: PrintSheetJob = { ...paper, items: placed };
    layOutSheet(job);
    return { job, photos: { photos: assets.map(assetId => ({ assetId })) } };
  },
  tally: (_job, { pictures }) => ({ wanted: 1, delivered: pictures.length }),
  quote: () => ({ job: QUOTED }),
};

function readPaper(request: PrintSheetRequest): Omit<PrintSheetJob, 'items'> {
  const { paper, customPaper, dpi = SHEET_DEFAULTS.dpi, gapMm = SHEET_DEFAULTS.gapMm } = request;
  const { marginMm = SHEET_DEFAULTS.marginMm, cropLines = SHEET_DEFAULTS.cropLines } = request;
  const { rotate = SHEET_DEFAULTS.rotate } = request;
  const { minMm, maxMm, maxGapMm, maxMarginMm, maxDpi } = LIMITS.sheet;
  const { minDpi, pixels } = LIMITS.image;
  if (paper !== undefined && customPaper !== undefined) throw badInput('input', 'EXACTLY_ONE', 'paper or customPaper');
  const size = customPaper ?? PAPERS[paper ?? 'INCH_6'];
  for (const side of ['widthMm', 'heightMm'] as const) inRange(size[side], minMm, maxMm, `input.customPaper.${side}`);
  inRange(gapMm, 0, maxGapMm, 'input.gapMm');
  inRange(marginMm, 0, maxMarginMm, 'input.marginMm');
  inRange(dpi, minDpi, maxDpi, 'input.dpi');
  if (sheetPixels(size.widthMm, dpi) * sheetPixels(size.heightMm, dpi) > pixels)
    throw badInput('input.dpi', 'TOO_MANY_PIXELS', `a sheet of at most ${pixels / 1_000_000} megapixels`);
  return { widthMm: size.widthMm, heightMm: size.heightMm, dpi, gapMm, marginMm, cropLines, rotate };
}

function inRange(value: number, low: number, high: number, path: string): void {
  if (!(value >= low && value <= high)) throw badInput(path, 'RANGE', `${low} to ${high}`);
}

async function readItem(
  { photoId, assetId, count }: PrintSheetItem,
  path: string,
  lookup: Lookup,
): Promise<SheetItem & { assetId: string }> {
  if ((photoId === undefined) === (assetId === undefined)) throw badInput(path, 'EXACTLY_ONE', 'photoId or assetId');
  if (count !== undefined && count < 1) throw badInput(`${path}.count`, 'RANGE', '1 or more; none for as many as fit');
  const named = `${path}.${assetId === undefined ? 'photoId' : 'assetId'}`;
  const id = assetId ?? (await cleanAsset(photoId!, named, lookup));
  const { width: widthPx, height: heightPx, dpi, watermarked } = await lookup.asset(id, named);
  if (watermarked) throw badInput(named, 'WATERMARKED', 'a clean photo; see releasePhotos');
  return { assetId: id, widthPx, heightPx, dpi: dpi ?? PHOTO_DPI, count: count ?? null };
}

async function cleanAsset(photoId: string, path: string, lookup: Lookup): Promise<string> {
  const [photo] = await lookup.idPhotos([photoId]);
  if (photo === undefined)
    throw new DarkroomError('NOT_FOUND', 'There is no such photo.', [
      { path, code: 'UNKNOWN', allowed: 'the id of a photo of an IdPhotoTask' },
    ]);
  if (photo.cleanAssetId === null)
    throw badInput(path, 'NOT_RELEASED', 'a photo whose clean picture was released; see releasePhotos');
  return photo.cleanAssetId;
}
