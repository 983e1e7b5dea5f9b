import { dilate, erode, type Plane, resizeBilinear, resizeByArea } from './plane.js';

const dot: Plane = { data: new Float32Array(9 * 9), width: 9, height: 9 };
dot.data[4 * 9 + 4] = 1;
const sum = (data: Float32Array) => data.reduce((a, b) => a + b, 0);

/** The extreme of each window, the slow way. */
function bruteForce({ data, width, height }: Plane, radius: number, of: (...values: number[]) => number): number[] {
  return Array.from(data, (_, i) => {
    const values: number[] = [];
    for (let dy = -radius; dy <= radius; dy++) {
      for (let dx = -radius; dx <= radius; dx++) {
        const [x, y] = [(i % width) + dx, Math.floor(i / width) + dy];
        if (x >= 0 && y >= 0 && x < width && y < height) values.push(data[y * width + x]!);
      }
    }
    return of(...values);
  });
}

test('a point dilates to a square and erodes back to the point', () => {
  const grown = dilate(dot, 2);
  expect(sum(grown.data)).toBe(25);
  expect([...erode(grown, 2).data]).toEqual([...dot.data]);
});

test.each([0, 1, 3, 20])('with radius %s each pixel is the extreme of its window, at the border too', radius => {
  const plane = { data: Float32Array.from({ length: 13 * 7 }, (_, i) => (i * 37) % 23), width: 13, height: 7 };
  expect([...dilate(plane, radius).data]).toEqual(bruteForce(plane, radius, Math.max));
  expect([...erode(plane, radius).data]).toEqual(bruteForce(plane, radius, Math.min));
});

test('a reduction by area keeps the mean', () => {
  expect(sum(resizeByArea(dot, 3, 3).data)).toBeCloseTo(1 / 9);
  const plane = { data: Float32Array.from({ length: 12 }, (_, i) => i), width: 4, height: 3 };
  expect([...resizeByArea(plane, 2, 1).data]).toEqual([4.5, 6.5]);
});

test('bilinear resampling keeps a ramp and never leaves the range of the values', () => {
  const ramp = { data: Float32Array.from({ length: 8 }, (_, i) => i % 4), width: 4, height: 2 };
  const wide = resizeBilinear(ramp, 40, 2).data;
  expect(wide[5]).toBeCloseTo(0.05);
  expect(wide[20]).toBeCloseTo(1.55);
  expect(wide[0]).toBe(0);
  expect(Math.max(...wide)).toBeLessThanOrEqual(3);
});
