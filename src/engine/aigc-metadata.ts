import { APP1, jpegApplicationData, withJpegSegment } from './jpeg-segments.js';
import type { GeneratedContent, PictureMime } from './picture.js';
import { pngTexts } from './png-chunks.js';
import { webpXmp } from './webp-chunks.js';

/**
 * The label of generated content in a picture's metadata: GB 45438-2025, annex E (the seven fields), and the practice
 * guide of TC260 (an XMP property AIGC in TC260's namespace; JPEG APP1, PNG iTXt).
 */
const NAMESPACE = 'http://www.tc260.org.cn/ns/AIGC/1.0/';
const XMP_SEGMENT = 'http://ns.adobe.com/xap/1.0/\0';
/** As the guide writes it, and as some generators do: the bare JSON in a PNG text "AIGC" or in an EXIF comment. */
const TRACES = ['TC260:AIGC', 'tc260.org.cn/ns/AIGC', '"AIGC"', 'AIGC\0{'];

export function isAigcLabel(payload: Buffer): boolean {
  return TRACES.some(trace => payload.includes(trace));
}

export function hasAigcLabel(bytes: Uint8Array, mime: PictureMime): boolean {
  const readers = { 'image/jpeg': jpegApplicationData, 'image/png': pngTexts, 'image/webp': webpXmp };
  return readers[mime](bytes).some(isAigcLabel);
}

/** The JPEG must not have an XMP packet yet: readers take the first. */
export function withAigcLabel(jpeg: Uint8Array, content: GeneratedContent): Uint8Array {
  return withJpegSegment(jpeg, APP1, Buffer.from(XMP_SEGMENT + packetOf(content), 'utf8'));
}

/** Label 1: generated, as opposed to possibly (2) or suspected (3) generated. Who generates here also hands out, so both halves name the same. */
function packetOf({ producer, contentId }: GeneratedContent): string {
  const fields = JSON.stringify({
    Label: '1',
    ContentProducer: producer,
    ProduceID: contentId,
    ReservedCode1: '',
    ContentPropagator: producer,
    PropagateID: contentId,
    ReservedCode2: '',
  });
  return [
    '<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>',
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">',
    `<rdf:Description rdf:about="" xmlns:TC260="${NAMESPACE}"><TC260:AIGC>${escaped(fields)}</TC260:AIGC></rdf:Description>`,
    '</rdf:RDF></x:xmpmeta>',
    '<?xpacket end="w"?>',
  ].join('');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
