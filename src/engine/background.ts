import { LIMITS } from '../kernel/limits.js';
import { type Affine, compose, invert, scaling, transform } from './affine.js';
import type { Analysis } from './analysis.js';
import { backdrop } from './backdrop.js';
import { decodeWithin, readHeader } from './decode.js';
import { encodeJpeg } from './encode.js';
import type { FacePosition } from './head-position.js';
import { extractMatte } from './matte.js';
import type { Background } from './photo.js';
import type { ChangedBackground, Picture } from './picture.js';
import { downscale, type RgbImage, sharpOf } from './pixels.js';

/**
 * Longer side of the grid on which the matte of the whole person is computed. The head has the finer matte of its
 * analysis.
 */
const GRID_SIDE = 768;
/** Share of the head's frame over which its matte blends into the one of the body. */
const FADE = 0.08;

/** A matte on its own grid. */
interface Layer {
  width: number;
  height: number;
  /** 0..255. */
  alpha: Uint8Array;
  /** The person's own colour minus the colour in the photo, three values a pixel. */
  correction: Int16Array;
  /** Maps pixels of the photo to pixels of the grid. */
  fromPhoto: Affine;
}

/**
 * The whole photo with the person on another background, in its own size; one of more than 24 megapixels is reduced to
 * them. The analysis covers the region of
 * the head only, so the matte of the body is computed here, on a coarser grid. Errors: CORRUPT_IMAGE.
 */
export async function changeBackground(
  bytes: Uint8Array,
  analysis: Analysis,
  background: Background,
): Promise<ChangedBackground> {
  const { width, height } = await readHeader(bytes);
  const scale = Math.min(1, Math.sqrt(LIMITS.engine.backgroundPixels / (width * height)));
  const { image } = await decodeWithin(bytes, Math.floor(Math.max(width, height) * scale));
  const { layer: body, quality } = await bodyLayer(image, analysis);
  const samplePerson = personSampler(headLayer(image, analysis), body);
  const picture =
    background.kind === 'transparent'
      ? await compositeTransparent(image, samplePerson)
      : await encodeJpeg(compositeOpaque(image, samplePerson, backdrop(background)), null);
  const matteQuality = Math.min(quality, analysis.facts.matteQuality);
  return { ...picture, matteQuality, warnings: analysis.warnings };
}

function headLayer(image: RgbImage, { frame, alpha, correction }: Analysis): Layer {
  const toFrame = compose(
    invert(frame.toPhoto),
    scaling(frame.photoWidth / image.width, frame.photoHeight / image.height),
  );
  return { width: frame.width, height: frame.height, alpha, correction, fromPhoto: toFrame };
}

async function bodyLayer(
  image: RgbImage,
  { frame, head, bystanders }: Analysis,
): Promise<{ layer: Layer; quality: number }> {
  const grid = await downscale(image, GRID_SIDE / Math.max(image.width, image.height));
  const fromFrame = compose(scaling(grid.width / frame.photoWidth, grid.height / frame.photoHeight), frame.toPhoto);
  // Hair covers about the upper quarter of a head.
  const foreheadY = head.crownY + (head.chinY - head.crownY) / 4;
  const face = { centreX: head.centreX, chinY: head.chinY, foreheadY, width: head.faceWidth };
  const matte = await extractMatte(
    grid,
    moved(face, fromFrame),
    bystanders.map(other => moved(other, fromFrame)),
  );
  const alpha = Uint8Array.from(matte.alpha.data, a => Math.round(a * 255));
  const correction = new Int16Array(alpha.length * 3);
  for (let i = 0; i < correction.length; i++) {
    if (alpha[Math.floor(i / 3)]) correction[i] = Math.round(matte.foreground[i]! * 255 - grid.data[i]!);
  }
  const fromPhoto = scaling(grid.width / image.width, grid.height / image.height);
  return { layer: { width: grid.width, height: grid.height, alpha, correction, fromPhoto }, quality: matte.quality };
}

function moved({ centreX, chinY, foreheadY, width }: FacePosition, map: Affine): FacePosition {
  const [x, chin] = transform(map, centreX, chinY);
  const [, forehead] = transform(map, centreX, foreheadY);
  return { centreX: x, chinY: chin, foreheadY: forehead, width: width * Math.hypot(map.xx, map.yx) };
}

