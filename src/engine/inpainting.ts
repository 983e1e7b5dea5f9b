import type { RgbImage } from './pixels.js';

const KNOWN = 0;
const NARROW_BAND = 1;
const UNKNOWN = 2;
const RADIUS = 4;

/**
 * Fills the masked pixels (1) from the border of the mask inwards, in place. Telea (2004): fast marching gives the
 * order. Each pixel becomes a weighted mean of the known pixels around it; those along the gradient of the front and
 * with a similar arrival time count most.
 * The gradient term of the paper is left out: on lines a few pixels wide it adds noise.
 */
export function inpaint(image: RgbImage, mask: Uint8Array): void {
  const { width, height } = image;
  const front = new Front(mask, width, height);
  for (let pixel = front.pop(); pixel >= 0; pixel = front.pop()) {
    const x = pixel % width;
    const y = Math.floor(pixel / width);
    for (const [nx, ny] of [
      [x - 1, y],
      [x + 1, y],
      [x, y - 1],
      [x, y + 1],
    ] as const) {
      if (nx < 0 || ny < 0 || nx >= width || ny >= height) continue;
      const next = ny * width + nx;
      if (front.state[next] !== UNKNOWN) continue;
      front.advance(nx, ny);
      fill(image, front, nx, ny);
    }
  }
}

function fill({ data, width, height }: RgbImage, front: Front, x: number, y: number): void {
  const { state, arrivals } = front;
  const here = y * width + x;
  const [gx, gy] = front.gradient(x, y);
  const sums = [0, 0, 0];
  let weights = 0;
  for (let ny = Math.max(0, y - RADIUS); ny <= Math.min(height - 1, y + RADIUS); ny++) {
    for (let nx = Math.max(0, x - RADIUS); nx <= Math.min(width - 1, x + RADIUS); nx++) {
      const other = ny * width + nx;
      const distance2 = (nx - x) ** 2 + (ny - y) ** 2;
      if (distance2 === 0 || distance2 > RADIUS * RADIUS || state[other] === UNKNOWN) continue;
      const along = Math.abs((nx - x) * gx + (ny - y) * gy) / Math.sqrt(distance2);
      const weight = Math.max(1e-3, along) / distance2 / (1 + Math.abs(arrivals[other]! - arrivals[here]!));
      for (let c = 0; c < 3; c++) sums[c]! += weight * data[other * 3 + c]!;
      weights += weight;
    }
  }
  for (let c = 0; c < 3; c++) data[here * 3 + c] = Math.round(sums[c]! / weights);
}

/**
 * The front of the fast marching method. It moves from the known pixels into the mask, and its pixels come in the order
 * of their arrival time T: the distance from the border of the mask.
 */
class Front {
  readonly state: Uint8Array;
  readonly arrivals: Float32Array;
  /** A binary heap of pixels, the earliest arrival first. */
  private readonly heap: number[] = [];

  constructor(
    mask: Uint8Array,
    private readonly width: number,
    private readonly height: number,
  ) {
    this.state = Uint8Array.from(mask, masked => (masked ? UNKNOWN : KNOWN));
    this.arrivals = Float32Array.from(mask, masked => (masked ? Number.POSITIVE_INFINITY : 0));
    for (let i = 0; i < mask.length; i++) {
      if (mask[i]) continue;
      const x = i % width;
      const touches = (x > 0 && mask[i - 1]) || (x < width - 1 && mask[i + 1]) || mask[i - width] || mask[i + width];
      if (touches) this.push(i);
    }
  }

  /** The pixel with the earliest arrival, which is then known. -1 at the end. */
  pop(): number {
    const { heap, arrivals } = this;
    const first = heap[0];
    if (first === undefined) return -1;
    const last = heap.pop()!;
    if (heap.length > 0) {
      let at = 0;
      for (;;) {
        let child = 2 * at + 1;
        if (child >= heap.length) break;
        if (child + 1 < heap.length && arrivals[heap[child + 1]!]! < arrivals[heap[child]!]!) child++;
        if (arrivals[heap[child]!]! >= arrivals[last]!) break;
        heap[at] = heap[child]!;
        at = child;
      }
      heap[at] = last;
    }
    this.state[first] = KNOWN;
    return first;
  }

  /** Adds a pixel to the front. Its arrival time T solves |grad T| = 1 from its neighbours. */
  advance(x: number, y: number): void {
    const across = Math.min(this.arrivalAt(x - 1, y), this.arrivalAt(x + 1, y));
    const down = Math.min(this.arrivalAt(x, y - 1), this.arrivalAt(x, y + 1));
    const [early, late] = [Math.min(across, down), Math.max(across, down)];
    const arrival = late - early < 1 ? (early + late + Math.sqrt(2 - (late - early) ** 2)) / 2 : early + 1;
    this.arrivals[y * this.width + x] = arrival;
    this.push(y * this.width + x);
  }

  /** Gradient of the arrival time: the direction in which the front moves. */
  gradient(x: number, y: number): [number, number] {
    const here = this.arrivals[y * this.width + x]!;
    const slope = (before: number, after: number) =>
      Number.isFinite(before) && Number.isFinite(after)
        ? (after - before) / 2
        : Number.isFinite(after)
          ? after - here
          : Number.isFinite(before)
            ? here - before
            : 0;
    return [
      slope(this.arrivalAt(x - 1, y), this.arrivalAt(x + 1, y)),
      slope(this.arrivalAt(x, y - 1), this.arrivalAt(x, y + 1)),
    ];
  }

  private arrivalAt(x: number, y: number): number {
    const inside = x >= 0 && y >= 0 && x < this.width && y < this.height;
    return inside ? this.arrivals[y * this.width + x]! : Number.POSITIVE_INFINITY;
  }

  private push(pixel: number): void {
    const { heap, arrivals } = this;
    this.state[pixel] = NARROW_BAND;
    let at = heap.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (arrivals[heap[parent]!]! <= arrivals[pixel]!) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = pixel;
  }
}
