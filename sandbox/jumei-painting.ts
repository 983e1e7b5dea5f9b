import { type Exchange, type Incoming, json, type Reply } from './kit/exchange.js';
import { HuaweiGateway, type HuaweiLogin, readParameters } from './kit/huawei-gateway.js';
import { identityOf, requireParameter, requireValid } from './kit/parameters.js';
import { Refusal } from './kit/refusal.js';
import type { Vendor } from './kit/vendor-server.js';
import { JUMEI_PAINTING_CODES, magicWord } from './magic.js';
import type { VendorParts } from './vendor.js';

export const JUMEI_PAINTING_PATHS = { submit: '/ai-painting/submit', query: '/ai-painting/query' } as const;

const STYLES = new Set([
  '探索无限',
  '古风',
  '二次元',
  '写实风格',
  '浮世绘',
  'low poly',
  '未来主义',
  '像素风格',
  '概念艺术',
  '赛博朋克',
  '洛丽塔风格',
  '巴洛克风格',
  '超现实主义',
  '水彩画',
  '蒸汽波艺术',
  '油画',
  '卡通画',
]);
const RESOLUTIONS = new Set(['1024*1024', '1024*1536', '1536*1024']);
const MAX_TEXT = 100;
const DAY_MS = 86_400_000;
const TASK_LIFETIME_MS = 30 * DAY_MS;
const RESULT_LIFETIME_MS = 90 * DAY_MS;
const SLOW_MS = 10 * 60_000;
/** `createTime` is Shanghai's time, without a zone. */
const SHANGHAI_MS = 8 * 3_600_000;

interface Painting {
  resolution: string;
  images: number;
  createdAt: number;
  doneAt: number;
  /** A magic code for the next query, given once. */
  queryCode: string | undefined;
  urls?: string[];
}

/**
 * Jumei's AI painting on Huawei Cloud's marketplace, by its guide: a queue without a failure state, and one unit an
 * image.
 */
export class JumeiPainting implements Vendor {
  readonly secrets: readonly string[];
  private readonly gateway: HuaweiGateway;
  private readonly paintings = new Map<string, Painting>();

  constructor(
    login: HuaweiLogin,
    private readonly parts: VendorParts,
  ) {
    this.secrets = Object.values(login);
    this.gateway = new HuaweiGateway(login, parts.loginNow);
  }

  identify({ path, query, body }: Incoming): { call: string; identity?: string } {
    if (path === JUMEI_PAINTING_PATHS.submit) return { call: 'submit', identity: identityOf(query, body) };
    return { call: path === JUMEI_PAINTING_PATHS.query ? 'query' : 'unknown' };
  }

  throttled(exchange: Exchange): Reply {
    return this.gateway.answer('APIG.0308', exchange);
  }

  answer(code: string, exchange: Exchange, detail?: string): Reply {
    if (this.gateway.knows(code)) return this.gateway.answer(code, exchange, detail);
    const meaning = JUMEI_PAINTING_CODES[code as unknown as keyof typeof JUMEI_PAINTING_CODES] ?? '其他';
    // The guide does not say whether a call that met maintenance is charged, so the same one again is a breach.
    if (exchange.call === 'submit' && (code === '500' || code === '501')) this.parts.ledger.answerLost(exchange);
    const msg = detail === undefined ? meaning : `${meaning}: ${detail}`;
    return json({ code: Number(code), msg, taskNo: this.parts.random.digits(24) });
  }

  async handle(exchange: Exchange): Promise<Reply> {
    this.gateway.admit(exchange);
    const needed = exchange.call === 'submit' ? 'text' : 'taskId';
    const parameters = readParameters(exchange, this.parts.settings.jumeiPaintingParamsIn, needed);
    const known = exchange.call === 'submit' ? ['text', 'resolution', 'style', 'num'] : ['taskId'];
    for (const name of parameters.keys())
      if (!known.includes(name)) this.parts.ledger.breach(exchange, 'UNKNOWN_PARAMETER', name);
    return exchange.call === 'submit' ? this.submit(exchange, parameters) : this.query(exchange, parameters);
  }

