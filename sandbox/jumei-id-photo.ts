import { DarkroomError } from '../src/kernel/errors.js';
import { jumeiBackground } from './jumei-colors.js';
import { JUMEI_SPEC_IDS } from './jumei-spec-ids.js';
import { type Exchange, type Incoming, json, type Reply } from './kit/exchange.js';
import { fetchPhoto } from './kit/fetch-photo.js';
import { HuaweiGateway, type HuaweiLogin, readParameters } from './kit/huawei-gateway.js';
import {
  identityOf,
  readBase64Picture,
  readNumber,
  requireParameter,
  requireValid,
  withoutQuery,
} from './kit/parameters.js';
import { pictureKind, pictureSize } from './kit/picture-size.js';
import { Refusal } from './kit/refusal.js';
import type { Vendor } from './kit/vendor-server.js';
import { JUMEI_ID_PHOTO_CODES, magicCode } from './magic.js';
import type { IdPhotoOrder } from './pictures.js';
import { type VendorParts, withPhotoCodes } from './vendor.js';

export const JUMEI_ID_PHOTO_PATH = '/id-photo/create';

const KNOWN = new Set([
  'base64',
  'url',
  'spec',
  'bgColor',
  'beautyDegree',
  'size',
  'fileSize',
  'dpi',
  'faceRatio',
  'faceCenterRange',
  'topEmpty',
]);
/** The spec that takes its size from `size`. */
const FREE_SPEC = '12';
const MAX_SIDE = 2500;
const MAX_PHOTO_BYTES = 6_000_000;
/** Not stated. A short one finds a client that waits before it downloads. */
const RESULT_LIFETIME_MS = 3_600_000;

/** Jumei's ID photo on Huawei Cloud's marketplace, by its guide: one call, one background, one unit. */
export class JumeiIdPhoto implements Vendor {
  readonly secrets: readonly string[];
  private readonly gateway: HuaweiGateway;

  constructor(
    login: HuaweiLogin,
    private readonly parts: VendorParts,
  ) {
    this.secrets = Object.values(login);
    this.gateway = new HuaweiGateway(login, parts.loginNow);
  }

