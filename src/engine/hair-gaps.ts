import type { Trimap } from './closed-form.js';
import type { FacePosition } from './head-position.js';
import type { RgbImage } from './pixels.js';
import type { WallModel } from './plain-wall.js';

/**
 * Colour distances in 0..255 units: below the first a pixel looks like the wall, above the second it is clearly
 * something else.
 */
const WALL_LIKE = 16;
const CLEARLY_OTHER = 55;
/**
 * Share of the border of a gap that must be hair or known background. The borders of white collars on white walls are
 * soft, so collars stay.
 */
const MIN_CONTRAST_RIM = 0.62;
const RIM_REACH = 4;
/**
 * No wall is seen through a head: an oval around the middle of the face, as angular above as the corners of a forehead.
 * Half its width in face widths, its reaches up and down in heights of the face.
 */
const HEAD = { width: 0.54, up: 0.74, down: 0.55 };
/** In face widths: side of a patch that may be a bright spot of an ear. Gaps between curls beside the ears are larger. */
const EAR_PATCH = 0.1;

/**
 * Finds gaps in the hair: where a plain wall shows through curls, the segmentation says "person". A wall-coloured
 * component outside the head is a gap if it is completely inside the searched rows and its border differs clearly in
 * colour.
 * A small bright spot of an ear looks like such a gap, so a border of skin beside the ears is no border of hair.
 * `core` is the person's probability, eroded by a wide radius. Where it is high, deep inside the body, no gap is
 * opened.
 */
export function openHairGaps(
  image: RgbImage,
  wall: WallModel,
  trimap: Trimap,
  core: Float32Array,
  face: FacePosition,
): void {
  const { width, height } = image;
  const lowest = Math.min(height, Math.round(face.chinY + face.width * 0.25));
  const { wallLike, distances } = findWallColour(width, lowest, wall, trimap, core, face);
  const isEar = earOf(image, face);
  const gaps = new Uint8Array(width * lowest);
  const seen = new Uint8Array(width * lowest);
  for (let start = 0; start < seen.length; start++) {
    if (!wallLike[start] || seen[start]) continue;
    seen[start] = 1;
    const component = [start];
    let contrast = 0;
    let soft = 0;
    let skin = 0;
    let enclosed = true;
    for (let k = 0; k < component.length; k++) {
      const i = component[k]!;
      const x = i % width;
      const visit = (step: number) => {
        const j = i + step;
        if (j >= seen.length) enclosed = false;
        if (j < 0 || j >= seen.length) return;
        if (wallLike[j]) {
          if (!seen[j]) {
            seen[j] = 1;
            component.push(j);
          }
          return;
        }
        const outside = j + step * RIM_REACH;
        if (outside < 0 || outside >= seen.length) return;
        if (trimap.known[outside] === 0 || distances[outside]! > CLEARLY_OTHER) contrast++;
        else soft++;
        if (trimap.known[outside] === 1 && distances[outside]! > CLEARLY_OTHER && isEar(outside)) skin++;
      };
      if (x > 0) visit(-1);
      if (x < width - 1) visit(1);
      visit(-width);
      visit(width);
    }
    const firm = component.length < (face.width * EAR_PATCH) ** 2 ? contrast - skin : contrast;
    if (enclosed && firm / (contrast + soft + 1) > MIN_CONTRAST_RIM) for (const i of component) gaps[i] = 1;
  }
  openGaps(width, height, gaps, distances, trimap);
}

function findWallColour(
  width: number,
  rows: number,
  wall: WallModel,
  trimap: Trimap,
  core: Float32Array,
  face: FacePosition,
): { wallLike: Uint8Array; distances: Float32Array } {
  const wallLike = new Uint8Array(width * rows);
  const distances = new Float32Array(width * rows).fill(255);
  const inHead = headOf(face);
  for (let i = 0; i < wallLike.length; i++) {
    if (trimap.known[i] === 0 || core[i]! >= 0.9) continue;
    distances[i] = wall.distance(i) * wall.sigma;
    const x = i % width;
    const y = Math.floor(i / width);
    // Below the chin, light cloth between dark parts looks just like a gap. There the sure foreground is kept.
    if (y > face.chinY && trimap.known[i] === 1) continue;
    const inNeck = Math.abs(x - face.centreX) < face.width * 0.42 && y > face.chinY - face.width * 0.35;
    if (!inHead(x, y) && !inNeck && distances[i]! < WALL_LIKE) wallLike[i] = 1;
  }
  return { wallLike, distances };
}

