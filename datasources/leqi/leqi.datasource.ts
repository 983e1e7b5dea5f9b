import { LIMITS } from '../../src/kernel/limits.js';
import { VendorError } from '../../src/kernel/vendor-error.js';
import type { Answer, Call, Capability, DataSource, Facts, JobContext, MadePicture } from '../contract.js';
import { AlibabaMarket, isUnknownPath, type MarketAnswer } from '../kit/alibaba-gateway.js';
import { reachableUrl } from '../kit/reachable-url.js';
import type { LeqiConfig } from './config.js';
import { fitIdPhoto, isCutToLimits } from './fit.js';
import {
  FETCH_PATHS,
  MAKE_PATH,
  makeBody,
  readCleanPhoto,
  readPreviews,
  type SentPhoto,
  type SignedUrl,
} from './wire.js';

const DAY_MS = 24 * 3_600_000;
/**
 * Reported, not documented: public clients of the vendor's other products say that it keeps clean photos for 7 days and
 * watermarked ones for 1 day. A URL that tells when it expires, as the guide's samples do, is believed instead.
 */
const CLEAN_MS = 7 * DAY_MS;
const PREVIEW_MS = DAY_MS;

/** Far below the 8 MB that the gateway takes, base64 and all. */
const PHOTO_LIMITS = { maxBytes: 2_000_000 };

/**
 * Leqi (证件照制作并高清美颜): ID photos whose watermarked previews are free; `RELEASE` buys the clean photo and its
 * print sheet. It fetches the photo from a URL of ours; where it cannot reach us, the photo is sent as base64.
 */
export class LeqiDataSource implements DataSource {
  readonly vendor = 'LEQI';
  readonly sandbox: boolean;
  readonly origins: readonly string[];
  /** The guide names no limit. These are well below what the gateway throttles. */
  readonly limits = { concurrency: 4, requestsPerSecond: 5 };
  readonly capabilities: { ID_PHOTO: Capability<'ID_PHOTO'>; RELEASE: Capability<'RELEASE'> };
  private readonly market: AlibabaMarket;
  private fetchPath: (typeof FETCH_PATHS)[number] = FETCH_PATHS[0];

  constructor(private readonly config: LeqiConfig & { sandbox: boolean }) {
    this.sandbox = config.sandbox;
    this.origins = [new URL(config.baseUrl).origin];
    this.market = new AlibabaMarket({ ...config, prefix: 'LEQI', concurrency: this.limits.concurrency });
    this.capabilities = {
      ID_PHOTO: {
        bills: false,
        byNameOnly: true,
        parts: () => 1,
        units: () => 0,
        fit: job => fitIdPhoto(job, config.specIds),
        submit: (call, context) => this.make(call, context),
        ...(config.photoAs === 'url' ? {} : { photoLimits: PHOTO_LIMITS }),
      },
      RELEASE: {
        bills: true,
        parts: job => job.photos.length,
        units: job => job.photos.length,
        fit: () => ({ refused: [], ignored: [] }),
        submit: (call, context) => this.release(call, context),
      },
    };
  }

  close(): Promise<void> {
    return this.market.close();
  }

