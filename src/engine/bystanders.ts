import type { FacePosition } from './head-position.js';
import { type RgbImage, resize } from './pixels.js';
import { dilate, type Plane } from './plane.js';

/** Longer side of the grid on which the people are told apart. */
const GRID_SIDE = 160;
/** What a step costs: its length, in face widths of the subject, and the change of colour on its way (0..1). */
const LENGTH_COST = 0.35;
const COLOUR_COST = 2;
/** For a step where the segmentation sees nobody: two people are not connected through the wall between them. */
const EMPTY_COST = 0.5;
const SWEEPS = 2;
/** Around the line between two people, in face widths, so that matting can find the outline itself. */
const UNDECIDED = 0.07;

/**
 * The segmentation takes everybody in the picture for one person. Each pixel goes to the face that it is nearest to, by
 * a way that avoids edges of colour (geodesic distance); what belongs to another face than the subject's is background.
 */
export async function removeBystanders(
  image: RgbImage,
  person: Plane,
  subject: FacePosition,
  others: readonly FacePosition[],
): Promise<void> {
  if (others.length === 0) return;
  const scale = Math.min(1, GRID_SIDE / Math.max(image.width, image.height));
  const width = Math.max(2, Math.round(image.width * scale));
  const height = Math.max(2, Math.round(image.height * scale));
  const grid: Grid = { image: await resize(image, width, height), presence: new Float32Array(width * height), step: 0 };
  for (let i = 0; i < grid.presence.length; i++) grid.presence[i] = person.data[fromGrid(i, grid.image, image)]!;
  grid.step = LENGTH_COST / (subject.width * scale);
  const own = distances(grid, scaled(subject, scale), []);
  const theirs = distances(
    grid,
    scaled(subject, scale),
    others.map(other => scaled(other, scale)),
  );
  const foreign = { data: own.map((far, i) => (far > theirs[i]! ? 1 : 0)), width, height };
  const near = dilate(foreign, Math.max(1, Math.round(subject.width * scale * UNDECIDED)));
  const inside = dilate({ ...foreign, data: foreign.data.map(value => 1 - value) }, 1);
  for (let i = 0; i < person.data.length; i++) {
    const x = Math.min(width - 1, Math.floor((i % image.width) * scale));
    const y = Math.min(height - 1, Math.floor(Math.floor(i / image.width) * scale));
    const j = y * width + x;
    if (foreign.data[j] && !inside.data[j]) person.data[i] = 0;
    else if (near.data[j] || foreign.data[j]) person.data[i] = Math.min(person.data[i]!, 0.5);
  }
}

interface Grid {
  image: RgbImage;
  /** Probability of a person. */
  presence: Float32Array;
  /** Cost of one step's length. */
  step: number;
}

function fromGrid(i: number, grid: RgbImage, image: RgbImage): number {
  const x = Math.floor((((i % grid.width) + 0.5) * image.width) / grid.width);
  const y = Math.floor(((Math.floor(i / grid.width) + 0.5) * image.height) / grid.height);
  return y * image.width + x;
}

function scaled(face: FacePosition, scale: number): FacePosition {
  const { centreX, chinY, foreheadY, width } = face;
  return { centreX: centreX * scale, chinY: chinY * scale, foreheadY: foreheadY * scale, width: width * scale };
}

/** Geodesic distance of each pixel from the others, or from the subject where there are none; by sweeps both ways. */
function distances(grid: Grid, subject: FacePosition, others: readonly FacePosition[]): Float32Array {
  const { image, presence, step } = grid;
  const { width, height, data } = image;
  const far = new Float32Array(width * height).fill(1e6);
  seed(far, grid, subject, others);
  const relax = (i: number, j: number, length: number) => {
    const change =
      (Math.abs(data[i * 3]! - data[j * 3]!) +
        Math.abs(data[i * 3 + 1]! - data[j * 3 + 1]!) +
        Math.abs(data[i * 3 + 2]! - data[j * 3 + 2]!)) /
      765;
    const empty = presence[i]! < 0.3 ? EMPTY_COST * step * 10 : 0;
    const cost = far[j]! + length * (step + empty) + COLOUR_COST * change;
    if (cost < far[i]!) far[i] = cost;
  };
  for (let sweep = 0; sweep < SWEEPS * 2; sweep++) {
    const forward = sweep % 2 === 0;
    const direction = forward ? 1 : -1;
    for (let n = 0; n < far.length; n++) {
      const i = forward ? n : far.length - 1 - n;
      const x = i % width;
      const behind = x - direction >= 0 && x - direction < width;
      const ahead = x + direction >= 0 && x + direction < width;
      if (behind) relax(i, i - direction, 1);
      const row = i - direction * width;
      if (row < 0 || row >= far.length) continue;
      relax(i, row, 1);
      if (behind) relax(i, row - direction, Math.SQRT2);
      if (ahead) relax(i, row + direction, Math.SQRT2);
    }
  }
  return far;
}

/**
 * Zero at the faces with the necks below them. The subject's face is the largest, so the subject stands in front: the
 * chest and shoulders of the subject belong to nobody else.
 */
function seed(far: Float32Array, { image, presence }: Grid, subject: FacePosition, others: readonly FacePosition[]) {
  const { width, height } = image;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      if (presence[i]! < 0.5) continue;
      const own = inHead(subject, x, y) || inChest(subject, x, y);
      if (others.length === 0 ? own : !own && others.some(other => inHead(other, x, y))) far[i] = 0;
    }
  }
}

/** Hair and neck included. */
function inHead(face: FacePosition, x: number, y: number): boolean {
  const tall = face.chinY - face.foreheadY;
  const aside = (x + 0.5 - face.centreX) / face.width;
  return (aside / 0.5) ** 2 + ((y + 0.5 - face.chinY + tall * 0.6) / (tall * 0.7)) ** 2 < 1;
}

/** A neck that widens to shoulders. */
function inChest(face: FacePosition, x: number, y: number): boolean {
  const below = (y + 0.5 - face.chinY) / face.width;
  const aside = Math.abs(x + 0.5 - face.centreX) / face.width;
  return below >= 0 && aside < 0.25 + Math.min(0.7, Math.max(0, below - 0.15) * 1.4);
}
