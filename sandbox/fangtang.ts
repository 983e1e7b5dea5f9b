import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Exchange, type Incoming, json, type Reply } from './kit/exchange.js';
import { type Part, readMultipart } from './kit/multipart.js';
import { identityOf } from './kit/parameters.js';
import { pictureKind, pictureSize } from './kit/picture-size.js';
import { Refusal } from './kit/refusal.js';
import type { Vendor } from './kit/vendor-server.js';
import { FANGTANG_CODES, magicCode } from './magic.js';
import { type VendorParts, withPhotoCodes } from './vendor.js';

const PATHS: Readonly<Record<string, keyof typeof FANGTANG_CODES>> = {
  '/api/third/photo/upload': 'upload',
  '/api/third/photo/status': 'status',
  '/api/third/photo/download': 'download',
  '/api/third/company/nums': 'nums',
};
const FIELDS: Readonly<Record<keyof typeof FANGTANG_CODES, readonly string[]>> = {
  upload: ['third_code', 'repair_type', 'file', 'rgb'],
  status: ['third_code', 'mdf'],
  download: ['third_code', 'mdf'],
  nums: ['third_code'],
};
/** By magic or as the next code: a state in place of an errno. */
const FAILED_STATE = '2';
const REPAIR_TYPES = ['sr', 'sr,repair', 'sr,repair,colour', 'bg'] as const;
type RepairType = (typeof REPAIR_TYPES)[number];

/** The guide's digit is missing; the vendor's newer document says two minutes. */
const TOKEN_LIFETIME_S = 120;
const LIFETIME_MS = 3_600_000;
/** How long an upload waits for the repair, so that one that fails is refused at once. Enlarging takes longer. */
const UPLOAD_WAITS_MS = 1_500;

interface Repair {
  /** On a slow machine it is 'WORKING' beyond `doneAt`. */
  work: 'WORKING' | 'FAILED' | Buffer;
  doneAt: number;
  rgb: string;
}

type Fields = ReadonlyMap<string, Part>;

/**
 * Fangtang's restoration, by its guide. It has no gateway; each call carries a token; everything is deleted after an
 * hour.
 */
export class Fangtang implements Vendor {
  readonly secrets: readonly string[];
  private readonly repairs = new Map<string, Repair>();

  constructor(
    private readonly login: { thirdCode: string; secretKey: string },
    private readonly parts: VendorParts,
  ) {
    this.secrets = [login.secretKey];
  }

  identify(incoming: Incoming): { call: string; identity?: string } {
    const call = PATHS[incoming.path] ?? 'unknown';
    if (call !== 'upload') return { call };
    // Of the parts, since the boundary differs each time.
    const parts = readMultipart(incoming.headers['content-type'] ?? '', incoming.body) ?? [];
    return { call, identity: identityOf(...parts.flatMap(part => [part.name, part.bytes])) };
  }

  throttled(_exchange: Exchange): Reply {
    return { status: 429, headers: { 'content-type': 'text/plain' }, body: 'Too Many Requests' };
  }

  answer(errno: string, exchange: Exchange, _detail?: string): Reply {
    if (exchange.call === 'unknown')
      return { status: 404, headers: { 'content-type': 'text/plain' }, body: 'Not Found' };
    const codes: Readonly<Record<string, string>> = FANGTANG_CODES[exchange.call as keyof typeof FANGTANG_CODES];
    if (exchange.call === 'status' && errno === FAILED_STATE)
      return success({ msg: codes[errno], status: Number(errno) });
    return json({ code: 9000, errno: Number(errno), msg: codes[errno] ?? '其他錯誤' });
  }

  async handle(exchange: Exchange): Promise<Reply> {
    const call = PATHS[exchange.path];
    if (call === undefined || exchange.method !== 'POST') throw new Refusal('404', exchange.path, 'UNKNOWN_CALL');
    this.checkToken(exchange.headers.token ?? '');
    const wrong = call === 'upload' ? '9001' : '9002';
    const fields = this.readFields(exchange, call, wrong);
    if (text(fields, 'third_code') !== this.login.thirdCode) throw new Refusal(wrong, 'third_code', 'LOGIN');
    switch (call) {
      case 'upload':
        return this.upload(exchange, fields);
      case 'status':
        return this.status(text(fields, 'mdf'));
      case 'download':
        return this.download(exchange, text(fields, 'mdf'));
      case 'nums':
        return success({ code: this.login.thirdCode, nums: this.parts.ledger.unitsLeft('FANGTANG') });
    }
  }

  private checkToken(token: string): void {
    const [, digest, time = ''] = /^([0-9a-f]{32}),(\d{10})$/.exec(token) ?? [];
    const own = createHash('md5').update(`${this.login.secretKey}${time}`).digest('hex');
    if (digest !== own) throw new Refusal('9999', 'token', 'LOGIN');
    if (Math.abs(this.parts.loginNow() / 1000 - Number(time)) > TOKEN_LIFETIME_S)
      throw new Refusal('9999', 'token out of time', 'LOGIN');
  }

  private readFields(exchange: Exchange, call: keyof typeof FIELDS, wrong: string): Fields {
    const parts = readMultipart(exchange.headers['content-type'] ?? '', exchange.body);
    if (!parts) throw new Refusal(wrong, 'not multipart/form-data', 'CONTENT_TYPE');
    const fields = new Map(parts.map(part => [part.name, part]));
    for (const name of fields.keys())
      if (!FIELDS[call].includes(name)) this.parts.ledger.breach(exchange, 'UNKNOWN_PARAMETER', name);
    for (const name of FIELDS[call])
      if (name !== 'rgb' && !fields.has(name)) throw new Refusal(wrong, `${name} required`, 'MISSING_PARAMETER');
    return fields;
  }

