import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { DarkroomError } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';
import { transform } from './affine.js';
import type { Analysis } from './analysis.js';
import { withoutLostLines } from './cut-jpeg.js';
import { decodePart, type PictureHeader, readHeader } from './decode.js';
import { encodePhoto } from './encode.js';
import { fitHeadWithin, type HalfPlane } from './fit-head.js';
import { geometryOf, headInPhoto } from './head-in-photo.js';
import type { HeadGeometry } from './head-position.js';
import { reportOfMade } from './made-report.js';
import {
  type CropRectangle,
  EDIT_OPERATIONS,
  type EditOperation,
  type EditProof,
  type IdPhotoOptions,
  type RenderedPhoto,
} from './photo.js';
import { readLabels } from './picture-labels.js';
import { missesOf } from './report.js';

/**
 * A photo that is only cropped, scaled and encoded: its head is not levelled, nothing is cut out, no pixel is retouched.
 * The proof says how it was made; `remake` makes it again. `sent` is the upload as it was sent, `analysis` is that of the
 * head as it leans (`level: false`), of the upright copy. Errors: CORRUPT_IMAGE, CROP_IMPOSSIBLE, CANNOT_FIT.
 */
export async function renderUnedited(
  sent: Uint8Array,
  analysis: Analysis,
  options: IdPhotoOptions,
): Promise<RenderedPhoto> {
  const { bytes } = await withoutLostLines(sent);
  const header = await readHeader(bytes);
  const { width, height } = header;
  const head = headInPhoto(analysis, width / analysis.frame.photoWidth);
  const crop = cropWithin({ width, height }, head, options);
  const { widthPx, heightPx, dpi } = options;
  const pixels = await decodeCrop(bytes, crop, { widthPx, heightPx });
  const { labels } = analysis;
  const encoded = await encodePhoto({ ...pixels, channels: 3 }, { ...options, labels });
  const geometry = geometryOf(head, crop, { widthPx, heightPx }, analysis);
  const report = reportOfMade(analysis, options, {
    background: { kind: 'original' },
    file: { ...encoded, widthPx, heightPx, dpi },
    geometry,
    tiltDegrees: analysis.facts.rollDegrees,
    toPicture: (x, y) => {
      const [px, py] = transform(analysis.frame.toPhoto, x, y);
      const scale = width / analysis.frame.photoWidth;
      return [((px * scale - crop.left) * widthPx) / crop.width, ((py * scale - crop.top) * heightPx) / crop.height];
    },
  });
  return {
    background: { kind: 'original' },
    ...encoded,
    widthPx,
    heightPx,
    dpi,
    geometry,
    matteQuality: null,
    warnings: missesOf(report).length > 0 ? [...analysis.warnings, 'RULE_MISSED'] : analysis.warnings,
    report,
    proof: {
      ...originOf(sent, header, { crop, widthPx, heightPx }, labels.length > 0),
      crop,
      widthPx,
      heightPx,
      dpi,
      ...versions(),
      ...qualityOf(encoded.quality),
      bytes: encoded.bytes.byteLength,
    },
  };
}

export type EditOrigin = Required<Pick<EditProof, 'version' | 'sourceSha256' | 'orientation' | 'operations'>>;

/** A photo made again, and what its proof has to say of how it comes from its source. */
export interface Remade {
  bytes: Uint8Array;
  origin: EditOrigin;
}

/**
 * The same pixels by the proof, in the same way. `photo` is what was delivered: the labels of generated content in it name
 * who handed it on, which no source does, and so are taken from there. Errors: CORRUPT_IMAGE.
 */
export async function remake(source: Uint8Array, proof: EditProof, photo: Uint8Array): Promise<Remade> {
  const { crop, widthPx, heightPx, dpi, quality, bytes } = proof;
  const whole = await withoutLostLines(source);
  const pixels = await decodeCrop(whole.bytes, crop, { widthPx, heightPx });
  const exactly = { min: quality ?? 1, max: quality ?? 100 };
  const labels = readLabels(photo, 'image/jpeg');
  const encoded = await encodePhoto({ ...pixels, channels: 3 }, { dpi, quality: exactly, padTo: bytes, labels });
  return { bytes: encoded.bytes, origin: originOf(source, await readHeader(whole.bytes), proof, labels.length > 0) };
}

