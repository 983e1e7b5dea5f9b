import { type Box, cut, type RgbImage, resize } from './pixels.js';
import { dilate, type Plane, stretch } from './plane.js';
import { loadModel, type Model, mirrored, runModel, tensorOf } from './tensorflow.js';

/** Where the face lies in the image, in its pixels. The head is upright: the image was turned level before. */
export interface FacePlace {
  centreX: number;
  chinY: number;
  foreheadY: number;
  width: number;
}

const SIDE = 256;
/** How much the second look, at the head alone, counts against the first. */
const HEAD_WEIGHT = 0.7;
const HEAD_EDGE = 0.16;

let model: Promise<Model> | undefined;

/** Probability of "person" for each pixel: the whole, then the head again at twice the detail, then only what hangs together with the face. */
export async function segmentPerson(image: RgbImage, face: FacePlace): Promise<Plane> {
  const person = await segment(image, true);
  const head = headBox(image, face);
  blendHead(person, await segment(cut(image, head), false), head);
  keepFaceComponent(person, face);
  return person;
}

/** MediaPipe selfie segmentation. The mean with the mirrored picture's answer removes its left-right bias on shoulders. */
async function segment(image: RgbImage, withMirror: boolean): Promise<Plane> {
  model ??= loadModel('selfie');
  const small = await resize(image, SIDE, SIDE);
  const input = tensorOf(small, 1 / 255, 0);
  const flipped = withMirror ? mirrored(input) : undefined;
  const [mask] = (await runModel(await model, input)) as [Float32Array];
  if (flipped) {
    const [other] = (await runModel(await model, flipped)) as [Float32Array];
    for (let y = 0; y < SIDE; y++) {
      for (let x = 0; x < SIDE; x++) {
        const i = y * SIDE + x;
        mask[i] = (mask[i]! + other[y * SIDE + SIDE - 1 - x]!) / 2;
      }
    }
  }
  return stretch({ data: mask, width: SIDE, height: SIDE }, image.width, image.height);
}

function headBox(image: RgbImage, face: FacePlace): Box {
  const side = Math.round(face.width * 2.3);
  const left = Math.max(0, Math.round(face.centreX - side / 2));
  const top = Math.max(0, Math.round(face.chinY - face.width * 1.95));
  return { left, top, right: Math.min(image.width, left + side), bottom: Math.min(image.height, top + side) };
}

/** Fades the head's mask in from its box's edges, except where the box ends at the image's own edge. */
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

/** Bystanders and hallucinated blobs go; what lies within 3 % of the width of the subject stays undecided, for stray hair. */
function keepFaceComponent(person: Plane, face: FacePlace): void {
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
