import { DarkroomError } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';
import { type Affine, compose, distance, type Point, scaling, translation } from './affine.js';
import type { Analysis } from './analysis.js';
import { findCrown } from './crown.js';
import { type DecodedPhoto, decodePart, decodeWithin } from './decode.js';
import { detectFaces } from './face-detector.js';
import { type FaceLandmarks, findLandmarks } from './face-mesh.js';
import {
  frameBox,
  type HeadFrame,
  type HeadGeometry,
  headFrame,
  insidePhoto,
  type ReachName,
  toFrame,
} from './head-frame.js';
import { cutOut, type Matte } from './matte.js';
import type { PhotoFacts, PhotoWarning } from './photo.js';
import { type Box, cut, type RgbImage, reduced, warp } from './pixels.js';
import type { FacePlace } from './segmentation.js';

/** Faces are looked for, and most photos rendered, within this size. */
const WORKING_SIDE = 2_000;
/** A face narrower than this in the working image is decoded again in more detail, if the upload has more. */
const WORKING_FACE_WIDTH = 600;
const MAX_FACES = 5;
/** BlazeFace alone fires on the back of a head. */
const MIN_FACE_FLAG = 0.6;
/** Area of another face against the subject's, from which on the subject is not clear. */
const RIVAL_AREA = 0.5;
const CLOSED_EYES = 0.12;
const TILTED_ROLL_DEGREES = 12;
const TILTED_YAW = 0.15;

/**
 * Face, landmarks and matte of an upload.
 * Errors: CORRUPT_IMAGE, NO_FACE, MULTIPLE_FACES, FACE_TOO_SMALL.
 */
export async function analyse(bytes: Uint8Array, reach: ReachName): Promise<Analysis> {
  const photo = await decodeWithin(bytes, WORKING_SIDE);
  const { subject, faces } = await findSubject(photo.image);
  const eyeDistancePx = distance(...subject.eyes) / photo.scale;
  if (eyeDistancePx < LIMITS.image.minEyeDistancePx) throw faceTooSmall(eyeDistancePx);

  const frame = headFrame(subject, photo.image, reach);
  const { source, toSource, scale } = await sourceOf(bytes, photo, frame, subject.width);
  const points = toFrame(frame, [...subject.eyes, subject.chin, subject.forehead, subject.centre]);
  const [left, right, chin, forehead, centre] = points as [Point, Point, Point, Point, Point];
  const face = {
    centreX: centre[0],
    chinY: chin[1],
    foreheadY: forehead[1],
    width: subject.width / Math.hypot(frame.toPhoto.xx, frame.toPhoto.yx),
  };
  const picture = await framed(source, frame, toSource);
  const seen = seenBox(frame);
  const matte = await cutOut(cut(picture, seen), {
    ...face,
    centreX: face.centreX - seen.left,
    chinY: face.chinY - seen.top,
    foreheadY: face.foreheadY - seen.top,
  });
  const { alpha, correction } = place(matte, picture, seen, frame);
  const found = findCrown({ data: alpha, width: frame.width, height: frame.height }, 127, face.centreX, face.width);
  const crownY = found !== undefined && found < face.foreheadY ? found : usualCrown(face);
  const head: HeadGeometry = {
    centreX: face.centreX,
    crownY,
    chinY: face.chinY,
    eyes: [left, right],
    faceWidth: face.width,
  };
  const facts: PhotoFacts = {
    faces,
    eyeDistancePx,
    rollDegrees: (subject.roll * 180) / Math.PI,
    yaw: subject.yaw,
    eyeOpenness: subject.eyeOpenness,
    matteQuality: matte.quality,
  };
  return {
    facts,
    warnings: warningsOf(facts),
    frame,
    head,
    source: { ...source, data: shared(source.data) },
    toSource,
    sourceScale: scale,
    alpha,
    correction,
  };
}

/** Where hair usually ends, if the matte has failed: `matteQuality` says so then. */
function usualCrown(face: FacePlace): number {
  return face.foreheadY - 0.3 * (face.chinY - face.foreheadY);
}

async function findSubject(image: RgbImage): Promise<{ subject: FaceLandmarks; faces: number }> {
  const candidates = await detectFaces(image);
  candidates.sort((a, b) => b.width * b.height - a.width * a.height);
  const confirmed: FaceLandmarks[] = [];
  for (const candidate of candidates.slice(0, MAX_FACES)) {
    const landmarks = await findLandmarks(image, candidate);
    if (landmarks.score >= MIN_FACE_FLAG) confirmed.push(landmarks);
  }
  confirmed.sort((a, b) => b.width - a.width);
  const [subject, rival] = confirmed;
  if (!subject) throw new DarkroomError('NO_FACE');
  if (rival && (rival.width / subject.width) ** 2 >= RIVAL_AREA) throw new DarkroomError('MULTIPLE_FACES');
  return { subject, faces: confirmed.length };
}

