import type { PhotoBackground } from '../../src/engine/photo.js';

/** The guide gives colours by name only. These are their values in our catalogue (`colors`). */
const SOLID: Readonly<Record<string, string>> = {
  '#FFFFFF': 'white',
  '#438EDB': 'blue',
  '#FF0000': 'red',
  '#8CA3BF': 'blue_grey',
};
const GRADIENT: Readonly<Record<string, string>> = {
  '#438EDB #D0E3F6': 'blue_gradual',
  '#A9AFB7 #EAEBED': 'gray_gradual',
  '#FF0000 #FFBFBF': 'red_gradual',
};

/**
 * `bgColor`: a name of the guide (which spells grey in two ways) or `#RRGGBB`. Undefined: Jumei cannot make it.
 * A solid colour goes as the value that was asked for, since the vendor's shade of a name is not known. Only a spec of the
 * vendor's own table (`named`) has colours by name alone.
 */
export function bgColor(background: PhotoBackground, named: boolean): string | undefined {
  if (background.kind === 'transparent' || background.kind === 'original') return undefined;
  if (background.kind === 'gradient') return GRADIENT[`${background.from} ${background.to}`.toUpperCase()];
  const hex = background.hex.toUpperCase();
  return named ? (SOLID[hex] ?? hex) : hex;
}

export const GRADIENT_NAMES = Object.values(GRADIENT);
