import type { AigcLabel } from '../kernel/aigc.js';
import { LIMITS } from '../kernel/limits.js';
import { exifTexts, readable } from './exif.js';
import type { PictureMime } from './picture.js';
import { metadataOf, readLabels } from './picture-labels.js';

/**
 * What an upload as it was sent says of how it came to be. Nothing of where it was taken, of whom, and of when no more than
 * that it is told. What is absent proves nothing: messengers and screenshots take it all away.
 */
export interface OriginalMetadata {
  /**
   * Programs that say they wrote or changed it, each once: of EXIF, XMP and PNG. Phones write the version of their system
   * here, so one alone is no sign of an edit.
   */
  software: string[];
  /** Of the camera; null where it is not told. */
  make: string | null;
  model: string | null;
  /** It says when it was taken. */
  captureTime: boolean;
  /** IPTC's word for how it was made, such as `trainedAlgorithmicMedia` for what a model generated; null: not told. */
  digitalSource: string | null;
  /** Labels of generated content (GB 45438-2025). */
  labels: AigcLabel[];
}

/** Pieces of metadata, programs, and places in XMP that are looked at. */
const MAX_PIECES = 64;
const MAX_SOFTWARE = 8;
const MAX_MATCHES = 64;
const PNG_SOFTWARE = /^(?:Software|Creator)\0(?:\0\0[^\0]{0,40}\0[^\0]{0,80}\0)?/;
const XMP_MARK = 'adobe:ns:meta/';
/** As attribute or element, under the usual prefixes: https://developer.adobe.com/xmp/docs/XMPNamespaces */
const XMP_SOFTWARE =
  /\b(?:xmp:CreatorTool|stEvt:softwareAgent|tiff:Software)(?:\s{0,10}=\s{0,10}["']([^"'<>]{1,200})["']|\s{0,10}>([^<>]{1,200})<)/g;
const XMP_TAKEN = /\b(?:exif:DateTimeOriginal|photoshop:DateCreated)(?:\s{0,10}=\s{0,10}["']\d|\s{0,10}>\s{0,10}\d)/;
/** https://cv.iptc.org/newscodes/digitalsourcetype/ */
const DIGITAL_SOURCE = /\bcv\.iptc\.org\/newscodes\/digitalsourcetype\/([A-Za-z]{3,60})/;

/** Takes time linear in the file. */
export function readOriginalMetadata(bytes: Uint8Array, mime: PictureMime): OriginalMetadata {
  const found: OriginalMetadata = {
    software: [],
    make: null,
    model: null,
    captureTime: false,
    digitalSource: null,
    labels: readLabels(bytes, mime),
  };
  const software = new Set<string>();
  let pieces = 0;
  for (const payload of metadataOf(bytes, mime)) {
    if (++pieces > MAX_PIECES) break;
    for (const name of programsIn(payload, found)) if (software.size < MAX_SOFTWARE) software.add(name);
  }
  return { ...found, software: [...software] };
}

/** Fills in what one piece says beside its programs. */
function* programsIn(payload: Buffer, found: OriginalMetadata): Generator<string> {
  const exif = exifTexts(payload);
  if (exif !== undefined) {
    found.make ??= exif.make ?? null;
    found.model ??= exif.model ?? null;
    found.captureTime ||= exif.dateTimeOriginal !== undefined;
    yield* [exif.software, exif.processingSoftware].filter(text => text !== undefined);
    return;
  }
  const inPng = PNG_SOFTWARE.exec(payload.toString('latin1', 0, 200))?.[0];
  if (inPng !== undefined) {
    const name = readable(payload.toString('utf8', inPng.length, inPng.length + 400));
    if (name !== undefined) yield name;
  } else if (payload.includes(XMP_MARK)) yield* programsInXmp(payload, found);
}

function* programsInXmp(payload: Buffer, found: OriginalMetadata): Generator<string> {
  const xmp = payload.toString('utf8', 0, LIMITS.aigc.metadataBytes);
  found.captureTime ||= XMP_TAKEN.test(xmp);
  found.digitalSource ??= DIGITAL_SOURCE.exec(xmp)?.[1] ?? null;
  let matches = 0;
  for (const [, attribute, element] of xmp.matchAll(XMP_SOFTWARE)) {
    if (++matches > MAX_MATCHES) return;
    const name = readable(attribute ?? element!);
    if (name !== undefined) yield name;
  }
}
