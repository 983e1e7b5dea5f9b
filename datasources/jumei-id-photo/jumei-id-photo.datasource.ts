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
 * The guide allows 2500 px, its upstream works at 1500, so 2000 loses nothing. "6 MB" is read as the length of the
 * base64 text, the strictest reading: 4.4 MB of JPEG are 5.9 MB of it.
 */
export const photoLimits = { maxSide: 2_000, maxBytes: 4_400_000 };

/** Jumei's ID photo on Huawei's marketplace: each background is a call and a unit of the package. */
export class JumeiIdPhotoDataSource implements DataSource {
  readonly vendor = 'JUMEI_ID_PHOTO';
  readonly sandbox: boolean;
  readonly origins: readonly string[];
  /** The guide names none. The gateway's usual throttle in public answers is 60 a minute; a burst of backgrounds is short. */
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
    // Base64 does not fit into an address (the gateway takes 32 KB): there the vendor fetches the photo from us.
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

/** Base64 without `data:`. A photo that is still too large is stopped here: the vendor might charge for refusing it. */
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
