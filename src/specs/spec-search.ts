import { badInput } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';
import { fromEnglish } from './english-terms.js';
import type { SpecRow } from './rows.js';
import type { Spec } from './spec.js';
import { foldText, parseSize, type TypedSize } from './spec-text.js';

/** How well a spec matches a query; lower is better. */
enum Rank {
  TitleExact,
  TitlePrefix,
  TitleInside,
  PinyinExact,
  PinyinPrefix,
  PinyinInside,
  InitialsExact,
  InitialsPrefix,
  InitialsInside,
  Size,
}

/** The forms of a title that the search compares, computed once at load. */
interface Entry {
  readonly spec: Spec;
  readonly title: string;
  /** The readings of each character, the right one in this title first. */
  readonly syllables: readonly (readonly string[])[];
  /**
   * The right readings joined, and the index at which each syllable starts: pinyin matches from the start of a
   * syllable.
   */
  readonly pinyin: string;
  readonly starts: readonly number[];
  readonly initials: string;
  /** A size with a name of its own (一寸, 小二寸). It comes before the documents of that size. */
  readonly isNamedSize: boolean;
}

export function searchEntry(spec: Spec, row: SpecRow): Entry {
  const syllables = row.pinyin.split(' ').map(readings => readings.split('|'));
  const right = syllables.map(([first = '']) => first);
  const starts: number[] = [];
  let length = 0;
  for (const syllable of right) {
    starts.push(length);
    length += syllable.length;
  }
  return {
    spec,
    title: foldText(spec.title),
    syllables,
    pinyin: right.join(''),
    starts,
    initials: right.map(syllable => (/^\d/.test(syllable) ? syllable : syllable.charAt(0))).join(''),
    isNamedSize: /^[大小]?[一二三四五]寸$/u.test(spec.title),
  };
}

/**
 * The specs that match a query, best first, equal ones in the order of the table. Four attempts, until one finds
 * something: the whole query (title, pinyin, initials, size), other readings of its characters, its English words
 * translated, each word alone.
 *
 * @throws BAD_USER_INPUT if the query has more than LIMITS.search.chars characters
 */
export function searchEntries(entries: readonly Entry[], query: string): readonly Entry[] {
  if (query.length > LIMITS.search.chars) {
    throw badInput('search', 'TOO_LONG', `at most ${LIMITS.search.chars} characters`);
  }
  if (query.trim() === '') return entries;
  const whole = ranked(entries, query);
  if (whole.length > 0) return whole;
  const folded = foldText(query);
  const misread = entries.filter(entry => matchesOtherReading(entry, folded));
  if (misread.length > 0) return misread;
  const translated = fromEnglish(query);
  const found = translated === undefined ? [] : ranked(entries, translated);
  return found.length > 0 ? found : matchEveryWord(entries, translated ?? query);
}

function ranked(entries: readonly Entry[], query: string): Entry[] {
  const size = parseSize(query);
  const text = size ? `${size.width}x${size.height}` : withChineseNumerals(foldText(query));
  if (text === '') return [];
  const hits = entries.flatMap(entry => {
    const rank = rankText(entry, text) ?? (size && hasSize(entry.spec, size) ? Rank.Size : undefined);
    return rank === undefined ? [] : [{ entry, order: rank * 2 + (entry.isNamedSize ? 0 : 1) }];
  });
  return hits.sort((a, b) => a.order - b.order).map(({ entry }) => entry);
}

function matchEveryWord(entries: readonly Entry[], query: string): readonly Entry[] {
  const words = new Set(query.normalize('NFKC').split(/[\s,、;]+/u));
  words.delete('');
  // NFKC turns one ﷺ into four words, so 100 characters could cause 400 searches, and a request may alias this field.
  if (words.size < 2 || words.size > LIMITS.search.words) return [];
  const sets = [...words].map(word => new Set(ranked(entries, word)));
  return entries.filter(entry => sets.every(set => set.has(entry)));
}

function rankText(entry: Entry, text: string): Rank | undefined {
  if (entry.title === text) return Rank.TitleExact;
  if (entry.title.startsWith(text)) return Rank.TitlePrefix;
  if (entry.title.includes(text)) return Rank.TitleInside;
  if (entry.pinyin === text) return Rank.PinyinExact;
  if (entry.pinyin.startsWith(text)) return Rank.PinyinPrefix;
  if (entry.starts.some(start => entry.pinyin.startsWith(text, start))) return Rank.PinyinInside;
  if (entry.initials === text) return Rank.InitialsExact;
  if (entry.initials.startsWith(text)) return Rank.InitialsPrefix;
  if (entry.initials.includes(text)) return Rank.InitialsInside;
  return undefined;
}

/**
 * Finds 重庆 for `zhongqing`. Used only where the right readings find nothing: 员 can be read `yun`, but `yun` has to find
 * 云南.
 */
function matchesOtherReading({ syllables }: Entry, text: string): boolean {
  const continues = (index: number, rest: string): boolean =>
    rest === '' ||
    (syllables[index] ?? []).some(
      reading =>
        reading.startsWith(rest) || (rest.startsWith(reading) && continues(index + 1, rest.slice(reading.length))),
    );
  return text !== '' && syllables.some((_, index) => continues(index, text));
}

const hasSize = (spec: Spec, { width, height, unit }: TypedSize) =>
  (unit !== 'mm' && spec.widthPx === width && spec.heightPx === height) ||
  (unit !== 'px' && spec.widthMm === width && spec.heightMm === height);

/** People type 1寸, 两寸 and 46级 for 一寸, 二寸 and 四六级. */
function withChineseNumerals(text: string): string {
  return text.replace(/[1-9两]+(?=[寸级])/gu, digits =>
    [...digits].map(digit => (digit === '两' ? '二' : '零一二三四五六七八九'.charAt(Number(digit)))).join(''),
  );
}
