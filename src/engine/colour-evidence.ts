import type { FacePosition } from './head-position.js';
import type { RgbImage } from './pixels.js';
import { fitWall, isPlain } from './plain-wall.js';
import { dilate, type Plane } from './plane.js';

/** Bins a channel. Colours of one bin count as the same. */
const BINS = 16;
/** A colour that was never seen on one of the sides. */
const UNSEEN = 1e-5;
/** In face widths: only colours so near to the outline count, since a room has others elsewhere. */
const NEAR = 0.3;
/** Every third pixel of every third row is enough for a histogram. */
const STRIDE = 3;
const SURE_PERSON = 0.9;
const SURE_BACKGROUND = 0.1;
/** Nearer to 0 or 1 the segmentation is believed. */
const UNDECIDED = [0.03, 0.97] as const;
/** Most that colour may add to the log-odds. */
const MOST = 2;
/**
 * Bhattacharyya coefficient of the two sides' colours: 0 nothing in common, 1 the same. From the first on colour counts
 * less, from the second on not at all.
 */
const ALIKE = [0.1, 0.3] as const;

/**
 * Moves the undecided pixels of the segmentation by their colour: the sure person's colours against the sure
 * background's beside it, as smoothed histograms. A pixel that leans to the background gains only near the head, where
 * the segmentation misses hair; elsewhere it would bring back a bystander in the same dark coat. In front of a plain
 * wall nothing gains: the segmentation misses little there, and shadows on the wall have the colours of hair.
 */
export function weighByColour(image: RgbImage, person: Plane, face: FacePosition): void {
  const plain = isPlain(
    fitWall(
      image,
      Uint8Array.from(person.data, p => (p < SURE_BACKGROUND / 2 ? 1 : 0)),
    ),
  );
  const binOf = bins(image);
  const ofPerson = distribution(histogram(person, face, binOf, p => p > SURE_PERSON));
  const ofBackground = distribution(histogram(person, face, binOf, p => p < SURE_BACKGROUND));
  const weight = Math.min(1, (ALIKE[1] - likeness(ofPerson, ofBackground)) / (ALIKE[1] - ALIKE[0]));
  if (weight <= 0) return;
  const evidence = ofPerson.map((share, bin) =>
    Math.max(-MOST, Math.min(MOST, Math.log((share + UNSEEN) / (ofBackground[bin]! + UNSEEN)))),
  );
  for (let i = 0; i < person.data.length; i++) {
    const p = person.data[i]!;
    if (p < UNDECIDED[0] || p > UNDECIDED[1]) continue;
    const more = evidence[binOf(i)]!;
    if (more > 0 && plain) continue;
    if (more > 0 && p < 0.5 && !nearHead(face, i % image.width, Math.floor(i / image.width))) continue;
    person.data[i] = 1 / (1 + ((1 - p) / p) * Math.exp(-weight * more));
  }
}

function bins({ data }: RgbImage): (pixel: number) => number {
  return pixel => {
    const i = pixel * 3;
    return (((data[i]! * BINS) >> 8) * BINS + ((data[i + 1]! * BINS) >> 8)) * BINS + ((data[i + 2]! * BINS) >> 8);
  };
}

/** Of the pixels on one side, near to those that are not. */
function histogram(
  person: Plane,
  face: FacePosition,
  binOf: (pixel: number) => number,
  isSide: (p: number) => boolean,
): Float32Array {
  const width = Math.ceil(person.width / STRIDE);
  const height = Math.ceil(person.height / STRIDE);
  const pixelOf = (i: number) => Math.floor(i / width) * STRIDE * person.width + (i % width) * STRIDE;
  const beyond = new Float32Array(width * height);
  for (let i = 0; i < beyond.length; i++) if (!isSide(person.data[pixelOf(i)]!)) beyond[i] = 1;
  const near = dilate({ data: beyond, width, height }, Math.round((face.width * NEAR) / STRIDE)).data;
  const counts = new Float32Array(BINS ** 3);
  for (let i = 0; i < near.length; i++) if (near[i] && !beyond[i]) counts[binOf(pixelOf(i))]!++;
  return counts;
}

/** Smoothed over the neighbouring bins of each channel, with the sum 1. */
function distribution(counts: Float32Array): Float32Array {
  let from = counts;
  for (const step of [1, BINS, BINS * BINS]) {
    from = from.map((count, i, all) => {
      const at = Math.floor(i / step) % BINS;
      return count / 2 + (at > 0 ? all[i - step]! : 0) / 4 + (at < BINS - 1 ? all[i + step]! : 0) / 4;
    });
  }
  const sum = from.reduce((total, count) => total + count, 0);
  return from.map(count => count / Math.max(1, sum));
}

function likeness(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, share, bin) => sum + Math.sqrt(share * b[bin]!), 0);
}

function nearHead(face: FacePosition, x: number, y: number): boolean {
  return y <= face.chinY && Math.abs(x - face.centreX) <= face.width;
}