function originOf(
  source: Uint8Array,
  { orientation, converted, alpha }: PictureHeader,
  { crop, widthPx, heightPx }: Pick<EditProof, 'crop' | 'widthPx' | 'heightPx'>,
  labelled: boolean,
): EditOrigin {
  const done: Record<EditOperation, boolean> = {
    DECODE: true,
    ORIENT: orientation !== 1,
    TO_SRGB: converted,
    FLATTEN: alpha,
    CROP: true,
    SCALE: crop.width !== widthPx || crop.height !== heightPx,
    ENCODE: true,
    LABEL: labelled,
  };
  return {
    version: 2,
    sourceSha256: createHash('sha256').update(source).digest('hex'),
    orientation,
    operations: EDIT_OPERATIONS.filter(operation => done[operation]),
  };
}

/** What has to be the same for the same bytes to come out. */
export function versions(): Pick<EditProof, 'kernel' | 'encoder'> {
  const { sharp: own, vips, mozjpeg, jpeg } = sharp.versions as Record<string, string | undefined>;
  return {
    kernel: 'lanczos3',
    encoder: `sharp ${own}, libvips ${vips}, ${mozjpeg ? `mozjpeg ${mozjpeg}` : `jpeg ${jpeg}`}`,
  };
}

function qualityOf(quality: number | undefined): Pick<EditProof, 'quality'> {
  return quality === undefined ? {} : { quality };
}

/** A rectangle of whole pixels in the shape of the photo that is asked for, by its numbers, within the photo. */
function cropWithin(
  photo: { width: number; height: number },
  head: HeadGeometry,
  options: IdPhotoOptions,
): CropRectangle {
  const { widthPx, heightPx, headRatio, topMargin = 0.085, faceCenter, asked = [], mayEnlarge = true } = options;
  const tall = head.chinY - head.crownY;
  const aspect = widthPx / heightPx;
  const eyesShare = ((head.eyes[0][1] + head.eyes[1][1]) / 2 - head.crownY) / tall;
  const crown = faceCenter ? faceCenter.y - eyesShare * headRatio : topMargin;
  const x = faceCenter?.x ?? 0.5;
  // With `side = tall / (chin - crown)` the height of the crop: each bound is linear in crown and chin.
  const bounds: HalfPlane[] = [
    // The whole head.
    { crown: -1, chin: 0, limit: 0 },
    { crown: 0, chin: 1, limit: 1 },
    // Above: crownY - crown * side >= 0.
    { crown: tall + head.crownY, chin: -head.crownY, limit: 0 },
    // Below: crownY + (1 - crown) * side <= height.
    { crown: photo.height - head.crownY - tall, chin: head.crownY - photo.height, limit: -tall },
    // To the sides: the centre has x * width of the crop on its left, the rest on its right.
    { crown: head.centreX, chin: -head.centreX, limit: -x * aspect * tall },
    { crown: photo.width - head.centreX, chin: head.centreX - photo.width, limit: -(1 - x) * aspect * tall },
    // No more pixels than there are: side >= heightPx.
    ...(mayEnlarge ? [] : [{ crown: -1, chin: 1, limit: tall / heightPx }]),
  ];
  const place = fitHeadWithin(bounds, head, asked, { crown, chin: crown + headRatio }, aspect);
  if (place === undefined) throw cropImpossible();
  const side = tall / (place.chin - place.crown);
  const height = Math.min(photo.height, Math.round(side));
  const width = Math.min(photo.width, Math.round(side * aspect));
  const clamp = (value: number, most: number) => Math.min(most, Math.max(0, Math.round(value)));
  return {
    left: clamp(head.centreX - x * width, photo.width - width),
    top: clamp(head.crownY - place.crown * side, photo.height - height),
    width,
    height,
  };
}

function cropImpossible(): DarkroomError {
  return new DarkroomError(
    'CROP_IMPOSSIBLE',
    'Without editing the photo cannot be cropped to this shape: there is too little room around the head, or too few pixels.',
  );
}

async function decodeCrop(
  bytes: Uint8Array,
  { left, top, width, height }: CropRectangle,
  { widthPx, heightPx }: { widthPx: number; heightPx: number },
) {
  const box = { left, top, right: left + width, bottom: top + height };
  const part = await decodePart(bytes, box, 1);
  const { data, info } = await sharp(part.data, {
    raw: { width: part.width, height: part.height, channels: 3 },
    limitInputPixels: LIMITS.image.pixels,
  })
    .resize(widthPx, heightPx, { fit: 'fill', kernel: 'lanczos3' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}
