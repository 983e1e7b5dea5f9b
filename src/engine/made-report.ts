import type { Point } from './affine.js';
import type { Analysis } from './analysis.js';
import { colourCheck } from './colour-check.js';
import { numberChecks } from './findings.js';
import type { IdPhotoOptions, MeasuredGeometry, PhotoBackground } from './photo.js';
import { headAt, headBoxes, lookAt, poseOf, usualPose } from './photo-look.js';
import { type PhotoCheck, type PhotoReport, reportOf } from './report.js';
import { backgroundChecks, centring, faceChecks, formatCheck, plain, singleFace, unseen } from './trait-checks.js';

/** A photo that was just made of an upload. */
export interface MadePhoto {
  background: PhotoBackground;
  file: { bytes: Uint8Array; mime: string; widthPx: number; heightPx: number; dpi: number; quality?: number };
  geometry: MeasuredGeometry;
  /** What is left of the head's lean. */
  tiltDegrees: number;
  /** Frame to pixels of the photo. */
  toPicture(x: number, y: number): Point;
}

const NO_TRAITS = { named: {} };

/** The report of a photo that was made here: its face is as the upload shows it, the rest is measured on the photo. */
export function reportOfMade(
  analysis: Analysis,
  { asked = [], traits = NO_TRAITS, edit }: Pick<IdPhotoOptions, 'asked' | 'traits' | 'edit'>,
  { background, file, geometry, tiltDegrees, toPicture }: MadePhoto,
): PhotoReport {
  const { widthPx, heightPx, dpi, quality } = file;
  const size = { widthPx, heightPx };
  const look = lookAt(analysis, traits, ([x, y]) => toPicture(x, y), size);
  const measured = {
    ...size,
    dpi,
    bytes: file.bytes.byteLength,
    quality,
    bitDepth: background.kind === 'transparent' ? 32 : 24,
    geometry,
    pose: poseOf(analysis, tiltDegrees),
  };
  const { formats } = traits;
  const checks: PhotoCheck[] = [
    ...numberChecks([...asked, ...usualPose(asked)], measured, headBoxes(geometry, look.boxes, size)),
    ...faceChecks(look),
    singleFace(traits, analysis.facts.faces, 'ADVISED'),
    centring(traits, geometry, look.boxes.face),
    ...(background.kind === 'original' ? backgroundChecks(traits, analysis.measures) : []),
    ...(background.kind === 'solid' ? colourCheck(traits, background.hex) : []),
    ...(background.kind === 'gradient' ? colourCheck(traits, background.to) : []),
    ...(formats === undefined ? [] : [formatCheck(traits, formats, file.mime)]),
    { ...plain(traits, 'EDITED', 'ENGINE'), verdict: edit !== 'NONE' && traits.named.EDITED ? 'ADVICE' : 'PASS' },
    {
      ...plain(traits, 'AI_GENERATED', 'ENGINE'),
      verdict: analysis.labels.length > 0 ? 'ADVICE' : 'PASS',
      ...(analysis.labels.length > 0 ? { found: 'AIGC label' } : {}),
    },
  ];
  const [left, right] = analysis.head.eyes;
  const middle = geometry.faceCenter.x * widthPx;
  const chin = (geometry.topMargin + geometry.headRatio) * heightPx;
  const head = headAt(
    [middle, geometry.topMargin * heightPx],
    [middle, chin],
    [toPicture(...left), toPicture(...right)],
  );
  return reportOf('FINISHED', { ...size, head }, [...checks, ...unseen(traits, checks)]);
}
