import { type Clock, systemClock } from '../../src/kernel/clock.js';
import { DarkroomError } from '../../src/kernel/errors.js';
import { jpegSize } from '../../src/kernel/jpeg.js';
import { VendorError } from '../../src/kernel/vendor-error.js';
import type { Answer, Capability, DataSource, JobContext } from '../contract.js';
import { type VendorAnswer, VendorHttp } from '../kit/http.js';
import type { FangtangEndpoint } from './codes.js';
import type { FangtangConfig } from './config.js';
import {
  formBody,
  PATHS,
  REPAIR_TYPES,
  readData,
  readResultUrl,
  readStatus,
  readUnitsLeft,
  readUploaded,
  rgbOf,
  tokenOf,
} from './wire.js';

/** The guide has no failure state, so an upload that is not done by then may never be. */
const DEADLINE_MS = 5 * 60_000;
/** Results are deleted an hour after they are done. By the vendor's newer document, uploads as well. */
const EXPIRY_MS = 3_600_000;
/**
 * The guide names no size. Super-resolution multiplies the sides, usually by at most 4, and a paid result of more than
 * 50 megapixels could not be kept here.
 */
const PHOTO_LIMITS = { maxSide: 2_000, maxBytes: 6_000_000 } as const;

interface Received {
  data: Readonly<Record<string, unknown>>;
  answer: VendorAnswer;
}

/** Fangtang (方糖): restores old photos and changes the background of ID photos. Each accepted upload is charged. */
export class FangtangDataSource implements DataSource {
  readonly vendor = 'FANGTANG';
  /** As it calls itself. */
  readonly producer = '方糖';
  readonly sandbox: boolean;
  readonly origins: readonly string[];
  /** The guide names none. The vendor's own app polls each photo every 2 s. */
  readonly limits = { concurrency: 4, requestsPerSecond: 10 };
  readonly capabilities: { RESTORATION: Capability<'RESTORATION'>; BACKGROUND: Capability<'BACKGROUND'> };
  private readonly http = new VendorHttp(this.limits);
  /** The vendor's clock minus ours, as last learned from a refused token. */
  private skewMs = 0;

  constructor(
    private readonly config: FangtangConfig & { sandbox: boolean },
    private readonly clock: Clock = systemClock,
  ) {
    this.sandbox = config.sandbox;
    this.origins = [new URL(config.baseUrl).origin];
    const common = {
      bills: true,
      parts: () => 1,
      units: () => 1,
      poll: (_call: unknown, mdf: string, context: JobContext) => this.poll(mdf, context.signal),
      photoLimits: PHOTO_LIMITS,
      deadlineMs: DEADLINE_MS,
      expiryMs: EXPIRY_MS,
    };
    this.capabilities = {
      RESTORATION: {
        ...common,
        fit: () => ({ refused: [], ignored: [] }),
        submit: ({ job, photos }, context) =>
          this.upload(photos.photo, { repair_type: REPAIR_TYPES[job.steps] }, context),
      },
      BACKGROUND: {
        ...common,
        fit: ({ background }) => ({
          refused:
            background.kind === 'solid'
              ? []
              : [{ path: 'input.background', code: 'OPTION_NOT_SUPPORTED', allowed: 'a solid color' }],
          ignored: [],
        }),
        submit: ({ job: { background }, photos }, context) => {
          if (background.kind !== 'solid') throw new DarkroomError('OPTION_NOT_SUPPORTED');
          return this.upload(photos.photo, { repair_type: 'bg', rgb: rgbOf(background.hex) }, context);
        },
      },
    };
  }

  /** Uploads left, as the vendor counts them. Throws VendorError. */
  async quota(signal: AbortSignal): Promise<number> {
    const { data, answer } = await this.ask('nums', {}, signal);
    return readUnitsLeft(data, answer);
  }

  close(): Promise<void> {
    return this.http.close();
  }

