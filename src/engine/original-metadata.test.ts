import sharp from 'sharp';
import { newAigcLabel } from '../kernel/aigc.js';
import { readOriginalMetadata } from './original-metadata.js';
import type { PictureMime } from './picture.js';
import { withLabels } from './picture-labels.js';
import { withPngXmp } from './png-chunks.js';

const SIZE = { width: 64, height: 48 };
const made = sharp({ create: { ...SIZE, channels: 3, background: '#4a6' } });
const FORMATS = ['jpeg', 'png', 'webp'] as const;
const NOTHING = { software: [], make: null, model: null, captureTime: false, digitalSource: null, labels: [] };
const xmp = (inner: string) =>
  `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">${inner}</rdf:RDF></x:xmpmeta>`;

/** A directory of texts, big-endian, as TIFF has it. */
function exif(entries: readonly [tag: number, type: number, count: number, value: number][], rest = Buffer.alloc(0)) {
  const directory = Buffer.alloc(10 + 12 * entries.length + 4);
  directory.write('MM\0*', 'latin1');
  directory.writeUInt32BE(8, 4);
  directory.writeUInt16BE(entries.length, 8);
  entries.forEach(([tag, type, count, value], index) => {
    const at = 10 + 12 * index;
    directory.writeUInt16BE(tag, at);
    directory.writeUInt16BE(type, at + 2);
    directory.writeUInt32BE(count, at + 4);
    directory.writeUInt32BE(value, at + 8);
  });
  return Buffer.concat([directory, rest]);
}

async function jpegWith(tiff: Buffer): Promise<Buffer> {
  const jpeg = await made.clone().jpeg().toBuffer();
  const payload = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]);
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(payload.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, payload, jpeg.subarray(2)]);
}

test.each(FORMATS)(
  'camera, programs and that there is a time are read of EXIF in %s; of the place nothing',
  async format => {
    const bytes = await made
      .clone()
      .withExif({
        IFD0: { Make: 'ACME', Model: 'Phone 3', Software: '17.1.1' },
        IFD2: { DateTimeOriginal: '2026:11:01 10:00:00' },
        IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '31/1 13/1 4949/100' },
      })
      .toFormat(format)
      .toBuffer();
    expect(bytes.includes('Phone 3')).toBe(true);
    const read = readOriginalMetadata(bytes, `image/${format}`);
    expect(read).toEqual({ ...NOTHING, make: 'ACME', model: 'Phone 3', software: ['17.1.1'], captureTime: true });
  },
);

test.each(FORMATS)('programs, time and source are read of XMP in %s', async format => {
  const packet = xmp(
    `<rdf:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:CreatorTool="Adobe Photoshop 27.1" photoshop:DateCreated="2026-01-01">
       <stEvt:softwareAgent>Lightroom</stEvt:softwareAgent><stEvt:softwareAgent>Adobe Photoshop 27.1</stEvt:softwareAgent>
       <Iptc4xmpExt:DigitalSourceType>http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia</Iptc4xmpExt:DigitalSourceType>
     </rdf:Description>`,
  );
  const read = readOriginalMetadata(await made.clone().withXmp(packet).toFormat(format).toBuffer(), `image/${format}`);
  expect(read).toEqual({
    ...NOTHING,
    software: ['Adobe Photoshop 27.1', 'Lightroom'],
    captureTime: true,
    digitalSource: 'trainedAlgorithmicMedia',
  });
});

test('the program that a PNG names', async () => {
  const png = await made.clone().png().toBuffer();
  const text = Buffer.from('Software\0Paint 3', 'latin1');
  const head = Buffer.alloc(8);
  head.writeUInt32BE(text.length);
  head.write('tEXt', 4, 'latin1');
  const bytes = Buffer.concat([png.subarray(0, 33), head, text, Buffer.alloc(4), png.subarray(33)]);
  expect(readOriginalMetadata(bytes, 'image/png').software).toEqual(['Paint 3']);
});

test.each(FORMATS)('labels of generated content in %s; and nothing where there is nothing', async format => {
  const mime: PictureMime = `image/${format}`;
  const plain = await made.clone().toFormat(format).toBuffer();
  const label = newAigcLabel('maker', '7');
  expect(readOriginalMetadata(withLabels({ bytes: plain, mime, ...SIZE }, [label]), mime).labels).toEqual([label]);
  expect(readOriginalMetadata(plain, mime)).toEqual(NOTHING);
});

describe('hostile metadata', () => {
  test.each([
    ['a directory beyond the end', exif([[0x8769, 4, 1, 0xffff_fff0]])],
    ['a directory that is its own', exif([[0x8769, 4, 1, 8]])],
    ['texts of four gigabytes', exif(Array.from({ length: 600 }, () => [0x0131, 2, 0xffff_ffff, 8]))],
    ['a text beyond the end', exif([[0x0110, 2, 50, 0x7fff_ffff]])],
    ['a program that is no text', exif([[0x0131, 3, 1, 0]])],
    ['a header alone', Buffer.from('MM\0*\0\0\0\x08', 'latin1')],
    ['less than a header', Buffer.from('MM\0*', 'latin1')],
  ])('%s is no harm', async (_, tiff) => {
    const { make, captureTime } = readOriginalMetadata(await jpegWith(tiff), 'image/jpeg');
    expect([make, captureTime]).toEqual([null, false]);
  });

  test('what is shown of a text is short and has no control characters', async () => {
    const text = Buffer.concat([Buffer.from('A\x1b[31m\r\nB'), Buffer.alloc(500, 'x'), Buffer.from([0])]);
    const at = 10 + 12 + 4;
    const bytes = await jpegWith(exif([[0x0131, 2, text.length, at]], text));
    const [name] = readOriginalMetadata(bytes, 'image/jpeg').software;
    expect(name).toMatch(/^A \[31m {2}Bx+$/);
    expect(name!.length).toBeLessThanOrEqual(100);
  });

  test('two megabytes of XMP that almost match take no time to speak of', async () => {
    const packet = xmp(`xmp:CreatorTool="<`.repeat(100_000));
    const bytes = withPngXmp(await made.clone().png().toBuffer(), packet);
    const before = process.cpuUsage();
    expect(readOriginalMetadata(bytes, 'image/png').software).toEqual([]);
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(1_000);
  });
});
