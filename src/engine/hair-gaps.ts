import type { Trimap } from './closed-form.js';
import type { RgbImage } from './pixels.js';
import type { WallModel } from './plain-wall.js';
import type { FacePlace } from './segmentation.js';

/** Colour distances in 0..255 units: looks like the wall; clearly something else. */
const WALL_LIKE = 16;
const CLEARLY_OTHER = 55;
/** Share of a gap's rim that must be hair or known background. White collars on white walls have soft rims: they stay. */
const MIN_CONTRAST_RIM = 0.62;
const RIM_REACH = 4;

/**
 * Where a plain wall shows through curls, the segmentation says "person". A wall-coloured patch outside the face is
 * taken for a gap if it is ringed by clearly different pixels, and all of its rim was seen. `core` is the probability of person eroded far: deep
 * inside the body nothing is opened.
 */
export function openHairGaps(
  image: RgbImage,
  wall: WallModel,
  trimap: Trimap,
  core: Float32Array,
  face: FacePlace,
): void {
  const { width, height } = image;
  const lowest = Math.min(height, Math.round(face.chinY + face.width * 0.25));
  const { wallLike, distances } = findWallColour(width, lowest, wall, trimap, core, face);
  const gaps = new Uint8Array(width * lowest);
  const seen = new Uint8Array(width * lowest);
  for (let start = 0; start < seen.length; start++) {
    if (!wallLike[start] || seen[start]) continue;
    seen[start] = 1;
    const patch = [start];
    let contrast = 0;
    let soft = 0;
    let whole = true;
    for (let k = 0; k < patch.length; k++) {
      const i = patch[k]!;
      const x = i % width;
      const visit = (step: number) => {
        const j = i + step;
        if (j >= seen.length) whole = false;
        if (j < 0 || j >= seen.length) return;
        if (wallLike[j]) {
          if (!seen[j]) {
            seen[j] = 1;
            patch.push(j);
          }
          return;
        }
        const beyond = j + step * RIM_REACH;
        if (beyond < 0 || beyond >= seen.length) return;
        if (trimap.known[beyond] === 0 || distances[beyond]! > CLEARLY_OTHER) contrast++;
        else soft++;
      };
      if (x > 0) visit(-1);
      if (x < width - 1) visit(1);
      visit(-width);
      visit(width);
    }
    if (whole && contrast / (contrast + soft + 1) > MIN_CONTRAST_RIM) for (const i of patch) gaps[i] = 1;
  }
  openGaps(width, height, gaps, distances, trimap);
}

function findWallColour(
  width: number,
  rows: number,
  wall: WallModel,
  trimap: Trimap,
  core: Float32Array,
  face: FacePlace,
): { wallLike: Uint8Array; distances: Float32Array } {
  const wallLike = new Uint8Array(width * rows);
  const distances = new Float32Array(width * rows).fill(255);
  const faceY = (face.chinY + face.foreheadY) / 2;
  const halfWidth = face.width * 0.56;
  const halfHeight = (face.chinY - face.foreheadY) * 0.55;
  for (let i = 0; i < wallLike.length; i++) {
    if (trimap.known[i] === 0 || core[i]! >= 0.9) continue;
    distances[i] = wall.distance(i) * wall.sigma;
    const x = i % width;
    const y = Math.floor(i / width);
    // Below the chin light cloth between dark parts looks just like a gap: what the segmentation is sure of stays.
    if (y > face.chinY && trimap.known[i] === 1) continue;
    const inFace = ((x - face.centreX) / halfWidth) ** 2 + ((y - faceY) / halfHeight) ** 2 < 1;
    const inNeck = Math.abs(x - face.centreX) < face.width * 0.42 && y > face.chinY - face.width * 0.35;
    if (!inFace && !inNeck && distances[i]! < WALL_LIKE) wallLike[i] = 1;
  }
  return { wallLike, distances };
}

/** Gaps become background; within four pixels of one, hair becomes unknown with a guess from its colour. */
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
