import { hasBytes, type Size, tag } from './header-bytes.js';

/** Entries of a TIFF directory, and bytes of an AVIF, that are looked at. Real ones need tens and hundreds. */
const MAX_ENTRIES = 1_024;
const AVIF_WINDOW = 65_536;
const BRANDS_END = 64;

interface OtherHeader extends Size {
  format: 'gif' | 'tiff' | 'avif' | 'bmp';
}

/**
 * Formats that nobody may send to us and that a vendor may answer with; the engine makes PNG of them. Undefined for
 * anything else. A read beyond the end is a RangeError.
 *
 * Sources: GIF89a, TIFF 6.0, the AV1 image file format (`ispe` of ISO/IEC 23008-12), BITMAPINFOHEADER of Windows.
 */
export function readOtherFormat(view: DataView): OtherHeader | undefined {
  if (hasBytes(view, 0, tag('GIF87a')) || hasBytes(view, 0, tag('GIF89a')))
    return { format: 'gif', width: view.getUint16(6, true), height: view.getUint16(8, true) };
  if (hasBytes(view, 0, [...tag('II'), 42, 0])) return { format: 'tiff', ...readTiff(view, true) };
  if (hasBytes(view, 0, [...tag('MM'), 0, 42])) return { format: 'tiff', ...readTiff(view, false) };
  if (hasBytes(view, 4, tag('ftyp')) && startOf(view, BRANDS_END).includes('avif'))
    return { format: 'avif', ...readAvif(view) };
  // Rows that run from the top down have a negative height. Older headers are shorter than 40 bytes.
  if (hasBytes(view, 0, tag('BM')) && view.getUint32(14, true) >= 40 && view.getUint32(14, true) <= 124)
    return { format: 'bmp', width: view.getInt32(18, true), height: Math.abs(view.getInt32(22, true)) };
  return undefined;
}

const TIFF_WIDTH = 256;
const TIFF_HEIGHT = 257;
const TIFF_SHORT = 3;

/** Of the first directory. Without one of the two tags the size is 0, which is refused. */
function readTiff(view: DataView, little: boolean): Size {
  const directory = view.getUint32(4, little);
  const entries = Math.min(view.getUint16(directory, little), MAX_ENTRIES);
  const size = { width: 0, height: 0 };
  for (let entry = 0; entry < entries; entry++) {
    const at = directory + 2 + entry * 12;
    const tagNumber = view.getUint16(at, little);
    if (tagNumber !== TIFF_WIDTH && tagNumber !== TIFF_HEIGHT) continue;
    const isShort = view.getUint16(at + 2, little) === TIFF_SHORT;
    const value = isShort ? view.getUint16(at + 8, little) : view.getUint32(at + 8, little);
    size[tagNumber === TIFF_WIDTH ? 'width' : 'height'] = value;
  }
  return size;
}

/** The largest `ispe`: a thumbnail, and each tile of a picture, has one as well. */
function readAvif(view: DataView): Size {
  const start = startOf(view, AVIF_WINDOW);
  const size = { width: 0, height: 0 };
  for (let at = start.indexOf('ispe'); at >= 0; at = start.indexOf('ispe', at + 4)) {
    // After the name: version and flags.
    size.width = Math.max(size.width, view.getUint32(at + 8));
    size.height = Math.max(size.height, view.getUint32(at + 12));
  }
  return size;
}

function startOf(view: DataView, length: number): Buffer {
  return Buffer.from(view.buffer, view.byteOffset, Math.min(view.byteLength, length));
}
