import { DarkroomError } from '../kernel/errors.js';
import { type Affine, compose, distance, invert, type Point, scaling, transform } from './affine.js';
import type { Analysis } from './analysis.js';
import { backdrop } from './backdrop.js';
import { placePhoto } from './body-edge.js';
import { findCrown } from './crown.js';
import { encodePhoto } from './encode.js';
import { insidePhoto } from './head-frame.js';
import { reportOfMade } from './made-report.js';
import type { Background, IdPhotoOptions, MeasuredGeometry, PhotoWarning, RenderedPhoto } from './photo.js';
import { downscale, warp } from './pixels.js';
import { missesOf } from './report.js';
import { skullRow } from './skull.js';

/** From this enlargement of the source on, a print looks soft. */
const MAX_ENLARGEMENT = 1.6;

/** Supersampling: at most so many samples along each side of a rendered pixel. */
const MAX_SAMPLES = 6;

/** The person without a background, at the size of the photo. */
interface PersonLayer {
  /** 0..255, three a pixel. */
  colours: Float32Array;
  /** 0..1. */
  alpha: Float32Array;
  width: number;
  height: number;
}

/**
 * One spec on each of its backgrounds. The person is warped and measured once, then composited and encoded for each
 * background. `onRendered` gets each photo as soon as it is done. Errors: BODY_CUT, CANNOT_FIT.
 */
export async function renderPhotos(
  analysis: Analysis,
  options: IdPhotoOptions,
  onRendered: (photo: RenderedPhoto) => void,
): Promise<void> {
  const { crop, tiltDegrees } = placePhoto(analysis, options);
  const samples = Math.min(MAX_SAMPLES, Math.max(1, Math.floor(crop.xx + 0.4)));
  const fine = compose(crop, scaling(1 / samples));
  const person = downsample(
    await warpPerson(analysis, fine, options.widthPx * samples, options.heightPx * samples),
    samples,
  );
  const { geometry, scaleOfSource } = measure(analysis, crop, person);
  const warnings = [...analysis.warnings];
  if (scaleOfSource > MAX_ENLARGEMENT) warnings.push('LOW_RESOLUTION');
  warnings.push(...cropWarnings(analysis, crop, person));
  if (warnings.includes('BODY_CUT') && !options.allowBodyCut) throw new DarkroomError('BODY_CUT');
  const toResult = invert(crop);
  const toPicture = (x: number, y: number) => transform(toResult, x, y);
  for (const background of options.backgrounds) {
    if (background.kind === 'original') throw new DarkroomError('INTERNAL', 'it is no photo that is rendered');
    const encoded = await encodePhoto(compositeOn(person, background), { ...options, labels: analysis.labels });
    const { widthPx, heightPx, dpi } = options;
    const file = { ...encoded, widthPx, heightPx, dpi };
    const report = reportOfMade(analysis, options, { background, file, geometry, tiltDegrees, toPicture });
    onRendered({
      background,
      ...encoded,
      widthPx: person.width,
      heightPx: person.height,
      dpi: options.dpi,
      geometry,
      matteQuality: analysis.facts.matteQuality,
      warnings: missesOf(report).length > 0 ? [...warnings, 'RULE_MISSED'] : warnings,
      report,
    });
  }
}

/** Warps the photo to the given size in one step. Alpha and the colour correction are sampled from the frame's grid. */
async function warpPerson(analysis: Analysis, crop: Affine, width: number, height: number): Promise<PersonLayer> {
  const { frame, source, alpha: frameAlpha, correction } = analysis;
  const toSource = compose(analysis.toSource, compose(frame.toPhoto, crop));
  const small = await downscale(source, 1 / Math.hypot(toSource.xx, toSource.yx));
  const toSmall = scaling(small.width / source.width, small.height / source.height);
  const body = warp(small, width, height, compose(toSmall, toSource));
  const colours = new Float32Array(width * height * 3);
  const alpha = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const fx = crop.x0 + (x + 0.5) * crop.xx + (y + 0.5) * crop.xy - 0.5;
      const fy = crop.y0 + (x + 0.5) * crop.yx + (y + 0.5) * crop.yy - 0.5;
      if (fx < 0 || fx >= frame.width - 1 || fy < 0 || fy >= frame.height - 1) continue;
      const y0 = fy | 0;
      const dy = fy - y0;
      const x0 = fx | 0;
      const dx = fx - x0;
      const i = y0 * frame.width + x0;
      const j = y * width + x;
      const sample = (data: Uint8Array | Int16Array, step: number, c: number) => {
        const below = i + frame.width;
        const upper = data[i * step + c]! * (1 - dx) + data[(i + 1) * step + c]! * dx;
        const lower = data[below * step + c]! * (1 - dx) + data[(below + 1) * step + c]! * dx;
        return upper * (1 - dy) + lower * dy;
      };
      alpha[j] = sample(frameAlpha, 1, 0) / 255;
      if (alpha[j] === 0) continue;
      for (let c = 0; c < 3; c++) {
        colours[j * 3 + c] = Math.min(255, Math.max(0, body.data[j * 3 + c]! + sample(correction, 3, c)));
      }
    }
  }
  return { colours, alpha, width, height };
}

/**
 * Averages blocks of `samples` x `samples` pixels, weighted by alpha. Without supersampling, hair and outline of small
 * photos look jagged.
 */