  identify({ path, query, body }: Incoming): { call: string; identity?: string } {
    if (path !== JUMEI_ID_PHOTO_PATH) return { call: 'unknown' };
    // Without the query of the photo's URL, which is signed anew each time.
    const text = `${query} ${body}`.replace(/(url(?:=|"\s*:\s*")[^?&"]*?)(\?|%3F)[^&"]*/gi, '$1');
    return { call: 'create', identity: identityOf(text) };
  }

  throttled(exchange: Exchange): Reply {
    return this.gateway.answer('APIG.0308', exchange);
  }

  answer(code: string, exchange: Exchange, detail?: string): Reply {
    if (this.gateway.knows(code)) return this.gateway.answer(code, exchange, detail);
    const meaning = JUMEI_ID_PHOTO_CODES[code as unknown as keyof typeof JUMEI_ID_PHOTO_CODES] ?? '其他';
    // The guide does not say whether a call that met maintenance is charged, so the same one again is a breach.
    if (exchange.call === 'create' && (code === '500' || code === '501')) this.parts.ledger.answerLost(exchange);
    const msg = detail === undefined ? meaning : `${meaning}: ${detail}`;
    return json({ code: Number(code), msg, taskNo: this.parts.random.digits(24) });
  }

  async handle(exchange: Exchange): Promise<Reply> {
    this.gateway.admit(exchange);
    const parameters = readParameters(exchange, this.parts.settings.jumeiIdPhotoParamsIn, 'base64 or url');
    for (const name of parameters.keys())
      if (!KNOWN.has(name)) this.parts.ledger.breach(exchange, 'UNKNOWN_PARAMETER', name);
    const order = this.readOrder(exchange, parameters);
    const magic = magicCode('JUMEI_ID_PHOTO', 'create', 'bgColor', (parameters.get('bgColor') ?? '').toUpperCase());
    if (magic !== undefined) throw new Refusal(magic);
    const photo = await readPhoto(parameters);

    if (!this.parts.ledger.spend(exchange, 1)) throw new Refusal('APIG.0501');
    const made = await this.make(photo, order).catch(error => {
      this.parts.ledger.refund(exchange, 1);
      throw error;
    });
    const path = `/results/${this.parts.random.hex(32)}.jpg`;
    const data = {
      result: this.parts.results.publish(exchange, path, RESULT_LIFETIME_MS, () => made),
      size: [String(order.widthPx), String(order.heightPx)],
    };
    return json({ code: 200, msg: '成功', taskNo: this.parts.random.digits(24), data });
  }

  private readOrder(exchange: Exchange, parameters: ReadonlyMap<string, string>): IdPhotoOrder {
    const spec = parameters.get('spec');
    const size = parameters.get('size');
    requireValid(size === undefined || spec === FREE_SPEC, '400', 'size without spec=12');
    requireValid(spec !== FREE_SPEC || size !== undefined, '400', 'spec=12 without size');
    const [widthPx, heightPx] = size === undefined ? pixelsOf(spec ?? '1') : pairOf(size, 'x', 'size');
    requireValid(widthPx > 0 && heightPx > 0, '400', 'size');

    const dpi = Number(parameters.get('dpi') ?? '300');
    requireValid(Number.isInteger(dpi) && dpi > 0, '400', 'dpi');
    const [minKb, maxKb] = pairOf(parameters.get('fileSize') ?? '0,0', ',', 'fileSize');
    requireValid(minKb <= maxKb, '400', 'fileSize');
    for (const name of ['faceRatio', 'faceCenterRange']) {
      const value = readNumber(parameters.get(name) ?? '0.5');
      requireValid(value !== undefined && value > 0 && value <= 1, '400', `${name} (0-1.0)`);
    }
    if (parameters.has('topEmpty')) {
      const [min, max] = pairOf(parameters.get('topEmpty') ?? '', ',', 'topEmpty');
      requireValid(max > min && max < heightPx, '400', 'topEmpty');
    }
    const beauty = readNumber(parameters.get('beautyDegree') ?? '1.0');
    requireValid(beauty !== undefined, '400', 'beautyDegree');
    // Recorded but not refused: by the guide "values outside have no effect".
    if (beauty < 1 || beauty > 5) this.parts.ledger.breach(exchange, 'OUT_OF_RANGE', 'beautyDegree [1.0-5.0]');

    const background = jumeiBackground(parameters.get('bgColor') ?? 'white', spec === FREE_SPEC);
    requireValid(background !== undefined, '400', 'bgColor');
    return { widthPx, heightPx, dpi, backgrounds: [background], ...(maxKb > 0 ? { minKb, maxKb } : {}) };
  }

  private async make(photo: Buffer, order: IdPhotoOrder): Promise<Buffer> {
    const { pictures } = this.parts;
    const codes = { noFace: '205', unfit: '210', undecodable: '209' };
    const made = await withPhotoCodes(
      () =>
        pictures.idPhotos(photo, order).catch(error => {
          if (!DarkroomError.is(error) || error.code !== 'CANNOT_FIT') throw error;
          // "The size of the file returned may lie outside the range."
          const { minKb: _min, maxKb: _max, ...anySize } = order;
          return pictures.idPhotos(photo, anySize);
        }),
      codes,
    );
    return made[0]!;
  }
}

function pixelsOf(spec: string): readonly [number, number] {
  const pixels = JUMEI_SPEC_IDS[spec];
  requireValid(pixels !== undefined, '207', 'spec');
  return pixels;
}

function pairOf(text: string, separator: string, name: string): readonly [number, number] {
  const [first = '', second = '', ...more] = text.split(separator);
  requireValid(/^\d{1,6}$/.test(first) && /^\d{1,6}$/.test(second) && more.length === 0, '400', name);
  return [Number(first), Number(second)];
}

/** If both are given, `base64` is used. */
async function readPhoto(parameters: ReadonlyMap<string, string>): Promise<Buffer> {
  const base64 = parameters.get('base64');
  const url = parameters.get('url');
  const photo =
    base64 === undefined || base64 === ''
      ? await fetchPhoto(requireParameter(url, '400', 'base64 or url'))
      : readBase64Picture(base64, { malformed: '400', noPicture: '209' });
  if (photo === undefined) throw new Refusal('203', withoutQuery(url ?? ''), 'PHOTO_UNREACHABLE');
  if (pictureKind(photo) === undefined) throw new Refusal('209', 'not a picture', 'NOT_A_PICTURE');
  if (photo.length >= MAX_PHOTO_BYTES) throw new Refusal('201', 'photo of 6 MB or more', 'TOO_LARGE');
  const size = pictureSize(photo);
  if (size && Math.max(size.width, size.height) > MAX_SIDE)
    throw new Refusal('204', `${size.width}x${size.height}`, 'TOO_LARGE');
  return photo;
}
