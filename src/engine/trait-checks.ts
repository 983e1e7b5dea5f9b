import type { PhotoMeasures } from './analysis.js';
import { colourCheck } from './colour-check.js';
import { LIGHT_LIMITS } from './face-light.js';
import type { MeasuredGeometry, PhotoFacts } from './photo.js';
import {
  type AskedTraits,
  CHECKS,
  type CheckCode,
  type CheckSeverity,
  type CheckSource,
  type PhotoCheck,
  type PixelBox,
  rounded,
  type Unjudged,
  verdictOf,
} from './report.js';

/** What is looked at beside the numbers that are asked for. */
export interface Traits {
  asked: AskedTraits;
  measures: PhotoMeasures;
  facts: PhotoFacts;
  eyesClosed: boolean;
  /** Pixels of the photo per pixel of the frame: under 1 the frame is blurred by its enlargement. */
  pixelsPerStep: number;
  boxes: Partial<Record<'face' | 'eyes' | 'mouth', PixelBox>>;
}

interface Limit {
  measured: number;
  min?: number;
  max?: number;
  source: CheckSource;
  severity?: CheckSeverity;
  box?: PixelBox | undefined;
}

/** Measured on eight portraits: closed mouths had 0.03 at most, smiling ones up to 0.08, those that show teeth at least 0.10. */
const MOUTH_CLOSED = 0.08;
const GLARE = 0.03;
/** OFIQ's quality of it is under 17 of 100 from there on. */
const OVER_EXPOSED = 0.05;
/** A face that is white in so much of itself has no edge any more: parts of the person are taken for what is behind. */
const BURNT_OUT = 0.5;
/** Of the same portraits the darker half of the face had at least 0.60 of the light of the other. */
const DARKER_SIDE = 0.45;
const DYNAMIC_RANGE = 3.5;
const LUMINANCE = { min: 0.03, max: 0.85 };
const VARIANCE = 0.0001;
/** OFIQ's quality is 54 of 100 there. */
const UNNATURAL = 10;
const GREY = 3;
/** Plain walls had 8 to 11, the most even of the others 17. */
const UNEVEN = 13;
/** Middle of the eyes from the middle of the photo, as a share of its width. */
const CENTRED = 0.05;
const HEAD_CUT = 0.1;

/** Pose that no office takes, where no rule says less. */
export const POSE_LIMITS = { roll: 4, yaw: 5, pitch: 10 } as const;

/** The face itself: what no crop and no new background mends. */
export function faceChecks({ asked, measures, facts, eyesClosed, pixelsPerStep, boxes }: Traits): PhotoCheck[] {
  const { face } = measures;
  const { light } = facts;
  const check = (code: CheckCode, limit: Limit) => limitCheck(asked, code, limit);
  // A shadow on one side is told as such: it is no dark photo where the other side has light enough.
  const lit = face.darkerSide < DARKER_SIDE ? light.brighterHalf : light.luminance;
  const [onFace, onEyes] = [{ box: boxes.face }, { box: boxes.eyes }];
  return [
    { ...plain(asked, 'FACE', 'ENGINE'), verdict: 'PASS', box: boxes.face ?? null },
    check('HEAD_CUT', { measured: measures.headCut, max: HEAD_CUT, source: 'ENGINE', severity: 'REQUIRED' }),
    {
      ...plain(asked, 'EYES_OPEN', 'STANDARD'),
      measured: rounded(face.eyesOpen),
      verdict: eyesClosed ? 'ADVICE' : 'PASS',
      box: boxes.eyes ?? null,
    },
    check('MOUTH_CLOSED', { measured: face.mouthOpen, max: MOUTH_CLOSED, source: 'STANDARD', box: boxes.mouth }),
    check('GLARE', { measured: face.glare, max: GLARE, source: 'ENGINE', ...onEyes }),
    check('SHARPNESS', {
      measured: light.sharpness,
      min: LIGHT_LIMITS.sharpness * Math.min(1, pixelsPerStep),
      source: 'ENGINE',
      ...onFace,
    }),
    check('UNDEREXPOSURE', { measured: lit, min: LIGHT_LIMITS.luminance, source: 'ENGINE', ...onFace }),
    check('OVEREXPOSURE', { measured: face.overExposed, max: OVER_EXPOSED, source: 'STANDARD', ...onFace }),
    check('SHADOW', { measured: face.darkerSide, min: DARKER_SIDE, source: 'ENGINE', ...onFace }),
    check('DYNAMIC_RANGE', { measured: face.dynamicRange, min: DYNAMIC_RANGE, source: 'STANDARD', ...onFace }),
    check('LUMINANCE_MEAN', { measured: face.luminanceMean, ...LUMINANCE, source: 'STANDARD', ...onFace }),
    check('LUMINANCE_VARIANCE', { measured: face.luminanceVariance, min: VARIANCE, source: 'STANDARD', ...onFace }),
    check('NATURAL_COLOR', { measured: face.unnatural, max: UNNATURAL, source: 'STANDARD', ...onFace }),
    check('COLOR_NOT_GREY', { measured: face.chroma, min: GREY, source: 'ENGINE', ...onFace }),
    check('EYE_DISTANCE', { measured: Math.round(facts.eyeDistancePx), min: 40, source: 'ENGINE', ...onEyes }),
  ];
}

