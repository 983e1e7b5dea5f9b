import { type Capability, type IdPhotoJob, type LeqiIdPhotoOptions, soldSpecOf } from '../contract.js';

type Fit = ReturnType<Capability<'ID_PHOTO'>['fit']>;

// The guide: 最大不能超过1050, 最大不能超过1500, 最多能够设置6种背景色.
const MAX_WIDTH = 1050;
const MAX_HEIGHT = 1500;
const MAX_BACKGROUNDS = 6;
/** 五寸 is 1051 px wide. A size that is too large by one pixel, which is rounding, is sent without that pixel. */
const ROUNDING_PX = 1;

/** "fair_level参数类型为整数": an integer. The range is that of the vendor's other products. */
const FAIR_LEVELS = { min: 1, max: 5 };
/** As the guide's only example, `api_20240521-3-boy`; it becomes part of a file's name. */
const CLOTHES = /^[A-Za-z0-9_-]{1,64}$/;

const RATIOS = ['headHeight', 'eyeHeight', 'topHeight', 'faceWidth'] as const;

/**
 * What Leqi cannot make, and what it ignores. It measures a head otherwise (`head_h`), so `headRatio`, `topMargin` and
 * `faceCenter` are not sent; `input.leqi.ratios` has Leqi's own. They are always listed as ignored, since `options` does
 * not show whether the client or a default set them.
 */
export function fitIdPhoto(job: IdPhotoJob, specIds: ReadonlyMap<string, number>): Fit {
  const { options } = job;
  const ignored = ['input.dpi', 'input.headRatio', options.faceCenter ? 'input.faceCenter' : 'input.topMargin'];
  return { refused: [...wrongSize(job, specIds), ...wrongBackgrounds(job), ...wrongOptions(job)], ignored };
}

/** The size that is asked for instead of one that is too large by a pixel. */
export function sizeWithinLimits({ widthPx, heightPx }: IdPhotoJob['options']) {
  return { widthPx: Math.min(widthPx, MAX_WIDTH), heightPx: Math.min(heightPx, MAX_HEIGHT) };
}

/** True if what comes back will be smaller by that pixel. A spec that Leqi has a number for has Leqi's size. */
export function isCutToLimits(job: IdPhotoJob, specIds: ReadonlyMap<string, number>): boolean {
  const { options } = job;
  const specId = soldSpecOf(job);
  if (specId !== null && specIds.has(specId)) return false;
  const { widthPx, heightPx } = sizeWithinLimits(options);
  return widthPx < options.widthPx || heightPx < options.heightPx;
}

function wrongSize(job: IdPhotoJob, specIds: ReadonlyMap<string, number>): Fit['refused'] {
  const { options } = job;
  const specId = soldSpecOf(job);
  const isOwnSpec = specId !== null && specIds.has(specId);
  const fits = options.widthPx <= MAX_WIDTH + ROUNDING_PX && options.heightPx <= MAX_HEIGHT + ROUNDING_PX;
  if (isOwnSpec || fits) return [];
  const path = specId === null ? 'input.customSize' : 'input.specId';
  return [{ path, code: 'RANGE', allowed: `at most ${MAX_WIDTH} px wide and ${MAX_HEIGHT} px high` }];
}

function wrongBackgrounds({ options: { backgrounds } }: IdPhotoJob): Fit['refused'] {
  const transparent = backgrounds.flatMap((background, index) =>
    background.kind === 'transparent' || background.kind === 'original'
      ? [{ path: `input.backgrounds.${index}`, code: 'NOT_SUPPORTED', allowed: 'a plain colour or a gradient' }]
      : [],
  );
  if (backgrounds.length <= MAX_BACKGROUNDS) return transparent;
  return [{ path: 'input.backgrounds', code: 'COUNT', allowed: `1 to ${MAX_BACKGROUNDS}` }, ...transparent];
}

function wrongOptions({ options, jumei, leqi, release, requiresRules }: IdPhotoJob): Fit['refused'] {
  const refused: Fit['refused'] = [];
  if (options.edit === 'NONE')
    refused.push({ path: 'input.edit', code: 'NOT_SUPPORTED', allowed: 'NONE with vendor LOCAL only' });
  if (requiresRules) {
    const allowed = 'with vendor LOCAL, which measures what it makes';
    refused.push({ path: 'input.require', code: 'NOT_SUPPORTED', allowed });
  }
  if (release === 'NOW') {
    refused.push({ path: 'input.release', code: 'NOT_SUPPORTED', allowed: 'LATER: Leqi sells the clean photo apart' });
  }
  if (jumei !== undefined) {
    refused.push({ path: 'input.jumei', code: 'NOT_SUPPORTED', allowed: 'input.leqi: these are options of Jumei' });
  }
  if (leqi === undefined) return refused;
  refused.push(...wrongRatios(leqi.ratios));
  if (leqi.printType !== undefined && ![1, 2].includes(leqi.printType)) {
    refused.push({ path: 'input.leqi.printType', code: 'RANGE', allowed: '1 or 2' });
  }
  if (leqi.horizontalAlignment !== undefined && ![0, 1].includes(leqi.horizontalAlignment)) {
    refused.push({ path: 'input.leqi.horizontalAlignment', code: 'RANGE', allowed: '0 or 1' });
  }
  const { fairLevel, clothes } = leqi;
  if (fairLevel !== undefined && !isFairLevel(fairLevel)) {
    const allowed = `a whole number from ${FAIR_LEVELS.min} to ${FAIR_LEVELS.max}`;
    refused.push({ path: 'input.leqi.fairLevel', code: 'RANGE', allowed });
  }
  if (clothes !== undefined && !CLOTHES.test(clothes)) {
    const allowed = "Leqi's name of a garment, such as api_20240521-3-boy";
    refused.push({ path: 'input.leqi.clothes', code: 'FORMAT', allowed });
  }
  return refused;
}

function isFairLevel(level: number): boolean {
  return Number.isInteger(level) && level >= FAIR_LEVELS.min && level <= FAIR_LEVELS.max;
}

function wrongRatios(ratios: LeqiIdPhotoOptions['ratios'] = {}): Fit['refused'] {
  return RATIOS.flatMap(name => {
    const bounds = ratios[name];
    if (bounds === undefined || (bounds.min >= 0 && bounds.min <= bounds.max && bounds.max <= 1)) return [];
    return [{ path: `input.leqi.ratios.${name}`, code: 'RANGE', allowed: '0 <= min <= max <= 1' }];
  });
}
