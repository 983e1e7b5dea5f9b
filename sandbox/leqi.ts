import { setTimeout as sleep } from 'node:timers/promises';
import { AlibabaGateway } from './kit/alibaba-gateway.js';
import { type Exchange, type Incoming, json, type Reply } from './kit/exchange.js';
import { fetchPhoto } from './kit/fetch-photo.js';
import { readBase64Picture, requireParameter } from './kit/parameters.js';
import { pictureKind } from './kit/picture-size.js';
import { Refusal } from './kit/refusal.js';
import type { Vendor } from './kit/vendor-server.js';
import { identityOfFetch, type LeqiOrder, readLeqiOrder } from './leqi-order.js';
import { LEQI_CODES, magicCode } from './magic.js';
import { type VendorParts, withPhotoCodes } from './vendor.js';

const MAKE_PATH = '/aliyun_api/pic_handle_3';
const FETCH_PATH = '/get_pic_3';
const HOUR_MS = 3_600_000;
const PREVIEW_LIFETIME_MS = HOUR_MS;
/** Of clean pictures, and of the names by which they are bought. */
const CLEAN_LIFETIME_MS = 7 * 24 * HOUR_MS;

interface StoredPhoto {
  clean: Buffer;
  sheetCount: number | null;
  expires: number;
}

/** Leqi's ID photo on Alibaba Cloud's market, by its guide: previews are free, and each clean picture is one unit. */
export class Leqi implements Vendor {
  readonly secrets: readonly string[];
  private readonly gateway: AlibabaGateway;
  private readonly photos = new Map<string, StoredPhoto>();

  constructor(
    appCode: string,
    private readonly parts: VendorParts,
  ) {
    this.secrets = [appCode];
    this.gateway = new AlibabaGateway(appCode);
  }

  identify({ path, query }: Incoming): { call: string; identity?: string } {
    if (path === MAKE_PATH) return { call: 'make' };
    const fetchPath = this.parts.settings.leqiPrefix ? `/aliyun_api${FETCH_PATH}` : FETCH_PATH;
    return path === fetchPath ? { call: 'fetch', identity: identityOfFetch(query) } : { call: 'unknown' };
  }

  throttled(exchange: Exchange): Reply {
    return this.gateway.answer('T429ID', exchange);
  }

  answer(code: string, exchange: Exchange, detail?: string): Reply {
    if (this.gateway.knows(code)) return this.gateway.answer(code, exchange);
    const meaning = LEQI_CODES[code as unknown as keyof typeof LEQI_CODES] ?? '未知错误';
    const error = detail === undefined ? meaning : `${meaning}: ${detail}`;
    // Clients have seen it as text and as a number.
    return this.reply({ code: code === '507' ? code : Number(code), error }, exchange);
  }

  async handle(exchange: Exchange): Promise<Reply> {
    this.admit(exchange);
    return exchange.call === 'make' ? this.make(exchange) : this.fetch(exchange);
  }

  /** The guide may print the path of `fetch` without its prefix, so a client that tries the wrong one breaches nothing. */
  private admit(exchange: Exchange): void {
    if (exchange.call === 'unknown' && exchange.path.endsWith(FETCH_PATH)) throw new Refusal('I404NF');
    this.gateway.admit(exchange, exchange.call === 'fetch' ? 'GET' : 'POST');
  }

  private async make(exchange: Exchange): Promise<Reply> {
    if (!/^application\/json/i.test(exchange.headers['content-type'] ?? ''))
      throw new Refusal('400', 'content-type', 'CONTENT_TYPE');
    const wanted = readLeqiOrder(exchange.body.toString('utf8'));
    for (const name of wanted.unknown) this.parts.ledger.breach(exchange, 'UNKNOWN_PARAMETER', name);
    for (const color of wanted.plainColors) {
      const magic = magicCode('LEQI', 'make', 'background_color', color);
      if (magic !== undefined) throw new Refusal(magic);
    }
    const photo = await readPhoto(wanted.photo);
    // In real time, because the client waits on an open connection.
    if (wanted.beauty) await sleep(this.parts.settings.leqiBeautyMs, undefined, { ref: false });

    const { pictures, random } = this.parts;
    const clean = await withPhotoCodes(() => pictures.idPhotos(photo, wanted.order), {
      noFace: '507',
      unfit: '507',
      undecodable: '507',
    });
    const stem = random.hex(32);
    const previews = [];
    for (const [index, bytes] of clean.entries())
      previews.push(
        await this.preview(exchange, `${stem}${wanted.clothes}${wanted.colorNames[index]}`, bytes, sheetCount(wanted)),
      );
    return this.reply(
      {
        code: 200,
        final_pic_name: previews.map(preview => preview.name),
        print_wm_pic_url: previews.map(preview => preview.sheetUrl),
        one_sheet_num: previews[0]?.sheetCount ?? 0,
        wm_pic_url: previews.map(preview => preview.url),
      },
      exchange,
    );
  }

