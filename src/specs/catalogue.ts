import type { ColorId } from './colors.js';
import { rows, type SpecRow } from './rows.js';
import { type Spec, type SpecUnit, toSpec } from './spec.js';
import { SpecSearch } from './spec-search.js';

export type { Spec, SpecNote, SpecUnit } from './spec.js';

export interface SpecQuery {
  /** What people type: titles, pinyin, words of synonyms.txt, sizes, backgrounds, KB; empty finds all. */
  search?: string | null | undefined;
  color?: ColorId | null | undefined;
  unit?: SpecUnit | null | undefined;
}

/** All specs of the Jumei guide's table, in its order. */
export class SpecCatalogue {
  readonly list: readonly Spec[];
  readonly #byId: ReadonlyMap<string, Spec>;
  readonly #search: SpecSearch;

  constructor(table: readonly SpecRow[]) {
    const groups = new Map<string, [SpecRow, ...SpecRow[]]>();
    for (const row of table) {
      const group = groups.get(row.id);
      if (group) group.push(row);
      else groups.set(row.id, [row]);
    }
    const all = [...groups.values()].map(group => [toSpec(group), group[0]] as const);
    this.list = all.map(([spec]) => spec);
    this.#search = new SpecSearch(all);
    this.#byId = new Map(this.list.map(spec => [spec.id, spec]));
  }

  byId(id: string): Spec | undefined {
    return this.#byId.get(id);
  }

  /**
   * Best match first; the same query always gives the same order.
   *
   * @throws BAD_USER_INPUT (field `search`) if the search has more than LIMITS.search.chars characters
   */
  search({ search, color, unit }: SpecQuery): readonly Spec[] {
    return this.#search
      .find(search ?? '')
      .filter(spec => (!color || spec.colors.includes(color)) && (!unit || spec.unit === unit));
  }
}

export const specs = new SpecCatalogue(rows);