/** Writes opacity (0..1) and colour correction of a pixel of the photo into `person`. */
type PersonSampler = (x: number, y: number, person: Float32Array) => void;

function personSampler(head: Layer, body: Layer): PersonSampler {
  const fine = new Float32Array(4);
  const fade = head.width * FADE;
  return (x, y, person) => {
    const [hx, hy] = transform(head.fromPhoto, x + 0.5, y + 0.5);
    const inside = Math.min(hx, hy, head.width - hx, head.height - hy) - 1;
    const weight = Math.min(1, inside / fade);
    if (weight > 0) sample(head, hx, hy, fine);
    if (weight >= 1) {
      person.set(fine);
      return;
    }
    const [bx, by] = transform(body.fromPhoto, x + 0.5, y + 0.5);
    sample(body, bx, by, person);
    if (weight > 0) for (let c = 0; c < 4; c++) person[c] = person[c]! * (1 - weight) + fine[c]! * weight;
  };
}

/** Bilinear. Beyond the grid its edge repeats. */
function sample({ width, height, alpha, correction }: Layer, x: number, y: number, result: Float32Array): void {
  const fx = Math.min(Math.max(x - 0.5, 0), width - 1.001);
  const fy = Math.min(Math.max(y - 0.5, 0), height - 1.001);
  const x0 = fx | 0;
  const y0 = fy | 0;
  const dx = fx - x0;
  const dy = fy - y0;
  const i = y0 * width + x0;
  const [nw, ne, sw, se] = [(1 - dx) * (1 - dy), dx * (1 - dy), (1 - dx) * dy, dx * dy];
  result[0] = (alpha[i]! * nw + alpha[i + 1]! * ne + alpha[i + width]! * sw + alpha[i + width + 1]! * se) / 255;
  for (let c = 0; c < 3; c++) {
    const j = i * 3 + c;
    const below = j + width * 3;
    result[c + 1] =
      correction[j]! * nw + correction[j + 3]! * ne + correction[below]! * sw + correction[below + 3]! * se;
  }
}

/** Into the pixels of `image` themselves: twice as many would be a fifth of what a server may take. */
function compositeOpaque(
  image: RgbImage,
  samplePerson: PersonSampler,
  colourAt: (height: number) => number[],
): RgbImage {
  const { data, width, height } = image;
  const result = new Uint8ClampedArray(data.buffer, data.byteOffset, data.byteLength);
  const person = new Float32Array(4);
  for (let y = 0, i = 0; y < height; y++) {
    const behind = colourAt(height > 1 ? y / (height - 1) : 0);
    for (let x = 0; x < width; x++, i += 3) {
      samplePerson(x, y, person);
      const opacity = person[0]!;
      for (let c = 0; c < 3; c++) {
        const own = Math.min(255, Math.max(0, data[i + c]! + person[c + 1]!));
        result[i + c] = own * opacity + behind[c]! * (1 - opacity);
      }
    }
  }
  return image;
}

/**
 * A PNG. Where alpha is 0 the colour is 0 as well, so that nothing of the old background is left in the file. Into the
 * pixels of `image`, too: opacity is a plane of its own, which libvips joins to them line by line as it encodes.
 */
async function compositeTransparent(image: RgbImage, samplePerson: PersonSampler): Promise<Picture> {
  const { data, width, height } = image;
  const result = new Uint8ClampedArray(data.buffer, data.byteOffset, data.byteLength);
  const alpha = Buffer.alloc(width * height);
  const person = new Float32Array(4);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      samplePerson(x, y, person);
      const opacity = Math.round(person[0]! * 255);
      alpha[i] = opacity;
      for (let c = 0; c < 3; c++) result[i * 3 + c] = opacity === 0 ? 0 : data[i * 3 + c]! + person[c + 1]!;
    }
  }
  const bytes = await sharpOf(image)
    .joinChannel(alpha, { raw: { width, height, channels: 1 } })
    .png()
    .toBuffer();
  return { bytes, mime: 'image/png', width, height };
}
