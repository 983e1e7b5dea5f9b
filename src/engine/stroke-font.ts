/**
 * A stroke font: capitals, digits, some signs, and the two characters of 生成. A machine may have no font at all (a fresh
 * container has none), and the workers read no SVG, so text on pictures is drawn from these strokes.
 */

export type Stroke = readonly (readonly [x: number, y: number])[];

/** Lengths in heights of a capital. y runs down from its upper edge. */
export interface Glyph {
  strokes: readonly Stroke[];
  width: number;
}

/**
 * A point is two digits (x, y), a polyline is its points separated by blanks, `|` starts the next polyline. A single
 * point is a dot.
 */
const LATIN: Record<string, string> = {
  A: '06 02 20 42 46|04 44',
  B: '00 06 36 45 44 33 03|33 42 41 30 00',
  C: '41 30 10 01 05 16 36 45',
  D: '00 06 26 44 42 20 00',
  E: '40 00 06 46|03 33',
  F: '40 00 06|03 33',
  G: '41 30 10 01 05 16 36 45 43 23',
  H: '00 06|40 46|03 43',
  I: '00 20|10 16|06 26',
  J: '40 45 36 16 05',
  K: '00 06|40 03 46',
  L: '00 06 46',
  M: '06 00 23 40 46',
  N: '06 00 46 40',
  O: '10 30 41 45 36 16 05 01 10',
  P: '06 00 30 41 42 33 03',
  Q: '10 30 41 45 36 16 05 01 10|24 46',
  R: '06 00 30 41 42 33 03|23 46',
  S: '41 30 10 01 02 13 33 44 45 36 16 05',
  T: '00 40|20 26',
  U: '00 05 16 36 45 40',
  V: '00 26 40',
  W: '00 16 23 36 40',
  X: '00 46|40 06',
  Y: '00 23 40|23 26',
  Z: '00 40 06 46',
  '0': '10 30 41 45 36 16 05 01 10|14 32',
  '1': '11 20 26|16 36',
  '2': '01 10 30 41 42 06 46',
  '3': '01 10 30 41 42 33 44 45 36 16 05|23 33',
  '4': '36 30 04 44',
  '5': '40 00 03 33 44 45 36 06',
  '6': '30 10 01 05 16 36 45 44 33 03',
  '7': '00 40 16',
  '8': '10 30 41 42 33 13 02 01 10|13 04 05 16 36 45 44 33',
  '9': '16 36 45 41 30 10 01 02 13 43',
  '-': '13 33',
  _: '06 46',
  '+': '03 43|21 25',
  '=': '02 42|04 44',
  '.': '26',
  ',': '25 17',
  ':': '22|25',
  '!': '20 24|26',
  '?': '01 10 30 41 42 23 24|26',
  "'": '20 21',
  '"': '10 11|30 31',
  '/': '06 40',
  '(': '30 12 14 36',
  ')': '10 32 34 16',
  '*': '21 25|12 34|32 14',
  '#': '10 16|30 36|02 42|04 44',
  '%': '06 40|11|35',
};
const LATIN_HEIGHT = 6;
/** Space between two letters, in units of the drawing. */
const LATIN_SPACE = 2;
const BLANK_WIDTH = 3;

const CHINESE: Record<string, string> = {
  生: '30 14|22 82|25 85|09 99|50 59',
  成: '12 92|12 16 09|15 45 48 37|50 53 66 89 99 97|84 59|70 81',
};
const CHINESE_HEIGHT = 9;
const CHINESE_ADVANCE = 11;

/** Stands for a character that is not in the font: an empty box, as in other fonts. */
const UNKNOWN = '00 40 46 06 00';

/** Lower-case letters are drawn as capitals. */
export function glyphOf(character: string): Glyph {
  const chinese = CHINESE[character];
  if (chinese) return { strokes: strokesOf(chinese, CHINESE_HEIGHT), width: CHINESE_ADVANCE / CHINESE_HEIGHT };
  if (/\s/.test(character)) return { strokes: [], width: BLANK_WIDTH / LATIN_HEIGHT };
  const strokes = strokesOf(LATIN[character.toUpperCase()] ?? UNKNOWN, LATIN_HEIGHT);
  const right = Math.max(...strokes.flat().map(([x]) => x));
  return { strokes, width: right + LATIN_SPACE / LATIN_HEIGHT };
}

function strokesOf(drawing: string, height: number): Stroke[] {
  return drawing
    .split('|')
    .map(stroke => stroke.split(' ').map(point => [Number(point[0]) / height, Number(point[1]) / height] as const));
}
