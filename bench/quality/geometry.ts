import { type Affine, compose, invert, type Point, scaling, transform, translation } from '../../src/engine/affine.js';
import { analyse } from '../../src/engine/analyse.js';
import { encodeJpeg } from '../../src/engine/encode.js';
import type { IdPhotoOptions, RenderedPhoto } from '../../src/engine/photo.js';
import { type RgbImage, warp } from '../../src/engine/pixels.js';
import { renderPhotos } from '../../src/engine/render.js';
import { BACKDROPS } from './backdrops.js';
import { composite } from './composites.js';
import { sourceOfPhoto } from './coordinates.js';
import type { Cutout, Marks } from './portraits.js';
import type { Figures, Section } from './section.js';

const ONE_INCH: IdPhotoOptions = {
  widthPx: 295,
  heightPx: 413,
  dpi: 300,
  headRatio: 0.62,
  topMargin: 0.085,
  allowBodyCut: true,
  backgrounds: [{ kind: 'solid', hex: '#438EDB' }],
};

/** How the person stands in the picture that is made: turned about the face, which is in its middle, and how large. */
const PLACEMENTS = [
  { degrees: 0, size: 1 },
  { degrees: 0, size: 1.4 },
  { degrees: 4, size: 1.1 },
  { degrees: -7, size: 1.2 },
  { degrees: 11, size: 1.3 },
] as const;

/**
 * Head and eyes in finished photos, by what is known of the portrait: eyes and chin marked by hand, the crown by the
 * matte, and the pixels themselves tell where each came from.
 */
export const geometry: Section = {
  name: 'geometry',
  what: 'heads placed, against marks made by hand (thousandths of the height; degrees)',
  run: async ({ cutouts }) => {
    const rows: Record<string, Figures> = {};
    for (const cutout of cutouts) {
      if (!cutout.marks) continue;
      for (const { degrees, size } of PLACEMENTS) {
        rows[`${cutout.name} ${degrees} degrees, ${size}`] = await placed(cutout, cutout.marks, degrees, size);
      }
    }
    return rows;
  },
};

async function placed(cutout: Cutout, marks: Marks, degrees: number, size: number): Promise<Figures> {
  const toCutout = placement(cutout, marks, degrees, size);
  const moved = movedBy(cutout, toCutout);
  const picture = composite(moved, await BACKDROPS.plain!(moved));
  const analysis = await analyse((await encodeJpeg(picture, null)).bytes, 'near', true);
  const rendered: RenderedPhoto[] = [];
  await renderPhotos(analysis, ONE_INCH, photo => rendered.push(photo));
  const told = rendered[0]!.geometry;
  const toPhoto = compose(
    invert(await sourceOfPhoto(analysis, ONE_INCH)),
    compose(analysis.toSource, invert(toCutout)),
  );
  const [left, right, chin] = [...marks.eyes, marks.chin].map(([x, y]) => transform(toPhoto, x, y)) as Point[];
  const crown = crownOf(cutout, marks, toPhoto);
  const height = ONE_INCH.heightPx;
  const head = (chin![1] - crown) / height;
  const thousandths = (difference: number) => 1000 * Math.abs(difference);
  return {
    head: thousandths(head - ONE_INCH.headRatio),
    top: thousandths(crown / height - ONE_INCH.topMargin!),
    'told head': thousandths(told.headRatio - head),
    'told top': thousandths(told.topMargin - crown / height),
    'told eyes': thousandths(told.faceCenter.y - (left![1] + right![1]) / 2 / height),
    roll: Math.abs((Math.atan2(right![1] - left![1], right![0] - left![0]) * 180) / Math.PI),
  };
}

/** From the picture that is made to the portrait. */
function placement({ photo }: Cutout, { eyes, chin }: Marks, degrees: number, size: number): Affine {
  const toMiddle = translation(-photo.width / 2, -photo.height * 0.45);
  const [x, y] = [chin[0], (eyes[0][1] + chin[1]) / 2];
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const turn = { xx: cos, xy: sin, x0: 0, yx: -sin, yy: cos, y0: 0 };
  return compose(translation(x, y), compose(scaling(1 / size), compose(turn, toMiddle)));
}

/** The cut-out as it lies in the picture; where the portrait ends, nobody is. */
function movedBy(cutout: Cutout, toCutout: Affine): Cutout {
  const { width, height } = cutout.photo;
  const image = (values: ArrayLike<number>, gain: number, step: number): RgbImage => {
    const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
      const value = values[step === 1 ? Math.floor(i / 3) : i]!;
      return Math.round(value * gain);
    });
    return warp({ data, width, height }, width, height, toCutout);
  };
  const alpha = image(cutout.alpha, 255, 1).data;
  const colours = image(cutout.colours, 1, 3).data;
  const isInside = (i: number) => {
    const [x, y] = transform(toCutout, (i % width) + 0.5, Math.floor(i / width) + 0.5);
    return x >= 0 && y >= 0 && x <= width && y <= height;
  };
  return {
    ...cutout,
    alpha: Float32Array.from({ length: width * height }, (_, i) => (isInside(i) ? alpha[i * 3]! / 255 : 0)),
    colours: Float32Array.from(colours),
  };
}

/** The row of the photo above which there is less of the matte than a few stray hairs. */
function crownOf({ alpha, photo: { width } }: Cutout, { eyes }: Marks, toPhoto: Affine): number {
  const distance = Math.hypot(eyes[1][0] - eyes[0][0], eyes[1][1] - eyes[0][1]);
  const rows: number[] = [];
  const middle = (eyes[0][0] + eyes[1][0]) / 2;
  for (let i = 0; i < alpha.length && i < eyes[0][1] * width; i++) {
    if (alpha[i]! < 0.5 || Math.abs((i % width) - middle) > distance) continue;
    rows.push(transform(toPhoto, (i % width) + 0.5, Math.floor(i / width) + 0.5)[1]);
  }
  return rows.sort((a, b) => a - b)[Math.round(distance / 4)]!;
}
