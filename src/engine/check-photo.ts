import { type Point, transform } from './affine.js';
import type { Analysis } from './analysis.js';
import type { AskedCode } from './asked-numbers.js';
import { type FileFacts, readFileFacts } from './file-facts.js';
import { type Measured, numberChecks } from './findings.js';
import { geometryOf, headInPhoto } from './head-in-photo.js';
import { headAt, headBoxes, lookAt, poseOf, usualPose } from './photo-look.js';
import { REFUSALS, type Refusal } from './refusals.js';
import {
  type AskedTraits,
  type CheckOptions,
  type PhotoCheck,
  type PhotoHead,
  type PhotoReport,
  reportOf,
} from './report.js';
import {
  backgroundChecks,
  centring,
  faceChecks,
  formatCheck,
  plain,
  singleFace,
  unjudged,
  unseen,
} from './trait-checks.js';

/**
 * The report of a photo as it is. `bytes` are those that were sent, `analysis` is of the upright copy, the head as it leans
 * for a finished photo; or why there is none. Errors: CORRUPT_IMAGE.
 */
export async function checkPhoto(
  bytes: Uint8Array,
  found: Analysis | Refusal,
  options: CheckOptions,
): Promise<PhotoReport> {
  const file = await readFileFacts(bytes);
  const checks = typeof found === 'string' ? refusedChecks(found, file, options) : judgedChecks(found, file, options);
  const all = [...checks, ...fileChecks(file, options)];
  const { widthPx, heightPx } = file;
  const head = typeof found === 'string' ? null : headOf(found, file);
  return reportOf(options.stage, { widthPx, heightPx, head }, [...all, ...unseen(options.traits, all)]);
}

function judgedChecks(analysis: Analysis, file: FileFacts, options: CheckOptions): PhotoCheck[] {
  const { traits, stage, keeps } = options;
  const finished = stage === 'FINISHED';
  const scale = file.widthPx / analysis.frame.photoWidth;
  const look = lookAt(analysis, traits, toPictureOf(analysis, file), file);
  const whole = { left: 0, top: 0, width: file.widthPx, height: file.heightPx };
  const geometry = finished ? geometryOf(headInPhoto(analysis, scale), whole, file, analysis) : null;
  const measured: Measured = { ...fileOf(file), geometry, pose: poseOf(analysis, analysis.facts.rollDegrees) };
  const numbers = [...options.asked, ...usualPose(options.asked)].filter(
    ({ code }) => finished || judgedInSource(code, keeps),
  );
  const headBox = geometry === null ? () => null : headBoxes(geometry, look.boxes, file);
  return [
    ...numberChecks(numbers, measured, headBox),
    ...faceChecks(look),
    singleFace(traits, analysis.facts.faces, finished ? 'REQUIRED' : 'ADVISED'),
    ...(geometry === null ? [] : [centring(traits, geometry, look.boxes.face)]),
    ...(finished || keeps.background ? backgroundChecks(traits, analysis.measures) : []),
  ];
}

/** From the frame to pixels of the photo, also where the frame was levelled and the photo was not. */
function toPictureOf({ frame }: Analysis, { widthPx }: FileFacts): (point: Point) => Point {
  const scale = widthPx / frame.photoWidth;
  return point => {
    const [x, y] = transform(frame.toPhoto, ...point);
    return [x * scale, y * scale];
  };
}

function headOf(analysis: Analysis, file: FileFacts): PhotoHead {
  const { centreX, crownY, chinY, eyes } = analysis.head;
  const at = toPictureOf(analysis, file);
  return headAt(at([centreX, crownY]), at([centreX, chinY]), [at(eyes[0]), at(eyes[1])]);
}

/** What making a photo of the source does not mend. */
function judgedInSource(code: AskedCode, keeps: CheckOptions['keeps']): boolean {
  return code === 'YAW' || code === 'PITCH' || (code === 'ROLL' && keeps.lean);
}

function refusedChecks(refusal: Refusal, file: FileFacts, { traits, stage, asked }: CheckOptions): PhotoCheck[] {
  const code = REFUSALS[refusal];
  const failed: PhotoCheck = {
    ...plain(traits, code, 'ENGINE'),
    severity: 'REQUIRED',
    verdict: 'FAIL',
    found: refusal,
  };
  const numbers = stage === 'FINISHED' ? numberChecks(asked, { ...fileOf(file), geometry: null, pose: null }) : [];
  const seen = new Set([...numbers.map(({ code }) => code), code]);
  return [
    failed,
    ...numbers.filter(each => each.code !== code),
    ...NEED_FACE.filter(each => !seen.has(each)).map(each => unjudged(traits, each, 'NO_FACE')),
  ];
}

const NEED_FACE = [
  'SINGLE_FACE',
  'HEAD_CUT',
  'ROLL',
  'YAW',
  'PITCH',
  'EYES_OPEN',
  'MOUTH_CLOSED',
  'GLARE',
  'SHARPNESS',
  'UNDEREXPOSURE',
  'OVEREXPOSURE',
  'SHADOW',
  'DYNAMIC_RANGE',
  'LUMINANCE_MEAN',
  'LUMINANCE_VARIANCE',
  'NATURAL_COLOR',
  'COLOR_NOT_GREY',
  'BACKGROUND_COLOR',
  'BACKGROUND_EVENNESS',
] as const;

/** A finished photo as the file that it is, and of either stage what its metadata say. */
function fileChecks({ mime, metadata }: FileFacts, { stage, traits }: CheckOptions): PhotoCheck[] {
  const { formats } = traits;
  const format = stage === 'SOURCE' || formats === undefined ? [] : [formatCheck(traits, formats, mime)];
  const { labels, digitalSource } = metadata;
  const generated = labels.length > 0 ? 'AIGC label' : digitalSource?.match(/algorithmic/i) ? digitalSource : undefined;
  return [
    ...format,
    editedCheck(traits, metadata),
    {
      ...plain(traits, 'AI_GENERATED', 'ENGINE'),
      verdict: generated === undefined ? 'PASS' : 'ADVICE',
      ...(generated === undefined ? {} : { found: generated }),
    },
  ];
}

/** Programs that change photos; what phones write here is the version of their system. */
const EDITORS =
  /photoshop|lightroom|gimp|snapseed|meitu|美图|xingtu|醒图|picsart|faceapp|facetune|canva|pixlr|beautycam|美颜|b612|remini|faceu|轻颜|vsco|affinity|capture one|paint/i;

function editedCheck(traits: AskedTraits, { software, make, captureTime }: FileFacts['metadata']): PhotoCheck {
  const editor = software.find(name => EDITORS.test(name));
  if (editor !== undefined) return { ...plain(traits, 'EDITED', 'ENGINE'), verdict: 'ADVICE', found: editor };
  // What was taken away proves nothing.
  const told = software.length > 0 || make !== null || captureTime;
  return told ? { ...plain(traits, 'EDITED', 'ENGINE'), verdict: 'PASS' } : unjudged(traits, 'EDITED', 'NO_METADATA');
}

function fileOf({ widthPx, heightPx, dpi, bytes, quality, bitDepth }: FileFacts): Omit<Measured, 'geometry' | 'pose'> {
  return { widthPx, heightPx, dpi, bytes, quality, bitDepth };
}
