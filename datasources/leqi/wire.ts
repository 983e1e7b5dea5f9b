import { VendorError } from '../../src/kernel/vendor-error.js';
import { type Bounds, type IdPhotoJob, soldSpecOf } from '../contract.js';
import { type MarketAnswer, unusableAnswer } from '../kit/alibaba-gateway.js';
import { asObject, asText } from '../kit/json-object.js';
import { judge, type LeqiEndpoint } from './codes.js';
import type { LeqiConfig } from './config.js';
import { sizeWithinLimits } from './fit.js';

export const MAKE_PATH = '/aliyun_api/pic_handle_3';
/** As the guide prints it, and with the prefix of the other endpoint. Only a live call can tell which one is right. */
export const FETCH_PATHS = ['/get_pic_3', '/aliyun_api/get_pic_3'] as const;

export interface SignedUrl {
  url: string;
  /** From its parameter `Expires`. */
  expiresAt?: Date;
}

export interface Preview {
  vendorRef: string;
  preview: SignedUrl;
  sheetPreview: SignedUrl | undefined;
}

const NOT_SENT = { billed: 'NO', safeToRetry: false } as const;

const flag = (value: boolean) => (value ? 1 : 0);
const rgb = (hex: string) => Number.parseInt(hex.slice(1), 16);

/** Where Leqi fetches the photo, or the photo itself. */
export type SentPhoto = { url: string } | { bytes: Uint8Array };

type SpecConfig = Pick<LeqiConfig, 'specIds' | 'customSpecId'>;

/** What is sent in place of a size: Leqi's number of a spec, and the pixels of a size that it has no number for. */
function sizeFields(job: IdPhotoJob, { specIds, customSpecId }: SpecConfig) {
  const { options } = job;
  const specId = soldSpecOf(job);
  const ownSpecId = specId === null ? undefined : specIds.get(specId);
  if (ownSpecId !== undefined) return { spec_id: ownSpecId };
  const { widthPx, heightPx } = sizeWithinLimits(options);
  return { spec_id: customSpecId, width_px: widthPx, height_px: heightPx };
}

/** The JSON body of pic_handle_3, for a job that `fit` has accepted. */
export function makeBody(job: IdPhotoJob, photo: SentPhoto, config: SpecConfig) {
  const { options, leqi } = job;
  return JSON.stringify({
    ...photoField(photo),
    ...sizeFields(job, config),
    background_color: options.backgrounds.map((background, index) => {
      if (background.kind === 'transparent' || background.kind === 'original')
        throw new VendorError('INVALID_INPUT', NOT_SENT);
      const [start, end] =
        background.kind === 'solid' ? [background.hex, background.hex] : [background.from, background.to];
      // The name becomes part of the file name. The answer's lists are in the order of the colours.
      return { start_color: rgb(start), color_name: `bg${index}`, enc_color: rgb(end) };
    }),
    ...(leqi?.ratios === undefined ? {} : { ratios: ratioList(leqi.ratios) }),
    ...(options.maxKb === undefined ? {} : { file_size_max: options.maxKb }),
    ...(options.minKb === undefined ? {} : { file_size_min: options.minKb }),
    ...(leqi?.printType === undefined ? {} : { print_type: leqi.printType }),
    ...(leqi?.horizontalAlignment === undefined ? {} : { hor_align_type: leqi.horizontalAlignment }),
    ...(leqi?.poseFix === undefined ? {} : { pose_fix: flag(leqi.poseFix) }),
    ...(leqi?.originBeauty === undefined ? {} : { need_origin_beauty: flag(leqi.originBeauty) }),
    ...(leqi?.clothes === undefined ? {} : { clothes: leqi.clothes }),
    ...(leqi?.fairLevel === undefined ? {} : { fair_level: leqi.fairLevel }),
  });
}

/**
 * The guide has a code for base64 that is no picture (506) and names no field for it. `file` is that of the vendor's
 * other products, as plain base64 without a `data:` header.
 */
function photoField(photo: SentPhoto): { pic_url: string } | { file: string } {
  if ('url' in photo) return { pic_url: photo.url };
  const { buffer, byteOffset, byteLength } = photo.bytes;
  return { file: Buffer.from(buffer, byteOffset, byteLength).toString('base64') };
}

/** Exactly 8 numbers; -1 leaves one open. */
function ratioList(ratios: NonNullable<NonNullable<IdPhotoJob['leqi']>['ratios']>): number[] {
  const pair = (bounds: Bounds | undefined) => (bounds === undefined ? [-1, -1] : [bounds.min, bounds.max]);
  return [ratios.headHeight, ratios.eyeHeight, ratios.topHeight, ratios.faceWidth].flatMap(pair);
}

