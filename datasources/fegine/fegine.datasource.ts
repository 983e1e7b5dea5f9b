import { VendorError } from '../../src/kernel/vendor-error.js';
import type { Answer, Call, Capability, DataSource, JobContext } from '../contract.js';
import { AlibabaMarket } from '../kit/alibaba-gateway.js';
import { reachableUrl } from '../kit/reachable-url.js';
import type { FegineConfig } from './config.js';
import { CONTENT_TYPE, faceForm, PATH, readOutcome, type SentPhoto } from './wire.js';

/** "100k以内" may count bytes or base64, by 1,000 or 1,024. 75,000 bytes are 100,000 characters of base64, which satisfies all. */
export const photoLimits = { maxBytes: 75_000 };

/**
 * Fegine (涪擎 人脸认证): does this photo show the person with this name and ID number? It compares one photo with a
 * register, so it does not prove that a living person is there, whatever the product's title says.
 */
export class FegineDataSource implements DataSource {
  readonly vendor = 'FEGINE';
  readonly sandbox: boolean;
  readonly origins: readonly string[];
  /** The guide names no limit. These are well below what the gateway throttles. */
  readonly limits = { concurrency: 4, requestsPerSecond: 5 };
  readonly capabilities: { FACE_VERIFICATION: Capability<'FACE_VERIFICATION'> };
  private readonly market: AlibabaMarket;

  constructor(private readonly config: FegineConfig & { sandbox: boolean }) {
    this.sandbox = config.sandbox;
    this.origins = [new URL(config.baseUrl).origin];
    this.market = new AlibabaMarket({ ...config, prefix: 'FEGINE', concurrency: this.limits.concurrency });
    this.capabilities = {
      FACE_VERIFICATION: {
        bills: true,
        photoLimits,
        parts: () => 1,
        units: () => 1,
        fit: () => ({ refused: [], ignored: [] }),
        submit: (call, context) => this.verify(call, context),
      },
    };
  }

  close(): Promise<void> {
    return this.market.close();
  }

  private async verify(call: Call<'FACE_VERIFICATION'>, context: JobContext): Promise<Answer> {
    const photo = await this.photoToSend(call.photos.photo, context);
    const person = await context.open(call);
    const answer = await this.market.call({
      method: 'POST',
      path: PATH,
      contentType: CONTENT_TYPE,
      body: faceForm(person, photo),
      signal: context.signal,
      onSent: context.sent,
      personal: [person.name, person.idNumber],
    });
    const outcome = readOutcome(answer, photo);
    // The sandbox compares no faces, so its MATCH must not look like a real one.
    return { state: 'DONE', pictures: [], facts: { faceOutcome: this.sandbox ? 'SIMULATED' : outcome }, billed: 'YES' };
  }

  /** Both are fitted to the limits: the guide has one for a URL as well. */
  private async photoToSend(asset: string, context: JobContext): Promise<SentPhoto> {
    const url = this.config.photoAs === 'url' ? await reachableUrl(() => context.photoUrl(asset)) : undefined;
    if (url !== undefined) return { url };
    const bytes = await context.photo(asset);
    if (bytes.byteLength <= photoLimits.maxBytes) return { bytes };
    const facts = { billed: 'NO', safeToRetry: false } as const;
    throw new VendorError('INVALID_INPUT', facts, 'The photo was not fitted to the limits of the vendor.');
  }
}
