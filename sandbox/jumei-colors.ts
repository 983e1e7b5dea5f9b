import type { Background } from '../src/engine/photo.js';

/** The guide names seven colours without their values; these are Darkroom's own. */
const NAMED: Readonly<Record<string, Background>> = {
  white: { kind: 'solid', hex: '#FFFFFF' },
  blue: { kind: 'solid', hex: '#438EDB' },
  red: { kind: 'solid', hex: '#FF0000' },
  blue_grey: { kind: 'solid', hex: '#8CA3BF' },
  blue_gradual: { kind: 'gradient', from: '#438EDB', to: '#D0E3F6' },
  gray_gradual: { kind: 'gradient', from: '#A9AFB7', to: '#EAEBED' },
  red_gradual: { kind: 'gradient', from: '#FF0000', to: '#FFBFBF' },
};

/** A name, or with a free spec also `#RRGGBB`. */
export function jumeiBackground(text: string, free: boolean): Background | undefined {
  if (free && /^#[0-9A-Fa-f]{6}$/.test(text)) return { kind: 'solid', hex: text.toUpperCase() };
  return NAMED[text];
}