  private async preview(
    exchange: Exchange,
    name: string,
    clean: Buffer,
    count: number | null,
  ): Promise<{ name: string; url: string; sheetUrl: string; sheetCount: number }> {
    const { pictures, results, clock } = this.parts;
    this.forgetExpired();
    this.photos.set(name, { clean, sheetCount: count, expires: clock.now() + CLEAN_LIFETIME_MS });
    const watermarked = await pictures.watermark(clean);
    const sheet = await pictures.sheet(watermarked, count);
    const publish = (file: string, bytes: Buffer) =>
      results.publish(exchange, `/leqi-imgcall/result_wm%2F${file}.jpg`, PREVIEW_LIFETIME_MS, () => bytes);
    return {
      name,
      url: publish(name, watermarked),
      sheetUrl: publish(`${name}_print`, sheet.bytes),
      sheetCount: sheet.count,
    };
  }

  private async fetch(exchange: Exchange): Promise<Reply> {
    const { ledger, clock, pictures, results } = this.parts;
    const name = requireParameter(
      new URLSearchParams(exchange.query).get('file_name') ?? undefined,
      '422',
      'file_name',
    );
    const photo = this.photos.get(name);
    if (!photo || photo.expires <= clock.now()) throw new Refusal('422', 'file_name');
    if (ledger.wasBilled(exchange))
      ledger.breach(exchange, 'BOUGHT_TWICE', 'this picture was bought before: keep a copy');
    if (!ledger.spend(exchange, 1)) throw new Refusal('B403MQ');
    const sheet = await pictures.sheet(photo.clean, photo.sheetCount).catch(error => {
      ledger.refund(exchange, 1);
      throw error;
    });
    const publish = (file: string, bytes: Buffer) =>
      results.publish(exchange, `/leqi-imgcall/result%2F${file}.jpg`, CLEAN_LIFETIME_MS, () => bytes);
    return this.reply(
      { code: 200, file_name: publish(name, photo.clean), file_name_list: publish(`${name}_print`, sheet.bytes) },
      exchange,
    );
  }

  private reply({ code, ...rest }: { code: number | string } & Record<string, unknown>, exchange: Exchange): Reply {
    const body = this.parts.settings.leqiWrapped && code === 200 ? { code, data: rest } : { code, ...rest };
    return json(body, { 'x-ca-request-id': exchange.requestId });
  }

  private forgetExpired(): void {
    const now = this.parts.clock.now();
    // The map is in the order of creation.
    for (const [name, { expires }] of this.photos) {
      if (expires > now) return;
      this.photos.delete(name);
    }
  }
}

/** 8 one-inch photos a sheet, or 10 packed; of other sizes as many as fit. */
function sheetCount({ order, compactSheet }: LeqiOrder): number | null {
  if (order.widthPx !== 295 || order.heightPx !== 413) return null;
  return compactSheet ? 10 : 8;
}

async function readPhoto(from: LeqiOrder['photo']): Promise<Buffer> {
  if ('base64' in from) return readBase64Picture(from.base64, { malformed: '506', noPicture: '506' });
  const photo = await fetchPhoto(from.url);
  if (photo === undefined) throw new Refusal('507', 'pic_url', 'PHOTO_UNREACHABLE');
  if (pictureKind(photo) === undefined) throw new Refusal('507', 'pic_url', 'NOT_A_PICTURE');
  return photo;
}
