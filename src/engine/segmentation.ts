import { removeBystanders } from './bystanders.js';
import { weighByColour } from './colour-evidence.js';
import type { FacePosition } from './head-position.js';
import { segmentByModel } from './onnx-model.js';
import { type Box, cropImage, type RgbImage, resize } from './pixels.js';
import { dilate, type Plane, resizeBilinear } from './plane.js';
import { loadModel, type Model, mirrored, runModel, tensorOf } from './tensorflow.js';

const SIDE = 256;
/** Weight of the second pass, on the head alone, against the first one. */
const HEAD_WEIGHT = 0.7;
const HEAD_EDGE = 0.16;

let model: Promise<Model> | undefined;

/**
 * Probability that each pixel belongs to the person, 0..1: from the model that the operator plugged in, else one pass
 * over the whole image and a second one over the head at twice the detail. Other people are taken out by their faces, undecided pixels are moved by their colour, and only the
 * component that contains the face is kept.
 */
export async function segmentPerson(
  image: RgbImage,
  face: FacePosition,
  bystanders: readonly FacePosition[],
): Promise<Plane> {
  const person = (await segmentByModel(image)) ?? (await segmentTwice(image, face));
  await removeBystanders(image, person, face, bystanders);
  weighByColour(image, person, face);
  keepFaceComponent(person, face);
  return person;
}

async function segmentTwice(image: RgbImage, face: FacePosition): Promise<Plane> {
  const person = await segment(image, true);
  const head = headBox(image, face);
  blendHead(person, await segment(cropImage(image, head), false), head);
  return person;
}

/** Probability that each pixel belongs to somebody, 0..1; whoever it is, and with coarse edges. */
export function segmentPeople(image: RgbImage): Promise<Plane> {
  return segment(image, true);
}

/**
 * MediaPipe selfie segmentation. The mean of its answers for the picture and the mirrored picture removes the model's
 * left-right bias on shoulders.
 */
async function segment(image: RgbImage, withMirror: boolean): Promise<Plane> {
  model ??= loadModel('selfie');
  const selfie = await model;
  const small = await resize(image, SIDE, SIDE);
  const input = tensorOf(small, 1 / 255, 0);
  const flipped = withMirror ? mirrored(input) : undefined;
  const [mask] = (await runModel(selfie, input)) as [Float32Array];
  if (flipped) {
    const [other] = (await runModel(selfie, flipped)) as [Float32Array];
    for (let y = 0; y < SIDE; y++) {
      for (let x = 0; x < SIDE; x++) {
        const i = y * SIDE + x;
        mask[i] = (mask[i]! + other[y * SIDE + SIDE - 1 - x]!) / 2;
      }
    }
  }
  return resizeBilinear({ data: mask, width: SIDE, height: SIDE }, image.width, image.height);
}

function headBox(image: RgbImage, face: FacePosition): Box {
  const side = Math.round(face.width * 2.3);
  const left = Math.max(0, Math.round(face.centreX - side / 2));
  const top = Math.max(0, Math.round(face.chinY - face.width * 1.95));
  return { left, top, right: Math.min(image.width, left + side), bottom: Math.min(image.height, top + side) };
}

/** Blends the head's mask in, fading at the edges of its box, except where the box ends at the edge of the image. */
function blendHead(person: Plane, head: Plane, box: Box): void {
  const fade = Math.max(head.width, head.height) * HEAD_EDGE;
  for (let y = 0; y < head.height; y++) {
    const fromTop = box.top > 0 ? y : fade;
    const fromBottom = head.height - 1 - y;
    for (let x = 0; x < head.width; x++) {
      const fromLeft = box.left > 0 ? x : fade;
      const fromRight = box.right < person.width ? head.width - 1 - x : fade;
      const weight = Math.min(1, Math.min(fromLeft, fromRight, fromTop, fromBottom) / fade) * HEAD_WEIGHT;
      const i = (y + box.top) * person.width + x + box.left;
      person.data[i] = person.data[i]! * (1 - weight) + head.data[y * head.width + x]! * weight;
    }
  }
}

/**
 * Removes bystanders and hallucinated blobs. Around the subject, a border of 3 % of the width of the image becomes
 * undecided at most, so that stray hair is not lost.
 */
function keepFaceComponent(person: Plane, face: FacePosition): void {
  const { data, width, height } = person;
  const seedX = Math.min(width - 1, Math.max(0, Math.round(face.centreX)));
  const seedY = Math.min(height - 1, Math.max(0, Math.round(face.chinY - face.width * 0.5)));
  const seed = seedY * width + seedX;
  if (data[seed]! <= 0.5) return;
  const inside = new Float32Array(width * height);
  const queue = new Int32Array(width * height);
  queue[0] = seed;
  inside[seed] = 1;
  let length = 1;
  for (let k = 0; k < length; k++) {
    const i = queue[k]!;
    const x = i % width;
    const visit = (j: number) => {
      if (inside[j] || data[j]! <= 0.5) return;
      inside[j] = 1;
      queue[length++] = j;
    };
    if (x > 0) visit(i - 1);
    if (x < width - 1) visit(i + 1);
    if (i >= width) visit(i - width);
    if (i < width * (height - 1)) visit(i + width);
  }
  const near = dilate({ data: inside, width, height }, Math.round(width * 0.03)).data;
  for (let i = 0; i < inside.length; i++) {
    if (!inside[i]) data[i] = near[i] ? Math.min(data[i]!, 0.5) : 0;
  }
}
