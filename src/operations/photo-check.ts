import type { PhotoCheckJob } from '../../datasources/contract.js';
import type { AskedCode, AskedNumber } from '../engine/asked-numbers.js';
import type { CheckStage } from '../engine/report.js';
import { badInput } from '../kernel/errors.js';
import type { PhotoRule } from '../specs/rules/photo-rule.js';
import type { RuleBook } from '../specs/rules/rule-book.js';
import type { Spec } from '../specs/spec.js';
import { traitsOf } from './asked-traits.js';
import { type CustomSize, customPixels, findSpec } from './id-photo.js';
import type { OperationRow } from './operation.js';
import type { PhotoSource } from './photo-source.js';
import { askedBy, ownRules } from './rule-options.js';
import type { TaskOptions } from './task-options.js';

export interface PhotoCheckRequest extends TaskOptions {
  photo: PhotoSource;
  specId?: string | undefined;
  customSize?: CustomSize | undefined;
  stage?: CheckStage | undefined;
}

const DPI = 300;
/** Heads that are commonly taken, where no rule has a number. */
const USUAL_HEAD = { min: 0.45, max: 0.8 } as const;

/** No check costs more than another one. */
const QUOTED: PhotoCheckJob = {
  specId: null,
  options: { stage: 'FINISHED', asked: [], traits: { named: {} }, keeps: { background: false, lean: false } },
};

/** Says how a photo stands to what its office asks. */
export const photoCheck: OperationRow<'PHOTO_CHECK', PhotoCheckRequest, true> = {
  name: { en: 'Photo check', zh: '照片检测' },
  description: 'Says how a photo stands to what its office asks: `checkPhoto`.',
  photos: { photo: true },
  routed: false,
  sandboxByNameOnly: false,
  consent: 'FOR_UPLOADS',
  retryRefusal: null,
  order: (request, { rules }) => ({ job: readPhotoCheckJob(request, rules), photos: { photo: request.photo } }),
  tally: (_job, { facts }) => ({ wanted: 1, delivered: facts.report === undefined ? 0 : 1 }),
  quote: () => ({ job: QUOTED }),
};

/** The whole request checked, in the engine's terms. Throws typed errors that name the field. */
export function readPhotoCheckJob(
  { specId, customSize, stage = 'FINISHED' }: Omit<PhotoCheckRequest, 'photo'>,
  book: RuleBook,
): PhotoCheckJob {
  if ((specId === undefined) === (customSize === undefined))
    throw badInput('input', 'EXACTLY_ONE', 'specId or customSize');
  if (specId === undefined) {
    const { widthPx, heightPx } = customPixels(customSize!, DPI);
    const asked = [...exactly('WIDTH_PX', widthPx), ...exactly('HEIGHT_PX', heightPx), usualHead()];
    return { specId: null, options: { ...QUOTED.options, stage, asked } };
  }
  const spec = findSpec(specId);
  const rules = ownRules(book.of(spec));
  const policies = rules.map(({ editing }) => editing.policy);
  const asked = [...askedBy(rules), ...askedBySpec(spec, rules)];
  return {
    specId,
    options: {
      stage,
      asked,
      traits: traitsOf(spec, rules),
      keeps: {
        background: policies.includes('NONE') || policies.includes('BACKGROUND_MUST_NOT_CHANGE'),
        lean: policies.includes('NONE') || rules.some(({ editing }) => editing.rotationAllowed === false),
      },
    },
  };
}

/** What the spec is sold with, in what no rule of that very document has a number for. */
function askedBySpec({ widthPx, heightPx, dpi, minKb, maxKb }: Spec, rules: readonly PhotoRule[]): AskedNumber[] {
  const known = new Set(askedBy(rules).map(({ code }) => code));
  const bytes = {
    min: minKb === null ? null : minKb * 1_000,
    max: maxKb === null ? null : maxKb * 1_024,
  };
  const all: AskedNumber[] = [
    ...exactly('WIDTH_PX', widthPx),
    ...exactly('HEIGHT_PX', heightPx),
    ...exactly('DPI', dpi, 'USUAL'),
    ...(bytes.min === null && bytes.max === null
      ? []
      : [{ code: 'FILE_BYTES', ...bytes, strength: 'SPEC', rule: null } as const]),
    ...(known.has('FACE_WIDTH') ? [] : [usualHead()]),
  ];
  return all.filter(({ code }) => !known.has(code));
}

function exactly(code: AskedCode, value: number, strength: 'SPEC' | 'USUAL' = 'SPEC'): AskedNumber[] {
  return [{ code, min: value, max: value, strength, rule: null }];
}

function usualHead(): AskedNumber {
  return { code: 'HEAD_HEIGHT', ...USUAL_HEAD, strength: 'USUAL', rule: null, headTop: 'HAIR' };
}
