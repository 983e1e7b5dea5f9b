import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { decodeWithin } from '../../src/engine/decode.js';
import { estimateColours } from '../../src/engine/foreground.js';
import type { RgbImage } from '../../src/engine/pixels.js';

/** A person cut out by a careful matte: the truth that the engine's own cut-out is compared with. */
export interface Cutout {
  name: string;
  /** The photo itself. */
  photo: RgbImage;
  /** 0..1. */
  alpha: Float32Array;
  /** The person's own colours, 0..255, three a pixel. */
  colours: Float32Array;
}

/** As large as the pictures of the bench are: more pixels take longer and show the same faults. */
const SIDE = 900;

/**
 * The portraits of a folder that have a matte beside them: `name.png` (or .jpg) and `name.matte.png`, grey, white where
 * the person is.
 */
export async function readCutouts(folder: string): Promise<Cutout[]> {
  const files = photosIn(folder).map(file => ({
    file,
    matte: path.join(folder, `${path.parse(file).name}.matte.png`),
  }));
  const cutouts: Cutout[] = [];
  for (const { file, matte } of files.filter(each => existsSync(each.matte))) {
    const photo = await readPhoto(path.join(folder, file));
    const { image: grey } = await decodeWithin(readFileSync(matte), SIDE);
    if (grey.width !== photo.width || grey.height !== photo.height) throw new Error(`${matte} has another size`);
    const alpha = Float32Array.from({ length: photo.width * photo.height }, (_, i) => grey.data[i * 3]! / 255);
    const { foreground } = estimateColours(photo, { data: alpha, width: photo.width, height: photo.height });
    cutouts.push({ name: path.parse(file).name, photo, alpha, colours: foreground.map(value => value * 255) });
  }
  return cutouts;
}

export function photosIn(folder: string): string[] {
  return readdirSync(folder)
    .filter(file => /\.(jpe?g|png)$/.test(file) && !file.endsWith('.matte.png'))
    .sort();
}

export async function readPhoto(file: string): Promise<RgbImage> {
  return (await decodeWithin(readFileSync(file), SIDE)).image;
}
