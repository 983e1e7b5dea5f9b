import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { type AigcLabel, newAigcLabel } from '../kernel/aigc.js';
import type { PictureMime } from './picture.js';
import { readLabels, withLabels } from './picture-labels.js';
import { withPngXmp } from './png-chunks.js';

const SIZE = { width: 64, height: 48 };
const made = sharp({ create: { ...SIZE, channels: 3, background: '#4a6' } });
const FORMATS = ['jpeg', 'png', 'webp'] as const;
type Format = (typeof FORMATS)[number];
const mimeOf = (format: Format): PictureMime => `image/${format}`;
const plain = (format: Format) => made.clone().toFormat(format).toBuffer();
const labelled = async (format: Format, ...labels: AigcLabel[]) =>
  withLabels({ bytes: await plain(format), mime: mimeOf(format), ...SIZE }, labels);

const RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"';
const TC260 = 'xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/"';
const xmp = (description: string) =>
  `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF ${RDF}>${description}</rdf:RDF></x:xmpmeta>`;
const element = (value: string, attributes = '') =>
  xmp(`<rdf:Description rdf:about="" ${TC260}><TC260:AIGC${attributes}>${value}</TC260:AIGC></rdf:Description>`);
const JSON_TEXT = '{"Label":"1","ContentProducer":"maker & <sons>","ProduceID":"7"}';
const escaped = JSON_TEXT.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const READ = [{ Label: '1', ContentProducer: 'maker & <sons>', ProduceID: '7' }];

const withXmp = (format: Format, packet: string) => made.clone().withXmp(packet).toFormat(format).toBuffer();
const inPng = async (packet: string) => withPngXmp(await plain('png'), packet);
function segment(marker: number, payload: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(payload.length + 2, 2);
  return Buffer.concat([head, payload]);
}
async function jpegWith(...segments: Buffer[]): Promise<Buffer> {
  const jpeg = await plain('jpeg');
  return Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)]);
}
const many = (count: number, same: Buffer) => jpegWith(Buffer.concat(Array(count).fill(same)));
function pngChunk(type: string, data: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(data.length);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, data, Buffer.alloc(4)]);
}
async function pngWith(...chunks: Buffer[]): Promise<Buffer> {
  const png = await plain('png');
  return Buffer.concat([png.subarray(0, -12), ...chunks, png.subarray(-12)]);
}

describe('a label is read', () => {
  test.each(FORMATS)('from XMP in %s', async format => {
    expect(readLabels(await withXmp(format, element(escaped)), mimeOf(format))).toMatchObject(READ);
  });

  test.each([
    ['as an attribute', xmp(`<rdf:Description ${TC260} TC260:AIGC="${escaped.replaceAll('"', '&quot;')}"/>`)],
    ['as an attribute in single quotes', xmp(`<rdf:Description ${TC260} TC260:AIGC='${escaped}'/>`)],
    ['under another prefix', element(escaped).replaceAll('TC260:', 'ai:').replace('xmlns:TC260', 'xmlns:ai')],
    ['with characters by their numbers', element(escaped.replaceAll('"', '&#34;').replaceAll('{', '&#x7b;'))],
    ['in CDATA', element(`<![CDATA[${JSON_TEXT}]]>`)],
    ['in a bag', element(`<rdf:Bag><rdf:li>${escaped}</rdf:li></rdf:Bag>`)],
    ['wrapped as AIGC', element(`{"AIGC":${escaped}}`)],
    ['in a packet that is cut behind it', element(escaped).slice(0, -40)],
  ])('%s', async (_, packet) => expect(readLabels(await inPng(packet), 'image/png')).toMatchObject(READ));

  const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16();
  test.each([
    ['an EXIF comment', () => jpegWith(segment(0xe1, Buffer.from(`Exif\0\0MM ASCII\0\0\0{"AIGC":${JSON_TEXT}}`)))],
    [
      'one in UTF-16',
      () =>
        jpegWith(
          segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0MM UNICODE\0'), utf16be(`{"AIGC": ${JSON_TEXT}}`)])),
        ),
    ],
    ['a comment of a JPEG', () => jpegWith(segment(0xfe, Buffer.from(`AIGC:${JSON_TEXT}`)))],
    ['a text in a text', () => jpegWith(segment(0xfe, Buffer.from(JSON.stringify({ AIGC: JSON_TEXT }))))],
  ])('from %s', async (_, file) => expect(readLabels(await file(), 'image/jpeg')).toMatchObject(READ));

  test.each([
    ['tEXt', Buffer.from(`AIGC\0${JSON_TEXT}`)],
    ['zTXt', Buffer.concat([Buffer.from('AIGC\0\0'), deflateSync(JSON_TEXT)])],
    ['iTXt', Buffer.from(`AIGC\0\0\0zh\0\0${JSON_TEXT}`)],
    ['eXIf', Buffer.from(`MM\0*{"AIGC":${JSON_TEXT}}`)],
  ])('from a PNG chunk %s', async (type, data) => {
    expect(readLabels(await pngWith(pngChunk(type, data)), 'image/png')).toMatchObject(READ);
  });

  test('from an XMP packet in several segments, whatever their order', async () => {
    const packet = element(escaped);
    const part = (from: number, to: number) => {
      const head = Buffer.alloc(40);
      head.writeUInt32BE(packet.length, 32);
      head.writeUInt32BE(from, 36);
      return segment(
        0xe1,
        Buffer.concat([Buffer.from('http://ns.adobe.com/xmp/extension/\0'), head, Buffer.from(packet.slice(from, to))]),
      );
    };
    const cut = packet.indexOf('"Label"') + 3;
    expect(readLabels(await jpegWith(part(cut, packet.length), part(0, cut)), 'image/jpeg')).toMatchObject(READ);
  });

  test('once, where the metadata says it twice', async () => {
    const file = await jpegWith(segment(0xfe, Buffer.from(`AIGC:${JSON_TEXT}`)));
    const twice = withLabels({ bytes: file, mime: 'image/jpeg', ...SIZE }, readLabels(file, 'image/jpeg'));
    expect(readLabels(twice, 'image/jpeg')).toHaveLength(1);
  });

  test.each(['AI art', 'the word AIGC', '<dc:subject>AIGC</dc:subject>'])('not from %s', async text => {
    expect(readLabels(await inPng(xmp(text)), 'image/png')).toEqual([]);
  });
});

