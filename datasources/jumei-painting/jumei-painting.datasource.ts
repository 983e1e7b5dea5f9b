import { systemClock } from '../../src/kernel/clock.js';
import { VendorError } from '../../src/kernel/vendor-error.js';
import type { Answer, Call, Capabilities, DataSource, JobContext, PaintingJob } from '../contract.js';
import { VendorHttp } from '../kit/http.js';
import { HuaweiGateway } from '../kit/huawei-gateway.js';
import type { JumeiPaintingConfig } from './config.js';
import { fitPainting } from './fit.js';
import { readResult, readSubmitted, submitParameters } from './wire.js';

/** A job usually takes 10 s. The vendor has no failure state, so one that failed may stay "in progress" for ever. */
const DEADLINE_MS = 10 * 60_000;
const DAY_MS = 24 * 3_600_000;
/** As the guide says: a month for a task id, three for the pictures. They are fetched at once, whatever is true. */
const ID_LIFETIME_MS = 30 * DAY_MS;
const PICTURE_LIFETIME_MS = 90 * DAY_MS;

/** Jumei's AI painting on Huawei's marketplace. A job is submitted, charged by the image, and polled until it is done. */
export class JumeiPaintingDataSource implements DataSource {
  readonly vendor = 'JUMEI_PAINTING';
  /** The name that its guide gives itself; no code of a provider is known. */
  readonly producer = '聚美智数';
  readonly sandbox: boolean;
  readonly origins: readonly string[];
  /** The guide names none. */
  readonly limits = { concurrency: 4, requestsPerSecond: 10 };
  readonly capabilities: Capabilities;
  private readonly http = new VendorHttp(this.limits);
  private readonly gateway: HuaweiGateway;

  constructor(private readonly config: JumeiPaintingConfig & { sandbox: boolean }) {
    this.sandbox = config.sandbox;
    this.origins = [...new Set([config.submitUrl, config.queryUrl].map(url => new URL(url).origin))];
    this.gateway = new HuaweiGateway(this.http, config.login);
    this.capabilities = {
      PAINTING: {
        bills: true,
        parts: () => 1,
        units: job => job.count,
        fit: fitPainting,
        submit: (call, context) => this.submit(call, context),
        poll: (call, vendorTaskId, context) => this.poll(call, vendorTaskId, context),
        deadlineMs: DEADLINE_MS,
        expiryMs: ID_LIFETIME_MS,
      },
    };
  }

  close(): Promise<void> {
    return this.http.close();
  }

  private async submit({ job }: Call<'PAINTING'>, context: JobContext): Promise<Answer> {
    const answer = await this.ask(this.config.submitUrl, submitParameters(job), true, job, context);
    const { taskId, billed } = readSubmitted(answer);
    return { state: 'PENDING', vendorTaskId: taskId, billed };
  }

  /** `billed` is about the job: we assume that a query costs nothing. */
  private async poll({ job }: Call<'PAINTING'>, vendorTaskId: string, context: JobContext): Promise<Answer> {
    const result = readResult(
      await this.ask(this.config.queryUrl, { taskId: vendorTaskId }, false, job, context).catch(asUnavailable),
    );
    if (result.state !== 'DONE') return { ...result, vendorTaskId, billed: 'YES' };
    const { urls, createdAt } = result;
    const expiresAt = pictureExpiry(createdAt, systemClock.now());
    return {
      state: 'DONE',
      vendorTaskId,
      billed: 'YES',
      pictures: urls.map((url, place) => ({
        role: 'CLEAN',
        from: { url, expiresAt },
        aiLabel: true,
        contentId: `${vendorTaskId}-${place + 1}`,
      })),
      ...(urls.length < job.count ? { facts: { warnings: ['FEWER_IMAGES'] } } : {}),
    };
  }

  private ask(
    url: string,
    parameters: Record<string, string>,
    bills: boolean,
    { text }: PaintingJob,
    { signal, sent }: JobContext,
  ) {
    const onSent = bills ? sent : undefined;
    const { paramsIn } = this.config;
    return this.gateway.call({ url, parameters, paramsIn, bills, personal: [text], signal, onSent });
  }
}

/**
 * Counted from now, because the vendor's `createTime` has no time zone and nobody says what it is the time of. It can only
 * lengthen the time, by a day at most: more is no time zone.
 */
function pictureExpiry(createdAt: number | undefined, now: number): Date {
  const ahead = createdAt === undefined ? 0 : Math.min(Math.max(0, createdAt - now), DAY_MS);
  return new Date(now + ahead + PICTURE_LIFETIME_MS);
}

/**
 * A 404 of the gateway means that the configured URL is wrong; only 201 of the body means that the vendor does not know
 * the task. As VENDOR_UNAVAILABLE the paid task waits until an operator corrects the URL.
 */
function asUnavailable(error: unknown): never {
  if (!VendorError.is(error) || error.code !== 'VENDOR_NOT_FOUND') throw error;
  throw new VendorError('VENDOR_UNAVAILABLE', error.facts, error.message, { cause: error });
}
