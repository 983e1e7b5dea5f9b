import { badInput } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';
import type { SpecRow } from './rows.js';
import type { Spec } from './spec.js';
import { type Query, readQuery, type Word } from './spec-query.js';
import { foldText, type TypedKb, type TypedSize } from './spec-text.js';
import { type Meaning, readSynonyms, type Synonyms } from './synonyms.js';

/**
 * How far a spec is from what was asked for; less is better. What synonyms.txt says stands below an exact title and above
 * all else. A wish that is not met weighs more than the end of a title (蓝底教师资格证 finds first
 * 教师资格证（180x240）, which lists blue) and less than its beginning (灰底一寸 does not find 小一寸 first).
 */
const COST = {
  titleExact: 0,
  synonym: 2,
  /** For each title on the line that comes before. */
  nextSynonym: 0.1,
  titlePrefix: 10,
  wish: 15,
  /** The spec allows what was asked for, and more. */
  kbWider: 1,
  kbUnsaid: 4,
  titleInside: 60,
  pinyinExact: 70,
  pinyinPrefix: 80,
  pinyinInside: 90,
  initialsExact: 100,
  initialsPrefix: 110,
  initialsInside: 120,
  otherReading: 130,
  size: 1,
  sizeInTitle: 0.5,
  /** The title begins with a synonym, or contains it. */
  synonymPrefix: 0.02,
  synonymInside: 1,
  /** For each word that a title need not have, and has not. */
  optional: 0.05,
  /** A size with a name of its own (一寸, 小二寸) comes before the documents of that size. */
  document: 0.01,
} as const;

/**
 * How far a side may be off, where no spec has it exactly: 600x600 finds 602x602, 1050x1500 finds 1051x1500, and one inch
 * in inches (1x1.4, 25x36 mm) finds 25x35 mm.
 */
const NEAR = { px: 0.01, mm: 0.03 };
const EXACT = { px: 0, mm: 0 };

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
  readonly isNamedSize: boolean;
}