/** What a refusal may mean if the photo went as base64. */
const BASE64_REFUSALS: readonly string[] = ['422', '506'];
const BASE64_ADVICE =
  'Leqi refused the request. Its photo went as base64, which the guide of this product does not describe: ' +
  'set DARKROOM_PUBLIC_URL to an address that Leqi can reach, and the photo goes as a link.';

/** `final_pic_name`, `wm_pic_url` and `print_wm_pic_url` share one order, that of the backgrounds. */
export function readPreviews(
  answer: MarketAnswer,
  { backgrounds, photo }: { backgrounds: number; photo: SentPhoto },
): { photos: Preview[]; sheetCount?: number } {
  const fields = successFields(answer, 'make', code =>
    'bytes' in photo && BASE64_REFUSALS.includes(code) ? BASE64_ADVICE : undefined,
  );
  const names = texts(fields.final_pic_name);
  const previews = urls(fields.wm_pic_url);
  // One sheet a photo, in its place. In a list of another length nobody knows whose they are.
  const listed: unknown[] = Array.isArray(fields.print_wm_pic_url)
    ? fields.print_wm_pic_url
    : [fields.print_wm_pic_url];
  const sheets = listed.length === backgrounds ? listed.map(sheet => urls(sheet)[0]) : [];
  if (names.length !== backgrounds || previews.length !== backgrounds) {
    const message = 'The vendor answered another number of photos than it was asked for.';
    throw unexpectedSuccess(answer, 'make', message, fields);
  }
  const sheetCount = Number(fields.one_sheet_num);
  const photos = names.map((vendorRef, index) => ({
    vendorRef,
    preview: previews[index]!,
    sheetPreview: sheets[index],
  }));
  return Number.isInteger(sheetCount) && sheetCount > 0 ? { photos, sheetCount } : { photos };
}

const NO_ADDRESS = 'The vendor answered with success and gave no address of the photo.';

/** Despite their names `file_name` is a URL and `file_name_list` is a single one, that of the print sheet. */
export function readCleanPhoto(answer: MarketAnswer): { clean: SignedUrl; sheet: SignedUrl | undefined } {
  const fields = successFields(answer, 'fetch');
  const [clean] = urls(fields.file_name);
  const [sheet] = urls(fields.file_name_list);
  if (clean === undefined) throw unexpectedSuccess(answer, 'fetch', NO_ADDRESS, fields);
  return { clean, sheet };
}

/** The fields beside `code`; the vendor's other products wrap them in `data`. Throws what any code but 200 means. */
function successFields(
  answer: MarketAnswer,
  endpoint: LeqiEndpoint,
  adviceOn: (code: string) => string | undefined = () => undefined,
): Record<string, unknown> {
  const fields: Record<string, unknown> = { ...answer.body, ...asObject(answer.body.data) };
  // Clients of the vendor have met the code as a number and as a string.
  const code = asText(answer.body.code ?? fields.code);
  if (code === undefined || (code === '200' && answer.status >= 400)) throw unusableAnswer(answer);
  if (code === '200') return fields;
  const { code: ours, ...facts } = judge(endpoint, code);
  const told = { vendorCode: code, requestId: answer.requestId, vendorMessage: answer.redact(fields.error) };
  const advice = ours === 'VENDOR_AUTH' ? 'Leqi refused the login: check LEQI_APP_CODE.' : adviceOn(code);
  throw new VendorError(ours, { ...facts, ...told }, advice);
}

/**
 * A success that is not as the guide says. Sending again would not help, and may cost again at get_pic_3: a photo is
 * charged there, and nobody says what a success without one is.
 */
function unexpectedSuccess(
  answer: MarketAnswer,
  endpoint: LeqiEndpoint,
  message: string,
  fields: Record<string, unknown>,
): VendorError {
  const told = asText(fields.error);
  return new VendorError(
    'VENDOR_ERROR',
    {
      billed: endpoint === 'fetch' ? 'UNKNOWN' : 'NO',
      safeToRetry: false,
      outcomeUnknown: endpoint === 'fetch',
      vendorCode: '200',
      requestId: answer.requestId,
      vendorMessage: answer.redact(told),
    },
    message,
  );
}

function texts(value: unknown): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((each): each is string => typeof each === 'string' && each !== '');
}

/**
 * The object store has signed exactly these characters, so the URLs are not decoded and encoded again: `%2B` in a
 * signature is not `+`.
 */
function urls(value: unknown): SignedUrl[] {
  return texts(value)
    .filter(url => /^https?:\/\//i.test(url) && URL.canParse(url))
    .map(url => {
      const expires = /[?&]Expires=(\d{1,11})(?:&|$)/.exec(url)?.[1];
      return expires === undefined ? { url } : { url, expiresAt: new Date(Number(expires) * 1_000) };
    });
}
