import { simplified } from './traditional.js';

/** `295x413`: in px, in mm, or in either where no unit was typed. */
export interface TypedSize {
  width: number;
  height: number;
  unit: 'mm' | 'px' | null;
}

/**
 * The form in which titles and queries are compared. Width (`Ａ`, `（`), case, tone marks, blanks and punctuation are
 * removed, and any multiplication sign between two numbers becomes `x`.
 */
export function foldText(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/(?<=\d)\s*[x×✕*]\s*(?=\d)/gu, 'x')
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/**
 * What was typed, in one spelling: simplified characters, small letters without marks, single blanks, and 一寸 for 1寸 and
 * 1 寸, 四六级 for 46级, 二寸 for 两寸.
 */
export function plainText(text: string): string {
  return simplified(text.normalize('NFKD'))
    .toLowerCase()
    .replace(/['’\p{M}]/gu, '')
    .replace(/\s+/gu, ' ')
    .trim()
    .replace(/(?<!\d)([1-9两]{1,2}) ?(?=英?[寸级])/gu, (_, digits: string) =>
      [...digits].map(digit => (digit === '两' ? '二' : '零一二三四五六七八九'.charAt(Number(digit)))).join(''),
    );
}

const NUMBER = String.raw`(\d{1,5}(?:\.\d{1,3})?)`;
const UNIT = '(mm|px|cm|毫米|像素|厘米|公分|inches|inch|英寸)?';
const WITH_SIGN = new RegExp(`(?<![\\d.])${NUMBER} ?${UNIT} ?[x×✕*乘] ?${NUMBER} ?${UNIT}(?![\\d.])`, 'u');
/** `35 45`; inside a longer text two numbers can be anything. */
const APART = new RegExp(`^${NUMBER} ?${UNIT} ${NUMBER} ?${UNIT}$`, 'u');
const IN_MM: Readonly<Record<string, number>> = { mm: 1, 毫米: 1, cm: 10, 厘米: 10, 公分: 10 };

/**
 * The size in a text, and the text without it. Undefined where there is none.
 *
 * @param text as `plainText` gives it
 */
export function findSize(text: string): { size: TypedSize; rest: string } | undefined {
  const match = WITH_SIGN.exec(text) ?? APART.exec(text);
  if (!match) return undefined;
  const size = sizeOf(Number(match[1]), Number(match[3]), match[4] ?? match[2]);
  return { size, rest: `${text.slice(0, match.index)} ${text.slice(match.index + match[0].length)}` };
}

function sizeOf(width: number, height: number, unit: string | undefined): TypedSize {
  const mm = (factor: number): TypedSize => ({
    width: Math.round(width * factor),
    height: Math.round(height * factor),
    unit: 'mm',
  });
  if (unit === 'px' || unit === '像素') return { width, height, unit: 'px' };
  if (unit !== undefined) return mm(IN_MM[unit] ?? 25.4);
  // Nobody measures a photo as 3.5x4.5 px or mm: without a unit, two are inches (2x2) and fractions are cm.
  if (Number.isInteger(width) && Number.isInteger(height))
    return width <= 4 && height <= 6 ? mm(25.4) : { width, height, unit: null };
  return mm(10);
}

/** KB that were asked for; one number is a range of one. */
export interface TypedKb {
  min: number;
  max: number;
}

const LEAST = '大于等于|大于|不小于|不低于|不少于|至少|高于|≥|>=|>|over|above|min|at least';
const MOST = '小于等于|小于|不超过|不大于|低于|最大|≤|<=|<|under|below|max|at most';
const KB = new RegExp(
  `(?:(${LEAST})|(${MOST}))? ?(?<![\\d.])(\\d{1,4}) ?(?:kb?)? ?(?:[-~–—到至] ?(\\d{1,4}) ?)?kb?(?![a-z]) ?(?:(及?以上)|(及?以[下内]|之内|内))?`,
  'u',
);

/** The KB in a text, and the text without them. Undefined where there are none. */
export function findKb(text: string): { kb: TypedKb; rest: string } | undefined {
  const match = KB.exec(text);
  if (!match) return undefined;
  const [all, least, most, first, second, up, down] = match;
  const [low, high] = [Number(first), Number(second ?? first)];
  const min = most !== undefined || down !== undefined ? 0 : low;
  const max = least !== undefined || up !== undefined ? Number.POSITIVE_INFINITY : high;
  return { kb: { min, max }, rest: `${text.slice(0, match.index)} ${text.slice(match.index + all.length)}` };
}

/** The dpi in a text, and the text without them. */
export function findDpi(text: string): { dpi: number; rest: string } | undefined {
  const match = /(?<!\d)(\d{2,4}) ?dpi/.exec(text);
  if (!match) return undefined;
  return {
    dpi: Number(match[1]),
    rest: `${text.slice(0, match.index)} ${text.slice(match.index + match[0].length)}`,
  };
}
