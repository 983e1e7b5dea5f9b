import type {
  IdPhotoJob,
  JumeiIdPhotoOptions,
  LeqiIdPhotoOptions,
  MadePicture,
  TaskWarning,
} from '../../datasources/contract.js';
import type { MadeFile } from '../assets/asset-service.js';
import type { AskedNumber } from '../engine/asked-numbers.js';
import { defaultGeometry } from '../engine/default-geometry.js';
import { badInput, DarkroomError } from '../kernel/errors.js';
import { newId } from '../kernel/ids.js';
import { LIMITS } from '../kernel/limits.js';
import { specs } from '../specs/catalogue.js';
import type { PhotoRule } from '../specs/rules/photo-rule.js';
import type { RuleBook } from '../specs/rules/rule-book.js';
import type { Spec } from '../specs/spec.js';
import { keepPhoto } from '../store/photo-rows.js';
import type { KeptPicture, TaskOf } from '../store/task.js';
import type { VendorChoice } from '../tasks/vendors/router.js';
import { backgroundsAgainst, traitsOf } from './asked-traits.js';
import { type BackgroundRequest, readBackgrounds } from './backgrounds.js';
import type { Lookup, OperationRow, Quotable } from './operation.js';
import { fileDeviations, wantedFile } from './photo-file.js';
import type { PhotoSource } from './photo-source.js';
import { askedBy, colorByRules, fileByRules, ownRules, sizeByRules } from './rule-options.js';
import type { TaskOptions } from './task-options.js';

/** What a caller asks for; which of these may stand together is checked here, since GraphQL cannot say it. */
export interface IdPhotoRequest extends IdPhotoWish {
  photo: PhotoSource;
}

/** The request without its photo, as a quote takes it. */
export interface IdPhotoWish extends TaskOptions {
  specId?: string | undefined;
  customSize?: CustomSize | undefined;
  backgrounds?: readonly BackgroundRequest[] | undefined;
  dpi?: number | undefined;
  fileSize?: { minKb?: number | undefined; maxKb?: number | undefined } | undefined;
  headRatio?: number | undefined;
  topMargin?: number | undefined;
  faceCenter?: { x: number; y: number } | undefined;
  allowBodyCut?: boolean | undefined;
  vendor?: VendorChoice | undefined;
  release?: IdPhotoJob['release'] | undefined;
  jumei?: JumeiIdPhotoOptions | undefined;
  leqi?: LeqiIdPhotoOptions | undefined;
  /** RULE: the size and the colour that the document itself wants, where the spec is sold in others. */
  follow?: 'SPEC' | 'RULE' | undefined;
  /** Default by the rule of that very document. */
  edit?: EditMode | undefined;
  /** RULES: a photo that misses a limit of its rules is not delivered. */
  require?: 'RULES' | undefined;
}

/** FULL: everything. BACKGROUND: no retouch. NONE: cropped, scaled and encoded, and nothing else. */
export type EditMode = 'FULL' | 'BACKGROUND' | 'NONE';

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

export function findSpec(id: string): Spec {
  const spec = specs.byId(id);
  if (spec !== undefined) return spec;
  throw new DarkroomError('SPEC_NOT_FOUND', 'There is no such spec; search with the query `specs`.', [
    { path: 'input.specId', code: 'UNKNOWN', allowed: 'an id from the query specs, e.g. yi-cun-295x413' },
  ]);
}

