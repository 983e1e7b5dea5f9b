import { DarkroomError } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';
import { type Affine, compose, distance, type Point, scaling, translation } from './affine.js';
import type { Analysis, PhotoMeasures } from './analysis.js';
import { measureBackground } from './background-measures.js';
import { eyesClosed } from './closed-eyes.js';
import { findCrown } from './crown.js';
import { type DecodedPhoto, decodePart, decodeWithin, readHeader } from './decode.js';
import { detectFaces } from './face-detector.js';
import { LIGHT_LIMITS, measureFaceLight } from './face-light.js';
import { measureFace } from './face-measures.js';
import { type FaceLandmarks, findLandmarks, MESH } from './face-mesh.js';
import { type FrameSize, frameBox, type HeadFrame, headFrame, insidePhoto, toFrame } from './head-frame.js';
import type { FacePosition, HeadGeometry } from './head-position.js';
import { extractMatte, type Matte } from './matte.js';
import type { PhotoFacts, PhotoWarning } from './photo.js';
import { readLabels } from './picture-labels.js';
import { type Box, cropImage, downscale, type RgbImage, warp } from './pixels.js';

/** Longer side of the working image. Faces are detected in it, and most photos are rendered from it. */
const WORKING_SIDE = 2_000;
/**
 * Where a face is narrower than this in the working image and the upload has more pixels, its region is decoded again
 * at a larger scale.
 */
const WORKING_FACE_WIDTH = 600;
const MAX_FACES = 5;
/** BlazeFace also fires on the back of a head, so FaceMesh has to confirm each face. */
const MIN_FACE_SCORE = 0.6;
/**
 * A second face has to be surer than the only one: painted windows had 0.54 and 0.88, true faces at least 0.89 and 1.00.
 */
const SURE_DETECTION = 0.6;
const SURE_FACE_SCORE = 0.95;
/** Share of the landmarks outside the photo. Half faces had 0.12 and 0.19, whole ones 0.01 at most. */
const MAX_OUTSIDE = 0.05;
/** Area of the second face relative to the largest one. From this ratio on it is not clear whose photo it is. */
const SECOND_FACE_AREA = 0.5;
/** Below it the cut-out shows; see `rateMatte`. */
const GOOD_CUTOUT = 0.75;
/** From about 40 degrees on no document takes the photo, and half of the face is guessed. */
const MAX_YAW = 0.3;
const TILTED_ROLL_DEGREES = 12;
const TILTED_YAW = 0.15;

/**
 * Face, landmarks and matte of an upload.
 * @param level false: the head stays as it leans
 * Errors: CORRUPT_IMAGE, NO_FACE, FACE_CUT_OFF, FACE_TURNED_AWAY, MULTIPLE_FACES, FACE_TOO_SMALL.
 */
export async function analyse(bytes: Uint8Array, frameSize: FrameSize, level: boolean): Promise<Analysis> {
  const photo = await decodeWithin(bytes, WORKING_SIDE);
  const { subject, bystanders } = await findSubject(photo.image);
  const eyeDistancePx = distance(...subject.eyes) / photo.scale;
  if (eyeDistancePx < LIMITS.image.minEyeDistancePx) throw faceTooSmall(eyeDistancePx);

  const frame = headFrame(level ? subject : { ...subject, roll: 0 }, photo.image, frameSize);
  const { source, toSource, scale } = await sourcePixels(bytes, photo, frame, subject.width);
  const [left, right] = toFrame(frame, subject.eyes) as [Point, Point];
  const face = faceIn(frame, subject);
  const picture = await warpToFrame(source, frame, toSource);
  const visible = visibleBox(frame);
  const inCrop = (position: FacePosition) => ({
    ...position,
    centreX: position.centreX - visible.left,
    chinY: position.chinY - visible.top,
    foreheadY: position.foreheadY - visible.top,
  });
  const others = bystanders.map(other => faceIn(frame, other));
  const matte = await extractMatte(cropImage(picture, visible), inCrop(face), others.map(inCrop));
  const { alpha, correction } = placeMatte(matte, picture, visible, frame);
  const measuredCrown = findCrown(
    { data: alpha, width: frame.width, height: frame.height },
    127,
    face.centreX,
    face.width,
  );
  const crownY = measuredCrown !== undefined && measuredCrown < face.foreheadY ? measuredCrown : estimateCrown(face);
  const head: HeadGeometry = {
    centreX: face.centreX,
    crownY,
    chinY: face.chinY,
    eyes: [left, right],
    faceWidth: face.width,
  };
  const facts: PhotoFacts = {
    faces: bystanders.length + 1,
    eyeDistancePx,
    rollDegrees: (subject.roll * 180) / Math.PI,
    yaw: subject.yaw,
    eyeOpenness: subject.eyeOpenness,
    matteQuality: matte.quality,
    light: measureFaceLight(picture, face),
  };
  return {
    facts,
    warnings: warningsOf(facts, eyesClosed(photo.image, subject)),
    frame,
    head,
    measures: measuresOf(picture, frame, subject, alpha),
    bystanders: others,
    source,
    toSource,
    sourceScale: scale,
    alpha,
    correction,
    labels: readLabels(bytes, (await readHeader(bytes)).mime),
  };
}