describe('what is clearly a label and cannot be read is a suspicion', () => {
  test.each([
    ['no JSON', element('generated by maker')],
    ['JSON that is cut', element('{&quot;Label&quot;:&quot;1&quot;,')],
    ['nothing', element('')],
    ['an element without an end', xmp(`<rdf:Description ${TC260}><TC260:AIGC>{"Label"`)],
    ['a label that is too large', element(`{"Label":"1","ContentProducer":"${'x'.repeat(100_000)}"}`)],
    ['a structure', element('<TC260:Label>1</TC260:Label>', ' rdf:parseType="Resource"')],
  ])('%s', async (_, packet) => {
    expect(readLabels(await inPng(packet), 'image/png')).toMatchObject([
      { Label: '3', ContentProducer: '', Unreadable: expect.stringContaining('AIGC') },
    ]);
  });
});

describe('hostile metadata takes no more time than its bytes are worth', () => {
  const entities = Array.from({ length: 10 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join('');
  const MEGABYTES = 19_000_000;
  const repeated = (text: string) => text.repeat(MEGABYTES / text.length);
  const files: [string, () => Promise<Buffer>, PictureMime][] = [
    [
      'entities that multiply',
      async () =>
        Buffer.from(
          await inPng(
            `<!DOCTYPE l [<!ENTITY l0 "lol">${entities}]>${element('{"Label":"1","ContentProducer":"&l10;"}')}`,
          ),
        ),
      'image/png',
    ],
    ['elements that never end', async () => Buffer.from(await inPng(element(repeated('<TC260:AIGC>')))), 'image/png'],
    ['attributes that never end', async () => Buffer.from(await inPng(repeated(' TC260:AIGC=\'"'))), 'image/png'],
    [
      'declared namespaces',
      async () => Buffer.from(await inPng(repeated(`<a xmlns:p="http://www.tc260.org.cn/ns/AIGC/">`))),
      'image/png',
    ],
    ['blanks', async () => Buffer.from(await inPng(`<TC260:AIGC${' '.repeat(MEGABYTES)}`)), 'image/png'],
    ['braces', async () => Buffer.from(await inPng(element('{'.repeat(MEGABYTES)))), 'image/png'],
    ['CDATA that never ends', async () => Buffer.from(await inPng(element(repeated('<![CDATA[')))), 'image/png'],
    [
      'nested objects',
      async () => pngWith(pngChunk('tEXt', Buffer.from(`AIGC\0${'{"a":'.repeat(1_000)}`))),
      'image/png',
    ],
    ['the word over and over', async () => pngWith(pngChunk('tEXt', Buffer.from(repeated('"AIGC"{')))), 'image/png'],
    [
      'a million chunks',
      async () => pngWith(Buffer.concat(Array(1_500_000).fill(pngChunk('tEXt', Buffer.alloc(0))))),
      'image/png',
    ],
    [
      'chunks that inflate',
      async () =>
        pngWith(
          ...Array(2_000).fill(
            pngChunk('zTXt', Buffer.concat([Buffer.from('AIGC\0\0'), deflateSync(Buffer.alloc(999_000, '{'))])),
          ),
        ),
      'image/png',
    ],
    ['a million segments', () => many(1_000_000, segment(0xe1, Buffer.alloc(0))), 'image/jpeg'],
    ['segments with a trace', () => many(290, segment(0xe1, Buffer.alloc(65_000, '"AIGC"{'))), 'image/jpeg'],
    [
      'an extension of many parts',
      () =>
        many(
          290,
          segment(
            0xe1,
            Buffer.concat([Buffer.from('http://ns.adobe.com/xmp/extension/\0'), Buffer.alloc(64_000, '<TC260:AIGC>')]),
          ),
        ),
      'image/jpeg',
    ],
    [
      'a segment whose length lies',
      async () =>
        jpegWith(
          Buffer.concat([Buffer.from('ffe1ffff', 'hex'), Buffer.from('http://ns.adobe.com/xap/1.0/\0<TC260:AIGC>')]),
        ),
      'image/jpeg',
    ],
    [
      'a chunk whose length lies',
      async () => {
        const cut = pngChunk('iTXt', Buffer.from('XML:com.adobe.xmp\0'));
        cut.writeUInt32BE(0xfffffff0);
        return pngWith(cut);
      },
      'image/png',
    ],
    [
      'a WebP chunk whose length lies',
      async () => {
        const webp = await plain('webp');
        const head = Buffer.from('XMP \xff\xff\xff\xff', 'latin1');
        return Buffer.concat([webp, head, Buffer.from('<TC260:AIGC>')]);
      },
      'image/webp',
    ],
  ];
  test.each(files)('%s', async (_, file, mime) => {
    const bytes = await file();
    const begun = process.cpuUsage().user;
    const labels = readLabels(bytes, mime);
    expect((process.cpuUsage().user - begun) / 1_000).toBeLessThan(20_000);
    expect(labels.length).toBeLessThanOrEqual(8);
    expect(withLabels({ bytes: await plain('jpeg'), mime: 'image/jpeg', ...SIZE }, labels).byteLength).toBeLessThan(
      66_000,
    );
  });
});

describe('labels are written', () => {
  const label = newAigcLabel('制作者 <&> "one"', 'x');
  test.each(FORMATS)('into %s, where they are read again, and no pixel changes', async format => {
    const file = await labelled(format, label);
    expect(readLabels(file, mimeOf(format))).toEqual([label]);
    const pixels = (bytes: Uint8Array) => sharp(bytes, { failOn: 'warning' }).raw().toBuffer();
    expect((await pixels(file)).equals(await pixels(await plain(format)))).toBe(true);
    expect(withLabels({ bytes: file, mime: mimeOf(format), ...SIZE }, [label])).toBe(file);
  });

  test.each(FORMATS)('several into %s: the first where readers look, the others beside it', async format => {
    const labels = [label, newAigcLabel('other', '1'), newAigcLabel('third', '2')];
    const file = await labelled(format, ...labels);
    expect(readLabels(file, mimeOf(format))).toEqual(labels);
    const packet = String((await sharp(Buffer.from(file)).metadata()).xmp);
    expect(packet.split('<TC260:AIGC>')).toHaveLength(2);
    expect(/<TC260:AIGC>(.*?)<\/TC260:AIGC>/.exec(packet)![1]).toContain('制作者');
  });

  test.each(FORMATS)('into the XMP that %s has, instead of those there; all else of it stays', async format => {
    const kind = '<Iptc4xmpExt:DigitalSourceType>trainedAlgorithmicMedia</Iptc4xmpExt:DigitalSourceType>';
    const old = xmp(
      `<rdf:Description xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" ${TC260} TC260:AIGC='{"Label":"1"}'>${kind}</rdf:Description>`,
    );
    const file = withLabels({ bytes: await withXmp(format, old), mime: mimeOf(format), ...SIZE }, [label]);
    expect(readLabels(file, mimeOf(format))).toEqual([label]);
    expect(String((await sharp(Buffer.from(file)).metadata()).xmp)).toContain(kind);
  });

  test('as a packet of their own where the old one is none, or would be too long', async () => {
    for (const old of [
      'no XML',
      element(`{"Label":"1"}${' '.repeat(64_800)}`).replace('<TC260:AIGC', `<a>${'x'.repeat(64_500)}</a><TC260:AIGC`),
    ]) {
      const file = withLabels({ bytes: await inPng(old), mime: 'image/png', ...SIZE }, [label]);
      expect(readLabels(file, 'image/png')).toEqual([label]);
      expect(Buffer.from(file).includes('xxx')).toBe(false);
    }
  });

  test('as many and as large as can be read fit into a segment of a JPEG', async () => {
    const large = Array.from({ length: 8 }, (_, id) => ({ ...newAigcLabel('&'.repeat(1_150), `${id}`) }));
    expect(readLabels(await labelled('jpeg', ...large), 'image/jpeg')).toEqual(large);
  });
});
