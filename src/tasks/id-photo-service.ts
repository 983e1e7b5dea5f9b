import type { IdPhotoJob } from '../../datasources/contract.js';
import { type AssetService, sha256 } from '../assets/asset-service.js';
import { defaultGeometry } from '../engine/default-geometry.js';
import type { IdPhotoOptions } from '../engine/photo.js';
import { badInput, DarkroomError } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';
import { specs } from '../specs/catalogue.js';
import { colors, parseColor } from '../specs/colors.js';
import type { Spec } from '../specs/spec.js';
import { type PhotoSource, readPhotoSource } from './photo-source.js';
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
}

export interface CustomSize {
  widthPx?: number | undefined;
  heightPx?: number | undefined;
  widthMm?: number | undefined;
  heightMm?: number | undefined;
}

export interface BackgroundRequest {
  color?: string | undefined;
  gradient?: { from: string; to: string } | undefined;
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

function unknownColor(path: string): DarkroomError {
  const allowed = `${colors.map(color => color.id).join(', ')}, transparent or #RRGGBB`;
  return new DarkroomError('COLOR_NOT_FOUND', `${path}: there is no such colour; allowed: ${allowed}`, [
    { path, code: 'UNKNOWN', allowed },
  ]);
}

function readBackgrounds(asked: readonly BackgroundRequest[]): IdPhotoOptions['backgrounds'] {
  const most = LIMITS.image.backgrounds;
  if (asked.length < 1 || asked.length > most) throw badInput('input.backgrounds', 'COUNT', `1 to ${most}`);
  const backgrounds = asked.map(({ color, gradient }, index) => {
    const path = `input.backgrounds.${index}`;
    if ((color === undefined) === (gradient === undefined)) throw badInput(path, 'EXACTLY_ONE', 'color or gradient');
    if (color !== undefined) {
      const background = parseColor(color);
      if (background === undefined) throw unknownColor(`${path}.color`);
      return background;
    }
    const end = (which: 'from' | 'to') => {
      const parsed = parseColor(gradient![which]);
      if (parsed?.kind === 'solid') return parsed.hex;
      throw badInput(`${path}.gradient.${which}`, 'UNKNOWN', '#RRGGBB or the id of a solid colour');
    };
    return { kind: 'gradient' as const, from: end('from'), to: end('to') };
  });
  const seen = new Set<string>();
  backgrounds.forEach((background, index) => {
    const same = JSON.stringify(background);
    if (seen.has(same)) throw badInput(`input.backgrounds.${index}`, 'DUPLICATE', 'each background once');
    seen.add(same);
  });
  return backgrounds;
}

/** The whole request checked, in the engine's terms. Throws typed errors that name the field. */
export function readIdPhotoOptions(request: Omit<IdPhotoRequest, 'photo'>): {
  specId: string | null;
  options: IdPhotoOptions;
} {
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
    specId: spec?.id ?? null,
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

/** Makes ID-photo tasks. Everything that can be wrong with the request is told before the photo is kept. */
export class IdPhotoService {
  constructor(
    private readonly tasks: TaskService,
    private readonly assets: AssetService,
  ) {}

  async create(tenantId: string, request: IdPhotoRequest): Promise<Task> {
    const { idempotencyKey, reference, labels } = checkTaskOptions(request, 'input');
    const { specId, options } = readIdPhotoOptions(request);
    const sent = await readPhotoSource(request.photo, 'input.photo');
    const asset = sent.assetId === undefined ? undefined : await this.inputAsset(tenantId, sent.assetId);
    // The same photo, sent again or named by its asset, means the same request.
    const source = sent.bytes === undefined ? asset!.sourceSha256 : sha256(sent.bytes);
    const fingerprint = this.tasks.fingerprint('ID_PHOTO', [source, specId, options, reference, labels]);
    const known = await this.tasks.findByKey(tenantId, idempotencyKey, fingerprint);
    if (known !== undefined) return known;

    const photo = asset ?? (await this.assets.take(tenantId, sent.bytes!));
    const job: IdPhotoJob = { photo: photo.id, specId, options };
    return this.tasks.create(tenantId, {
      operation: 'ID_PHOTO',
      vendor: 'LOCAL',
      job,
      fingerprint,
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
      reference,
      labels,
    });
  }

  private async inputAsset(tenantId: string, id: string) {
    const [asset] = await this.assets.find(tenantId, [id]);
    if (asset === undefined) {
      throw new DarkroomError('NOT_FOUND', 'There is no such asset.', [
        { path: 'input.photo.assetId', code: 'UNKNOWN', allowed: 'the id of an asset from uploadPhoto' },
      ]);
    }
    if (asset.purgedAt !== null) throw new DarkroomError('PHOTO_GONE');
    return asset;
  }
}
