import { z } from 'zod';
import type { Background } from '../src/engine/photo.js';
import { identityOf } from './kit/parameters.js';
import { Refusal } from './kit/refusal.js';
import type { IdPhotoOrder } from './pictures.js';

/** The guide shows 1, one inch, only. The others are made up, because the vendor gives its list to customers alone. */
const SPECS: Readonly<Record<number, readonly [widthPx: number, heightPx: number]>> = {
  1: [295, 413],
  2: [413, 579],
  3: [260, 378],
  4: [413, 531],
  5: [390, 567],
  6: [413, 626],
};
const MAX_RGB = 0xffffff;
const flag = z.union([z.literal(0), z.literal(1)]);
const color = z.strictObject({
  start_color: z.int().min(0).max(MAX_RGB),
  color_name: z.string().regex(/^[\w-]{1,64}$/),
  enc_color: z.int().min(0).max(MAX_RGB),
});
const ratio = z.union([z.literal(-1), z.number().min(0).max(1)]);

const request = z.object({
  spec_id: z.int().positive(),
  pic_url: z.string().optional(),
  /** base64, as in a sister product. The guide has an error for it and no field. */
  file: z.string().optional(),
  width_px: z.int().min(1).max(1050).optional(),
  height_px: z.int().min(1).max(1500).optional(),
  background_color: z.array(color).min(1).max(6).optional(),
  ratios: z.array(ratio).length(8).optional(),
  file_size_max: z.int().positive().optional(),
  file_size_min: z.int().positive().optional(),
  print_type: z.union([z.literal(1), z.literal(2)]).optional(),
  hor_align_type: flag.optional(),
  pose_fix: flag.optional(),
  need_origin_beauty: flag.optional(),
  /** The guide mentions both in samples and errors, not in its table of parameters. The range is that of sister products. */
  fair_level: z.int().min(1).max(5).optional(),
  clothes: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .optional(),
});
const KNOWN = new Set(Object.keys(request.shape));

export interface LeqiOrder {
  photo: { url: string } | { base64: string };
  order: IdPhotoOrder;
  /** In the order of `order.backgrounds`. They become part of the file names. */
  colorNames: string[];
  /** What the guide's samples have in a file's name; nobody is dressed. */
  clothes: string;
  compactSheet: boolean;
  beauty: boolean;
  /** The colours as `#RRGGBB`, where they are plain. */
  plainColors: string[];
  unknown: string[];
}

/** Reads the body of `pic_handle_3`. Throws Refusal 400, 422 and 423. */
export function readLeqiOrder(body: string): LeqiOrder {
  const raw = readJson(body);
  if (raw.fair_level !== undefined && !Number.isInteger(raw.fair_level))
    throw new Refusal('423', 'fair_level', 'OUT_OF_RANGE');
  if (raw.spec_id === undefined) throw new Refusal('422', 'spec_id', 'MISSING_PARAMETER');
  const parsed = request.safeParse(raw);
  if (!parsed.success) throw new Refusal('422', parsed.error.issues[0]?.path.join('.') ?? 'body', 'OUT_OF_RANGE');
  const read = parsed.data;
  const spec = SPECS[read.spec_id];
  if (!spec) throw new Refusal('400', 'spec_id', 'OUT_OF_RANGE');
  if ((read.width_px === undefined) !== (read.height_px === undefined))
    throw new Refusal('422', 'width_px and height_px', 'MISSING_PARAMETER');
  const ranges = [...(read.ratios ?? []), read.file_size_min ?? -1, read.file_size_max ?? -1];
  for (let at = 0; at < ranges.length; at += 2) {
    const [min = -1, max = -1] = ranges.slice(at, at + 2);
    if (min !== -1 && max !== -1 && min > max) throw new Refusal('422', 'a minimum above its maximum', 'OUT_OF_RANGE');
  }
  if (read.pic_url === undefined && read.file === undefined) throw new Refusal('422', 'pic_url', 'MISSING_PARAMETER');

  const colors = read.background_color ?? [{ start_color: MAX_RGB, color_name: 'white', enc_color: MAX_RGB }];
  const colorNames = colors.map(each => each.color_name);
  if (new Set(colorNames).size < colorNames.length)
    throw new Refusal('422', 'two backgrounds of one color_name', 'OUT_OF_RANGE');
  return {
    photo: read.pic_url === undefined ? { base64: read.file ?? '' } : { url: read.pic_url },
    order: {
      widthPx: read.width_px ?? spec[0],
      heightPx: read.height_px ?? spec[1],
      dpi: 300,
      backgrounds: colors.map(({ start_color, enc_color }) => backgroundOf(start_color, enc_color)),
      ...(read.file_size_min === undefined ? {} : { minKb: read.file_size_min }),
      ...(read.file_size_max === undefined ? {} : { maxKb: read.file_size_max }),
    },
    colorNames,
    clothes: read.clothes === undefined ? '' : `clothes_${read.clothes}`,
    compactSheet: read.print_type === 2,
    beauty: read.need_origin_beauty === 1,
    plainColors: colors.filter(each => each.start_color === each.enc_color).map(each => hexOf(each.start_color)),
    unknown: Object.keys(raw).filter(name => !KNOWN.has(name)),
  };
}

/** Of a request for a picture without watermark. */
export function identityOfFetch(query: string): string {
  return identityOf(new URLSearchParams(query).get('file_name') ?? '');
}

function readJson(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Refused below, together with JSON that is no object.
  }
  throw new Refusal('400', 'no JSON object', 'CONTENT_TYPE');
}

function backgroundOf(start: number, end: number): Background {
  return start === end
    ? { kind: 'solid', hex: hexOf(start) }
    : { kind: 'gradient', from: hexOf(start), to: hexOf(end) };
}

function hexOf(rgb: number): string {
  return `#${rgb.toString(16).padStart(6, '0').toUpperCase()}`;
}