  private async upload(asset: string, fields: Record<string, string>, context: JobContext): Promise<Answer> {
    const photo = await context.photo(asset);
    const size = jpegSize(photo);
    if (
      size === undefined ||
      photo.byteLength > PHOTO_LIMITS.maxBytes ||
      Math.max(size.width, size.height) > PHOTO_LIMITS.maxSide
    ) {
      throw new DarkroomError('INVALID_INPUT', 'The photo was not fitted to the limits of the vendor.');
    }
    const { data, answer } = await this.ask('upload', fields, context.signal, { photo, onSent: context.sent });
    return { state: 'PENDING', vendorTaskId: readUploaded(data, answer), billed: 'YES' };
  }

  /** `billed` is about the upload: `status` and `download` cost nothing. */
  private async poll(mdf: string, signal: AbortSignal): Promise<Answer> {
    const upload = { vendorTaskId: mdf, billed: 'YES' } as const;
    const status = readStatus((await this.ask('status', { mdf }, signal)).data);
    if (status.state !== 'DONE') return { ...status, ...upload };
    const { data, answer } = await this.ask('download', { mdf }, signal);
    const url = readResultUrl(data, answer);
    return { ...status, ...upload, pictures: [{ role: 'CLEAN', from: { url } }] };
  }

  /**
   * One call. After a refused token (9999, never charged) it is sent once more, with a token by the clock of the answer:
   * our clock may be wrong, or the upload took longer than a token lives.
   */
  private async ask(
    endpoint: FangtangEndpoint,
    fields: Readonly<Record<string, string>>,
    signal: AbortSignal,
    upload?: { photo: Uint8Array; onSent(): void },
  ): Promise<Received> {
    const form = formBody({ third_code: this.config.thirdCode, ...fields }, upload?.photo);
    const send = async (): Promise<{ seconds: number; token: string; answer: VendorAnswer }> => {
      const seconds = Math.floor((this.clock.now() + this.skewMs) / 1_000);
      const token = tokenOf(this.config.secretKey, seconds);
      const answer = await this.http.request({
        method: 'POST',
        url: this.config.baseUrl + PATHS[endpoint],
        headers: {
          token,
          accept: 'application/json',
          'content-type': form.contentType,
        },
        body: form.body,
        signal,
        onSent: upload?.onSent,
      });
      return { seconds, token, answer };
    };
    // A vendor's words may quote what it was sent; the token opens it for minutes.
    const read = ({ answer, token }: { answer: VendorAnswer; token: string }): Received => ({
      data: readData(endpoint, answer, [this.config.secretKey, this.config.thirdCode, token]),
      answer,
    });
    try {
      const sent = await send();
      try {
        return read(sent);
      } catch (error) {
        if (!isRefusedToken(error) || !this.learnSkew(sent.answer, sent.seconds)) throw error;
      }
      return read(await send());
    } catch (error) {
      throw endpoint === 'upload' ? error : asUnbilled(error);
    }
  }

  /** False if the vendor's clock agrees with the token. Then the key is wrong, and sending the photo again is no use. */
  private learnSkew({ headers }: VendorAnswer, seconds: number): boolean {
    const theirs = Date.parse(headers.date ?? '');
    if (Number.isNaN(theirs)) return true;
    if (Math.abs(theirs / 1_000 - seconds) <= 5) return false;
    const skewMs = theirs - this.clock.now();
    this.skewMs = Math.abs(skewMs) <= 5_000 ? 0 : skewMs;
    return true;
  }
}

function isRefusedToken(error: unknown): boolean {
  return VendorError.is(error) && error.facts.vendorCode === '9999';
}

/** Status, download and count cost nothing, so one whose answer was lost may be sent again. */
function asUnbilled(error: unknown): unknown {
  if (!VendorError.is(error) || error.code !== 'OUTCOME_UNKNOWN') return error;
  const facts = { ...error.facts, billed: 'NO', safeToRetry: true, outcomeUnknown: false } as const;
  return new VendorError('VENDOR_UNAVAILABLE', facts, error.message, { cause: error });
}
