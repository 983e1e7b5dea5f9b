/**
 * A few texts of EXIF (CIPA DC-008; TIFF 6.0), read without the rest: where a photo was taken is never looked at. The
 * bytes come from anyone: each directory is read to a limit, nothing is followed twice, and nothing throws.
 */

const IMAGE_TAGS = { processingSoftware: 0x000b, make: 0x010f, model: 0x0110, software: 0x0131 } as const;
const EXIF_DIRECTORY = 0x8769;
const DATE_TIME_ORIGINAL = 0x9003;
const ASCII = 2;
const LONG = 4;
const ENTRY_BYTES = 12;
/** Real directories have some tens. */
const MAX_ENTRIES = 512;
const MAX_CHARS = 100;
const PREFIX = Buffer.from('Exif\0\0', 'latin1');

export interface ExifTexts {
  make?: string;
  model?: string;
  software?: string;
  processingSoftware?: string;
  /** Of the capture, as it stands there. */
  dateTimeOriginal?: string;
}

/** Undefined for a piece of metadata that is no EXIF. */
export function exifTexts(payload: Buffer): ExifTexts | undefined {
  const tiff = payload.subarray(0, PREFIX.length).equals(PREFIX) ? payload.subarray(PREFIX.length) : payload;
  const order = tiff.toString('latin1', 0, 4);
  if (tiff.length < 8 || (order !== 'II*\0' && order !== 'MM\0*')) return undefined;
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  const little = order === 'II*\0';
  const image = entriesAt(view, view.getUint32(4, little), little);
  const texts: ExifTexts = {};
  for (const [name, tag] of Object.entries(IMAGE_TAGS)) {
    const text = textOf(tiff, image.get(tag));
    if (text !== undefined) texts[name as keyof typeof IMAGE_TAGS] = text;
  }
  const inner = image.get(EXIF_DIRECTORY);
  if (inner?.type !== LONG) return texts;
  const taken = textOf(tiff, entriesAt(view, inner.value, little).get(DATE_TIME_ORIGINAL));
  return taken === undefined ? texts : { ...texts, dateTimeOriginal: taken };
}

interface Entry {
  type: number;
  count: number;
  /** Where its value stands, or the value itself, as a number. */
  value: number;
  /** Where the value stands that is no longer than four bytes. */
  at: number;
}

function entriesAt(view: DataView, offset: number, little: boolean): Map<number, Entry> {
  const entries = new Map<number, Entry>();
  if (offset + 2 > view.byteLength) return entries;
  const count = Math.min(view.getUint16(offset, little), MAX_ENTRIES);
  for (let index = 0; index < count; index++) {
    const at = offset + 2 + index * ENTRY_BYTES;
    if (at + ENTRY_BYTES > view.byteLength) break;
    entries.set(view.getUint16(at, little), {
      type: view.getUint16(at + 2, little),
      count: view.getUint32(at + 4, little),
      value: view.getUint32(at + 8, little),
      at: at + 8,
    });
  }
  return entries;
}

/** Undefined where there is none, or nothing but blanks. */
function textOf(tiff: Buffer, entry: Entry | undefined): string | undefined {
  if (entry?.type !== ASCII) return undefined;
  const from = entry.count <= 4 ? entry.at : entry.value;
  const text = tiff.toString('utf8', from, from + Math.min(entry.count, MAX_CHARS)).split('\0')[0]!;
  return readable(text);
}

/** What may be shown of a text from a file; undefined where nothing is left of it. */
export function readable(text: string): string | undefined {
  const plain = text
    .replace(/[\p{Cc}\p{Cs}\uFFFD]/gu, ' ')
    .slice(0, MAX_CHARS)
    .trim();
  return plain === '' ? undefined : plain;
}
