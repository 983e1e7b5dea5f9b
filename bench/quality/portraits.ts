import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Point } from '../../src/engine/affine.js';
import { decodeWithin, normalise, readHeader } from '../../src/engine/decode.js';
import { estimateColours } from '../../src/engine/foreground.js';
import type { RgbImage } from '../../src/engine/pixels.js';

/** A photo as it would be sent. */
export interface Portrait {
  name: string;
  bytes: Uint8Array;
}

/** A person cut out by a careful matte: the truth that the engine's own cut-out is compared with. */
export interface Cutout {
  name: string;
  /** The photo itself. */
  photo: RgbImage;
  /** 0..1. */
  alpha: Float32Array;
  /** The person's own colours, 0..255, three a pixel. */
  colours: Float32Array;
  marks?: Marks;
}

/** Set by hand, in pixels of the photo: what the engine's own landmarks are compared with. */
export interface Marks {
  /** The pupils, the left one of the picture first. */
  eyes: readonly [Point, Point];
  /** The lowest point of the chin. */
  chin: Point;
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
    const { name } = path.parse(file);
    const marks = await readMarks(path.join(folder, file), photo.width);
    cutouts.push({ name, photo, alpha, colours: foreground.map(value => value * 255), ...marks });
  }
  return cutouts;
}

/** `name.marks.json` beside a photo, scaled as that is. */
async function readMarks(file: string, width: number): Promise<{ marks?: Marks }> {
  const beside = file.replace(/\.\w+$/, '.marks.json');
  if (!existsSync(beside)) return {};
  const { eyes, chin } = JSON.parse(readFileSync(beside, 'utf8')) as Marks;
  const scale = width / (await readHeader(readFileSync(file))).width;
  const scaled = ([x, y]: Point): Point => [x * scale, y * scale];
  return { marks: { eyes: [scaled(eyes[0]), scaled(eyes[1])], chin: scaled(chin) } };
}

/** All portraits of a folder, as they would be sent. */
export async function readPortraits(folder: string): Promise<Portrait[]> {
  const files = photosIn(folder);
  return Promise.all(
    files.map(async file => ({
      name: path.parse(file).name,
      bytes: (await normalise(readFileSync(path.join(folder, file)))).bytes,
    })),
  );
}

export function photosIn(folder: string): string[] {
  return readdirSync(folder)
    .filter(file => /\.(jpe?g|png)$/.test(file) && !file.endsWith('.matte.png'))
    .sort();
}

export async function readPhoto(file: string): Promise<RgbImage> {
  return (await decodeWithin(readFileSync(file), SIDE)).image;
}