function measuresOf(picture: RgbImage, frame: HeadFrame, subject: FaceLandmarks, alpha: Uint8Array): PhotoMeasures {
  const points = toFrame(frame, subject.points);
  const step = Math.hypot(frame.toPhoto.xx, frame.toPhoto.yx);
  const eyes = toFrame(frame, subject.eyes) as [Point, Point];
  const depths = subject.depths.map(depth => depth / step);
  const around = (indices: readonly number[], margin: number): readonly [Point, Point] => {
    const [xs, ys] = [0, 1].map(axis => indices.map(index => points[index]![axis as 0 | 1])) as [number[], number[]];
    return [
      [Math.min(...xs) - margin, Math.min(...ys) - margin],
      [Math.max(...xs) + margin, Math.max(...ys) + margin],
    ];
  };
  const unit = distance(...eyes) / 5;
  return {
    face: measureFace(picture, { points, depths, eyes }),
    headCut: shareCut(frame, alpha, faceIn(frame, subject)),
    background: measureBackground(picture, alpha, (x, y) => insidePhoto(frame, [x, y])),
    boxes: {
      face: around([...points.keys()], 0),
      eyes: around([...Object.values(MESH.eyeLeft), ...Object.values(MESH.eyeRight)], unit),
      mouth: around(MESH.lips, unit / 2),
    },
  };
}

/** How much of the head's width ends at the upper edge of the photo. */
function shareCut(frame: HeadFrame, alpha: Uint8Array, { centreX, width }: FacePosition): number {
  const [from, to] = [Math.round(centreX - width / 2), Math.round(centreX + width / 2)];
  let cut = 0;
  for (let x = Math.max(0, from); x < Math.min(frame.width, to); x++) {
    let y = 0;
    while (y < frame.height && !insidePhoto(frame, [x + 0.5, y + 0.5])) y++;
    // Two pixels further in, because alpha fades over the edge itself.
    if (y > 0 && y + 2 < frame.height && alpha[(y + 2) * frame.width + x]! > 127) cut++;
  }
  return cut / (to - from);
}

function faceIn(frame: HeadFrame, landmarks: FaceLandmarks): FacePosition {
  const [chin, forehead, centre] = toFrame(frame, [landmarks.chin, landmarks.forehead, landmarks.centre]) as [
    Point,
    Point,
    Point,
  ];
  const width = landmarks.width / Math.hypot(frame.toPhoto.xx, frame.toPhoto.yx);
  return { centreX: centre[0], chinY: chin[1], foreheadY: forehead[1], width };
}

/**
 * The crown at its average height above the forehead, for a photo whose matte has failed. `matteQuality` is low then.
 */
function estimateCrown(face: FacePosition): number {
  return face.foreheadY - 0.3 * (face.chinY - face.foreheadY);
}

async function findSubject(image: RgbImage): Promise<{ subject: FaceLandmarks; bystanders: FaceLandmarks[] }> {
  const candidates = await detectFaces(image);
  candidates.sort((a, b) => b.width * b.height - a.width * a.height);
  const confirmed: { landmarks: FaceLandmarks; sure: boolean }[] = [];
  for (const candidate of candidates.slice(0, MAX_FACES)) {
    const landmarks = await findLandmarks(image, candidate);
    const sure = candidate.score >= SURE_DETECTION && landmarks.score >= SURE_FACE_SCORE;
    if (landmarks.score >= MIN_FACE_SCORE) confirmed.push({ landmarks, sure });
  }
  confirmed.sort((a, b) => Number(b.sure) - Number(a.sure) || b.landmarks.width - a.landmarks.width);
  const [subject, ...others] = confirmed;
  if (!subject) throw new DarkroomError('NO_FACE');
  if (shareOutside(subject.landmarks, image) > MAX_OUTSIDE) throw new DarkroomError('FACE_CUT_OFF');
  if (Math.abs(subject.landmarks.yaw) > MAX_YAW) throw new DarkroomError('FACE_TURNED_AWAY');
  const bystanders = others.filter(other => other.sure).map(other => other.landmarks);
  const second = bystanders[0];
  if (second && (second.width / subject.landmarks.width) ** 2 >= SECOND_FACE_AREA) {
    throw new DarkroomError('MULTIPLE_FACES');
  }
  return { subject: subject.landmarks, bystanders };
}

function shareOutside({ points }: FaceLandmarks, { width, height }: RgbImage): number {
  return points.filter(([x, y]) => x < 0 || y < 0 || x > width || y > height).length / points.length;
}

