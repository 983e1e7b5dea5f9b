/**
 * How much of a file is read to find its format. SVG may begin with a long comment, PDF with up to 1,024 other bytes.
 */
const WINDOW = 4_096;

/** Formats that people send although they are not accepted, by their first 32 bytes in hexadecimal. */
const SIGNATURES: readonly (readonly [RegExp, string])[] = [
  [/^47494638(37|39)61/, 'GIF'],
  [/^(49492a00|4d4d002a|49492b00|4d4d002b)/, 'TIFF or a camera raw file'],
  [/^424d.{24}(0c|28|34|38|40|6c|7c)000000/, 'BMP'],
  [/^(ff0a|0000000c4a584c200d0a870a)/, 'JPEG XL'],
  [/^(0000000c6a502020|ff4fff51)/, 'JPEG 2000'],
  [/^38425053/, 'PSD'],
  [/^0000(01|02)00(?!00)..00/, 'ICO'],
];

/** Major brands of pictures in the ISO base media file format (ISO/IEC 23008-12; AV1 Image File Format). */
const BRANDS: Readonly<Record<string, string>> = {
  heic: 'HEIC',
  heix: 'HEIC',
  hevc: 'HEIC',
  hevx: 'HEIC',
  heim: 'HEIC',
  heis: 'HEIC',
  mif1: 'HEIF',
  msf1: 'HEIF',
  avif: 'AVIF',
  avis: 'AVIF',
};

/** The name of a picture or document format that is not accepted. Undefined for anything else. */
export function nameForeignFormat(view: DataView): string | undefined {
  const start = Buffer.from(view.buffer, view.byteOffset, Math.min(view.byteLength, WINDOW));
  const text = start.toString('latin1');
  const brand = text.slice(4, 8) === 'ftyp' ? BRANDS[text.slice(8, 12)] : undefined;
  if (brand) return brand;
  const hex = start.toString('hex', 0, 32);
  for (const [signature, name] of SIGNATURES) if (signature.test(hex)) return name;
  if (text.slice(0, 1_024).includes('%PDF-')) return 'PDF';
  return isSvg(start) ? 'SVG' : undefined;
}

function isSvg(start: Buffer): boolean {
  const wide = start[0] === 0xff || start[1] === 0; // UTF-16, with or without a byte order mark
  const text = start
    .toString(wide ? 'utf16le' : 'utf8')
    .trimStart()
    .toLowerCase(); // trimStart removes the byte order mark too
  return text.startsWith('<') && !/^<(!doctype html|html)/.test(text) && /<(\w+:)?svg[\s>]/.test(text);
}
