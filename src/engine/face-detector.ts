import type { Point } from './affine.js';
import { type RgbImage, resize, rgbOf, sharpOf } from './pixels.js';
import { loadModel, type Model, runModel, tensorOf } from './tensorflow.js';

/** In pixels of the given image. The eye on the left of the image comes first. */
export interface DetectedFace {
  score: number;
  left: number;
  top: number;
  width: number;
  height: number;
  eyes: readonly [Point, Point];
}

const SIDE = 256;
/** BlazeFace "back": 2 anchors a cell on a 16 x 16 grid, 6 a cell on an 8 x 8 grid. */
const ANCHORS: Point[] = [16, 32].flatMap((stride, level) => {
  const cells = SIDE / stride;
  const perCell = level === 0 ? 2 : 6;
  return Array.from({ length: cells * cells * perCell }, (_, i): Point => {
    const cell = Math.floor(i / perCell);
    return [((cell % cells) + 0.5) / cells, (Math.floor(cell / cells) + 0.5) / cells];
  });
});
const FIRST_LEVEL = 512;
const BOX_NUMBERS = 16;
const MIN_SCORE = 0.5;
const MAX_OVERLAP = 0.3;

let model: Promise<Model> | undefined;

/**
 * MediaPipe BlazeFace on the letterboxed image. It also fires on the back of a head, so FaceMesh has to confirm each
 * face.
 */
export async function detectFaces(image: RgbImage): Promise<DetectedFace[]> {
  model ??= loadModel('blazeface');
  const side = Math.max(image.width, image.height);
  const letterboxed = await letterbox(image);
  const outputs = await runModel(await model, tensorOf(letterboxed, 1 / 127.5, -1), [
    'Identity_3',
    'Identity',
    'Identity_1',
    'Identity_2',
  ]);
  const [boxes2, scores1, scores2, boxes1] = outputs as [Float32Array, Float32Array, Float32Array, Float32Array];
  const offsetX = (side - image.width) / 2;
  const offsetY = (side - image.height) / 2;
  const found: DetectedFace[] = [];
  ANCHORS.forEach(([anchorX, anchorY], i) => {
    const first = i < FIRST_LEVEL;
    const logit = first ? scores1[i]! : scores2[i - FIRST_LEVEL]!;
    const score = 1 / (1 + Math.exp(-logit));
    if (score < MIN_SCORE) return;
    const start = (first ? i : i - FIRST_LEVEL) * BOX_NUMBERS;
    const numbers = (first ? boxes1 : boxes2).subarray(start, start + BOX_NUMBERS);
    const point = (at: number): Point => [
      (numbers[at]! / SIDE + anchorX) * side - offsetX,
      (numbers[at + 1]! / SIDE + anchorY) * side - offsetY,
    ];
    const [centreX, centreY] = point(0);
    const width = (numbers[2]! / SIDE) * side;
    const height = (numbers[3]! / SIDE) * side;
    found.push({
      score,
      left: centreX - width / 2,
      top: centreY - height / 2,
      width,
      height,
      eyes: [point(4), point(6)],
    });
  });
  return withoutOverlaps(found);
}

async function letterbox(image: RgbImage): Promise<RgbImage> {
  if (image.width === image.height) return resize(image, SIDE, SIDE);
  return rgbOf(sharpOf(image).resize(SIDE, SIDE, { fit: 'contain', background: '#000' }));
}

function withoutOverlaps(faces: DetectedFace[]): DetectedFace[] {
  const kept: DetectedFace[] = [];
  for (const face of faces.sort((a, b) => b.score - a.score)) {
    if (kept.every(other => overlap(face, other) <= MAX_OVERLAP)) kept.push(face);
  }
  return kept;
}

/** Intersection over union. */
function overlap(a: DetectedFace, b: DetectedFace): number {
  const width = Math.min(a.left + a.width, b.left + b.width) - Math.max(a.left, b.left);
  const height = Math.min(a.top + a.height, b.top + b.height) - Math.max(a.top, b.top);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (a.width * a.height + b.width * b.height - shared);
}