function entryOf(spec: Spec, row: SpecRow): Entry {
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

/** A cost for each entry, by its index; undefined where it does not match. */
type Costs = readonly (number | undefined)[];

/** Finds specs by what people type. */
export class SpecSearch {
  readonly #entries: readonly Entry[];
  readonly #rows: readonly SpecRow[];
  #read: Synonyms | undefined;
  readonly #titles: string;
  /** What each line of synonyms.txt finds, worked out when it is first asked for. */
  readonly #known = new Map<Meaning['titles'], Costs>();

  constructor(specs: readonly (readonly [Spec, SpecRow])[]) {
    this.#entries = specs.map(([spec, row]) => entryOf(spec, row));
    this.#titles = this.#entries.map(({ title }) => title).join('\n');
    this.#rows = specs.map(([, row]) => row);
  }

  /** Read when somebody searches first: it takes 15 ms, which a start does without. */
  get #synonyms(): Synonyms {
    this.#read ??= readSynonyms(readingsOf(this.#rows));
    return this.#read;
  }

  /**
   * The specs that match a query, best first, equal ones in the order of the table.
   *
   * @throws BAD_USER_INPUT if the query has more than LIMITS.search.chars characters
   */
  find(search: string): readonly Spec[] {
    if (search.length > LIMITS.search.chars)
      throw badInput('search', 'TOO_LONG', `at most ${LIMITS.search.chars} characters`);
    if (search.trim() === '') return this.#entries.map(({ spec }) => spec);
    const costs = this.#costs(readQuery(search, this.#synonyms, text => this.#titles.includes(text)));
    return this.#entries
      .flatMap((entry, index) => {
        const cost = costs[index];
        return cost === undefined ? [] : [{ entry, cost: cost + (entry.isNamedSize ? 0 : COST.document) }];
      })
      .sort((a, b) => a.cost - b.cost)
      .map(({ entry }) => entry.spec);
  }

  /** What was typed in one piece, if that is all that is known of it; else what its words, sizes and wishes say. */
  #costs(query: Query): Costs {
    const inOnePiece = this.#entries.map(entry => textCost(entry, query.whole));
    const isTitle = inOnePiece.includes(COST.titleExact);
    if (isTitle || (!query.isKnown && inOnePiece.some(isFound))) return inOnePiece;
    const asked = this.#asked(query, inOnePiece);
    if (asked.some(isFound)) return asked;
    const nearest = this.#nearest(query, inOnePiece);
    if (nearest.some(isFound)) return nearest;
    return inOnePiece.some(isFound) ? inOnePiece : this.#misread(query.whole);
  }

  #asked(query: Query, inOnePiece: Costs): Costs {
    const { words, size, kb, dpi, colors, isPhoto } = query;
    if (words.length > 0 || size !== undefined) return this.#allOf(query, inOnePiece);
    const first = this.#meant(this.#synonyms.photo.titles);
    if (kb !== undefined || dpi !== undefined || colors.length > 0)
      return this.#entries.map(({ spec }, index) =>
        wishCost(spec, query) < COST.kbUnsaid ? (first[index] ?? COST.titleInside) : undefined,
      );
    return isPhoto ? cheapest(first, inOnePiece) : [];
  }

  /** Without the place that there is nothing for; or of the size alone, if what it is for is known and has another. */
  #nearest(query: Query, inOnePiece: Costs): Costs {
    const { words, size } = query;
    const elsewhere = words.filter(word => !word.isPlace);
    if (elsewhere.length > 0 && elsewhere.length < words.length) {
      const found = this.#allOf({ ...query, words: elsewhere }, inOnePiece);
      if (found.some(isFound)) return found;
    }
    const isKnown = elsewhere.every(word => word.titles.length > 0);
    return size !== undefined && isKnown ? this.#allOf({ ...query, words: [] }, inOnePiece) : [];
  }

  /** Every word and the size have to fit; a wish that does not costs. */
  #allOf(query: Query, inOnePiece: Costs): Costs {
    const { words, size, optional } = query;
    // A request may ask for many searches under aliases, and all of it runs on the main thread.
    if (words.length > LIMITS.search.words) return [];
    const each = words.map(word => this.#wordCosts(word));
    if (size !== undefined) each.push(this.#sizeCosts(size));
    return this.#entries.map(({ spec, title }, index) => {
      const costs = each.map(of => of[index]);
      const apart = costs.every(isFound) ? costs.reduce((sum, cost) => sum + cost, 0) : undefined;
      const best = Math.min(apart ?? Number.POSITIVE_INFINITY, inOnePiece[index] ?? Number.POSITIVE_INFINITY);
      if (best === Number.POSITIVE_INFINITY) return undefined;
      return best + wishCost(spec, query) + COST.optional * optional.filter(word => !title.includes(word)).length;
    });
  }

  #wordCosts({ text, titles }: Word): Costs {
    // What is left of a word whose end is known (软考: 软) says nothing.
    if (titles.length === 0 && /^\p{Script=Han}$/u.test(text)) return [];
    // An English word that is known is no pinyin.
    const isSpelled = titles.length === 0 || /\p{Script=Han}/u.test(text);
    const spelled = isSpelled ? this.#entries.map(entry => textCost(entry, text)) : [];
    if (titles.length === 0) return spelled.some(isFound) ? spelled : this.#misread(text);
    // A title that is only a part of what was typed is no better than a synonym.
    return cheapest(
      this.#meant(titles),
      spelled.map(cost => (cost === COST.titleExact ? COST.synonym : cost)),
    );
  }

  /** What stands on the right of a line of synonyms.txt. */
  #meant(titles: Meaning['titles']): Costs {
    const known = this.#known.get(titles);
    if (known !== undefined) return known;
    const wanted = titles.map(words => words.map(foldText));
    const costs = this.#entries.map(({ title }) => {
      const places = wanted.map(words => {
        if (!words.every(word => holds(title, word))) return undefined;
        if (title === words.join('')) return 0;
        return title.startsWith(words[0]!) ? COST.synonymPrefix : COST.synonymInside;
      });
      const best = places.findIndex(place => place !== undefined);
      return best < 0 ? undefined : COST.synonym + best * COST.nextSynonym + places[best]!;
    });
    this.#known.set(titles, costs);
    return costs;
  }

  #sizeCosts(size: TypedSize): Costs {
    const first = this.#synonyms.ofSize(size.width, size.height);
    const preferred = first === undefined ? [] : this.#meant(first.titles);
    const exact = this.#entries.map(({ spec, title, isNamedSize }, index) => {
      if (!hasSize(spec, size, EXACT)) return undefined;
      if (isNamedSize) return 0;
      const isInTitle = title.includes(`${size.width}x${size.height}`);
      return (isInTitle ? COST.sizeInTitle : COST.size) + (preferred[index] ?? COST.titlePrefix);
    });
    if (exact.some(isFound)) return exact;
    const turned = { ...size, width: size.height, height: size.width };
    return this.#entries.map(({ spec }) =>
      hasSize(spec, size, NEAR) || hasSize(spec, turned, EXACT) ? COST.size : undefined,
    );
  }

  /**
   * Finds 重庆 for `zhongqing`. Used only where the right readings find nothing: 员 can be read `yun`, but `yun` has to
   * find 云南.
   */
  #misread(text: string): Costs {
    return this.#entries.map(entry => (matchesOtherReading(entry, text) ? COST.otherReading : undefined));
  }
}

