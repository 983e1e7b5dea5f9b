import { analyse } from '../../src/engine/analyse.js';
import { checkPhoto } from '../../src/engine/check-photo.js';
import { decodeWhole } from '../../src/engine/decode.js';
import { encodeJpeg } from '../../src/engine/encode.js';
import type { IdPhotoOptions, RenderedPhoto } from '../../src/engine/photo.js';
import { type RgbImage, sharpOf } from '../../src/engine/pixels.js';
import { REFUSALS, type Refusal } from '../../src/engine/refusals.js';
import { renderPhotos } from '../../src/engine/render.js';
import type { CheckCode, CheckOptions, PhotoReport } from '../../src/engine/report.js';
import { DarkroomError } from '../../src/kernel/errors.js';
import {
  before,
  blurred,
  clutter,
  curve,
  eyesShut,
  faceOf,
  glaring,
  grey,
  hairCut,
  halfInShadow,
  leaning,
  type Planted,
  secondFace,
  turned,
  withMouth,
} from './planted.js';
import type { Figures, Section } from './section.js';

/** A finished photo, which faults are planted in, with what is asked of it. */
export interface FinishedPhoto extends Planted {
  options: CheckOptions;
  /** The same photo with a head of half its size. */
  small: RgbImage;
}

interface ReportFault {
  /** The codes of which one has to be named. */
  expected: readonly CheckCode[];
  /** What cannot but come beside it. */
  allowed?: readonly CheckCode[];
  make(photo: FinishedPhoto): RgbImage | Promise<RgbImage>;
  /** The file, where the fault is not in the pixels. */
  write?(photo: RgbImage): Promise<Uint8Array>;
}

export const REPORT_FAULTS: Record<string, ReportFault> = {
  none: { expected: [], make: ({ photo }) => photo },
  'roll 6': { expected: ['ROLL'], make: photo => leaning(photo, 6) },
  'yaw 10': { expected: ['YAW'], make: photo => turned(photo, 10) },
  'eyes shut': { expected: ['EYES_OPEN'], make: eyesShut },
  'mouth open': { expected: ['MOUTH_CLOSED'], make: photo => withMouth(photo, 0.22) },
  glare: { expected: ['GLARE'], make: glaring },
  blur: { expected: ['SHARPNESS'], make: photo => blurred(photo, 0.025) },
  dark: {
    expected: ['UNDEREXPOSURE'],
    allowed: ['LUMINANCE_MEAN', 'LUMINANCE_VARIANCE', 'DYNAMIC_RANGE', 'BACKGROUND_COLOR'],
    make: ({ photo }) => curve(photo, value => value / 3),
  },
  overexposed: {
    expected: ['OVEREXPOSURE'],
    allowed: ['LUMINANCE_MEAN', 'DYNAMIC_RANGE', 'NATURAL_COLOR', 'COLOR_NOT_GREY'],
    make: ({ photo }) => curve(photo, value => value * 2.4),
  },
  shadow: { expected: ['SHADOW'], make: photo => halfInShadow(photo, 0.4) },
  'hair cut': { expected: ['HEAD_CUT'], allowed: ['TOP_MARGIN', 'HEAD_HEIGHT'], make: photo => hairCut(photo, 0.16) },
  'second face': {
    expected: ['SINGLE_FACE'],
    allowed: ['WIDTH_PX', 'CENTRING', 'BACKGROUND_EVENNESS'],
    make: secondFace,
  },
  'face too small': { expected: ['HEAD_HEIGHT', 'EYE_DISTANCE'], allowed: ['TOP_MARGIN'], make: ({ small }) => small },
  'uneven background': { expected: ['BACKGROUND_EVENNESS'], make: photo => before(photo, clutter(photo)) },
  'other background': {
    expected: ['BACKGROUND_COLOR'],
    make: photo => before(photo, (_x, _y, c) => [190, 60, 40][c]!),
  },
  grey: { expected: ['COLOR_NOT_GREY'], allowed: ['NATURAL_COLOR'], make: ({ photo }) => grey(photo) },
  'blue light': {
    expected: ['NATURAL_COLOR'],
    allowed: ['BACKGROUND_COLOR'],
    // As bright as before: a colour is planted and no darkness.
    make: ({ photo }) => curve(photo, (value, c) => value * [0.69, 1.07, 1.45][c]!),
  },
  'file too large': { expected: ['FILE_BYTES'], make: ({ photo }) => photo, write: photo => jpeg(photo, 100) },
  'edited by a program': {
    expected: ['EDITED'],
    make: ({ photo }) => photo,
    write: photo =>
      sharpOf(photo)
        .withExif({ IFD0: { Software: 'Adobe Photoshop 27.1' } })
        .jpeg({ quality: 92 })
        .toBuffer(),
  },
};

const BEHIND = '#E9EBEC';

