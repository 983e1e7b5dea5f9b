import {
  type MadePicture,
  PAINTING_RESOLUTIONS,
  PAINTING_STYLES,
  type PaintingJob,
  type TaskWarning,
} from '../../datasources/contract.js';
import type { MadeFile } from '../assets/asset-service.js';
import { badInput } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';
import type { TaskOf } from '../store/task.js';
import type { VendorChoice } from '../tasks/vendors/router.js';
import type { OperationRow, Quotable } from './operation.js';
import type { TaskOptions } from './task-options.js';

export const PAINTING_LABELS = ['VISIBLE_AND_METADATA', 'METADATA_ONLY'] as const;
/** Where the label of generated content stands. */
export type PaintingLabel = (typeof PAINTING_LABELS)[number];

export interface PaintingRequest extends TaskOptions {
  text: string;
  style: string;
  resolution: string;
  count?: number | undefined;
  label?: PaintingLabel | undefined;
  /** Needed where the visible mark is left out, and only then. */
  labelAgreement?: string | undefined;
  vendor?: VendorChoice | undefined;
}

function readPainting(request: PaintingRequest): PaintingJob {
  const { textChars, images } = LIMITS.painting;
  const text = request.text.trim();
  // 字: the guide counts characters, so code points, not UTF-16 units.
  if (text === '' || [...text].length > textChars)
    throw badInput('input.text', 'LENGTH', `1 to ${textChars} characters`);
  const style = PAINTING_STYLES.find(known => known === request.style.trim());
  if (style === undefined) throw badInput('input.style', 'UNKNOWN', PAINTING_STYLES.join(', '));
  const resolution = PAINTING_RESOLUTIONS.find(known => known === request.resolution);
  if (resolution === undefined) throw badInput('input.resolution', 'UNKNOWN', PAINTING_RESOLUTIONS.join(', '));
  const count = request.count ?? 1;
  if (count < 1 || count > images) throw badInput('input.count', 'RANGE', `1 to ${images}`);
  const labelAgreement = readAgreement(request);
  return { text, style, resolution, count, ...(labelAgreement === undefined ? {} : { labelAgreement }) };
}

/**
 * Rules for labels, article 9: without the visible mark only for who asks for it, under an agreement that says who is
 * responsible, and with a log of it.
 */
function readAgreement({ label = 'VISIBLE_AND_METADATA', labelAgreement }: PaintingRequest): string | undefined {
  const path = 'input.labelAgreement';
  if (label === 'VISIBLE_AND_METADATA') {
    if (labelAgreement === undefined) return undefined;
    throw badInput(path, 'NOT_ALLOWED', 'nothing, unless label is METADATA_ONLY');
  }
  if (labelAgreement === undefined)
    throw badInput(path, 'REQUIRED', 'the reference of the agreement by which the visible mark is left out');
  const most = LIMITS.aigc.agreementChars;
  const text = labelAgreement.trim();
  if (text === '' || [...text].length > most || /\p{Cc}/u.test(text))
    throw badInput(path, 'LENGTH', `1 to ${most} printable characters`);
  return text;
}

const readOrder = (request: PaintingRequest): Quotable<'PAINTING'> => ({
  job: readPainting(request),
  vendor: request.vendor,
});

function deviations({ input }: TaskOf<'PAINTING'>, _picture: MadePicture, file: MadeFile): TaskWarning[] {
  return `${file.widthPx}*${file.heightPx}` === input.resolution ? [] : ['SIZE_DIFFERS'];
}

/** Has pictures painted from words. */
export const painting: OperationRow<'PAINTING', PaintingRequest, PaintingRequest> = {
  name: { en: 'Painting', zh: 'AI 绘画' },
  description: 'Paints pictures from words: `generatePainting`.',
  photos: {},
  routed: true,
  sandboxByNameOnly: false,
  consent: 'NEVER',
  retryRefusal: null,
  order: request => ({ ...readOrder(request), photos: {} }),
  quote: readOrder,
  deviations,
  withoutMark: ({ labelAgreement }) => labelAgreement !== undefined,
  agreementOf: ({ labelAgreement }) => labelAgreement,
  tally: ({ count }, result) => ({ wanted: count, delivered: result.pictures.length }),
};
