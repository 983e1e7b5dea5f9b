import type { RuleOverride } from '../../datasources/contract.js';
import { colourCheck } from '../engine/colour-check.js';
import type { PhotoBackground } from '../engine/photo.js';
import { type AskedTraits, CHECKS, type CheckCode } from '../engine/report.js';
import { type ColorId, colorById } from '../specs/colors.js';
import type { PhotoRule } from '../specs/rules/photo-rule.js';
import { RULE_CHECKS, type RuleCheck } from '../specs/rules/rule-checks.js';
import type { Spec } from '../specs/spec.js';

/** What rules name under another code than a report, or in two. The others are called the same. */
const CALLED: Partial<Record<RuleCheck, readonly CheckCode[]>> = {
  EXPOSURE: ['UNDEREXPOSURE', 'OVEREXPOSURE'],
  GLASSES_GLARE: ['GLARE'],
};

/** What of a photo is asked for beside numbers: by the rules of that very document, else by how the spec is sold. */
export function traitsOf(spec: Pick<Spec, 'colors'>, rules: readonly PhotoRule[]): AskedTraits {
  const named: AskedTraits['named'] = {};
  for (const { id, checks } of rules) {
    for (const check of checks as RuleCheck[]) {
      const severity = RULE_CHECKS[check].judged === 'AUTOMATIC' ? 'REQUIRED' : 'ADVISED';
      for (const code of CALLED[check] ?? [check as string]) {
        if (code in CHECKS) named[code as CheckCode] ??= { rule: id, severity };
      }
    }
  }
  const formats = formatsOf(rules);
  const backgrounds = backgroundsOf(spec, rules);
  return {
    named,
    ...(formats === undefined ? {} : { formats }),
    ...(backgrounds === undefined ? {} : { backgrounds }),
  };
}

function formatsOf(rules: readonly PhotoRule[]): AskedTraits['formats'] {
  const rule = rules.find(({ file }) => file.formats !== undefined);
  return rule && { mimes: rule.file.formats!.map(format => `image/${format.toLowerCase()}`), rule: rule.id };
}

const WHITE = ['#FFFFFF', '#F5F5F5', '#EBEBEB'];
const GREY = ['#F0F0F0', '#DEDEDE', '#CFCFCF', '#BEBEBE'];
const LIGHT_BLUE = ['#64C5FF', '#87CEFA', '#A6CAF0', '#BFE0FF', '#D2E6F7'];
const BLUE = ['#438EDB', '#3A7BD5', '#0B6AC9', '#2060C0', '#0000FF'];
const RED = ['#FF0000', '#E0262C', '#C8102E', '#A81E22'];
/** What people call so: a rule publishes a name, and hardly ever a value. */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  white: WHITE,
  'off-white': [...WHITE, '#F8F4E8'],
  'light grey': [...WHITE, ...GREY],
  light: [...WHITE, ...GREY, ...LIGHT_BLUE, '#F5F0E1'],
  'plain light': [...WHITE, ...GREY, ...LIGHT_BLUE, '#F5F0E1'],
  'light blue': LIGHT_BLUE,
  blue: [...BLUE, ...LIGHT_BLUE],
  red: RED,
};
const SOLD: Readonly<Record<ColorId, readonly string[]>> = {
  white: WHITE,
  blue: [...BLUE, ...LIGHT_BLUE],
  red: RED,
  blue_gradual: LIGHT_BLUE,
  gray_gradual: GREY,
  blue_grey: [colorById('blue_grey')!.hex],
  red_gradual: RED,
};

function backgroundsOf({ colors }: Pick<Spec, 'colors'>, rules: readonly PhotoRule[]): AskedTraits['backgrounds'] {
  const rule = rules.find(({ background }) => background?.colours !== undefined);
  if (rule === undefined) return { hexes: colors.flatMap(color => SOLD[color]), rule: null };
  const hexes: string[] = [];
  for (const { name, rgb } of rule.background!.colours!) {
    const known = rgb === undefined ? NAMED[name] : [hexOf(rgb)];
    // A name such as "plain" or "any" takes whatever is even.
    if (known === undefined) return undefined;
    hexes.push(...known);
  }
  return { hexes: [...new Set(hexes)], rule: rule.id };
}

/** Those of the backgrounds that a caller named which a rule does not list, by the measure of the report. */
export function backgroundsAgainst(
  traits: AskedTraits | undefined,
  backgrounds: readonly PhotoBackground[],
): RuleOverride[] {
  const rule = traits?.backgrounds?.rule;
  if (traits === undefined || rule == null) return [];
  return backgrounds.flatMap((background, index) => {
    // What stands behind a transparent photo is not known yet.
    if (background.kind !== 'solid' && background.kind !== 'gradient') return [];
    const hex = background.kind === 'solid' ? background.hex : background.to;
    const [check] = colourCheck(traits, hex);
    return check?.verdict === 'PASS' ? [] : [{ path: `input.backgrounds.${index}`, rule }];
  });
}

function hexOf(rgb: readonly number[]): string {
  return `#${rgb
    .map(value => value.toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase()}`;
}
