import type { IdPhotoJob, JumeiIdPhotoOptions, LeqiIdPhotoOptions } from '../../datasources/contract.js';
import { defaultGeometry } from '../engine/default-geometry.js';
import { badInput, DarkroomError } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';
import { specs } from '../specs/catalogue.js';
import type { Spec } from '../specs/spec.js';
import { type BackgroundRequest, readBackgrounds } from './backgrounds.js';
import type { PhotoIntake } from './photo-intake.js';
import type { PhotoSource } from './photo-source.js';
import type { VendorChoice } from './router.js';
import type { Task } from './task.js';
import { checkTaskOptions, type TaskOptions, type TaskService } from './task-service.js';

/** What a caller asks for; which of these may stand together is checked here, since GraphQL cannot say it. */
export interface IdPhotoRequest extends TaskOptions {
  photo: PhotoSource;
  specId?: string | undefined;
  customSize?: CustomSize | undefined;
  backgrounds?: readonly BackgroundRequest[] | undefined;
  dpi?: number | undefined;
  fileSize?: { minKb?: number | undefined; maxKb?: number | undefined } | undefined;
  headRatio?: number | undefined;
  topMargin?: number | undefined;
  faceCenter?: { x: number; y: number } | undefined;
  vendor?: VendorChoice | undefined;
  jumei?: JumeiIdPhotoOptions | undefined;
  leqi?: LeqiIdPhotoOptions | undefined;
}

export interface CustomSize {
  widthPx?: number | undefined;
  heightPx?: number | undefined;
  widthMm?: number | undefined;
  heightMm?: number | undefined;
}

const MM_PER_INCH = 25.4;
/** Wide enough for every drawing in use (ISO 19794-5, GA/T 1180, US), narrow enough that a typo is seen. */
const RANGES = { headRatio: [0.3, 0.9], topMargin: [0, 0.5], faceCenter: [0.2, 0.8] } as const;

function inRange(value: number | undefined, [low, high]: readonly [number, number], path: string): void {
  if (value !== undefined && !(value >= low && value <= high)) throw badInput(path, 'RANGE', `${low} to ${high}`);
}

function wholeInRange(value: number | undefined, range: readonly [number, number], path: string): void {
  if (value !== undefined && !Number.isInteger(value))
    throw badInput(path, 'RANGE', `a whole number from ${range[0]} to ${range[1]}`);
  inRange(value, range, path);
}

function findSpec(id: string): Spec {
  const spec = specs.byId(id);
  if (spec !== undefined) return spec;
  throw new DarkroomError('SPEC_NOT_FOUND', 'There is no such spec; search with the query `specs`.', [
    { path: 'input.specId', code: 'UNKNOWN', allowed: 'an id from the query specs, e.g. yi-cun-295x413' },
  ]);
}

function customPixels(size: CustomSize, dpi: number): { widthPx: number; heightPx: number } {
  const px = size.widthPx !== undefined && size.heightPx !== undefined;
  const mm = size.widthMm !== undefined && size.heightMm !== undefined;
  const given = Object.values(size).filter(value => value !== undefined).length;
  if (given !== 2 || px === mm) {
    throw badInput('input.customSize', 'EXACTLY_ONE', 'widthPx and heightPx, or widthMm and heightMm with dpi');
  }
  const range = [LIMITS.image.minOutputSide, LIMITS.image.maxOutputSide] as const;
  if (px) {
    wholeInRange(size.widthPx, range, 'input.customSize.widthPx');
    wholeInRange(size.heightPx, range, 'input.customSize.heightPx');
    return { widthPx: size.widthPx!, heightPx: size.heightPx! };
  }
  const toPx = (length: number, path: string) => {
    const pixels = Math.round((length / MM_PER_INCH) * dpi);
    if (pixels >= range[0] && pixels <= range[1]) return pixels;
    throw badInput(
      path,
      'RANGE',
      `${Math.ceil((range[0] * MM_PER_INCH) / dpi)} to ${Math.floor((range[1] * MM_PER_INCH) / dpi)} mm at ${dpi} dpi`,
    );
  };
  return {
    widthPx: toPx(size.widthMm!, 'input.customSize.widthMm'),
    heightPx: toPx(size.heightMm!, 'input.customSize.heightMm'),
  };
}

