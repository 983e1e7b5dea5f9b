import type { Point } from './affine.js';
import { LINEAR, labOf } from './lab.js';
import type { RgbImage } from './pixels.js';

/**
 * What of a face can be measured without a model of its own: the quality components of ISO/IEC 29794-5:2025 that are
 * published as formulas, on the landmarks and pixels that the engine has. Shares are 0..1.
 */
export interface FaceMeasures {
  /** The less open eye, and the mouth between its lips, as shares of the way from between the eyes to the chin. */
  eyesOpen: number;
  mouthOpen: number;
  /** How far the head is turned, to the right of the picture positive, and how far it nods, downwards positive; degrees. */
  yawDegrees: number;
  pitchDegrees: number;
  /** Of the light of the face, 0..1. */
  luminanceMean: number;
  luminanceVariance: number;
  /** Entropy of the histogram of the light, in bits: 0..8. */
  dynamicRange: number;
  /** Shares of the face that are as good as white or black. */
  overExposed: number;
  underExposed: number;
  /** How much of the histograms of both cheeks is the same. */
  lightOfSides: number;
  /** Light of the darker half of the face, as a share of that of the brighter one. */
  darkerSide: number;
  /** How far the colour of the cheeks is from any skin, in a* and b*. */
  unnatural: number;
  /** Mean distance of the face from grey, in a* and b*. */
  chroma: number;
  /** Share of the region around the eyes that mirrors a light: white, where the face is not. */
  glare: number;
}

/** Indices of FaceMesh. */
const LIDS = [
  [
    [160, 144],
    [159, 145],
    [158, 153],
  ],
  [
    [385, 380],
    [386, 374],
    [387, 373],
  ],
] as const;
const LIPS = [
  [13, 14],
  [82, 87],
  [312, 317],
] as const;
/** Brows, then the jaw from the right to the left of the picture. */
const FACE = [
  70, 63, 105, 66, 107, 336, 296, 334, 293, 300, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176,
  149, 150, 136, 172, 58, 132, 93, 234, 127,
] as const;
const CHEEKS = [234, 454] as const;
const BROW = 10;
const CHIN = 152;
const MOUTH = [13, 14] as const;

/** The mesh is shallower than a head: of heads that were turned by 5 to 15 degrees it had 0.73 to 0.82 of the turn. */
const TURN = 1.3;
/** What it has of a head that is held level, in degrees; the portraits that this was found on had 2 to 16. */
const LEVEL = 8;

/** Light of 0..255 that counts as white and as black. */
const WHITE = 247;
const BLACK = 25;

export interface FaceOnGrid {
  points: readonly Point[];
  /** In the unit of the points. */
  depths: readonly number[];
  eyes: readonly [Point, Point];
}

/** @param image the frame, with the face at its usual size */
export function measureFace(image: RgbImage, face: FaceOnGrid): FaceMeasures {
  const at = (i: number) => face.points[i]!;
  const [left, right] = face.eyes;
  const between: Point = [(left[0] + right[0]) / 2, (left[1] + right[1]) / 2];
  const toChin = distance(between, at(CHIN));
  const opening = (pairs: readonly (readonly [number, number])[]) =>
    Math.max(...pairs.map(([one, other]) => distance(at(one), at(other)))) / toChin;
  const light = measureLight(image, face);
  return {
    eyesOpen: Math.min(...LIDS.map(opening)),
    mouthOpen: opening(LIPS),
    ...measurePose(face),
    ...light,
    ...measureCheeks(image, face, between),
    glare: Math.max(0, measureGlare(image, face) - light.overExposed),
  };
}

function measurePose({ points, depths, eyes: [left, right] }: FaceOnGrid) {
  const roll = Math.atan2(right[1] - left[1], right[0] - left[0]);
  const along = (from: number, to: number, angle: number) => {
    const [a, b] = [points[from]!, points[to]!];
    return (b[0] - a[0]) * Math.cos(angle) + (b[1] - a[1]) * Math.sin(angle);
  };
  const across = along(CHEEKS[0], CHEEKS[1], roll);
  const down = along(BROW, CHIN, roll + Math.PI / 2);
  const degrees = (radians: number) => (radians * 180) / Math.PI;
  return {
    yawDegrees: TURN * degrees(Math.atan2(depths[CHEEKS[1]]! - depths[CHEEKS[0]]!, across)),
    pitchDegrees: degrees(Math.atan2(depths[CHIN]! - depths[BROW]!, down)) - LEVEL,
  };
}

function measureLight({ data, width, height }: RgbImage, { points }: FaceOnGrid) {
  const outline = FACE.map(i => points[i]!);
  const histogram = new Float64Array(256);
  let chroma = 0;
  let count = 0;
  for (const pixel of pixelsWithin(outline, width, height)) {
    histogram[lightAt(data, pixel)]! += 1;
    count++;
    if (count % 7 !== 0) continue;
    const [, a, b] = labOf(data[pixel * 3]!, data[pixel * 3 + 1]!, data[pixel * 3 + 2]!);
    chroma += 7 * Math.hypot(a, b);
  }
  const share = (from: number, to: number) => histogram.subarray(from, to + 1).reduce((sum, n) => sum + n, 0) / count;
  let mean = 0;
  let entropy = 0;
  for (let i = 0; i < 256; i++) {
    const p = histogram[i]! / count;
    mean += (p * i) / 255;
    if (p > 0) entropy -= p * Math.log2(p);
  }
  let variance = 0;
  for (let i = 0; i < 256; i++) variance += (histogram[i]! / count) * (i / 255 - mean) ** 2;
  return {
    luminanceMean: mean,
    luminanceVariance: variance,
    dynamicRange: entropy,
    overExposed: share(WHITE, 255),
    underExposed: share(0, BLACK),
    chroma: chroma / Math.max(1, count),
  };
}