  private submit(exchange: Exchange, parameters: ReadonlyMap<string, string>): Reply {
    const text = requireParameter(parameters.get('text'), '400', 'text');
    requireValid([...text].length <= MAX_TEXT, '400', 'text of more than 100 characters');
    const resolution = requireParameter(parameters.get('resolution'), '400', 'resolution');
    requireValid(RESOLUTIONS.has(resolution), '400', 'resolution');
    requireValid(STYLES.has(requireParameter(parameters.get('style'), '400', 'style').trim()), '400', 'style');
    const num = parameters.get('num') ?? '1';
    requireValid(/^[1-6]$/.test(num), '400', 'num');
    const magic = magicWord('JUMEI_PAINTING', 'submit', text);
    if (magic !== undefined && magic in JUMEI_PAINTING_CODES) throw new Refusal(magic);
    if (!this.parts.ledger.spend(exchange, Number(num))) throw new Refusal('APIG.0501');

    this.forgetExpired();
    const { random, clock, settings } = this.parts;
    // Too long for a JS number, as the upstream's are.
    const taskId = `1${random.digits(18)}`;
    const { medianMs, sigma } = settings.paintingQueue;
    const waits = { stuck: Number.POSITIVE_INFINITY, slow: SLOW_MS }[magic ?? ''] ?? random.logNormal(medianMs, sigma);
    this.paintings.set(taskId, {
      resolution,
      images: magic === 'fewer' ? Math.max(1, Number(num) - 1) : Number(num),
      createdAt: clock.now(),
      doneAt: clock.now() + waits,
      queryCode: magicWord('JUMEI_PAINTING', 'query', text),
    });
    // By hand, because JSON.stringify cannot write an integer of this length.
    return {
      ...json({}),
      body: `{"code":200,"msg":"成功","taskNo":"${random.digits(24)}","data":{"taskId":${taskId}}}`,
    };
  }

  private query(exchange: Exchange, parameters: ReadonlyMap<string, string>): Reply {
    const taskId = requireParameter(parameters.get('taskId'), '400', 'taskId');
    const { clock, random } = this.parts;
    const painting = this.paintings.get(taskId);
    if (!painting || painting.createdAt + TASK_LIFETIME_MS <= clock.now()) {
      const rounded = [...this.paintings.keys()].some(known => known !== taskId && String(Number(known)) === taskId);
      throw new Refusal('201', undefined, rounded ? 'LOST_DIGITS' : undefined);
    }
    if (painting.queryCode !== undefined) {
      const code = painting.queryCode;
      painting.queryCode = undefined;
      throw new Refusal(code);
    }
    const done = clock.now() >= painting.doneAt;
    const urls = done ? this.urlsOf(exchange, taskId, painting) : [];
    const data = {
      img: urls[0] ?? '',
      imgUrls: urls.map(image => ({ image })),
      createTime: new Date(painting.createdAt + SHANGHAI_MS).toISOString().slice(0, 19).replace('T', ' '),
      status: done ? 1 : 0,
    };
    return json({ code: 200, msg: '成功', taskNo: random.digits(24), data });
  }

  /** Pictures are made at each download and not kept, so that thousands of paintings take no memory. */
  private urlsOf(exchange: Exchange, taskId: string, painting: Painting): string[] {
    const [width = 0, height = 0] = painting.resolution.split('*').map(Number);
    painting.urls ??= Array.from({ length: painting.images }, (_, index) =>
      this.parts.results.publish(
        exchange,
        `/results/${taskId}-${index}.jpg`,
        painting.doneAt + RESULT_LIFETIME_MS - this.parts.clock.now(),
        () => this.parts.pictures.placeholder(`AI PAINTING ${index + 1} OF ${painting.images}`, width, height),
      ),
    );
    return painting.urls;
  }

  private forgetExpired(): void {
    const now = this.parts.clock.now();
    // The map is in the order of creation.
    for (const [taskId, { createdAt }] of this.paintings) {
      if (createdAt + TASK_LIFETIME_MS > now) return;
      this.paintings.delete(taskId);
    }
  }
}
