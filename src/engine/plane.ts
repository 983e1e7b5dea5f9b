/**
 * One number a pixel, rows from the top. The same picture may exist on grids of different sizes; the range of the
 * values is up to the caller.
 */
export interface Plane {
  data: Float32Array;
  width: number;
  height: number;
}

/** Bilinear resampling to another grid size. Edges stay aligned. */
export function resizeBilinear(plane: Plane, width: number, height: number): Plane {
  const result = new Float32Array(width * height);
  const { data } = plane;
  for (let y = 0; y < height; y++) {
    const fy = Math.min(Math.max(((y + 0.5) * plane.height) / height - 0.5, 0), plane.height - 1.0001);
    const y0 = fy | 0;
    const dy = fy - y0;
    for (let x = 0; x < width; x++) {
      const fx = Math.min(Math.max(((x + 0.5) * plane.width) / width - 0.5, 0), plane.width - 1.0001);
      const x0 = fx | 0;
      const dx = fx - x0;
      const i = y0 * plane.width + x0;
      const upper = data[i]! * (1 - dx) + data[i + 1]! * dx;
      const lower = data[i + plane.width]! * (1 - dx) + data[i + plane.width + 1]! * dx;
      result[y * width + x] = upper * (1 - dy) + lower * dy;
    }
  }
  return { data: result, width, height };
}

/** Area averaging, for a reduction: every source pixel counts. */
export function resizeByArea(plane: Plane, width: number, height: number): Plane {
  const result = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const top = Math.floor((y * plane.height) / height);
    const bottom = Math.max(top + 1, Math.floor(((y + 1) * plane.height) / height));
    for (let x = 0; x < width; x++) {
      const left = Math.floor((x * plane.width) / width);
      const right = Math.max(left + 1, Math.floor(((x + 1) * plane.width) / width));
      let sum = 0;
      for (let j = top; j < bottom; j++) for (let i = left; i < right; i++) sum += plane.data[j * plane.width + i]!;
      result[y * width + x] = sum / ((bottom - top) * (right - left));
    }
  }
  return { data: result, width, height };
}

/** Minimum over a square window of side 2·radius + 1. */
export const erode = (plane: Plane, radius: number): Plane => slidingExtreme(plane, radius, (a, b) => a >= b);

/** Maximum over a square window of side 2·radius + 1. */
export const dilate = (plane: Plane, radius: number): Plane => slidingExtreme(plane, radius, (a, b) => a <= b);

/**
 * Minimum or maximum over a square window, by a monotone queue: linear in the number of pixels, whatever the radius.
 * `isDominated` says that `kept` can no longer be the extreme once `next` is in the window.
 */
function slidingExtreme(plane: Plane, radius: number, isDominated: (kept: number, next: number) => boolean): Plane {
  const { width, height } = plane;
  const queue = new Int32Array(Math.max(width, height));
  const pass = (from: Float32Array, to: Float32Array, length: number, lines: number, step: number, stride: number) => {
    for (let line = 0; line < lines; line++) {
      const base = line * stride;
      let head = 0;
      let tail = 0;
      for (let i = 0; i < length + radius; i++) {
        if (i < length) {
          const value = from[base + i * step]!;
          while (tail > head && isDominated(from[base + queue[tail - 1]! * step]!, value)) tail--;
          queue[tail++] = i;
        }
        const centre = i - radius;
        if (centre < 0) continue;
        while (queue[head]! < centre - radius) head++;
        to[base + centre * step] = from[base + queue[head]! * step]!;
      }
    }
  };
  const rows = new Float32Array(width * height);
  const result = new Float32Array(width * height);
  pass(plane.data, rows, width, height, 1, width);
  pass(rows, result, height, width, width, 1);
  return { data: result, width, height };
}
