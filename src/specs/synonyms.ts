import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../kernel/paths.js';
import { type ColorId, colorById } from './colors.js';
import { plainText } from './spec-text.js';

/** What a word that people type stands for. */
export interface Meaning {
  /** Titles, the one that has to come first at first; each as the words that all stand in it. */
  readonly titles: readonly (readonly string[])[];
  /** Any of these backgrounds. */
  readonly colors: readonly ColorId[];
  /** Left out where nothing is found with it. */
  readonly isPlace: boolean;
}

/** A Chinese character, a run of other letters, or a number. Words are looked up as units with a blank between them. */
export interface Unit {
  readonly text: string;
  readonly isHan: boolean;
  /** Nothing stands between it and the one before. */
  readonly isGlued: boolean;
}

/** @param text as `plainText` gives it */
export function unitsOf(text: string): Unit[] {
  let end = 0;
  return [...text.matchAll(/(\p{Script=Han})|(?:(?!\p{Script=Han})\p{L})+|\d+/gu)].map(match => {
    const isGlued = match.index === end;
    end = match.index + match[0].length;
    return { text: match[0], isHan: match[1] !== undefined, isGlued };
  });
}

const keyOf = (word: string) =>
  unitsOf(plainText(word))
    .map(({ text }) => text)
    .join(' ');

/** The lines of synonyms.txt, which says how they are written. */
export class Synonyms {
  readonly #meanings = new Map<string, Meaning>();
  /** Units of the longest word that begins with this unit. */
  readonly #longest = new Map<string, number>();
  /** What a query finds that asks for a photo and says nothing else. */
  readonly photo: Meaning;

  /** @throws Error that names the line */
  constructor(text: string, readings: ReadonlyMap<string, readonly string[]>) {
    let photo: Meaning | undefined;
    for (const [index, line] of text.split('\n').entries()) {
      if (line.trim() === '' || line.startsWith('#')) continue;
      const [left, right, ...more] = line.split('=');
      if (right === undefined || more.length > 0) throw wrong(index, 'expected one `=`');
      const meaning = readMeaning(right, index);
      for (const word of left!.split(',')) {
        if (word.trim() === '*') photo = meaning;
        else this.#add(keyOf(word), meaning, index);
      }
    }
    if (photo === undefined) throw new Error('synonyms.txt has no line with *');
    this.photo = photo;
    this.#addPinyin(readings);
    for (const key of this.#meanings.keys()) {
      const units = key.split(' ');
      this.#longest.set(units[0]!, Math.max(units.length, this.#longest.get(units[0]!) ?? 0));
    }
  }

  get all(): ReadonlyMap<string, Meaning> {
    return this.#meanings;
  }

  /** The meaning of a size such as `358x441`. */
  ofSize(width: number, height: number): Meaning | undefined {
    return this.#meanings.get(`${width} x ${height}`);
  }

  /** The longest word that begins at a unit, and how many units it has. */
  longestAt(units: readonly Unit[], from: number): { meaning: Meaning; count: number } | undefined {
    for (let count = this.#longest.get(units[from]!.text) ?? 0; count > 0; count -= 1) {
      const key = units
        .slice(from, from + count)
        .map(({ text }) => text)
        .join(' ');
      const meaning = from + count <= units.length ? this.#meanings.get(key) : undefined;
      if (meaning !== undefined) return { meaning, count };
    }
    return undefined;
  }

  /** The words that a run of letters is made of without blanks (`usvisa`); undefined where one is unknown. */
  split(run: string): Meaning[] | undefined {
    // Where a word can end, with the words up to there.
    const ways: (Meaning[] | undefined)[] = [[]];
    for (let end = 2; end <= run.length; end += 1)
      for (let start = 0; start <= end - 2 && ways[end] === undefined; start += 1) {
        const meaning = ways[start] && this.#meanings.get(run.slice(start, end));
        if (meaning !== undefined) ways[end] = [...ways[start]!, meaning];
      }
    return ways[run.length];
  }

  #add(key: string, meaning: Meaning, index: number): void {
    if (key === '') throw wrong(index, 'a word is missing');
    if ((this.#meanings.get(key) ?? meaning) !== meaning) throw wrong(index, `${key} stands on another line too`);
    this.#meanings.set(key, meaning);
  }

  /** `meiqian` for 美签, and `idphoto` for `id photo`. A line of its own goes first. */
  #addPinyin(readings: ReadonlyMap<string, readonly string[]>): void {
    // Shorter ones are initials and words of other languages.
    for (const [key, meaning] of [...this.#meanings])
      for (const other of isHan(key) ? pinyinOf(key, readings) : [key.replaceAll(' ', '')])
        if (other.length >= 4 && !this.#meanings.has(other)) this.#meanings.set(other, meaning);
  }
}

const isHan = (key: string) => /\p{Script=Han}/u.test(key);
const wrong = (index: number, what: string) => new Error(`synonyms.txt, line ${index + 1}: ${what}`);

/** All of its readings; none where a character is in no title. */
function pinyinOf(word: string, readings: ReadonlyMap<string, readonly string[]>): string[] {
  const syllables = word.split(' ').map(char => readings.get(char) ?? []);
  const ways = syllables.reduce((product, { length }) => product * length, 1);
  if (syllables.length < 2 || ways > 16) return [];
  return syllables.reduce<string[]>((made, next) => made.flatMap(start => next.map(end => start + end)), ['']);
}

function readMeaning(right: string, index: number): Meaning {
  if (right.trim() === '~') return { titles: [], colors: [], isPlace: true };
  if (!right.includes('@')) {
    const titles = right.split('/').map(title => title.trim().split(/\s+/).filter(Boolean));
    return { titles: titles.filter(({ length }) => length > 0), colors: [], isPlace: false };
  }
  const colors = right
    .trim()
    .split(/\s+/)
    .map(name => colorById(name.slice(1))?.id ?? fail(wrong(index, `${name} is no colour`)));
  return { titles: [], colors, isPlace: false };
}

function fail(error: Error): never {
  throw error;
}

export function readSynonyms(readings: ReadonlyMap<string, readonly string[]>): Synonyms {
  return new Synonyms(readFileSync(path.join(ROOT, 'src', 'specs', 'synonyms.txt'), 'utf8'), readings);
}
