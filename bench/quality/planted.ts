import type { Point } from '../../src/engine/affine.js';
import { detectFaces } from '../../src/engine/face-detector.js';
import { type FaceLandmarks, findLandmarks, MESH } from '../../src/engine/face-mesh.js';
import { type RgbImage, resize, rgbOf, sharpOf } from '../../src/engine/pixels.js';
import { randomFrom } from './backdrops.js';
import { overlay, remap, soft } from './remap.js';

/** A finished photo, and where its face is. */
export interface Planted {
  photo: RgbImage;
  face: FaceLandmarks;
  /** 0..1, the person. */
  alpha: Float32Array;
}

export async function faceOf(photo: RgbImage): Promise<FaceLandmarks> {
  const [found] = await detectFaces(photo);
  if (found === undefined) throw new Error('there is no face to plant a fault in');
  return findLandmarks(photo, found);
}

/** Clockwise about the middle of the face. */
export function leaning({ photo, face }: Planted, degrees: number): RgbImage {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const [cx, cy] = face.centre;
  return remap(photo, (x, y) => [cx + (x - cx) * cos + (y - cy) * sin, cy - (x - cx) * sin + (y - cy) * cos]);
}

/**
 * The head turned about its vertical axis: each pixel moves by its depth, which is that of the mesh in the face and of an
 * ellipsoid around it. What turns out of sight is squeezed, not hidden, which is right for small angles.
 */
export function turned({ photo, face }: Planted, degrees: number): RgbImage {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const depth = depthOf(face);
  const [cx] = face.centre;
  const [first, last] = [face.chin[1], face.chin[1] + face.width * 0.5];
  return remap(photo, (x, y) => {
    // The neck turns less than the head, and the shoulders do not.
    const share = Math.min(1, Math.max(0, (last - y) / (last - first)));
    // Where does a point come from that is seen at x? Solved in three steps.
    let from = x;
    for (let step = 0; step < 3; step++) from = cx + (x - cx - depth(from, y) * sin) / cos;
    return [x + (from - x) * share, y];
  });
}

/** Towards the camera, in pixels: 0 at the sides of the head. */
function depthOf(face: FaceLandmarks): (x: number, y: number) => number {
  const { points, depths, centre, width } = face;
  const sides = (depths[MESH.cheekLeft]! + depths[MESH.cheekRight]!) / 2;
  const [cx, cy] = centre;
  const reach = width * 0.06;
  return (x, y) => {
    const [u, v] = [(x - cx) / (width * 0.62), (y - cy + width * 0.1) / (width * 0.95)];
    const ball = width * 0.55 * Math.sqrt(Math.max(0, 1 - u * u - v * v));
    let sum = 0;
    let weights = 0;
    points.forEach(([px, py], i) => {
      const far = ((px - x) ** 2 + (py - y) ** 2) / reach ** 2;
      if (far > 12) return;
      const weight = Math.exp(-far);
      sum += weight * (sides - depths[i]!);
      weights += weight;
    });
    const certain = Math.min(1, weights);
    return weights === 0 ? ball : ball * (1 - certain) + (sum / weights) * certain;
  };
}

const LIDS = [
  { upper: [33, 246, 161, 160, 159, 158, 157, 173, 133], lower: [33, 7, 163, 144, 145, 153, 154, 155, 133] },
  { upper: [362, 398, 384, 385, 386, 387, 388, 466, 263], lower: [362, 382, 381, 380, 374, 373, 390, 249, 263] },
] as const;

/** The skin above each eye is drawn down over it. */
export function eyesShut({ photo, face }: Planted): RgbImage {
  return LIDS.reduce((picture, { upper, lower }) => {
    const above = upper.map(i => face.points[i]!);
    const below = lower.map(i => face.points[i]!);
    const [from, to] = [above[0]![0], above.at(-1)![0]];
    const tall = Math.max(...below.map(([, y], i) => y - above[i]![1]));
    const margin = (to - from) * 0.12;
    return remap(picture, (x, y) => {
      if (x < from - margin || x > to + margin) return [x, y];
      const [lid, edge] = [rowAt(above, x) - tall * 0.35, rowAt(below, x) + tall * 0.2];
      const start = lid - tall * 1.1;
      if (y < start || y > edge) return [x, y];
      // Skin alone: the lashes of the upper lid come to lie at the lower one.
      return [x, start + ((y - start) / (edge - start)) * (lid - start)];
    });
  }, photo);
}

/** The height of a line of points, which run from the left to the right. */
function rowAt(points: readonly Point[], x: number): number {
  const next = points.findIndex(([px]) => px >= x);
  if (next <= 0) return points[next < 0 ? points.length - 1 : 0]![1];
  const [[x1, y1], [x2, y2]] = [points[next - 1]!, points[next]!];
  return y1 + ((x - x1) / (x2 - x1)) * (y2 - y1);
}

const INNER_LIPS = {
  upper: [78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308],
  lower: [78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308],
} as const;