function faceTooSmall(measured: number): DarkroomError {
  const least = LIMITS.image.minEyeDistancePx;
  return new DarkroomError(
    'FACE_TOO_SMALL',
    `The face is too small: ${Math.floor(measured)} pixels between the eyes, at least ${least} are needed.`,
    [{ path: 'photo.eyeDistancePx', code: 'FACE_TOO_SMALL', allowed: `>= ${least}; measured ${Math.floor(measured)}` }],
  );
}

/**
 * The pixels that the frame covers: cropped from the working image, or decoded again where the working image has lost
 * detail of a small face.
 */
async function sourcePixels(
  bytes: Uint8Array,
  photo: DecodedPhoto,
  frame: HeadFrame,
  faceWidth: number,
): Promise<{ source: RgbImage; toSource: Affine; scale: number }> {
  const box = frameBox(frame);
  const gain = Math.min(1 / photo.scale, WORKING_FACE_WIDTH / faceWidth);
  if (gain < 1.2) {
    return { source: cropImage(photo.image, box), toSource: translation(-box.left, -box.top), scale: photo.scale };
  }
  const full: Box = {
    left: Math.floor(box.left / photo.scale),
    top: Math.floor(box.top / photo.scale),
    right: Math.min(photo.width, Math.ceil(box.right / photo.scale)),
    bottom: Math.min(photo.height, Math.ceil(box.bottom / photo.scale)),
  };
  const source = await decodePart(bytes, full, gain * photo.scale);
  const toUpload = scaling(photo.width / photo.image.width, photo.height / photo.image.height);
  const fromUpload = scaling(source.width / (full.right - full.left), source.height / (full.bottom - full.top));
  const toSource = compose(fromUpload, compose(translation(-full.left, -full.top), toUpload));
  return { source, toSource, scale: gain * photo.scale };
}

async function warpToFrame(source: RgbImage, frame: HeadFrame, toSource: Affine): Promise<RgbImage> {
  const perPixel = Math.hypot(frame.toPhoto.xx, frame.toPhoto.yx) * toSource.xx;
  const small = await downscale(source, 1 / perPixel);
  const toSmall = scaling(small.width / source.width, small.height / source.height);
  return warp(small, frame.width, frame.height, compose(compose(toSmall, toSource), frame.toPhoto));
}

/**
 * The part of the frame that the photo covers, as a rectangle. Beyond the photo the warp repeats its edge, which the
 * models should see as little of as possible.
 */
function visibleBox(frame: HeadFrame): Box {
  const box: Box = { left: frame.width, top: frame.height, right: 0, bottom: 0 };
  for (let y = 0; y < frame.height; y++) {
    for (let x = 0; x < frame.width; x++) {
      if (!insidePhoto(frame, [x + 0.5, y + 0.5])) continue;
      box.left = Math.min(box.left, x);
      box.right = Math.max(box.right, x + 1);
      box.top = Math.min(box.top, y);
      box.bottom = Math.max(box.bottom, y + 1);
    }
  }
  return box;
}

/** Copies the matte into the whole frame. Nothing outside the photo belongs to the person. */
function placeMatte(
  matte: Matte,
  picture: RgbImage,
  visible: Box,
  frame: HeadFrame,
): Pick<Analysis, 'alpha' | 'correction'> {
  const pixels = frame.width * frame.height;
  const alpha = new Uint8Array(pixels);
  const correction = new Int16Array(pixels * 3);
  const { data, width, height } = matte.alpha;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const to = (y + visible.top) * frame.width + x + visible.left;
      const from = y * width + x;
      if (!data[from] || !insidePhoto(frame, [x + visible.left + 0.5, y + visible.top + 0.5])) continue;
      alpha[to] = Math.round(data[from]! * 255);
      for (let c = 0; c < 3; c++) {
        correction[to * 3 + c] = Math.round(matte.foreground[from * 3 + c]! * 255 - picture.data[to * 3 + c]!);
      }
    }
  }
  return { alpha, correction };
}

function warningsOf(facts: PhotoFacts, areClosed: boolean): PhotoWarning[] {
  const warnings: PhotoWarning[] = [];
  if (facts.faces > 1) warnings.push('MULTIPLE_FACES');
  const { sharpness, luminance, evenness } = facts.light;
  if (sharpness < LIGHT_LIMITS.sharpness) warnings.push('BLURRED');
  if (luminance < LIGHT_LIMITS.luminance || evenness < LIGHT_LIMITS.evenness) warnings.push('DARK');
  if (facts.matteQuality < GOOD_CUTOUT) warnings.push('LOW_CUTOUT_QUALITY');
  if (areClosed) warnings.push('EYES_CLOSED');
  if (Math.abs(facts.rollDegrees) > TILTED_ROLL_DEGREES || Math.abs(facts.yaw) > TILTED_YAW) {
    warnings.push('HEAD_TILTED');
  }
  return warnings;
}
