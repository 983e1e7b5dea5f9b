/**
 * The seven background colours of the Jumei ID-photo guide (table `spec及bgColor参考`).
 *
 * That guide gives names only. `hexSource` says where a hex value comes from. `VENDOR_GUIDE`: it is printed in the
 * guide of a vendor (Leqi: 16777215 for white, 4427483 = #438EDB for blue). `DARKROOM`: our choice. Jumei prints
 * #FF0000 as an example of a hex value without calling it `red`, so red is our choice too. A gradient runs from the
 * plain colour at the top to the same colour with three quarters of white at the bottom.
 */
export type ColorId = 'white' | 'blue' | 'red' | 'blue_gradual' | 'gray_gradual' | 'blue_grey' | 'red_gradual';
export type ColorKind = 'solid' | 'gradient';
export type HexSource = 'VENDOR_GUIDE' | 'DARKROOM';

/**
 * `hex` is the colour of a solid or the top of a gradient, `hexEnd` the bottom of a gradient. Always `#RRGGBB`, upper
 * case.
 */
export interface Color {
  readonly id: ColorId;
  readonly title: string;
  readonly titleEn: string;
  readonly kind: ColorKind;
  readonly hex: string;
  readonly hexEnd: string | null;
  readonly hexSource: HexSource;
}

/** A background as the engine takes it; a gradient runs from top to bottom. */
export type ParsedColor =
  | { kind: 'solid'; hex: string }
  | { kind: 'gradient'; from: string; to: string }
  | { kind: 'transparent' };

const TABLE = {
  white: { title: '白色', titleEn: 'White', hex: '#FFFFFF', hexEnd: null, hexSource: 'VENDOR_GUIDE' },
  blue: { title: '蓝色', titleEn: 'Blue', hex: '#438EDB', hexEnd: null, hexSource: 'VENDOR_GUIDE' },
  red: { title: '红色', titleEn: 'Red', hex: '#FF0000', hexEnd: null, hexSource: 'DARKROOM' },
  blue_gradual: { title: '渐变蓝', titleEn: 'Blue gradient', hex: '#438EDB', hexEnd: '#D0E3F6', hexSource: 'DARKROOM' },
  gray_gradual: { title: '渐变灰', titleEn: 'Grey gradient', hex: '#A9AFB7', hexEnd: '#EAEBED', hexSource: 'DARKROOM' },
  blue_grey: { title: '蓝灰色', titleEn: 'Blue-grey', hex: '#8CA3BF', hexEnd: null, hexSource: 'DARKROOM' },
  red_gradual: { title: '渐变红', titleEn: 'Red gradient', hex: '#FF0000', hexEnd: '#FFBFBF', hexSource: 'DARKROOM' },
} as const satisfies Record<ColorId, Omit<Color, 'id' | 'kind'>>;

/** All seven, the most used first. */
export const colors: readonly Color[] = (Object.keys(TABLE) as ColorId[]).map(id => ({
  id,
  kind: TABLE[id].hexEnd === null ? 'solid' : 'gradient',
  ...TABLE[id],
}));

// The guide spells grey both ways (`blue_grey`, `gray_gradual`); a caller cannot be expected to remember which is which.
const spelling = (name: string) => name.replaceAll('-', '_').replaceAll('gray', 'grey');
const byName = new Map(colors.map(color => [spelling(color.id), color]));

/** By the id as the guide spells it, exactly. */
export function colorById(id: string): Color | undefined {
  const color = byName.get(spelling(id));
  return color?.id === id ? color : undefined;
}

/**
 * Parses a background from a caller: the id of a colour, `#RRGGBB` (both in any case; hex is returned in upper case) or
 * `transparent`. Undefined for anything else, because only the caller of this function knows which field to name.
 */
export function parseColor(text: string): ParsedColor | undefined {
  const name = text.trim().toLowerCase();
  if (/^#[0-9a-f]{6}$/.test(name)) return { kind: 'solid', hex: name.toUpperCase() };
  if (name === 'transparent') return { kind: 'transparent' };
  const color = byName.get(spelling(name));
  if (!color) return undefined;
  return color.hexEnd === null
    ? { kind: 'solid', hex: color.hex }
    : { kind: 'gradient', from: color.hex, to: color.hexEnd };
}