/** The lips are `gap` of the way from the eyes to the chin apart, the chin stays: 0 closes them. */
export function withMouth({ photo, face }: Planted, gap: number): RgbImage {
  const above = INNER_LIPS.upper.map(i => face.points[i]!);
  const below = INNER_LIPS.lower.map(i => face.points[i]!);
  const [from, to] = [above[0]![0], above.at(-1)![0]];
  const middle = (from + to) / 2;
  const chin = face.chin[1];
  const most = gap * (chin - (face.eyes[0][1] + face.eyes[1][1]) / 2);
  const open = (x: number) => most * Math.max(0, 1 - ((x - middle) / ((to - from) / 2)) ** 2);
  const moved = remap(photo, (x, y) => {
    if (x < from || x > to) return [x, y];
    const [lip, teeth] = [rowAt(above, x), rowAt(below, x)];
    const edge = lip + open(x);
    if (y < lip || y > chin) return [x, y];
    if (y < edge) return [x, lip + ((y - lip) / Math.max(1, edge - lip)) * (teeth - lip)];
    return [x, teeth + ((y - edge) / (chin - edge)) * (chin - teeth)];
  });
  return overlay(
    moved,
    (x, y) => {
      if (most === 0 || x <= from || x >= to) return 0;
      const lip = rowAt(above, x);
      return soft(Math.abs((y - lip) / Math.max(1, open(x)) - 0.5) * 2, 0.3);
    },
    (_x, _y, c) => [62, 18, 20][c]!,
  );
}

/** Lights that glasses mirror. */
export function glaring({ photo, face }: Planted): RgbImage {
  const unit = Math.hypot(face.eyes[1][0] - face.eyes[0][0], face.eyes[1][1] - face.eyes[0][1]);
  return face.eyes.reduce(
    (picture, [ex, ey]) =>
      overlay(
        picture,
        (x, y) =>
          0.97 * soft(Math.hypot((x - ex - unit * 0.06) / (unit * 0.17), (y - ey + unit * 0.04) / (unit * 0.12)), 0.3),
        () => 255,
      ),
    photo,
  );
}

/** The half of the face on the left of the picture has so much of its light. */
export function halfInShadow({ photo, face, alpha }: Planted, share: number): RgbImage {
  const [cx, cy] = face.centre;
  return overlay(
    photo,
    (x, y) => {
      const side = Math.min(1, Math.max(0, (cx - x) / (face.width * 0.1) + 0.5));
      const head = soft(Math.hypot((x - cx) / (face.width * 0.75), (y - cy) / (face.width * 1.1)), 0.4);
      return (1 - share) * side * head * alpha[y * photo.width + x]!;
    },
    () => 0,
  );
}

/** The upper edge goes through the hair: the photo moved up by this share of its height. */
export function hairCut({ photo }: Planted, share: number): RgbImage {
  return remap(photo, (x, y) => [x, y + Math.round(photo.height * share)]);
}

/** A second person stands on the left, in a photo that is as much wider. */
export async function secondFace({ photo, alpha }: Planted): Promise<RgbImage> {
  const share = 0.62;
  const mask = { ...photo, data: Uint8Array.from(photo.data, (_, i) => 255 * alpha[Math.floor(i / 3)]!) };
  const scaled = (image: RgbImage) => resize(image, Math.round(image.width * share), Math.round(image.height * share));
  const [person, cover] = [await scaled(photo), await scaled(mask)];
  const left = person.width;
  const above = photo.height - person.height;
  const inside = (x: number, y: number) => x < person.width && y >= above;
  const wide = remap(photo, (x, y) => [Math.max(0, x - left), x < left ? 0 : y], {
    ...photo,
    width: left + photo.width,
  });
  const at = (image: RgbImage, x: number, y: number, c: number) => image.data[((y - above) * image.width + x) * 3 + c]!;
  return overlay(
    wide,
    (x, y) => (inside(x, y) ? at(cover, x, y, 0) / 255 : 0),
    (x, y, c) => at(person, x, y, c),
  );
}

/** Another background behind the same person. */
export function before({ photo, alpha }: Planted, colour: (x: number, y: number, c: number) => number): RgbImage {
  return overlay(photo, (x, y) => 1 - alpha[y * photo.width + x]!, colour);
}

/** Shelves and books, in stripes and boxes. */
export function clutter({ photo }: Planted): (x: number, y: number, c: number) => number {
  const random = randomFrom(11);
  const step = Math.max(4, Math.round(photo.width / 14));
  const colours = new Map<string, number[]>();
  return (x, y, c) => {
    const key = `${Math.floor(x / step)} ${Math.floor(y / (2 * step))}`;
    const colour = colours.get(key) ?? [60 + random() * 180, 60 + random() * 180, 60 + random() * 180];
    colours.set(key, colour);
    return colour[c]!;
  };
}

export function curve(photo: RgbImage, map: (value: number, c: number) => number): RgbImage {
  return { ...photo, data: photo.data.map((value, i) => Math.min(255, Math.max(0, Math.round(map(value, i % 3))))) };
}

export function blurred({ photo, face }: Planted, share: number): Promise<RgbImage> {
  return rgbOf(sharpOf(photo).blur(Math.max(0.4, face.width * share)));
}

export function grey(photo: RgbImage): RgbImage {
  const data = Uint8Array.from(photo.data);
  for (let i = 0; i < data.length; i += 3)
    data.fill(Math.round(0.299 * data[i]! + 0.587 * data[i + 1]! + 0.114 * data[i + 2]!), i, i + 3);
  return { ...photo, data };
}