/** An ID photo of a portrait, before a plain background, with its lips closed. */
export async function finishedPhoto(portrait: Uint8Array): Promise<FinishedPhoto> {
  const analysis = await analyse(portrait, 'near', true);
  // As many pixels as the portrait has, but so many that a small face can be measured.
  const heightPx = Math.round(Math.max(413, analysis.facts.eyeDistancePx * 5));
  const size = { widthPx: Math.round((heightPx * 5) / 7), heightPx };
  const draw = async (hex: string, headRatio: number): Promise<RgbImage> => {
    const rendered: RenderedPhoto[] = [];
    const options: IdPhotoOptions = {
      ...size,
      dpi: 300,
      headRatio,
      topMargin: 0.1,
      allowBodyCut: true,
      backgrounds: [{ kind: 'solid', hex }],
    };
    await renderPhotos(analysis, options, photo => rendered.push(photo));
    return (await decodeWhole(rendered[0]!.bytes)).image;
  };
  // What is as dark before white as before black is the person.
  const [white, black] = [await draw('#FFFFFF', 0.6), await draw('#000000', 0.6)];
  const alpha = Float32Array.from({ length: size.widthPx * size.heightPx }, (_, i) =>
    Math.min(1, Math.max(0, 1 - (white.data[i * 3 + 1]! - black.data[i * 3 + 1]!) / 255)),
  );
  const closed = async (photo: RgbImage) => withMouth({ photo, alpha, face: await faceOf(photo) }, 0);
  const shut = await closed(await draw(BEHIND, 0.6));
  return {
    photo: shut,
    alpha,
    face: await faceOf(shut),
    small: await closed(await draw(BEHIND, 0.36)),
    options: optionsOf(size, (await jpeg(shut)).byteLength),
  };
}

function optionsOf({ widthPx, heightPx }: { widthPx: number; heightPx: number }, bytes: number): CheckOptions {
  const exactly = (code: 'WIDTH_PX' | 'HEIGHT_PX', value: number) =>
    ({ code, min: value, max: value, strength: 'SPEC', rule: null }) as const;
  return {
    stage: 'FINISHED',
    asked: [
      exactly('WIDTH_PX', widthPx),
      exactly('HEIGHT_PX', heightPx),
      { code: 'FILE_BYTES', min: null, max: Math.round(bytes * 1.6), strength: 'SPEC', rule: null },
      { code: 'HEAD_HEIGHT', min: 0.5, max: 0.7, strength: 'LIMIT', rule: 'bench', headTop: 'HAIR' },
      { code: 'TOP_MARGIN', min: 0.03, max: 0.2, strength: 'LIMIT', rule: 'bench', headTop: 'HAIR' },
    ],
    traits: { named: {}, backgrounds: { hexes: ['#FFFFFF', BEHIND], rule: 'bench' } },
    keeps: { background: false, lean: false },
  };
}

function jpeg(photo: RgbImage, quality = 92): Promise<Uint8Array> {
  return sharpOf(photo).withMetadata({ density: 300 }).jpeg({ quality, chromaSubsampling: '4:4:4' }).toBuffer();
}

/** A report of the file, made as the server makes it. */
export async function reportOfFile(bytes: Uint8Array, options: CheckOptions): Promise<PhotoReport> {
  const found = await analyse(bytes, 'near', false).catch((error: unknown) => {
    if (error instanceof DarkroomError && error.code in REFUSALS) return error.code as Refusal;
    throw error;
  });
  return checkPhoto(bytes, found, options);
}

export async function reportOfFault(name: string, photo: FinishedPhoto): Promise<PhotoReport> {
  const { make, write = jpeg } = REPORT_FAULTS[name]!;
  return reportOfFile(await write(await make(photo)), photo.options);
}

/** What a report names. */
export function namedBy({ checks }: PhotoReport): CheckCode[] {
  return [
    ...new Set(checks.filter(({ verdict }) => verdict === 'FAIL' || verdict === 'ADVICE').map(({ code }) => code)),
  ];
}

/** How a report names the fault that was planted: whether it misses it, and what it names beside it. */
export function judged(name: string, named: readonly CheckCode[], own: readonly CheckCode[]) {
  const { expected, allowed = [] } = REPORT_FAULTS[name]!;
  const known = new Set([...expected, ...allowed, ...(name === 'none' ? [] : own)]);
  return {
    missed: expected.length > 0 && !expected.some(code => named.includes(code)),
    wrong: named.filter(code => !known.has(code)),
  };
}

/** Faults planted in finished photos: each is to be named by its report, and no other. */
export const reportFaults: Section = {
  name: 'reports',
  what: 'faults planted in finished photos: 100 where the report misses one, 100 for each that it names beside it',
  run: async ({ cutouts }) => {
    const rows: Record<string, Figures> = {};
    for (const { name, photo } of cutouts) {
      const finished = await finishedPhoto((await encodeJpeg(photo, null)).bytes);
      // What the portrait itself has is no planted fault.
      const own = namedBy(await reportOfFault('none', finished));
      for (const fault of Object.keys(REPORT_FAULTS)) {
        const { missed, wrong } = judged(fault, namedBy(await reportOfFault(fault, finished)), own);
        rows[`${name} ${fault}`] = { missed: missed ? 100 : 0, wrong: 100 * wrong.length };
      }
    }
    return rows;
  },
};