  private async upload(exchange: Exchange, fields: Fields): Promise<Reply> {
    const repairType = REPAIR_TYPES.find(type => type === text(fields, 'repair_type'));
    if (!repairType) throw new Refusal('9001', 'repair_type', 'OUT_OF_RANGE');
    const file = fields.get('file')!;
    if (file.fileName === undefined) throw new Refusal('9001', 'file without a name', 'MISSING_PARAMETER');
    const rgb = text(fields, 'rgb');
    if (repairType === 'bg' && !isRgb(rgb))
      throw new Refusal('9001', 'rgb', rgb === '' ? 'MISSING_PARAMETER' : 'OUT_OF_RANGE');
    if (pictureKind(file.bytes) === undefined) throw new Refusal('9005', 'file', 'NOT_A_PICTURE');
    const magic = magicCode('FANGTANG', 'upload', 'rgb', rgb);
    if (magic !== undefined) throw new Refusal(magic);

    const { ledger, clock, random, results, settings } = this.parts;
    if (!ledger.spend(exchange, 1)) throw new Refusal('9101');
    // Equal uploads share an id (datasources/fangtang/README.md, quirks).
    const mdf = createHash('md5').update(`${repairType} ${rgb} `).update(file.bytes).digest('hex');
    const { medianMs, sigma } = settings.restorationQueue;
    const repair: Repair = { work: 'WORKING', doneAt: clock.now() + random.logNormal(medianMs, sigma), rgb };
    const working = this.repair(file.bytes, repairType, rgb).then(
      result => {
        repair.work = result;
      },
      error => {
        repair.work = 'FAILED';
        throw error;
      },
    );
    try {
      await Promise.race([working, sleep(UPLOAD_WAITS_MS, undefined, { ref: false })]);
    } catch (error) {
      // "A failed upload is not charged."
      ledger.refund(exchange, 1);
      throw error;
    }
    // A failure after this is reported by `status`.
    working.catch(() => undefined);
    this.forgetExpired();
    this.repairs.delete(mdf);
    this.repairs.set(mdf, repair);
    const img_url = results.publish(exchange, `/static/img/${random.hex(32)}_out.jpg`, LIFETIME_MS, () => file.bytes, {
      signed: false,
    });
    return success({ img_url, mdf });
  }

  private repair(photo: Buffer, type: RepairType, rgb: string): Promise<Buffer> {
    const { pictures } = this.parts;
    return withPhotoCodes(
      () => {
        if (type === 'bg') return pictures.changeBackground(photo, hexOf(rgb));
        if (type !== 'sr,repair,colour') return pictures.restore(photo, type);
        const { width, height } = pictureSize(photo) ?? { width: 512, height: 512 };
        return pictures.placeholder('COLOURISED', width * 2, height * 2);
      },
      { noFace: '9009', unfit: '9009', undecodable: '9009' },
    );
  }

  private status(mdf: string): Reply {
    const repair = this.find(mdf);
    const magic = magicCode('FANGTANG', 'status', 'rgb', repair.rgb);
    if (magic !== undefined) throw new Refusal(magic);
    if (repair.work === 'FAILED') throw new Refusal('500');
    return success(this.isDone(repair) ? { msg: '圖片處理完成', status: 200 } : { msg: '圖片處理中', status: 100 });
  }

  private download(exchange: Exchange, mdf: string): Reply {
    const repair = this.find(mdf);
    const magic = magicCode('FANGTANG', 'download', 'rgb', repair.rgb);
    if (magic !== undefined) throw new Refusal(magic);
    const { clock, results } = this.parts;
    const result = repair.work;
    if (!this.isDone(repair) || typeof result === 'string') throw new Refusal('9002', 'not done yet');
    const lifetime = repair.doneAt + LIFETIME_MS - clock.now();
    const path = `/static/life_img/${mdf}01100.jpg`;
    return success({ url: results.publish(exchange, path, lifetime, () => result, { signed: false }) });
  }

  private isDone(repair: Repair): boolean {
    return repair.work !== 'WORKING' && repair.doneAt <= this.parts.clock.now();
  }

  private find(mdf: string): Repair {
    const repair = this.repairs.get(mdf);
    if (!repair || repair.doneAt + LIFETIME_MS <= this.parts.clock.now()) throw new Refusal('9002', 'mdf');
    return repair;
  }

  private forgetExpired(): void {
    const now = this.parts.clock.now();
    for (const [mdf, { doneAt }] of this.repairs) if (doneAt + LIFETIME_MS <= now) this.repairs.delete(mdf);
  }
}

function success(data: Record<string, unknown>): Reply {
  return json({ code: 200, data });
}

function text(fields: Fields, name: string): string {
  return fields.get(name)?.bytes.toString('utf8') ?? '';
}

function isRgb(rgb: string): boolean {
  return /^\d{1,3},\d{1,3},\d{1,3}$/.test(rgb) && rgb.split(',').every(part => Number(part) <= 255);
}

function hexOf(rgb: string): string {
  return `#${rgb
    .split(',')
    .map(part => Number(part).toString(16).padStart(2, '0').toUpperCase())
    .join('')}`;
}
