import { plainBmp } from '../../test/plain-bmp.js';
import { decodeBmp } from './bmp.js';

/** Odd in width, so that rows are padded, and different at every place. */
const image = { data: Uint8Array.from({ length: 5 * 3 * 3 }, (_, index) => index * 5), width: 5, height: 3 };
const MASKS = [0xff0000, 0xff00, 0xff];

test.each<[string, Parameters<typeof plainBmp>[1]]>([
  ['24 bits', {}],
  ['24 bits from the top down', { topDown: true }],
  ['32 bits', { bits: 32 }],
  ['32 bits from the top down', { bits: 32, topDown: true }],
  ['32 bits with the usual masks', { bits: 32, masks: MASKS }],
])('%s give the same pixels', (_, options) => {
  const { image: read, dpi } = decodeBmp(plainBmp(image, options));
  expect([read.width, read.height, dpi]).toEqual([5, 3, null]);
  expect([...read.data]).toEqual([...image.data]);
});

test('a density is read, and a view into a larger buffer from its own beginning', () => {
  const file = Buffer.concat([Buffer.from('garbage'), plainBmp(image, { dpi: 300 })]).subarray(7);
  expect(decodeBmp(file)).toMatchObject({ dpi: 300, image: { width: 5, height: 3 } });
});

const changed = (at: number, value: number, file = plainBmp(image)) => {
  file.writeInt32LE(value, at);
  return file;
};
test.each([
  ['one byte short', plainBmp(image).subarray(0, -1)],
  ['a header alone', plainBmp(image).subarray(0, 54)],
  ['half a header', plainBmp(image).subarray(0, 20)],
  ['no width', changed(18, 0)],
  ['a negative width', changed(18, -5)],
  ['no height', changed(22, 0)],
  ['a width beyond its pixels', changed(18, 0x7fffffff)],
  ['a height beyond its pixels', changed(22, -0x80000000)],
  ['pixels beyond its end', changed(10, 0x7fffffff)],
  ['a palette', changed(28, 8)],
  ['run-length coding', changed(30, 1)],
  ['other masks', plainBmp(image, { bits: 32, masks: [...MASKS].reverse() })],
])('a BMP with %s is CORRUPT_IMAGE', (_, file) => {
  expect(() => decodeBmp(file)).toThrow(expect.objectContaining({ code: 'CORRUPT_IMAGE' }));
});
