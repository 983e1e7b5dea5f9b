import { nameForeignFormat } from './foreign-formats.js';

const named = (bytes: Uint8Array) => nameForeignFormat(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
const hex = (text: string) => Buffer.concat([Buffer.from(text.replaceAll(' ', ''), 'hex'), Buffer.alloc(40)]);

test.each([
  ['GIF', hex('474946383961')],
  ['TIFF or a camera raw file', hex('49492a00')],
  ['TIFF or a camera raw file', hex('4d4d002a')],
  ['BMP', hex('424d 000000000000000000000000 28000000')],
  ['JPEG XL', hex('ff0a')],
  ['JPEG XL', hex('0000000c 4a584c20 0d0a870a')],
  ['JPEG 2000', hex('ff4fff51')],
  ['PSD', hex('38425053')],
  ['ICO', hex('00000100 0100')],
  ['HEIC', Buffer.from('\0\0\0\x24ftypheic\0\0\0\0', 'latin1')],
  ['AVIF', Buffer.from('\0\0\0\x1cftypavif\0\0\0\0', 'latin1')],
  ['PDF', Buffer.concat([Buffer.alloc(900, ' '), Buffer.from('%PDF-1.7')])],
  ['SVG', Buffer.from(`<!--${'x'.repeat(3_000)}--><svg>`)],
])('%s is recognised', (name, bytes) => {
  expect(named(bytes)).toBe(name);
});

test.each([
  ['an empty file', Buffer.alloc(0)],
  ['a JPEG', hex('ffd8ffe0')],
  ['a film in the same container', Buffer.from('\0\0\0\x18ftypmp42\0\0\0\0', 'latin1')],
  ['BM and then something else', Buffer.from('BM is the start of this sentence, and no picture')],
  ['no icon: a count of 0', hex('00000100 0000')],
  ['a PDF header too far in', Buffer.concat([Buffer.alloc(1_100, ' '), Buffer.from('%PDF-1.7')])],
  ['a page with an SVG in it', Buffer.from('<html><svg></svg></html>')],
])('%s has no name', (_, bytes) => {
  expect(named(bytes)).toBeUndefined();
});

test('a view into a larger buffer is read from its own start', () => {
  const buffer = Buffer.concat([Buffer.alloc(8), Buffer.from('GIF89a')]);
  expect(nameForeignFormat(new DataView(buffer.buffer, buffer.byteOffset + 8, 6))).toBe('GIF');
});
