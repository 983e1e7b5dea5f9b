import { hasAigcLabel, withAigcLabel } from './aigc-metadata.js';
import { assertDecodable, decodeWhole, readHeader } from './decode.js';
import { encodeJpeg } from './encode.js';
import { blendGrey, drawText, emptyPlane, textWidth } from './lettering.js';
import type { GeneratedContent, LabelledPicture } from './picture.js';
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
 * Labels a generated picture as GB 45438-2025 asks: "AI生成" in the lower right corner, and the producer in the metadata.
 * A picture whose metadata is labelled already stays as it is. Any other format becomes a JPEG.
 * Errors: CORRUPT_IMAGE.
 */
export async function labelGenerated(bytes: Uint8Array, content: GeneratedContent): Promise<LabelledPicture> {
  const { mime, width, height } = await readHeader(bytes);
  if (hasAigcLabel(bytes, mime)) {
    await assertDecodable(bytes);
    return { bytes, mime, width, height, kept: true };
  }
  const { image, dpi } = await decodeWhole(bytes);
  drawLabel(image);
  const picture = await encodeJpeg(image, dpi);
  return { ...picture, bytes: withAigcLabel(picture.bytes, content), kept: false };
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