/** Two squares of 0.3 eye distances below the eyes, half-way to the mouth. */
function measureCheeks({ data, width, height }: RgbImage, { points, eyes }: FaceOnGrid, between: Point) {
  const [left, right] = eyes;
  const apart = distance(left, right);
  const mouth: Point = [
    (points[MOUTH[0]]![0] + points[MOUTH[1]]![0]) / 2,
    (points[MOUTH[0]]![1] + points[MOUTH[1]]![1]) / 2,
  ];
  const below: Point = [(mouth[0] - between[0]) / 2, (mouth[1] - between[1]) / 2];
  const half = apart * 0.15;
  const outwards = [(right[0] - left[0]) / apart, (right[1] - left[1]) / apart] as const;
  const cheeks = ([left, right] as const).map((eye, side) => {
    const away = (side === 0 ? -1 : 1) * half;
    const centre: Point = [eye[0] + below[0] + away * outwards[0], eye[1] + below[1] + away * outwards[1]];
    const histogram = new Float64Array(256);
    const sum = [0, 0, 0];
    let light = 0;
    let count = 0;
    for (let y = Math.floor(centre[1] - half); y < centre[1] + half; y++) {
      for (let x = Math.floor(centre[0] - half); x < centre[0] + half; x++) {
        if (x < 0 || y < 0 || x >= width || y >= height) continue;
        const pixel = y * width + x;
        const value = lightAt(data, pixel);
        histogram[value]! += 1;
        light += value;
        for (let c = 0; c < 3; c++) sum[c]! += data[pixel * 3 + c]!;
        count++;
      }
    }
    return { histogram, sum, light: light / Math.max(1, count), count: Math.max(1, count) };
  });
  const [one, other] = cheeks as [(typeof cheeks)[number], (typeof cheeks)[number]];
  let same = 0;
  for (let i = 0; i < 256; i++) same += Math.min(one.histogram[i]! / one.count, other.histogram[i]! / other.count);
  const colour = [0, 1, 2].map(c => Math.round((one.sum[c]! + other.sum[c]!) / (one.count + other.count)));
  const [, a, b] = labOf(colour[0]!, colour[1]!, colour[2]!);
  return {
    lightOfSides: same,
    darkerSide: Math.min(one.light, other.light) / Math.max(1, one.light, other.light),
    unnatural: a < 0 || b < 0 ? 100 : Math.hypot(Math.max(5 - a, a - 25, 0), Math.max(5 - b, b - 35, 0)),
  };
}

/** White, without colour, much brighter than the skin: around the eyes, where glasses are. */
function measureGlare({ data, width, height }: RgbImage, { eyes }: FaceOnGrid): number {
  const [left, right] = eyes;
  const apart = distance(left, right);
  const roll = Math.atan2(right[1] - left[1], right[0] - left[0]);
  let bright = 0;
  let count = 0;
  for (const eye of eyes) {
    for (let v = -0.34; v <= 0.34; v += 1 / apart) {
      for (let u = -0.4; u <= 0.4; u += 1 / apart) {
        const x = Math.round(eye[0] + apart * (u * Math.cos(roll) - v * Math.sin(roll)));
        const y = Math.round(eye[1] + apart * (u * Math.sin(roll) + v * Math.cos(roll)));
        if (x < 0 || y < 0 || x >= width || y >= height) continue;
        count++;
        const i = (y * width + x) * 3;
        const least = Math.min(data[i]!, data[i + 1]!, data[i + 2]!);
        if (least >= 235) bright++;
      }
    }
  }
  return bright / Math.max(1, count);
}

function lightAt(data: Uint8Array, pixel: number): number {
  const i = pixel * 3;
  return Math.floor(
    (0.2126 * LINEAR[data[i]!]! + 0.7152 * LINEAR[data[i + 1]!]! + 0.0722 * LINEAR[data[i + 2]!]!) * 255 + 0.5,
  );
}

/** The pixels within a polygon, row by row. */
export function* pixelsWithin(polygon: readonly Point[], width: number, height: number): Generator<number> {
  const ys = polygon.map(([, y]) => y);
  const last = Math.min(height - 1, Math.floor(Math.max(...ys)));
  for (let y = Math.max(0, Math.ceil(Math.min(...ys))); y <= last; y++) {
    const crossings = polygon
      .flatMap(([x1, y1], index) => {
        const [x2, y2] = polygon[(index + 1) % polygon.length]!;
        return y1 <= y === y2 <= y ? [] : [x1 + ((y - y1) / (y2 - y1)) * (x2 - x1)];
      })
      .sort((a, b) => a - b);
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      const to = Math.min(width - 1, Math.floor(crossings[i + 1]!));
      for (let x = Math.max(0, Math.ceil(crossings[i]!)); x <= to; x++) yield y * width + x;
    }
  }
}

function distance([ax, ay]: Point, [bx, by]: Point): number {
  return Math.hypot(bx - ax, by - ay);
}
