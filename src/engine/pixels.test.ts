import { scaling, translation } from './affine.js';
import { cropImage, downscale, type RgbImage, warp } from './pixels.js';

/** Red is the column, green the row. */
const image: RgbImage = {
  width: 20,
  height: 10,
  data: Uint8Array.from({ length: 20 * 10 * 3 }, (_, i) => {
    const pixel = Math.floor(i / 3);
    return [(pixel % 20) * 10, Math.floor(pixel / 20) * 10, 7][i % 3]!;
  }),
};
const at = ({ data, width }: RgbImage, x: number, y: number) => [...data.subarray((y * width + x) * 3).subarray(0, 3)];

test('a crop takes the pixels of its box', () => {
  const part = cropImage(image, { left: 3, top: 2, right: 8, bottom: 6 });
  expect([part.width, part.height]).toEqual([5, 4]);
  expect(at(part, 0, 0)).toEqual([30, 20, 7]);
  expect(at(part, 4, 3)).toEqual([70, 50, 7]);
});

test('a warp by the identity changes nothing', () => {
  expect(Buffer.compare(warp(image, 20, 10, scaling(1)).data, image.data)).toBe(0);
});

test('a warp interpolates between pixels and repeats the edge beyond the image', () => {
  const shifted = warp(image, 20, 10, translation(0.5, 0));
  expect(at(shifted, 4, 3)).toEqual([45, 30, 7]);
  const beyond = warp(image, 6, 4, translation(-3, -2));
  expect(at(beyond, 0, 0)).toEqual([0, 0, 7]);
  expect(at(beyond, 5, 3)).toEqual([20, 10, 7]);
});

test('an image is scaled down, never up', async () => {
  expect(await downscale(image, 1.5)).toBe(image);
  const half = await downscale({ ...image, data: image.data }, 0.8);
  expect([half.width, half.height]).toEqual([16, 8]);
});
