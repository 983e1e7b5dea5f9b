import { type AigcLabel, readAigcLabel, unreadableLabel } from '../kernel/aigc.js';
import { LIMITS } from '../kernel/limits.js';
import { xmpPropertyValues } from './xmp.js';

/**
 * Labels of generated content as files have them: the XMP property AIGC of TC260's practice guide, and, as some generators
 * write it, the bare JSON in a PNG text "AIGC" or in an EXIF comment. The bytes come from anyone: what is done here takes
 * time linear in them, follows no reference and expands no entity but XML's own five.
 */
const TRACES = ['TC260:AIGC', 'tc260.org.cn/ns/AIGC', '"AIGC"', 'AIGC{', 'AIGC:{', 'AIGC\0{'];
/** The keyword of a PNG text. */
const KEYWORD = Buffer.from('AIGC\0');
/** EXIF comments may be UTF-16 of either order. */
const ENCODINGS = [
  { decode: (bytes: Buffer) => bytes.toString('utf8'), traces: TRACES.map(trace => Buffer.from(trace)) },
  { decode: (bytes: Buffer) => bytes.toString('utf16le'), traces: TRACES.map(trace => Buffer.from(trace, 'utf16le')) },
  {
    decode: (bytes: Buffer) =>
      Buffer.from(bytes.subarray(0, bytes.length & ~1))
        .swap16()
        .toString('utf16le'),
    traces: TRACES.map(trace => Buffer.from(trace, 'utf16le').swap16()),
  },
];
/** Before a trace: where XMP declares its namespaces. */
const LOOK_BACK = 100_000;
/** Between the word AIGC and the brace of its JSON. */
const MAX_GAP = 100;

/** What each trace has in it, in the three encodings: what has neither is not looked at any closer. */
const WORDS = [Buffer.from('AIGC'), Buffer.from('A\0I\0G\0C')];

export function mayHaveLabel(payload: Buffer): boolean {
  return WORDS.some(word => payload.includes(word));
}

/** What one piece of metadata says. Where it is clearly about a label and none can be read, that is a label, too. */
export function labelsIn(payload: Buffer): AigcLabel[] {
  for (const { decode, traces } of ENCODINGS) {
    const found = traces.map(trace => payload.indexOf(trace)).filter(place => place >= 0);
    const at = payload.subarray(0, KEYWORD.length).equals(KEYWORD) ? 0 : Math.min(...found);
    if (at === Number.POSITIVE_INFINITY) continue;
    // An even number of bytes back: a character of UTF-16 is two.
    const text = decode(payload.subarray(Math.max(at % 2, at - LOOK_BACK), at + LIMITS.aigc.metadataBytes));
    const labels = readLabels(text);
    return labels.length > 0 ? labels : [unreadableLabel(text.slice(Math.min(at, LOOK_BACK)))];
  }
  return [];
}

function readLabels(text: string): AigcLabel[] {
  const inXmp = xmpPropertyValues(text).flatMap(value => [...labelsOf(value)]);
  if (inXmp.length > 0) return inXmp;
  const labels: AigcLabel[] = [];
  let tries = 0;
  for (const { index } of text.matchAll(/AIGC/g)) {
    if (++tries > LIMITS.aigc.traces || labels.length === LIMITS.aigc.labels) break;
    const brace = text.slice(index, index + MAX_GAP).indexOf('{');
    if (brace < 0) continue;
    const near = text.slice(index + brace, index + brace + 2 * LIMITS.aigc.labelBytes);
    // As a text in JSON its quotes have a backslash.
    const label = labelOf(firstObject(near)) ?? labelOf(firstObject(near.replaceAll('\\"', '"')));
    if (label !== undefined) labels.push(label);
  }
  return labels;
}

/** The labels among the JSON objects of a text. */
function* labelsOf(text: string): Generator<AigcLabel> {
  let tries = 0;
  for (let at = text.indexOf('{'); at >= 0 && tries++ < LIMITS.aigc.traces; ) {
    const end = endOfObject(text, at);
    const json = end === undefined ? undefined : parsed(text.slice(at, end));
    const label = labelOf(json);
    if (label !== undefined) yield label;
    at = text.indexOf('{', json === undefined ? at + 1 : end);
  }
}

function firstObject(text: string): unknown {
  return parsed(text.slice(0, endOfObject(text, 0) ?? 0));
}

/** Some wrap it: { "AIGC": { "Label": ... } }, or as a text in there. */
function labelOf(json: unknown): AigcLabel | undefined {
  const own = typeof json === 'object' && json !== null && 'AIGC' in json ? json.AIGC : json;
  return readAigcLabel(typeof own === 'string' ? parsed(own) : own);
}

/** Behind the brace that closes the one at `start`, as JSON counts; undefined where it is too far away. */
function endOfObject(text: string, start: number): number | undefined {
  let depth = 0;
  let quoted = false;
  for (let at = start; at < Math.min(text.length, start + LIMITS.aigc.labelBytes); at++) {
    const character = text[at];
    if (quoted && character === '\\') at++;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && character === '{') depth++;
    else if (!quoted && character === '}' && --depth === 0) return at + 1;
  }
  return undefined;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
