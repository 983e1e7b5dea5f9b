import type { Background } from './photo.js';

/** The colour (0..255 a channel) behind the person at each height: 0 is the upper edge of the picture, 1 the lower. */
export function backdrop(background: Exclude<Background, { kind: 'transparent' }>): (height: number) => number[] {
  const [top, bottom] =
    background.kind === 'solid' ? [background.hex, background.hex] : [background.from, background.to];
  const first = channelsOf(top);
  const last = channelsOf(bottom);
  return height => first.map((channel, c) => channel + (last[c]! - channel) * height);
}

function channelsOf(hex: string): number[] {
  return [1, 3, 5].map(at => Number.parseInt(hex.slice(at, at + 2), 16));
}
