import { AlibabaGateway } from './kit/alibaba-gateway.js';
import { type Exchange, type Incoming, json, type Reply } from './kit/exchange.js';
import { fetchPhoto } from './kit/fetch-photo.js';
import { identityOf, readBase64Picture, requireParameter } from './kit/parameters.js';
import { pictureKind } from './kit/picture-size.js';
import { Refusal } from './kit/refusal.js';
import type { Vendor } from './kit/vendor-server.js';
import { FEGINE_STATUSES, magicCode, withCheckDigit } from './magic.js';
import type { VendorParts } from './vendor.js';

const FEGINE_PATH = '/face';

/** "100k" of the guide: of base64 its characters, of a URL the bytes behind it. */
const MAX_IMAGE = 102_400;
/** Made up; the guide's samples name a real county. */
const REGION = { area: '某省某市某县', province: '某省', city: '某市', prefecture: '某县' };

/** Fegine's face verification on Alibaba Cloud's market, by its guide: one call, and every answer is billed. */
export class Fegine implements Vendor {
  readonly secrets: readonly string[];
  private readonly gateway: AlibabaGateway;

  constructor(
    appCode: string,
    private readonly parts: VendorParts,
  ) {
    this.secrets = [appCode];
    this.gateway = new AlibabaGateway(appCode);
  }

  identify({ path, body }: Incoming): { call: string; identity?: string } {
    return path === FEGINE_PATH ? { call: 'face', identity: identityOf(body) } : { call: 'unknown' };
  }

  throttled(exchange: Exchange): Reply {
    return this.gateway.answer('T429ID', exchange);
  }

  /** Every status of the guide comes with HTTP 200, which is what the market bills. */
  answer(code: string, exchange: Exchange): Reply {
    if (this.gateway.knows(code)) return this.gateway.answer(code, exchange);
    if (!this.parts.ledger.spend(exchange, 1)) return this.gateway.answer('B403MQ', exchange);
    const form = new URLSearchParams(exchange.body.toString('utf8'));
    const idCard = form.get('idCard') ?? '';
    const known = ['1', '2', '3'].includes(code);
    const derived = known
      ? {
          sex: Number(idCard[16]) % 2 === 1 ? '男' : '女',
          ...REGION,
          birthday: idCard.replace(/^.{6}(\d{4})(\d\d)(\d\d).*$/, '$1-$2-$3'),
          addrCode: idCard.slice(0, 6),
        }
      : { sex: '', area: '', province: '', city: '', prefecture: '', birthday: '', addrCode: '', lastCode: '' };
    const msg = FEGINE_STATUSES[code as keyof typeof FEGINE_STATUSES] ?? '其他';
    return json(
      { status: code, msg, idCard, name: form.get('name') ?? '', ...derived },
      { 'x-ca-request-id': exchange.requestId },
    );
  }

  async handle(exchange: Exchange): Promise<Reply> {
    this.gateway.admit(exchange, 'POST');
    if (this.parts.ledger.unitsLeft('FEGINE') < 1) throw new Refusal('B403MQ');
    if (!/^application\/x-www-form-urlencoded/i.test(exchange.headers['content-type'] ?? ''))
      throw new Refusal('I400BD', undefined, 'CONTENT_TYPE');
    const form = new URLSearchParams(exchange.body.toString('utf8'));
    for (const name of form.keys())
      if (!['idCard', 'name', 'image'].includes(name)) this.parts.ledger.breach(exchange, 'UNKNOWN_PARAMETER', name);
    const [idCard, name, image] = ['idCard', 'name', 'image'].map(key =>
      requireParameter(form.get(key) ?? undefined, 'I400MP', key),
    ) as [string, string, string];

    const magic = magicCode('FEGINE', 'face', 'name', name) ?? magicCode('FEGINE', 'face', 'idCard', idCard);
    if (magic !== undefined) return this.answer(magic, exchange);
    if (!isName(name)) throw new Refusal('204', 'name', 'OUT_OF_RANGE');
    if (!isIdNumber(idCard)) throw new Refusal('205', 'idCard', 'OUT_OF_RANGE');
    const photo = await this.readPhoto(image);
    return this.answer((await this.parts.pictures.hasFace(photo)) ? '1' : '-4', exchange);
  }

  private async readPhoto(image: string): Promise<Buffer> {
    if (/^https?:/.test(image)) {
      const photo = await fetchPhoto(image);
      if (photo === undefined) throw new Refusal('203', 'image', 'PHOTO_UNREACHABLE');
      if (photo.length > MAX_IMAGE) throw new Refusal('-5', `${photo.length} bytes`, 'TOO_LARGE');
      if (pictureKind(photo) === undefined) throw new Refusal('-4', 'image', 'NOT_A_PICTURE');
      return photo;
    }
    if (image.length > MAX_IMAGE) throw new Refusal('-5', `${image.length} characters`, 'TOO_LARGE');
    return readBase64Picture(image, { malformed: '203', noPicture: '-4' });
  }
}

function isName(name: string): boolean {
  return /^\p{Script=Han}+(·\p{Script=Han}+)*$/u.test(name) && [...name].length >= 2;
}

function isIdNumber(idCard: string): boolean {
  const [, year, month, day] = /^\d{6}(\d{4})(\d\d)(\d\d)\d{3}[\dX]$/.exec(idCard) ?? [];
  if (year === undefined || withCheckDigit(idCard.slice(0, 17)) !== idCard) return false;
  const born = new Date(Number(year), Number(month) - 1, Number(day));
  // 30 February becomes a day of March.
  return born.getMonth() === Number(month) - 1 && born.getDate() === Number(day);
}
