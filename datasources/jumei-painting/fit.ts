import { LIMITS } from '../../src/kernel/limits.js';
import { type Capability, PAINTING_RESOLUTIONS, PAINTING_STYLES, type PaintingJob } from '../contract.js';

/** What the guide does not allow. Nothing is ignored, because the vendor honours every option. */
export function fitPainting({
  text,
  style,
  resolution,
  count,
}: PaintingJob): ReturnType<Capability<'PAINTING'>['fit']> {
  const { textChars, images } = LIMITS.painting;
  const checks: [keyof PaintingJob, boolean, string, string][] = [
    ['text', isText(text, textChars), 'LENGTH', `1 to ${textChars} characters, not only blanks`],
    ['style', includes(PAINTING_STYLES, style.trim()), 'UNKNOWN', PAINTING_STYLES.join(', ')],
    ['resolution', includes(PAINTING_RESOLUTIONS, resolution), 'UNKNOWN', PAINTING_RESOLUTIONS.join(', ')],
    ['count', Number.isInteger(count) && count >= 1 && count <= images, 'RANGE', `1 to ${images}`],
  ];
  const refused = checks
    .filter(([, fits]) => !fits)
    .map(([name, , code, allowed]) => ({ path: `input.${name}`, code, allowed }));
  return { refused, ignored: [] };
}

/** `不超过100个字`: a 字 is a code point. A lone surrogate cannot be encoded. */
function isText(text: string, maxChars: number): boolean {
  return text.trim() !== '' && [...text].length <= maxChars && !/\p{Surrogate}/u.test(text);
}

function includes(list: readonly string[], value: string): boolean {
  return list.includes(value);
}
