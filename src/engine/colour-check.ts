import { labDistance, labOfHex } from './lab.js';
import { type AskedTraits, type PhotoCheck, rounded, verdictOf } from './report.js';

/** How far a background may be from a colour that is asked for, and from where on it is another one. */
const COLOUR = { near: 12, other: 25 };

/** The colour of a background beside those that are taken. A name is no number: what is near is told, what is far fails. */
export function colourCheck(asked: AskedTraits, hex: string): PhotoCheck[] {
  const { backgrounds } = asked;
  if (backgrounds === undefined) return [];
  const here = labOfHex(hex);
  const distances = backgrounds.hexes.map(each => labDistance(here, labOfHex(each)));
  const measured = rounded(Math.min(...distances));
  const strict = backgrounds.rule !== null && measured > COLOUR.other;
  const severity = strict ? 'REQUIRED' : 'ADVISED';
  const { rule } = backgrounds;
  return [
    {
      code: 'BACKGROUND_COLOR',
      verdict: verdictOf(measured <= COLOUR.near, severity),
      severity,
      measured,
      min: null,
      max: COLOUR.near,
      source: rule === null ? 'SPEC' : 'RULE',
      rule,
      found: hex,
      box: null,
    },
  ];
}
