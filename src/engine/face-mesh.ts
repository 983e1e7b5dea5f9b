import { type Affine, compose, distance, mean, type Point, scaling, transform } from './affine.js';
import type { DetectedFace } from './face-detector.js';
import { downscale, type RgbImage, warp } from './pixels.js';
import { loadModel, type Model, runModel, tensorOf } from './tensorflow.js';

/** MediaPipe FaceMesh indices; "left" and "right" as the picture shows them. */
export const MESH = {
  forehead: 10,
  noseTip: 1,
  chin: 152,
  cheekLeft: 234,
  cheekRight: 454,
  eyeLeft: { outer: 33, inner: 133, upper: 159, lower: 145 },
  eyeRight: { outer: 263, inner: 362, upper: 386, lower: 374 },
  /** Corners, and the outer edges of both lips. */
  lips: [61, 291, 0, 17],
} as const;

export interface FaceLandmarks {
  /** FaceMesh's own judgement that this is a face, 0..1. */
  score: number;
  /** 468 points in pixels of the image. */
  points: Point[];
  /** How far each point lies behind the middle of the head, in the same unit. */
  depths: number[];
  eyes: readonly [Point, Point];
  chin: Point;
  forehead: Point;
  /** Midway between the cheeks. */
  centre: Point;
  /** Cheek to cheek. */
  width: number;
  roll: number;
  yaw: number;
  eyeOpenness: number;
}

const SIDE = 192;
/** FaceMesh was trained on square crops one and a half times as large as the face. */
const MARGIN = 1.5;

let model: Promise<Model> | undefined;

/** Two passes: the landmarks of the first one centre, scale and rotate the crop of the second. */
export async function findLandmarks(image: RgbImage, face: DetectedFace): Promise<FaceLandmarks> {
  model ??= loadModel('facemesh');
  const [eyeLeft, eyeRight] = face.eyes;
  let angle = Math.atan2(eyeRight[1] - eyeLeft[1], eyeRight[0] - eyeLeft[0]);
  let centre: Point = [face.left + face.width / 2, face.top + face.height / 2];
  let side = Math.max(face.width, face.height) * MARGIN;
  const small = await downscale(image, (SIDE / side) * 1.5);
  const toSmall = scaling(small.width / image.width, small.height / image.height);
  let points: Point[] = [];
  let depths: number[] = [];
  let score = 0;
  for (let pass = 0; pass < 2; pass++) {
    const toImage = cropMap(centre, angle, side / SIDE);
    const crop = warp(small, SIDE, SIDE, compose(toSmall, toImage));
    const outputs = await runModel(await model, tensorOf(crop, 1 / 255, 0), ['output_mesh', 'output_faceflag']);
    const [mesh, flag] = outputs as [Float32Array, Float32Array];
    score = flag[0]!;
    points = Array.from({ length: mesh.length / 3 }, (_, i) => transform(toImage, mesh[3 * i]!, mesh[3 * i + 1]!));
    depths = points.map((_, i) => (mesh[3 * i + 2]! * side) / SIDE);
    const [left, right] = eyeCentres(points);
    angle = Math.atan2(right[1] - left[1], right[0] - left[0]);
    const xs = points.map(point => point[0]);
    const ys = points.map(point => point[1]);
    const [west, east, north, south] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    centre = [(west + east) / 2, (north + south) / 2];
    side = Math.max(east - west, south - north) * MARGIN;
  }
  return toLandmarks(points, depths, score, angle);
}

function cropMap(centre: Point, angle: number, scale: number): Affine {
  const cos = Math.cos(angle) * scale;
  const sin = Math.sin(angle) * scale;
  const half = SIDE / 2;
  return {
    xx: cos,
    xy: -sin,
    x0: centre[0] - half * cos + half * sin,
    yx: sin,
    yy: cos,
    y0: centre[1] - half * sin - half * cos,
  };
}

function eyeCentres(points: Point[]): readonly [Point, Point] {
  const centre = (eye: Record<string, number>) => mean(Object.values(eye).map(i => points[i]!));
  return [centre(MESH.eyeLeft), centre(MESH.eyeRight)];
}

function toLandmarks(points: Point[], depths: number[], score: number, roll: number): FaceLandmarks {
  const at = (i: number) => points[i]!;
  const left = at(MESH.cheekLeft);
  const right = at(MESH.cheekRight);
  const centre = mean([left, right]);
  const width = distance(left, right);
  const nose = at(MESH.noseTip);
  const openness = (eye: (typeof MESH)['eyeLeft'] | (typeof MESH)['eyeRight']) =>
    distance(at(eye.upper), at(eye.lower)) / distance(at(eye.outer), at(eye.inner));
  return {
    score,
    points,
    depths,
    eyes: eyeCentres(points),
    chin: at(MESH.chin),
    forehead: at(MESH.forehead),
    centre,
    width,
    roll,
    yaw: ((nose[0] - centre[0]) * Math.cos(roll) + (nose[1] - centre[1]) * Math.sin(roll)) / width,
    eyeOpenness: (openness(MESH.eyeLeft) + openness(MESH.eyeRight)) / 2,
  };
}
