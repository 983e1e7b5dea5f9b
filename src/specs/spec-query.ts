import type { ColorId } from './colors.js';
import { findDpi, findKb, findSize, foldText, plainText, type TypedKb, type TypedSize } from './spec-text.js';
import { type Meaning, type Synonyms, unitsOf } from './synonyms.js';

/** A word of a query: its letters, and the titles that it stands for, if synonyms.txt knows it. */
export interface Word {
  readonly text: string;
  readonly titles: Meaning['titles'];
  readonly isPlace: boolean;
}

/** What was asked for. */
export interface Query {
  /** All of it, to be found in one piece. */
  readonly whole: string;
  /** Each has to be found. */
  readonly words: readonly Word[];
  /** It asks for a photo, of whatever kind. */
  readonly isPhoto: boolean;
  /** A title that has one of these comes before one that has not. */
  readonly optional: readonly string[];
  readonly size: TypedSize | undefined;
  /** Wishes; what does not meet them comes later. */
  readonly kb: TypedKb | undefined;
  readonly dpi: number | undefined;
  readonly colors: readonly ColorId[];
  /** It holds a word that synonyms.txt knows the titles of, a size or a wish. */
  readonly isKnown: boolean;
}

/** The numbers of a text: a size, KB, dpi; and what is left of it. */
function readNumbers(text: string) {
  const kb = findKb(text);
  const dpi = findDpi(kb?.rest ?? text);
  const left = dpi?.rest ?? kb?.rest ?? text;
  const size = findSize(left.trim());
  return { kb: kb?.kb, dpi: dpi?.dpi, size: size?.size, rest: size?.rest ?? left };
}

/**
 * @param occurs whether some title has this text
 */
export function readQuery(search: string, synonyms: Synonyms, occurs: (text: string) => boolean): Query {
  const text = plainText(search);
  const { rest, ...numbers } = readNumbers(text);
  const { words, optional, colors, isPhoto, isKnown } = readWords(rest, synonyms, occurs);
  const isWish = numbers.kb !== undefined || numbers.dpi !== undefined || colors.length > 0;
  return {
    whole: foldText(text),
    ...numbers,
    words: [...new Map(words.map(word => [word.text, word])).values()],
    optional: [...new Set(optional)],
    colors,
    isPhoto,
    isKnown: isKnown || isWish || numbers.size !== undefined,
  };
}

function readWords(rest: string, synonyms: Synonyms, occurs: (text: string) => boolean) {
  const units = unitsOf(rest);
  const words: Word[] = [];
  const optional: string[] = [];
  const colors: ColorId[] = [];
  let isPhoto = false;
  let unknown = '';
  const take = (text: string, meaning: Meaning) => {
    colors.push(...meaning.colors);
    if (meaning === synonyms.photo) isPhoto = true;
    else if (meaning.titles.length > 0 || meaning.isPlace) words.push({ text, ...meaning });
    else if (meaning.colors.length === 0) optional.push(text);
  };
  const flush = () => {
    if (unknown !== '') words.push(...piecesOf(unknown, occurs).map(text => ({ text, titles: [], isPlace: false })));
    unknown = '';
  };
  for (let index = 0; index < units.length; ) {
    const { text, isHan, isGlued } = units[index]!;
    const found = synonyms.longestAt(units, index);
    const parts = found === undefined && !isHan ? synonyms.split(text) : undefined;
    if (found !== undefined || !isHan || !isGlued) flush();
    if (found !== undefined) take(textOf(units.slice(index, index + found.count)), found.meaning);
    else if (parts !== undefined) for (const part of parts) take(text, part);
    else unknown += text;
    index += found?.count ?? 1;
  }
  flush();
  return {
    words,
    optional,
    colors,
    isPhoto,
    isKnown: words.length === 0 ? isPhoto : words.some(({ titles }) => titles.length > 0),
  };
}

const textOf = (units: readonly { text: string }[]) => units.map(({ text }) => text).join('');

/**
 * Chinese is written without blanks: what stands in no title in one piece is cut into the longest pieces that do
 * (天津二级建造师: 天津, 二级建造师). Left as it is where that cannot be done.
 */
function piecesOf(text: string, occurs: (text: string) => boolean): string[] {
  if (!/^\p{Script=Han}{3,}$/u.test(text) || occurs(text)) return [text];
  const pieces: string[] = [];
  for (let start = 0; start < text.length; ) {
    let end = Math.min(text.length, start + 12);
    while (end - start > 1 && !occurs(text.slice(start, end))) end -= 1;
    if (end - start < 2) return [text];
    pieces.push(text.slice(start, end));
    start = end;
  }
  return pieces;
}