export function singleFace(asked: AskedTraits, faces: number, severity: CheckSeverity): PhotoCheck {
  return limitCheck(asked, 'SINGLE_FACE', { measured: faces, max: 1, source: 'ENGINE', severity }, severity);
}

export function centring(asked: AskedTraits, { faceCenter }: MeasuredGeometry, box: PixelBox | undefined): PhotoCheck {
  const measured = faceCenter.x - 0.5;
  const limit = { min: -CENTRED, max: CENTRED, source: 'ENGINE', severity: 'ADVISED', box } as const;
  return limitCheck(asked, 'CENTRING', { measured, ...limit }, 'ADVISED');
}

/** What stands behind the person, in a picture that keeps it. */
export function backgroundChecks(asked: AskedTraits, { background, face }: PhotoMeasures): PhotoCheck[] {
  if (background === null || face.overExposed > BURNT_OUT)
    return [
      unjudged(asked, 'BACKGROUND_COLOR', 'NO_BACKGROUND'),
      unjudged(asked, 'BACKGROUND_EVENNESS', 'NO_BACKGROUND'),
    ];
  const uneven = limitCheck(asked, 'BACKGROUND_EVENNESS', {
    measured: Math.max(background.spread, background.shade),
    max: UNEVEN,
    source: 'ENGINE',
  });
  // The colour of what is uneven says nothing.
  return [...(uneven.verdict === 'PASS' ? colourCheck(asked, background.hex) : []), uneven];
}

/** A value within limits of our own or of the standard; a rule that names the check says how strictly it is meant. */
export function limitCheck(
  asked: AskedTraits,
  code: CheckCode,
  { measured, min, max, source, severity = 'ADVISED', box }: Limit,
  always?: CheckSeverity,
): PhotoCheck {
  const named = asked.named[code];
  const strict = always ?? (named?.severity === 'REQUIRED' ? 'REQUIRED' : severity);
  const held = measured >= (min ?? Number.NEGATIVE_INFINITY) && measured <= (max ?? Number.POSITIVE_INFINITY);
  return {
    ...plain(asked, code, source),
    severity: strict,
    verdict: verdictOf(held, strict),
    measured: rounded(measured),
    min: min === undefined ? null : rounded(min),
    max: max === undefined ? null : rounded(max),
    box: box ?? null,
  };
}

export function plain(asked: AskedTraits, code: CheckCode, source: CheckSource): Omit<PhotoCheck, 'verdict'> {
  const named = asked.named[code];
  return {
    code,
    severity: named?.severity ?? 'ADVISED',
    measured: null,
    min: null,
    max: null,
    source: named === undefined ? source : 'RULE',
    rule: named?.rule ?? null,
    box: null,
  };
}

export function unjudged(asked: AskedTraits, code: CheckCode, reason: Unjudged): PhotoCheck {
  return { ...plain(asked, code, 'ENGINE'), verdict: 'NOT_JUDGED', reason };
}

/** Of a person's face; no model here can see them. */
const UNSEEN = ['HEADWEAR', 'HAIR_OVER_EYES', 'NEUTRAL_EXPRESSION', 'GAZE', 'RED_EYE', 'GLASSES_PRESENT'] as const;
/** Not in the picture: a person has to know. */
const ELSEWHERE: ReadonlySet<CheckCode> = new Set([
  'FILE_NAME',
  'MIRRORED',
  'RECENCY',
  'UNIFORM',
  'MAKEUP',
  'JEWELLERY',
  'COLOURED_LENSES',
  'GLASSES_HABITUAL',
  'LIKENESS',
  'TAKEN_BY',
  'PRINT_PAPER',
  'OFFICIAL_TOOL',
  'RECEIPT',
]);

/** Whatever rules name, and what every office looks at, that nothing above has judged. */
export function unseen(asked: AskedTraits, judged: readonly PhotoCheck[]): PhotoCheck[] {
  const known = new Set<CheckCode>(judged.map(({ code }) => code));
  const codes = new Set<CheckCode>([...UNSEEN, 'LIKENESS', ...(Object.keys(asked.named) as CheckCode[])]);
  return [...codes]
    .filter(code => !known.has(code) && CHECKS[code] === 'NONE' && !FILE_TRAITS.has(code))
    .map(code => unjudged(asked, code, ELSEWHERE.has(code) ? 'NOT_IN_PICTURE' : 'NO_MODEL'));
}

const FILE_TRAITS: ReadonlySet<CheckCode> = new Set(['FACE', 'FILE_FORMAT', 'EDITED', 'AI_GENERATED']);

export function formatCheck(
  asked: AskedTraits,
  { mimes, rule }: NonNullable<AskedTraits['formats']>,
  mime: string,
): PhotoCheck {
  const verdict = mimes.includes(mime) ? 'PASS' : 'FAIL';
  const required = { severity: 'REQUIRED', source: 'RULE', rule } as const;
  return { ...plain(asked, 'FILE_FORMAT', 'ENGINE'), ...required, verdict, found: mime };
}
