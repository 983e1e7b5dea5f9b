import { LIMITS } from './limits.js';

/**
 * The label of generated content (GB 45438-2025, annex E). What else its producer wrote stays in it: SecurityData of the
 * practice guide TC260-PG-20258A, for one.
 */
export interface AigcLabel {
  /** 1: generated. 2: may be. 3: suspected. Some producers write other words. */
  readonly Label: string;
  /** Who made it first: a name, or the code of a provider. It is never changed. */
  readonly ContentProducer: string;
  readonly ProduceID: string;
  readonly ReservedCode1: string;
  /** Who handed it on last. */
  readonly ContentPropagator: string;
  readonly PropagateID: string;
  readonly ReservedCode2: string;
  readonly [more: string]: unknown;
}

/** Who hands a picture on, and under which number. */
export interface Propagation {
  readonly propagator: string;
  readonly id: string;
}

const FIELDS = [
  'Label',
  'ContentProducer',
  'ProduceID',
  'ReservedCode1',
  'ContentPropagator',
  'PropagateID',
  'ReservedCode2',
] as const;
const MAX_DEPTH = 6;

/**
 * A label as some file has it, made safe to keep: fields that are missing are empty, numbers are texts, and what neither
 * XML nor a database takes (control characters, halves of characters) is blank. Undefined for what is no label: neither
 * Label nor ContentProducer is in it, or it is too large.
 */
export function readAigcLabel(value: unknown): AigcLabel | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  if (!('Label' in value) && !('ContentProducer' in value)) return undefined;
  const read = safe(value, 0) as Record<string, unknown> | undefined;
  if (read === undefined) return undefined;
  const text = (field: string) => {
    const found = read[field] ?? '';
    return typeof found === 'object' ? JSON.stringify(found) : String(found);
  };
  const label = { ...read, ...Object.fromEntries(FIELDS.map(field => [field, text(field)])) } as unknown as AigcLabel;
  // As XML has it, where `&` is five characters.
  const bytes = Buffer.byteLength(aigcText(label).replace(/[&<>]/g, '&amp;'));
  return bytes <= LIMITS.aigc.labelBytes ? label : undefined;
}

/** Undefined where it is nested too deep. */
function safe(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return safeText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth === MAX_DEPTH) return undefined;
  if (Array.isArray(value)) {
    const all = value.map(item => safe(item, depth + 1));
    return all.includes(undefined) ? undefined : all;
  }
  const entries = Object.entries(value).map(([key, inner]) => [safeText(key), safe(inner, depth + 1)] as const);
  return entries.some(([, inner]) => inner === undefined) ? undefined : Object.fromEntries(entries);
}

function safeText(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, ' ');
}

/** What is clearly meant as a label and cannot be read: a trace, by which content is suspected (3). Its words are kept. */
export function unreadableLabel(words: string): AigcLabel {
  const kept = [...safeText(words)].slice(0, LIMITS.aigc.unreadableChars).join('').trim();
  return { ...EMPTY, Label: '3', Unreadable: kept };
}

const EMPTY = Object.fromEntries(FIELDS.map(field => [field, ''])) as unknown as AigcLabel;

/** The label of what somebody generated. */
export function newAigcLabel(producer: string, id: string): AigcLabel {
  return { ...EMPTY, Label: '1', ContentProducer: producer, ProduceID: id };
}

/** With the one who hands it on now. What the one before had signed (ReservedCode2) is not theirs any more. */
export function propagatedLabel(label: AigcLabel, propagation: Propagation | undefined): AigcLabel {
  if (propagation === undefined) return label;
  const { propagator, id } = propagation;
  return { ...label, ContentPropagator: propagator, PropagateID: id, ReservedCode2: '' };
}

/**
 * Each label once, what is certain before what is suspected; no more than a file can carry. Two are the same where they
 * say the same of who made what.
 */
export function distinctLabels(labels: readonly AigcLabel[]): AigcLabel[] {
  const about = ({ Label, ContentProducer, ProduceID, Unreadable }: AigcLabel) =>
    JSON.stringify([Label, ContentProducer, ProduceID, Unreadable]);
  const known = new Map<string, AigcLabel>();
  for (const label of labels) if (!known.has(about(label))) known.set(about(label), label);
  const doubt = ({ Label }: AigcLabel) => (Label === '2' || Label === '3' ? Number(Label) : 1);
  return [...known.values()].sort((one, other) => doubt(one) - doubt(other)).slice(0, LIMITS.aigc.labels);
}

/** The one text of a label, whatever the order of its fields was: a database keeps none. */
export function aigcText(label: AigcLabel): string {
  const known: Record<string, unknown> = {};
  for (const field of FIELDS) known[field] = label[field];
  return JSON.stringify({ ...known, ...(sorted(label) as object) });
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map(key => [key, sorted((value as Record<string, unknown>)[key])]));
}

/** 0011, the 18 characters of the unified social credit code (GB 32100-2015), and 5 of the provider's own. */
const CODE = /^0011([0-9A-HJ-NPQRTUWXY]{18})[0-9A-Z]{5}$/;
const CREDIT_CHARACTERS = '0123456789ABCDEFGHJKLMNPQRTUWXY';

/** The name or the code of a provider, as labels name it. A text that looks like a code has to be a right one. */
export function isAigcProvider(text: string): boolean {
  if (/^0011[0-9A-Za-z]{14,}$/.test(text)) return isCreditCode(CODE.exec(text)?.[1] ?? '');
  const most = LIMITS.aigc.providerChars;
  return text.trim() === text && text !== '' && [...text].length <= most && safeText(text) === text;
}

/** By its check character: each character times a power of three, modulo 31. */
function isCreditCode(code: string): boolean {
  if (code === '') return false;
  const values = [...code].map(character => CREDIT_CHARACTERS.indexOf(character));
  const sum = values.slice(0, -1).reduce((total, value, place) => total + value * (3 ** place % 31), 0);
  return (31 - (sum % 31)) % 31 === values.at(-1);
}
