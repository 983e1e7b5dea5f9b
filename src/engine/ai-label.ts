import { distinctLabels } from '../kernel/aigc.js';
import { decodeWhole, readHeader } from './decode.js';
import { encodeJpeg } from './encode.js';
import { blendGrey, drawText, emptyPlane, textWidth } from './lettering.js';
import type { LabelledPicture, LabelOptions } from './picture.js';
import { readLabels, withLabels } from './picture-labels.js';
import type { RgbImage } from './pixels.js';

const TEXT = 'AI生成';
/**
 * GB 45438-2025, 5.2: at an edge or a corner, and at least 5 % of the shorter side high. Slightly more, so that
 * rounding never goes below it.
 */
const HEIGHT = 0.053;
const PADDING = 0.5;
const THICKNESS = 0.13;

/**
 * Labels a picture as GB 45438-2025 asks: in its metadata, beside what it carries already, and with `mark` as "AI生成" in
 * the lower right corner. Only for the mark it is encoded again, as a JPEG. Errors: CORRUPT_IMAGE.
 */
export async function labelPicture(
  bytes: Uint8Array,
  { labels: wanted, mark }: LabelOptions,
): Promise<LabelledPicture> {
  const { mime, width, height } = await readHeader(bytes);
  const labels = distinctLabels([...wanted, ...readLabels(bytes, mime)]);
  if (!mark) return { bytes: withLabels({ bytes, mime, width, height }, labels), mime, width, height, labels };
  const { image, dpi } = await decodeWhole(bytes);
  drawLabel(image);
  return { ...(await encodeJpeg(image, dpi, labels)), labels };
}

function drawLabel(image: RgbImage): void {
  const letter = Math.min(image.width, image.height) * HEIGHT;
  const plateWidth = (textWidth(TEXT) + 2 * PADDING) * letter;
  const plateHeight = (1 + 2 * PADDING) * letter;
  const left = image.width - plateWidth - letter / 2;
  const top = image.height - plateHeight - letter / 2;
  const plate = emptyPlane(image);
  for (let y = Math.floor(top); y < top + plateHeight; y++) {
    plate.data.fill(1, y * image.width + Math.floor(left), y * image.width + Math.ceil(left + plateWidth));
  }
  blendGrey(image, plate, 0, 0.55);
  const letters = emptyPlane(image);
  const toPixels = { xx: letter, xy: 0, x0: left + PADDING * letter, yx: 0, yy: letter, y0: top + PADDING * letter };
  drawText(letters, TEXT, toPixels, Math.max(1.2, letter * THICKNESS));
  blendGrey(image, letters, 255, 1);
}