export function customPixels(size: CustomSize, dpi: number): { widthPx: number; heightPx: number } {
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

/** The whole request checked, in the engine's terms. Throws typed errors that name the field. */
export function readIdPhotoJob(wish: IdPhotoWish, book: RuleBook): IdPhotoJob {
  const { specId, customSize } = wish;
  if ((specId === undefined) === (customSize === undefined))
    throw badInput('input', 'EXACTLY_ONE', 'specId or customSize');
  wholeInRange(wish.dpi, [LIMITS.image.minDpi, LIMITS.image.maxDpi], 'input.dpi');
  const spec = specId === undefined ? undefined : findSpec(specId);
  const rules = spec === undefined ? [] : ownRules(book.of(spec));
  if (rules.length === 0) refuseWithoutRule(wish);
  const byRules = fileByRules(spec ?? { dpi: 300, minKb: null, maxKb: null }, rules);
  const dpi = wish.dpi ?? byRules.dpi;
  const size = sizeOf(wish, spec, rules, dpi);
  const head = readHead(wish, { ...size, ...(spec === undefined ? {} : { title: spec.title }) });
  const asked = [...askedByCaller(wish), ...askedBy(rules)];
  const edit = editOf(wish, rules);
  const traits = spec === undefined ? undefined : traitsOf(spec, rules);
  const backgrounds: Options['backgrounds'] =
    edit.options.edit === 'NONE'
      ? [{ kind: 'original' }]
      : readBackgrounds(wish.backgrounds ?? [{ color: usualColor(wish, spec, rules) }]);
  const overrides = wish.backgrounds === undefined ? [] : backgroundsAgainst(traits, backgrounds);
  return {
    specId: spec?.id ?? null,
    ...(spec === undefined || isSold(size, spec) ? {} : { followsRule: true as const }),
    ...(wish.require === undefined ? {} : { requiresRules: true as const }),
    ...(edit.againstRule ? { editsAgainstRule: true as const } : {}),
    ...(wish.release === undefined ? {} : { release: wish.release }),
    ...(wish.jumei === undefined ? {} : { jumei: wish.jumei }),
    ...(wish.leqi === undefined ? {} : { leqi: wish.leqi }),
    ...(overrides.length === 0 ? {} : { overrides }),
    options: {
      ...size,
      dpi,
      ...readFileSize(wish, byRules),
      ...head,
      ...(asked.length === 0 ? {} : { asked }),
      ...(traits === undefined ? {} : { traits }),
      ...(wish.allowBodyCut === undefined ? {} : { allowBodyCut: wish.allowBodyCut }),
      ...edit.options,
      backgrounds,
    },
  };
}

/** What may be done to the pixels: as the caller says, else as the office does. */
function editOf(wish: IdPhotoWish, rules: readonly PhotoRule[]): { options: Partial<Options>; againstRule: boolean } {
  const { edit, backgrounds } = wish;
  if (edit === 'NONE' && backgrounds !== undefined)
    throw badInput('input.backgrounds', 'NOT_WITH_EDIT_NONE', 'none: without edits the background stays as it is');
  const policies = rules.map(({ editing }) => editing.policy);
  const keepsAll = policies.includes('NONE') || policies.includes('BACKGROUND_MUST_NOT_CHANGE');
  const vendorsOwn =
    wish.jumei ?? wish.leqi ?? (wish.vendor === 'AUTO' || wish.vendor === 'LOCAL' ? undefined : wish.vendor);
  const mode = edit ?? (keepsAll && backgrounds === undefined && vendorsOwn === undefined ? 'NONE' : 'BACKGROUND');
  const mayCrop = !rules.some(({ editing }) => editing.geometryAllowed === false);
  const mayRotate = !rules.some(({ editing }) => editing.rotationAllowed === false);
  const mayEnlarge = !rules.some(({ editing }) => editing.upscalingAllowed === false);
  if (mode !== 'NONE') return { options: mayRotate ? {} : { level: false }, againstRule: keepsAll };
  return { options: { edit: 'NONE', ...(mayEnlarge ? {} : { mayEnlarge }) }, againstRule: !mayCrop };
}

function refuseWithoutRule({ follow, require }: IdPhotoWish): void {
  const why = 'only with a spec that has a rule of that very document; see `rules` of the spec';
  if (follow === 'RULE') throw badInput('input.follow', 'NO_RULE', why);
  if (require !== undefined) throw badInput('input.require', 'NO_RULE', why);
}

function sizeOf(
  { follow, customSize }: IdPhotoWish,
  spec: Spec | undefined,
  rules: readonly PhotoRule[],
  dpi: number,
): Pick<Options, 'widthPx' | 'heightPx'> {
  if (spec === undefined) return customPixels(customSize!, dpi);
  const { widthPx, heightPx } = spec;
  if (follow !== 'RULE') return { widthPx, heightPx };
  const size = sizeByRules(spec, rules, dpi);
  if (size !== undefined) return size;
  if (colorByRules(spec, rules) !== undefined) return { widthPx, heightPx };
  const allowed = 'SPEC: no rule of that very document gives a size or a colour; see `rules` of the spec';
  throw badInput('input.follow', 'NO_RULE', allowed);
}

/** A vendor that sells the spec makes it in its own size, whatever is asked. */
function isSold({ widthPx, heightPx }: Pick<Options, 'widthPx' | 'heightPx'>, spec: Spec): boolean {
  return widthPx === spec.widthPx && heightPx === spec.heightPx;
}

function usualColor({ follow }: IdPhotoWish, spec: Spec | undefined, rules: readonly PhotoRule[]): string {
  if (spec === undefined) return 'white';
  return (follow === 'RULE' ? colorByRules(spec, rules) : undefined) ?? spec.colors[0] ?? 'white';
}

/** What a caller says goes before every rule; what a rule misses by it is told. */
function askedByCaller({ headRatio, topMargin, faceCenter }: IdPhotoWish): AskedNumber[] {
  const exactly = (code: AskedNumber['code'], value: number | undefined): AskedNumber[] =>
    value === undefined ? [] : [{ code, min: value, max: value, strength: 'CALLER', rule: null, headTop: 'HAIR' }];
  return [
    ...exactly('HEAD_HEIGHT', headRatio),
    ...exactly('TOP_MARGIN', topMargin),
    ...exactly('EYE_LINE', faceCenter?.y),
  ];
}

type Options = IdPhotoJob['options'];

/** How large the head is, and where it stands: by the upper margin, or by the centre of the face. */
function readHead(
  { headRatio, topMargin, faceCenter }: IdPhotoWish,
  picture: Parameters<typeof defaultGeometry>[0],
): Pick<Options, 'headRatio' | 'topMargin' | 'faceCenter'> {
  inRange(headRatio, RANGES.headRatio, 'input.headRatio');
  inRange(topMargin, RANGES.topMargin, 'input.topMargin');
  inRange(faceCenter?.x, RANGES.faceCenter, 'input.faceCenter.x');
  inRange(faceCenter?.y, RANGES.faceCenter, 'input.faceCenter.y');
  if (topMargin !== undefined && faceCenter !== undefined)
    throw badInput('input.faceCenter', 'EXACTLY_ONE', 'topMargin or faceCenter: both place the head');
  const usual = defaultGeometry(picture);
  const head = headRatio ?? usual.headRatio;
  if (faceCenter !== undefined) return { headRatio: head, faceCenter };
  const top = topMargin ?? Math.min(usual.topMargin, 1 - head);
  if (head + top > 1) {
    const allowed = `at most ${(1 - head).toFixed(3)}, so that a head of ${head} fits below it`;
    throw badInput('input.topMargin', 'RANGE', allowed);
  }
  return { headRatio: head, topMargin: top };
}

function readFileSize(
  { fileSize }: IdPhotoWish,
  byRules: Pick<Options, 'minKb' | 'maxKb' | 'quality'>,
): Pick<Options, 'minKb' | 'maxKb' | 'quality'> {
  const range = [1, LIMITS.image.maxFileKb] as const;
  wholeInRange(fileSize?.minKb, range, 'input.fileSize.minKb');
  wholeInRange(fileSize?.maxKb, range, 'input.fileSize.maxKb');
  const { minKb, maxKb } = fileSize ?? byRules;
  if (minKb !== undefined && maxKb !== undefined && minKb > maxKb)
    throw badInput('input.fileSize.minKb', 'RANGE', `at most maxKb (${maxKb})`);
  return {
    ...(minKb === undefined ? {} : { minKb }),
    ...(maxKb === undefined ? {} : { maxKb }),
    // A size that the caller names leaves no quality to keep.
    ...(byRules.quality === undefined || fileSize !== undefined ? {} : { quality: byRules.quality }),
  };
}

/** What the caller left to us, as paths: a vendor that has no use for it drops nothing. */
function defaultedPaths(wish: IdPhotoWish): string[] {
  const optional = ['headRatio', 'topMargin', 'faceCenter', 'dpi', 'fileSize'] as const;
  return optional.filter(name => wish[name] === undefined).map(name => `input.${name}`);
}

function readIdPhoto(wish: IdPhotoWish, { rules }: Lookup): Quotable<'ID_PHOTO'> {
  return { job: readIdPhotoJob(wish, rules), vendor: wish.vendor, defaulted: defaultedPaths(wish) };
}

/** What our own engine has measured is as it was asked for, or told beside it. */
function deviations({ input }: TaskOf<'ID_PHOTO'>, picture: MadePicture, file: MadeFile): TaskWarning[] {
  if (picture.role !== 'CLEAN') return [];
  const found: TaskWarning[] = input.editsAgainstRule ? ['EDITED_AGAINST_RULE'] : [];
  if (picture.measured !== undefined) return found;
  return [...found, ...fileDeviations(wantedFile(input.options, picture.index ?? 0), file)];
}

/** A photo itself, clean or as a preview, and not the sheet that comes with it. */
function isPhoto({ role }: KeptPicture): boolean {
  return role === 'CLEAN' || role === 'PREVIEW';
}

/** The pictures of each background together: the clean photo, or a preview that can be released. */
export function byIndex(pictures: readonly KeptPicture[]): Map<number, KeptPicture[]> {
  const groups = new Map<number, KeptPicture[]>();
  for (const picture of pictures) groups.set(picture.index ?? 0, [...(groups.get(picture.index ?? 0) ?? []), picture]);
  return groups;
}

/** Makes ID photos from a portrait. */
export const idPhoto: OperationRow<'ID_PHOTO', IdPhotoRequest, IdPhotoWish> = {
  name: { en: 'ID photo', zh: '证件照' },
  description: 'Makes ID photos: `createIdPhoto`.',
  photos: { photo: true },
  routed: true,
  sandboxByNameOnly: false,
  consent: 'IF_CONFIGURED',
  retryRefusal: null,
  order: (request, lookup) => ({ ...readIdPhoto(request, lookup), photos: { photo: request.photo } }),
  quote: readIdPhoto,
  deviations,
  tally: ({ options }, { pictures }) => ({
    wanted: options.backgrounds.length,
    delivered: new Set(pictures.filter(isPhoto).map(({ index }) => index ?? 0)).size,
  }),
  record: async (sql, task, { pictures }) => {
    for (const [index, ofIndex] of byIndex(pictures)) {
      const asset = (role: KeptPicture['role']) =>
        ofIndex.find(picture => picture.role === role && picture.held !== true)?.assetId ?? null;
      const sold = ofIndex.find(({ vendorRef }) => vendorRef !== undefined);
      await keepPhoto(sql, {
        id: newId('photo'),
        tenantId: task.tenantId,
        taskId: task.id,
        index,
        source: task.source,
        measured: ofIndex.find(({ role }) => role === 'CLEAN')?.measured ?? null,
        previewAssetId: asset('PREVIEW'),
        sheetPreviewAssetId: asset('SHEET_PREVIEW'),
        cleanAssetId: asset('CLEAN'),
        sheetAssetId: asset('SHEET'),
        vendorRef: sold?.vendorRef ?? null,
        releaseUntil: sold?.releaseUntil === undefined ? null : new Date(sold.releaseUntil),
      });
    }
  },
};