  private async make({ job, photos }: Call<'ID_PHOTO'>, context: JobContext): Promise<Answer> {
    const photo = await this.photoToSend(photos.photo, context);
    const body = makeBody(job, photo, this.config);
    try {
      const answer = await this.market.call({
        method: 'POST',
        path: MAKE_PATH,
        contentType: 'application/json',
        body,
        signal: context.signal,
        answerMs: job.leqi?.originBeauty === true ? LIMITS.vendor.slowAnswerMs : LIMITS.vendor.answerMs,
      });
      const backgrounds = job.options.backgrounds.length;
      const { photos: made, sheetCount } = readPreviews(answer, { backgrounds, photo });
      const releaseUntil = new Date(Date.now() + CLEAN_MS);
      const pictures = made.flatMap(({ vendorRef, preview, sheetPreview }, index): MadePicture[] => [
        { role: 'PREVIEW', from: keptFor(PREVIEW_MS, preview), watermarked: true, index, vendorRef, releaseUntil },
        ...(sheetPreview === undefined
          ? []
          : [{ role: 'SHEET_PREVIEW' as const, from: keptFor(PREVIEW_MS, sheetPreview), watermarked: true, index }]),
      ]);
      const facts: Facts = {
        ...(sheetCount === undefined ? {} : { sheetCount }),
        ...(isCutToLimits(job, this.config.specIds) ? { warnings: ['SIZE_DIFFERS'] } : {}),
      };
      return { state: 'DONE', pictures, billed: 'NO', ...(Object.keys(facts).length === 0 ? {} : { facts }) };
    } catch (error) {
      throw asUnbilled(error);
    }
  }

  /** The photo goes as base64 where the operator says so, or where Leqi cannot reach us and no operator insists on a URL. */
  private async photoToSend(asset: string, context: JobContext): Promise<SentPhoto> {
    const { photoAs } = this.config;
    if (photoAs === 'url') return { url: await context.photoUrl(asset) };
    const url = photoAs === 'base64' ? undefined : await reachableUrl(() => context.photoUrl(asset));
    return url === undefined ? { bytes: await context.photo(asset) } : { url };
  }

  private async release({ job, part }: Call<'RELEASE'>, context: JobContext): Promise<Answer> {
    const { answer, movedTo } = await this.fetchClean(job.photos[part]!.vendorRef, context);
    const { clean, sheet } = readCleanPhoto(answer);
    const picture = (role: 'CLEAN' | 'SHEET', url: SignedUrl) => ({
      role,
      from: keptFor(CLEAN_MS, url),
      watermarked: false,
      index: part,
    });
    return {
      state: 'DONE',
      pictures: [picture('CLEAN', clean), ...(sheet === undefined ? [] : [picture('SHEET', sheet)])],
      billed: 'YES',
      ...(movedTo === undefined ? {} : { facts: { vendorMessage: `the clean photo was at ${movedTo}` } }),
    };
  }

  /**
   * The guide prints this path without the prefix of the other one. If the gateway does not know it, the prefixed path
   * is tried once. Such a call did not reach the vendor, so it was not charged. Later calls begin with the path that
   * worked.
   */
  private async fetchClean(
    name: string,
    { signal, sent: onSent }: JobContext,
  ): Promise<{ answer: MarketAnswer; movedTo?: string }> {
    const ask = (path: string) =>
      this.market.call({ method: 'GET', path: `${path}?file_name=${encodeURIComponent(name)}`, signal, onSent });
    const first = this.fetchPath;
    try {
      return { answer: await ask(first) };
    } catch (error) {
      if (!isUnknownPath(error)) throw error;
    }
    const other = first === FETCH_PATHS[0] ? FETCH_PATHS[1] : FETCH_PATHS[0];
    const answer = await ask(other);
    this.fetchPath = other;
    return { answer, movedTo: other };
  }
}

/** A URL that does not say when it expires is taken to last as long as what it leads to. */
function keptFor(ms: number, { url, expiresAt }: SignedUrl): Required<SignedUrl> {
  return { url, expiresAt: expiresAt ?? new Date(Date.now() + ms) };
}

/** "请求带水印照片不扣次": previews are never charged, so a call whose answer was lost may be sent again. */
function asUnbilled(error: unknown): unknown {
  if (!VendorError.is(error)) return error;
  const { facts } = error;
  const code = error.code === 'OUTCOME_UNKNOWN' ? 'VENDOR_UNAVAILABLE' : error.code;
  const safeToRetry = facts.safeToRetry || facts.outcomeUnknown === true;
  return new VendorError(code, { ...facts, billed: 'NO', safeToRetry }, error.message, { cause: error });
}
