import { type Capability, type IdPhotoJob, type JumeiIdPhotoOptions, soldSpecOf } from '../contract.js';
import { candidateSpec } from './candidate-specs.js';
import { bgColor, GRADIENT_NAMES } from './colors.js';
import type { JumeiIdPhotoConfig } from './config.js';

type Fit = ReturnType<Capability<'ID_PHOTO'>['fit']>;
type Refused = Fit['refused'];

/**
 * What Jumei cannot honour. No guide defines its `faceRatio` and `faceCenterRange`, so our head geometry cannot be
 * converted to them. It is always listed as ignored; the caller of `fit` removes what no client set.
 */
export function fitIdPhoto(job: IdPhotoJob, specMode: JumeiIdPhotoConfig['specMode']): Fit {
  const { topMargin, faceCenter } = job.options;
  return {
    refused: [
      ...(job.options.edit === 'NONE' ? [notSupported('input.edit', 'NONE with vendor LOCAL only')] : []),
      ...(job.requiresRules ? [notSupported('input.require', 'with vendor LOCAL, which measures what it makes')] : []),
      ...(job.leqi === undefined ? [] : [notSupported('input.leqi', 'options of Leqi go with the vendor LEQI')]),
      ...(job.release === 'LATER' ? [notSupported('input.release', 'NOW: Jumei gives the clean photo at once')] : []),
      ...fitSpec(job, specMode),
      ...fitBackgrounds(job, specMode),
      ...fitOptions(job.jumei ?? {}, job.options.heightPx),
    ],
    ignored: [
      'input.headRatio',
      ...(topMargin === undefined ? [] : ['input.topMargin']),
      ...(faceCenter === undefined ? [] : ['input.faceCenter']),
    ],
  };
}

function fitSpec(job: IdPhotoJob, specMode: JumeiIdPhotoConfig['specMode']): Refused {
  const specId = soldSpecOf(job);
  if (specMode === 'custom' || specId === null || candidateSpec(specId) !== undefined) return [];
  return [notSupported('input.specId', 'a spec whose number at Jumei is known, or a customSize')];
}

function fitBackgrounds(job: IdPhotoJob, specMode: JumeiIdPhotoConfig['specMode']): Refused {
  const { options } = job;
  const specId = soldSpecOf(job);
  // A spec of the vendor allows only the colours that the guide lists for it. Spec 12 allows any name or hex.
  const listed = specMode === 'id' && specId !== null ? candidateSpec(specId)?.colors : undefined;
  const allowed = listed?.join(', ') ?? `a solid colour, ${GRADIENT_NAMES.join(', ')}`;
  return options.backgrounds.flatMap((background, index) => {
    const color = bgColor(background, listed !== undefined);
    const fits = color !== undefined && (listed?.includes(color) ?? true);
    return fits ? [] : [notSupported(`input.backgrounds.${index}`, allowed)];
  });
}

function fitOptions(options: JumeiIdPhotoOptions, heightPx: number): Refused {
  const { beautyDegree, faceRatio, faceCenterRange, topEmpty } = options;
  const checks: [keyof JumeiIdPhotoOptions, boolean, string][] = [
    ['beautyDegree', beautyDegree === undefined || (beautyDegree >= 1 && beautyDegree <= 5), '1.0 to 5.0'],
    ['faceRatio', isFraction(faceRatio), 'above 0, at most 1'],
    ['faceCenterRange', isFraction(faceCenterRange), 'above 0, at most 1'],
    [
      'topEmpty',
      topEmpty === undefined || isTopEmpty(topEmpty, heightPx),
      `whole pixels from 0, max above min and below the height of ${heightPx}`,
    ],
  ];
  return checks
    .filter(([, fits]) => !fits)
    .map(([name, , allowed]) => ({ path: `input.jumei.${name}`, code: 'RANGE', allowed }));
}

function isFraction(value: number | undefined): boolean {
  return value === undefined || (value > 0 && value <= 1);
}

function isTopEmpty({ min, max }: { min: number; max: number }, heightPx: number): boolean {
  return Number.isInteger(min) && Number.isInteger(max) && min >= 0 && max > min && max < heightPx;
}

function notSupported(path: string, allowed: string): Refused[number] {
  return { path, code: 'NOT_SUPPORTED', allowed };
}
