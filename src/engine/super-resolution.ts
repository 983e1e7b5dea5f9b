import { DarkroomError } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';
import { translation } from './affine.js';
import { decodePart, readHeader } from './decode.js';
import { encodeJpeg } from './encode.js';
import { loadLayersModel, type Network } from './layers-model.js';
import type { Enlargement, Picture } from './picture.js';
import { type RgbImage, warp } from './pixels.js';
import { tensorOf } from './tensorflow.js';

const FACTOR = 2;
/** Side of a tile without its margin, which is also the number of rows of a band. Larger tiles are no faster. */
const TILE = 192;
/**
 * Receptive field of the network (the radii of its kernels, summed up). With this margin the tiles meet without a seam.
 */
const MARGIN = 11;

let network: Promise<Network> | undefined;

/** Splits the enlargement into bands, so that each can be a job of its own. Errors: CORRUPT_IMAGE, TOO_MANY_PIXELS. */
export async function planEnlargement(bytes: Uint8Array): Promise<Enlargement> {
  const { width, height, dpi } = await readHeader(bytes);
  const { pixels, side } = LIMITS.engine.superResolution;
  if (width * height > pixels || Math.max(width, height) > side) {
    const allowed = `at most ${pixels / 1e6} million pixels, and ${side} a side`;
    throw new DarkroomError('TOO_MANY_PIXELS', `The picture is ${width} x ${height}; to be enlarged: ${allowed}.`, [
      { path: 'input.photo', code: 'TOO_MANY_PIXELS', allowed },
    ]);
  }
  return { width, height, dpi, bands: Math.ceil(height / TILE) };
}

/**
 * Doubles width and height of one band, tile by tile, with UpscalerJS's esrgan-slim. Raw RGB. Errors: CORRUPT_IMAGE.
 */
export async function enlargeBand(
  bytes: Uint8Array,
  { width, height }: Enlargement,
  band: number,
): Promise<Uint8Array> {
  network ??= loadLayersModel('esrgan-slim-x2');
  const top = band * TILE;
  const rows = Math.min(TILE, height - top);
  const first = Math.max(0, top - MARGIN);
  const last = Math.min(height, top + rows + MARGIN);
  const source = await decodePart(bytes, { left: 0, top: first, right: width, bottom: last }, 1);
  const result = new Uint8Array(width * FACTOR * rows * FACTOR * 3);
  for (let left = 0; left < width; left += TILE) {
    const columns = Math.min(TILE, width - left);
    // Beyond the picture its edge pixels repeat. The network would take black for a part of the picture.
    const place = translation(left - MARGIN, top - MARGIN - first);
    const tile = warp(source, columns + 2 * MARGIN, rows + 2 * MARGIN, place);
    writeTile(await enlarge(await network, tile), columns, rows, result, width, left);
  }
  return result;
}

async function enlarge(run: Network, tile: RgbImage): Promise<Float32Array> {
  const input = tensorOf(tile, 1, 0);
  const output = run(input);
  // A view of the WASM heap, valid until the next allocation. It is read before that.
  const values = (await output.data()) as Float32Array;
  for (const tensor of [input, output]) tensor.dispose();
  return values;
}

/** Copies the tile without its margin into the band. */
function writeTile(
  values: Float32Array,
  columns: number,
  rows: number,
  band: Uint8Array,
  width: number,
  left: number,
): void {
  const from = (columns + 2 * MARGIN) * FACTOR * 3;
  const to = width * FACTOR * 3;
  for (let y = 0; y < rows * FACTOR; y++) {
    let i = (y + MARGIN * FACTOR) * from + MARGIN * FACTOR * 3;
    let j = y * to + left * FACTOR * 3;
    for (const end = j + columns * FACTOR * 3; j < end; i++, j++) {
      band[j] = Math.min(255, Math.max(0, Math.round(values[i]!)));
    }
  }
}

export function joinBands(bands: readonly Uint8Array[], { width, height, dpi }: Enlargement): Promise<Picture> {
  const image = { data: Buffer.concat(bands), width: width * FACTOR, height: height * FACTOR };
  return encodeJpeg(image, dpi);
}