const isFound = (cost: number | undefined): cost is number => cost !== undefined;

function cheapest(left: Costs, right: Costs): Costs {
  return left.map((cost, index) => {
    const other = right[index];
    return cost === undefined ? other : other === undefined ? cost : Math.min(cost, other);
  });
}

/** The readings of each character that stands in a title. */
function readingsOf(rows: readonly SpecRow[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>();
  for (const { title, pinyin } of rows) {
    const syllables = pinyin.split(' ');
    // A run of letters or digits is one syllable, as it stands.
    const runs = title.normalize('NFKC').match(/\p{Script=Han}|[a-z]+|[0-9]+/giu) ?? [];
    for (const [index, run] of runs.entries())
      if (/\p{Script=Han}/u.test(run))
        found.set(run, new Set([...(found.get(run) ?? []), ...(syllables[index] ?? '').split('|')]));
  }
  return new Map([...found].map(([char, readings]) => [char, [...readings]]));
}

const SIZE_NAME = /^[一二三四五]寸$/u;

/** 小一寸 is a size of its own, and no 一寸. */
function holds(title: string, word: string): boolean {
  return SIZE_NAME.test(word) ? new RegExp(`(?<![大小])${word}`, 'u').test(title) : title.includes(word);
}

function textCost(entry: Entry, text: string): number | undefined {
  if (text === '') return undefined;
  if (entry.title === text) return COST.titleExact;
  if (entry.title.startsWith(text)) return COST.titlePrefix;
  if (entry.title.includes(text)) return COST.titleInside;
  if (entry.pinyin === text) return COST.pinyinExact;
  if (entry.pinyin.startsWith(text)) return COST.pinyinPrefix;
  if (entry.starts.some(start => entry.pinyin.startsWith(text, start))) return COST.pinyinInside;
  if (entry.initials === text) return COST.initialsExact;
  if (entry.initials.startsWith(text)) return COST.initialsPrefix;
  if (entry.initials.includes(text)) return COST.initialsInside;
  return undefined;
}

function matchesOtherReading({ syllables }: Entry, text: string): boolean {
  const continues = (index: number, rest: string): boolean =>
    rest === '' ||
    (syllables[index] ?? []).some(
      reading =>
        reading.startsWith(rest) || (rest.startsWith(reading) && continues(index + 1, rest.slice(reading.length))),
    );
  return text !== '' && syllables.some((_, index) => continues(index, text));
}

function hasSize(spec: Spec, { width, height, unit }: TypedSize, off: typeof NEAR): boolean {
  const about = (side: number | null, typed: number, part: number) =>
    side !== null && Math.abs(side - typed) <= side * part;
  return (
    (unit !== 'mm' && about(spec.widthPx, width, off.px) && about(spec.heightPx, height, off.px)) ||
    (unit !== 'px' && about(spec.widthMm, width, off.mm) && about(spec.heightMm, height, off.mm))
  );
}

function wishCost(spec: Spec, { colors, kb, dpi }: Query): number {
  let cost = 0;
  if (colors.length > 0 && !colors.some(color => spec.colors.includes(color))) cost += COST.wish;
  if (dpi !== undefined && spec.dpi !== dpi) cost += COST.wish;
  return kb === undefined ? cost : cost + kbCost(spec, kb);
}

function kbCost({ minKb, maxKb }: Spec, { min, max }: TypedKb): number {
  if (minKb === null && maxKb === null) return COST.kbUnsaid;
  const [least, most] = [minKb ?? 0, maxKb ?? Number.POSITIVE_INFINITY];
  if (least >= min && most <= max) return 0;
  if (least <= min && most >= max) return COST.kbWider;
  return least <= max && most >= min ? COST.kbUnsaid : COST.wish;
}
