import type { Background } from '../engine/photo.js';
import { badInput, DarkroomError } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';
import { colors, parseColor } from '../specs/colors.js';

/** Exactly one of the two. */
export interface BackgroundRequest {
  color?: string | undefined;
  gradient?: { from: string; to: string } | undefined;
}

function unknownColor(path: string): DarkroomError {
  const allowed = `${colors.map(color => color.id).join(', ')}, transparent or #RRGGBB`;
  return new DarkroomError('COLOR_NOT_FOUND', `${path}: there is no such colour; allowed: ${allowed}`, [
    { path, code: 'UNKNOWN', allowed },
  ]);
}

export function readBackground({ color, gradient }: BackgroundRequest, path: string): Background {
  if ((color === undefined) === (gradient === undefined)) throw badInput(path, 'EXACTLY_ONE', 'color or gradient');
  if (color !== undefined) {
    const background = parseColor(color);
    if (background === undefined) throw unknownColor(`${path}.color`);
    return background;
  }
  const end = (which: 'from' | 'to') => {
    const parsed = parseColor(gradient![which]);
    if (parsed?.kind === 'solid') return parsed.hex;
    throw badInput(`${path}.gradient.${which}`, 'UNKNOWN', '#RRGGBB or the id of a solid colour');
  };
  return { kind: 'gradient', from: end('from'), to: end('to') };
}

/** 1 to 6, each once. */
export function readBackgrounds(asked: readonly BackgroundRequest[]): Background[] {
  const most = LIMITS.image.backgrounds;
  if (asked.length < 1 || asked.length > most) throw badInput('input.backgrounds', 'COUNT', `1 to ${most}`);
  const backgrounds = asked.map((background, index) => readBackground(background, `input.backgrounds.${index}`));
  const seen = new Set<string>();
  backgrounds.forEach((background, index) => {
    const same = JSON.stringify(background);
    if (seen.has(same)) throw badInput(`input.backgrounds.${index}`, 'DUPLICATE', 'each background once');
    seen.add(same);
  });
  return backgrounds;
}
