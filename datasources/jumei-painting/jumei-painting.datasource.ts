import { VendorError } from '../../src/kernel/vendor-error.js';
import type { Answer, Call, Capabilities, DataSource, JobContext, PaintingJob } from '../contract.js';
import { VendorHttp } from '../kit/http.js';
import { HuaweiGateway } from '../kit/huawei-gateway.js';
import type { JumeiPaintingConfig } from './config.js';
import { fitPainting } from './fit.js';
import { readResult, readSubmitted, submitParameters } from './wire.js';

/** A job usually takes 10 s. The vendor has no failure state, so one that failed stays "in progress" for ever. */
const DEADLINE_MS = 10 * 60_000;
/** The guide keeps a task id for a month and pictures for three. Its upstream now keeps both for 7 days. */
const EXPIRY_MS = 7 * 24 * 3_600_000;

/** Jumei's AI painting on Huawei's marketplace. A job is submitted, charged by the image, and polled until it is done. */
export class JumeiPaintingDataSource implements DataSource {
  readonly vendor = 'JUMEI_PAINTING';
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
        expiryMs: EXPIRY_MS,
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
    if (result === undefined) return { state: 'PENDING', vendorTaskId, billed: 'YES' };
    const { urls, createdAt } = result;
    const expiry = createdAt === undefined ? {} : { expiresAt: new Date(createdAt + EXPIRY_MS) };
    return {
      state: 'DONE',
      vendorTaskId,
      billed: 'YES',
      pictures: urls.map(url => ({ role: 'CLEAN', from: { url, ...expiry }, aiLabel: true })),
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
 * A 404 of the gateway means that the configured URL is wrong; only 201 of the body means that the vendor does not know
 * the task. As VENDOR_UNAVAILABLE the paid task waits until an operator corrects the URL.
 */
function asUnavailable(error: unknown): never {
  if (!VendorError.is(error) || error.code !== 'VENDOR_NOT_FOUND') throw error;
  throw new VendorError('VENDOR_UNAVAILABLE', error.facts, error.message, { cause: error });
}