function faceTooSmall(measured: number): DarkroomError {
  const least = LIMITS.image.minEyeDistancePx;
  return new DarkroomError(
    'FACE_TOO_SMALL',
    `The face is too small: ${Math.floor(measured)} pixels between the eyes, at least ${least} are needed.`,
    [{ path: 'photo.eyeDistancePx', code: 'FACE_TOO_SMALL', allowed: `>= ${least}; measured ${Math.floor(measured)}` }],
  );
}

/** The pixels under the frame: cut from the working image, or decoded again where that would throw away detail of a small face. */
async function sourceOf(
  bytes: Uint8Array,
  photo: DecodedPhoto,
  frame: HeadFrame,
  faceWidth: number,
): Promise<{ source: RgbImage; toSource: Affine; scale: number }> {
  const box = frameBox(frame);
  const finer = Math.min(1 / photo.scale, WORKING_FACE_WIDTH / faceWidth);
  if (finer < 1.2) {
    return { source: cut(photo.image, box), toSource: translation(-box.left, -box.top), scale: photo.scale };
  }
  const full: Box = {
    left: Math.floor(box.left / photo.scale),
    top: Math.floor(box.top / photo.scale),
    right: Math.min(photo.width, Math.ceil(box.right / photo.scale)),
    bottom: Math.min(photo.height, Math.ceil(box.bottom / photo.scale)),
  };
  const source = await decodePart(bytes, full, finer * photo.scale);
  const toUpload = scaling(photo.width / photo.image.width, photo.height / photo.image.height);
  const fromUpload = scaling(source.width / (full.right - full.left), source.height / (full.bottom - full.top));
  const toSource = compose(fromUpload, compose(translation(-full.left, -full.top), toUpload));
  return { source, toSource, scale: finer * photo.scale };
}

async function framed(source: RgbImage, frame: HeadFrame, toSource: Affine): Promise<RgbImage> {
  const perPixel = Math.hypot(frame.toPhoto.xx, frame.toPhoto.yx) * toSource.xx;
  const small = await reduced(source, 1 / perPixel);
  const toSmall = scaling(small.width / source.width, small.height / source.height);
  return warp(small, frame.width, frame.height, compose(compose(toSmall, toSource), frame.toPhoto));
}

/** The rectangle of the frame that holds all of the photo in it: the models are shown no repeated edge that can be helped. */
function seenBox(frame: HeadFrame): Box {
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

/** The matte on the whole frame; nothing outside the photo is person. */
function place(matte: Matte, picture: RgbImage, seen: Box, frame: HeadFrame): Pick<Analysis, 'alpha' | 'correction'> {
  const pixels = frame.width * frame.height;
  const alpha = new Uint8Array(new SharedArrayBuffer(pixels));
  const correction = new Int16Array(new SharedArrayBuffer(pixels * 3 * Int16Array.BYTES_PER_ELEMENT));
  const { data, width, height } = matte.alpha;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const to = (y + seen.top) * frame.width + x + seen.left;
      const from = y * width + x;
      if (!data[from] || !insidePhoto(frame, [x + seen.left + 0.5, y + seen.top + 0.5])) continue;
      alpha[to] = Math.round(data[from]! * 255);
      for (let c = 0; c < 3; c++) {
        correction[to * 3 + c] = Math.round(matte.foreground[from * 3 + c]! * 255 - picture.data[to * 3 + c]!);
      }
    }
  }
  return { alpha, correction };
}

function warningsOf(facts: PhotoFacts): PhotoWarning[] {
  const warnings: PhotoWarning[] = [];
  if (facts.faces > 1) warnings.push('MULTIPLE_FACES');
  if (facts.eyeOpenness < CLOSED_EYES) warnings.push('EYES_CLOSED');
  if (Math.abs(facts.rollDegrees) > TILTED_ROLL_DEGREES || Math.abs(facts.yaw) > TILTED_YAW) {
    warnings.push('HEAD_TILTED');
  }
  return warnings;
}

function shared(data: Uint8Array): Uint8Array {
  const result = new Uint8Array(new SharedArrayBuffer(data.byteLength));
  result.set(data);
  return result;
}
