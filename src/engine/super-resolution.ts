import { DarkroomError } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';
import { translation } from './affine.js';
import { decodePart, readHeader } from './decode.js';
import { encodeJpeg } from './encode.js';
import type { Enlargement, Picture } from './picture.js';
import { warp } from './pixels.js';
import { CHANNELS, loadSuperResolution, MARGIN, type SuperResolution } from './super-resolution-network.js';

const FACTOR = 2;
/** Side of a tile without its margin, which is also the number of rows of a band. Larger tiles are no faster. */
const TILE = 192;

let network: Promise<SuperResolution> | undefined;

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
  network ??= loadSuperResolution();
  const enlarge = await network;
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
    writeTile(await enlarge(tile), columns, rows, result, width, left);
  }
  return result;
}

/** Puts the four pixels of each of the tile's into their two rows of the band. */
function writeTile(
  values: Float32Array,
  columns: number,
  rows: number,
  band: Uint8Array,
  width: number,
  left: number,
): void {
  for (let y = 0, i = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      for (let lower = 0; lower < FACTOR; lower++) {
        let to = ((y * FACTOR + lower) * width + left + x) * FACTOR * 3;
        for (const end = i + CHANNELS / FACTOR; i < end; i++, to++) {
          band[to] = Math.min(255, Math.max(0, Math.round(values[i]!)));
        }
      }
    }
  }
}

export function joinBands(bands: readonly Uint8Array[], { width, height, dpi }: Enlargement): Promise<Picture> {
  const image = { data: Buffer.concat(bands), width: width * FACTOR, height: height * FACTOR };
  return encodeJpeg(image, dpi);
}