function headOf(face: FacePosition): (x: number, y: number) => boolean {
  const tall = face.chinY - face.foreheadY;
  const middle = (face.chinY + face.foreheadY) / 2;
  return (x, y) => {
    const [reach, power] = y < middle ? [HEAD.up, 4] : [HEAD.down, 2];
    return ((x - face.centreX) / (face.width * HEAD.width)) ** power + ((y - middle) / (tall * reach)) ** power < 1;
  };
}

/** Gaps become background. Hair within four pixels of a gap becomes unknown, with a guess from its colour. */
function openGaps(width: number, height: number, gaps: Uint8Array, distances: Float32Array, trimap: Trimap): void {
  const { known, guess, confidence } = trimap;
  const rows = gaps.length / width;
  for (let y = 4; y < rows; y++) {
    for (let x = 4; x < width - 4; x++) {
      const i = y * width + x;
      if (!gaps[i]) continue;
      known[i] = 0;
      for (let dy = -4; dy <= 4 && y + dy < height; dy++) {
        for (let dx = -4; dx <= 4; dx++) {
          const j = i + dy * width + dx;
          if (j >= gaps.length || gaps[j] || known[j] === 0) continue;
          const fromColour = Math.min(1, Math.max(0, (distances[j]! - 12) / 60));
          if (known[j] === 1) {
            known[j] = -1;
            guess[j] = fromColour;
          } else if (distances[j]! < 255) {
            guess[j] = Math.min(guess[j]!, fromColour);
          } else continue;
          confidence[j] = 0.3;
        }
      }
    }
  }
}

/** Whether a pixel lies beside the face at the height of the ears and has the colour of skin. */
function earOf(image: RgbImage, face: FacePosition): (pixel: number) => boolean {
  const { data, width } = image;
  const skin = skinColour(image, face);
  const total = skin[0]! + skin[1]! + skin[2]! + 1;
  const tall = face.chinY - face.foreheadY;
  const middle = (face.chinY + face.foreheadY) / 2;
  return pixel => {
    const aside = Math.abs((pixel % width) - face.centreX);
    const below = Math.floor(pixel / width) - middle;
    if (aside > face.width * 0.9 || below < -tall * 0.25 || below > tall * 0.3) return false;
    const [r, g, b] = [data[pixel * 3]!, data[pixel * 3 + 1]!, data[pixel * 3 + 2]!];
    const sum = r + g + b + 1;
    // Hair is darker or of another hue.
    const sameHue = Math.abs(r / sum - skin[0]! / total) < 0.06 && Math.abs(b / sum - skin[2]! / total) < 0.06;
    return sameHue && sum > total * 0.45;
  };
}

/** The median colour of cheeks and nose. */
function skinColour({ data, width, height }: RgbImage, face: FacePosition): number[] {
  const channels: number[][] = [[], [], []];
  const tall = face.chinY - face.foreheadY;
  const [left, right] = [Math.max(0, Math.round(face.centreX - face.width * 0.32)), face.centreX + face.width * 0.32];
  for (
    let y = Math.max(0, Math.round(face.chinY - tall * 0.5));
    y < Math.min(height, face.chinY - tall * 0.3);
    y += 2
  ) {
    for (let x = left; x < Math.min(width, right); x += 2) {
      for (let c = 0; c < 3; c++) channels[c]!.push(data[(y * width + x) * 3 + c]!);
    }
  }
  return channels.map(values => values.sort((a, b) => a - b)[values.length >> 1] ?? 128);
}
