import { type AigcLabel, aigcText } from '../kernel/aigc.js';
import { LIMITS } from '../kernel/limits.js';

/** The XMP packet of a picture, as far as labels of generated content need it: a text, and no tree of XML. */

/** Of TC260's practice guide: the property AIGC in it is the label, as JSON. */
const NAMESPACE = 'http://www.tc260.org.cn/ns/AIGC/1.0/';
/**
 * The guide has room for one label. A picture that is made of several carries the others here, one JSON each in a bag:
 * readers of the guide find the first, and none is lost.
 */
const OTHERS_NAMESPACE = 'urn:darkroom:other-labels#';
const DECLARATION =
  /xmlns:([\w-]{1,40})\s{0,10}=\s{0,10}["'](?:https?:\/\/www\.tc260\.org\.cn\/ns\/AIGC\b|urn:darkroom:other-labels#)/g;

interface Span {
  start: number;
  end: number;
  value: string;
}

/** What the label's properties in a packet say, in their order, with XML's characters resolved. */
export function xmpPropertyValues(packet: string): string[] {
  return spansOf(packet).map(({ value }) => plainText(value));
}

/** A packet with these labels and no others. All else of `old` stays, if there is one that can be written into. */
export function xmpWithLabels(labels: readonly AigcLabel[], old?: string): string {
  if (old !== undefined) {
    const rest = spansOf(old)
      .reverse()
      .reduce((text, { start, end }) => text.slice(0, start) + text.slice(end), old);
    const at = rest.lastIndexOf('</rdf:RDF>');
    if (at >= 0) return rest.slice(0, at) + descriptionOf(labels) + rest.slice(at);
  }
  return [
    '<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>',
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">',
    descriptionOf(labels),
    '</rdf:RDF></x:xmpmeta>',
    '<?xpacket end="w"?>',
  ].join('');
}

function descriptionOf([first, ...others]: readonly AigcLabel[]): string {
  if (first === undefined) return '';
  const json = (label: AigcLabel) =>
    aigcText(label).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const items = others.map(label => `<rdf:li>${json(label)}</rdf:li>`).join('');
  const bag = items && `<OtherLabels:AIGC><rdf:Bag>${items}</rdf:Bag></OtherLabels:AIGC>`;
  const declared = others.length === 0 ? '' : ` xmlns:OtherLabels="${OTHERS_NAMESPACE}"`;
  return `<rdf:Description rdf:about="" xmlns:TC260="${NAMESPACE}"${declared}><TC260:AIGC>${json(first)}</TC260:AIGC>${bag}</rdf:Description>`;
}

/** Elements `<TC260:AIGC>` and attributes `TC260:AIGC=""`, under whatever prefix. None lies in another. */
function spansOf(packet: string): Span[] {
  const prefixes = new Set(['TC260']);
  for (const [, prefix] of packet.matchAll(DECLARATION)) if (prefixes.size < LIMITS.aigc.labels) prefixes.add(prefix!);
  const names = [...prefixes].join('|');
  const opening = new RegExp(
    `<(?<element>${names}):AIGC(?:\\s[^<>]*)?>|\\s(?:${names}):AIGC\\s*=\\s*(?<quote>["'])`,
    'g',
  );
  const spans: Span[] = [];
  while (spans.length < LIMITS.aigc.traces) {
    const found = opening.exec(packet);
    if (found === null) break;
    const { element, quote } = found.groups!;
    const from = opening.lastIndex;
    if (found[0].endsWith('/>')) continue;
    const closing = element === undefined ? quote! : `</${element}:AIGC>`;
    const to = packet.indexOf(closing, from);
    // Cut off, and so is everything behind it.
    if (to < 0) break;
    opening.lastIndex = to + closing.length;
    spans.push({ start: found.index, end: opening.lastIndex, value: packet.slice(from, to) });
  }
  return spans;
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const CDATA = '<![CDATA[';

/** Without tags. Entities of a document's own stay as they are written: whoever declares them wants them multiplied. */
function plainText(xml: string): string {
  const literal = xml.indexOf(CDATA);
  if (literal >= 0) return xml.slice(literal + CDATA.length, (xml.indexOf(']]>', literal) + 1 || xml.length + 1) - 1);
  const bare = xml.replace(/<\/?[\w:-]{1,60}(?:\s[^<>]*)?>/g, ' ');
  return bare.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w{2,4}));/gi, (whole, decimal, hexadecimal, name) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hexadecimal, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
