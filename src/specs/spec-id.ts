import type { SpecRow } from './rows.js';
import { pixelSize } from './spec.js';
import { foldText } from './spec-text.js';

/**
 * The rule for the ids of rows.json, for adding a row. The server itself reads the committed ids.
 *
 * An id is the title in pinyin, the px, then the dpi (if not 300) and the KB range (if any): `yi-cun-295x413`,
 * `she-bao-ka-358x441-350dpi-50-100kb`. It depends on the data of its own row only, not on the order of the table or on
 * another row, so a new row can never rename an old spec. The provinces 山西 and 陕西 both read `shan xi`; the second is
 * `shaanxi`, as on maps.
 *
 * @param read the pinyin of a run of Han characters: one syllable each, without tones
 */
export function specId(row: Omit<SpecRow, 'id' | 'pinyin'>, read: (han: string) => string[]): string {
  const { widthPx, heightPx, dpi } = pixelSize(row);
  const name = titleWithoutData(row.title)
    .normalize('NFKC')
    .toLowerCase()
    .match(/\p{Script=Han}+|[a-z0-9]+/gu)
    ?.flatMap(run => (/^[a-z0-9]/.test(run) ? [run] : read(run)));
  const parts = [...(name ?? []), `${widthPx}x${heightPx}`];
  if (dpi !== 300) parts.push(`${dpi}dpi`);
  if (row.minKb !== undefined && row.maxKb !== undefined) parts.push(`${row.minKb}-${row.maxKb}kb`);
  else if (row.minKb !== undefined) parts.push(`min-${row.minKb}kb`);
  else if (row.maxKb !== undefined) parts.push(`max-${row.maxKb}kb`);
  return parts.join('-');
}

/** Rows with the same key are one spec. Brackets, commas, width and the order of the colours are ignored. */
export function sameSpecKey(row: SpecRow): string {
  return JSON.stringify([
    foldText(row.title),
    pixelSize(row),
    row.unit,
    row.width,
    row.height,
    row.minKb ?? null,
    row.maxKb ?? null,
    [...row.colors].sort(),
  ]);
}

/** A title without the remarks in brackets that the id contains anyway: px, dpi, KB, and 无回执 (no photo receipt). */
function titleWithoutData(title: string): string {
  const text = title.normalize('NFKC').replaceAll('陕西', ' shaanxi ');
  return text.replace(/\(([^)]*)\)/gu, (_, inside: string) =>
    inside
      .split(',')
      .filter(part => !/^(无回执|\d+x\d+|\d+dpi|(大于|小于)?[\d~-]+kb)$/iu.test(part.trim()))
      .map(part => ` ${part.trim()}`)
      .join(''),
  );
}