/** The whole request checked, in the engine's terms and without its photo. Throws typed errors that name the field. */
export function readIdPhotoJob(request: Omit<IdPhotoRequest, 'photo'>): IdPhotoJob {
  const { specId, customSize, headRatio, topMargin, faceCenter, fileSize } = request;
  if ((specId === undefined) === (customSize === undefined))
    throw badInput('input', 'EXACTLY_ONE', 'specId or customSize');
  wholeInRange(request.dpi, [LIMITS.image.minDpi, LIMITS.image.maxDpi], 'input.dpi');
  const spec = specId === undefined ? undefined : findSpec(specId);
  const dpi = request.dpi ?? spec?.dpi ?? 300;
  const { widthPx, heightPx } = spec ?? customPixels(customSize!, dpi);

  inRange(headRatio, RANGES.headRatio, 'input.headRatio');
  inRange(topMargin, RANGES.topMargin, 'input.topMargin');
  inRange(faceCenter?.x, RANGES.faceCenter, 'input.faceCenter.x');
  inRange(faceCenter?.y, RANGES.faceCenter, 'input.faceCenter.y');
  if (topMargin !== undefined && faceCenter !== undefined) {
    throw badInput('input.faceCenter', 'EXACTLY_ONE', 'topMargin or faceCenter: both place the head');
  }
  const usual = defaultGeometry({ widthPx, heightPx, ...(spec === undefined ? {} : { title: spec.title }) });
  const head = headRatio ?? usual.headRatio;
  const top = topMargin ?? Math.min(usual.topMargin, 1 - head);
  if (faceCenter === undefined && head + top > 1) {
    throw badInput(
      'input.topMargin',
      'RANGE',
      `at most ${(1 - head).toFixed(3)}, so that a head of ${head} fits below it`,
    );
  }

  const kbRange = [1, LIMITS.image.maxFileKb] as const;
  wholeInRange(fileSize?.minKb, kbRange, 'input.fileSize.minKb');
  wholeInRange(fileSize?.maxKb, kbRange, 'input.fileSize.maxKb');
  const minKb = fileSize === undefined ? (spec?.minKb ?? undefined) : fileSize.minKb;
  const maxKb = fileSize === undefined ? (spec?.maxKb ?? undefined) : fileSize.maxKb;
  if (minKb !== undefined && maxKb !== undefined && minKb > maxKb)
    throw badInput('input.fileSize.minKb', 'RANGE', `at most maxKb (${maxKb})`);

  return {
    photo: '',
    specId: spec?.id ?? null,
    ...(request.jumei === undefined ? {} : { jumei: request.jumei }),
    ...(request.leqi === undefined ? {} : { leqi: request.leqi }),
    options: {
      widthPx,
      heightPx,
      dpi,
      ...(minKb === undefined ? {} : { minKb }),
      ...(maxKb === undefined ? {} : { maxKb }),
      headRatio: head,
      ...(faceCenter === undefined ? { topMargin: top } : { faceCenter }),
      backgrounds: readBackgrounds(request.backgrounds ?? [{ color: spec?.colors[0] ?? 'white' }]),
    },
  };
}

/** What the caller left to us, as paths: a vendor that has no use for it drops nothing. */
export function defaultedPaths(request: Omit<IdPhotoRequest, 'photo'>): string[] {
  const optional = ['headRatio', 'topMargin', 'faceCenter', 'dpi', 'fileSize'] as const;
  return optional.filter(name => request[name] === undefined).map(name => `input.${name}`);
}

/** Makes ID-photo tasks. Everything that can be wrong with the request is told before the photo is kept. */
export class IdPhotoService {
  constructor(
    private readonly tasks: TaskService,
    private readonly intake: PhotoIntake,
  ) {}

  async create(tenantId: string, request: IdPhotoRequest): Promise<Task> {
    const checked = checkTaskOptions(request, 'input');
    const job = readIdPhotoJob(request);
    const photo = await this.intake.read(tenantId, request.photo, 'input.photo');
    return this.tasks.request(tenantId, 'ID_PHOTO', checked, {
      vendor: request.vendor ?? 'AUTO',
      meaning: [photo.identity, job],
      draft: job,
      defaulted: defaultedPaths(request),
      prepare: async () => ({ ...job, photo: await photo.keep() }),
    });
  }
}