function downsample(person: PersonLayer, samples: number): PersonLayer {
  if (samples === 1) return person;
  const width = person.width / samples;
  const height = person.height / samples;
  const alpha = new Float32Array(width * height);
  const colours = new Float32Array(width * height * 3);
  for (let y = 0; y < person.height; y++) {
    for (let x = 0; x < person.width; x++) {
      const from = y * person.width + x;
      const to = Math.floor(y / samples) * width + Math.floor(x / samples);
      const opacity = person.alpha[from]!;
      alpha[to]! += opacity;
      for (let c = 0; c < 3; c++) colours[to * 3 + c]! += person.colours[from * 3 + c]! * opacity;
    }
  }
  for (let i = 0; i < alpha.length; i++) {
    if (alpha[i] === 0) continue;
    for (let c = 0; c < 3; c++) colours[i * 3 + c]! /= alpha[i]!;
    alpha[i]! /= samples * samples;
  }
  return { colours, alpha, width, height };
}

function measure(
  analysis: Analysis,
  crop: Affine,
  person: PersonLayer,
): { geometry: MeasuredGeometry; scaleOfSource: number } {
  const { head, facts, frame } = analysis;
  const toResult = invert(crop);
  const [left, right] = head.eyes.map(eye => transform(toResult, eye[0], eye[1])) as [Point, Point];
  const [centreX, chinY] = transform(toResult, head.centreX, head.chinY);
  const { width, height } = person;
  const onAxis = transform(toResult, head.centreX, head.crownY)[1];
  const crownY = findCrown({ data: person.alpha, width, height }, 0.5, centreX, head.faceWidth * toResult.xx) ?? onAxis;
  const skullY = skullRow({ crownY, chinY, eyesY: (left[1] + right[1]) / 2 });
  const toSource = compose(analysis.toSource, compose(frame.toPhoto, crop));
  const scaleOfSource = 1 / Math.hypot(toSource.xx, toSource.yx);
  const geometry = {
    headRatio: (chinY - crownY) / height,
    topMargin: crownY / height,
    faceCenter: { x: (left[0] + right[0]) / 2 / width, y: (left[1] + right[1]) / 2 / height },
    eyeDistancePx: distance(left, right),
    rollDegrees: facts.rollDegrees,
    scale: scaleOfSource * analysis.sourceScale,
    faceWidth: (head.faceWidth * toResult.xx) / width,
    skullRatio: (chinY - skullY) / height,
    skullMargin: skullY / height,
  };
  return { geometry, scaleOfSource };
}

/**
 * Warns where the edge of the upload cuts through the person inside the rendered photo: a body would float, a shoulder
 * or the hair would end in a straight line. Each line is scanned from the edge of the rendered photo inwards, up to the
 * first pixel that the upload covers.
 */
function cropWarnings(analysis: Analysis, crop: Affine, person: PersonLayer): PhotoWarning[] {
  const { width, height, alpha } = person;
  const countCutLines = (lines: number, depth: number, pixel: (line: number, step: number) => Point) => {
    let count = 0;
    for (let line = 0; line < lines; line++) {
      for (let step = 0; step < depth; step++) {
        const [x, y] = pixel(line, step);
        if (!insidePhoto(analysis.frame, transform(crop, x + 0.5, y + 0.5))) continue;
        // Two pixels further in, because alpha fades over the edge itself.
        const [inX, inY] = pixel(line, Math.min(depth - 1, step + 2));
        if (step > 1 && alpha[inY * width + inX]! > 0.5) count++;
        break;
      }
    }
    return count;
  };
  const shoulders = Math.round(height * 0.6);
  const warnings: PhotoWarning[] = [];
  if (countCutLines(width, height >> 1, (line, step) => [line, step]) > width * 0.05) warnings.push('CROWN_CUT');
  if (countCutLines(width, height >> 1, (line, step) => [line, height - 1 - step]) > width * 0.1)
    warnings.push('BODY_CUT');
  const fromLeft = countCutLines(height - shoulders, width >> 1, (line, step) => [step, shoulders + line]);
  const fromRight = countCutLines(height - shoulders, width >> 1, (line, step) => [width - 1 - step, shoulders + line]);
  if (Math.max(fromLeft, fromRight) > height * 0.05) warnings.push('SHOULDER_CUT');
  return warnings;
}

/**
 * RGB on an opaque background, RGBA on a transparent one. Where alpha is 0 the colour is 0 as well, so that nothing of
 * the old background is left in the file.
 */
function compositeOn(person: PersonLayer, background: Background) {
  const { width, height, colours, alpha } = person;
  const channels = background.kind === 'transparent' ? 4 : 3;
  const data = new Uint8Array(width * height * channels);
  if (background.kind === 'transparent') {
    for (let i = 0; i < alpha.length; i++) {
      const opacity = Math.round(alpha[i]! * 255);
      if (opacity === 0) continue;
      for (let c = 0; c < 3; c++) data[i * 4 + c] = Math.round(colours[i * 3 + c]!);
      data[i * 4 + 3] = opacity;
    }
    return { data, width, height, channels } as const;
  }
  const colourAt = backdrop(background);
  for (let y = 0; y < height; y++) {
    const behind = colourAt(height > 1 ? y / (height - 1) : 0);
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      const a = alpha[i]!;
      for (let c = 0; c < 3; c++) {
        data[i * 3 + c] = Math.round(colours[i * 3 + c]! * a + behind[c]! * (1 - a));
      }
    }
  }
  return { data, width, height, channels } as const;
}
