import { jpegSize } from '../../src/kernel/jpeg.js';
import { VendorError } from '../../src/kernel/vendor-error.js';
import type { Answer, Call, Capabilities, DataSource, JobContext } from '../contract.js';
import { VendorHttp } from '../kit/http.js';
import { HuaweiGateway } from '../kit/huawei-gateway.js';
import { idPhotoCodes, idPhotoCodesByUrl } from './codes.js';
import type { JumeiIdPhotoConfig } from './config.js';
import { fitIdPhoto } from './fit.js';
import { idPhotoParameters, readIdPhoto } from './wire.js';

/**
 * The guide allows 2500 px. Its upstream works at 1500, so 2000 loses nothing. "6 MB" may mean the base64 text, and
 * 4.4 MB of JPEG are 5.9 MB of base64.
 */
export const photoLimits = { maxSide: 2_000, maxBytes: 4_400_000 };

/** Jumei's ID photo on Huawei's marketplace. Each background is one call and one unit of the package. */
export class JumeiIdPhotoDataSource implements DataSource {
  readonly vendor = 'JUMEI_ID_PHOTO';
  readonly sandbox: boolean;
  readonly origins: readonly string[];
  /** The guide names none. Public answers of the gateway show 60 a minute; the backgrounds of a task are a short burst. */
  readonly limits = { concurrency: 4, requestsPerSecond: 4 };
  readonly capabilities: Capabilities;
  private readonly http = new VendorHttp(this.limits);
  private readonly gateway: HuaweiGateway;

  constructor(private readonly config: JumeiIdPhotoConfig & { sandbox: boolean }) {
    this.sandbox = config.sandbox;
    this.origins = [new URL(config.url).origin];
    this.gateway = new HuaweiGateway(this.http, config.login);
    this.capabilities = {
      ID_PHOTO: {
        bills: true,
        photoLimits,
        parts: job => job.options.backgrounds.length,
        units: job => job.options.backgrounds.length,
        fit: job => fitIdPhoto(job, config.specMode),
        submit: (call, context) => this.submit(call, context),
      },
    };
  }

  close(): Promise<void> {
    return this.http.close();
  }

  private async submit({ job, photos, part }: Call<'ID_PHOTO'>, context: JobContext): Promise<Answer> {
    const { url, paramsIn, specMode } = this.config;
    // Base64 does not fit into a URL (the gateway takes 32 KB), so with `query` the vendor fetches the photo from us.
    const photo =
      paramsIn === 'query'
        ? { url: await context.photoUrl(photos.photo) }
        : { base64: await fittedPhoto(photos.photo, context) };
    const parameters = idPhotoParameters(job, part, photo, specMode);
    const { signal, sent: onSent } = context;
    const answer = await this.gateway.call({ url, parameters, paramsIn, bills: true, signal, onSent });
    const made = readIdPhoto(answer, paramsIn === 'query' ? idPhotoCodesByUrl : idPhotoCodes);
    return {
      state: 'DONE',
      pictures: [{ role: 'CLEAN', from: { url: made.url }, dpi: job.options.dpi, index: part }],
      billed: made.billed,
      ...(made.taskNo === undefined ? {} : { vendorTaskId: made.taskNo }),
    };
  }
}

/** Base64 without `data:`. A photo that is still too large is refused here, since the vendor might charge for refusing it. */
async function fittedPhoto(assetId: string, context: JobContext): Promise<string> {
  const bytes = await context.photo(assetId);
  const size = jpegSize(bytes);
  const fits =
    bytes.byteLength <= photoLimits.maxBytes &&
    size !== undefined &&
    Math.max(size.width, size.height) <= photoLimits.maxSide;
  if (fits) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  throw new VendorError(
    'INVALID_INPUT',
    { billed: 'NO', safeToRetry: false },
    'The photo was not fitted to the limits of the vendor.',
  );
}
