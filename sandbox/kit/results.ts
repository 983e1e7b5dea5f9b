import { createHmac } from 'node:crypto';
import type { Clock } from '../../src/kernel/clock.js';
import type { Exchange, Reply } from './exchange.js';
import type { Faults } from './faults.js';
import type { Ledger } from './ledger.js';

interface StoredResult {
  expires: number;
  make: () => Promise<Buffer> | Buffer;
}

/** A sweep visits every result, so it runs only once in this many new ones. */
const SWEEP_EVERY = 256;

/** Not a secret: a changed URL is noticed, not prevented. */
const SIGNING_KEY = 'sandbox';

/**
 * Serves a vendor's results until they expire. Signed URLs follow OSS V1 (query `Expires`, `OSSAccessKeyId`,
 * `Signature`). The signature is base64, so a client that decodes and encodes the URL again breaks it.
 */
export class Results {
  private readonly stored = new Map<string, StoredResult>();
  private published = 0;

  constructor(
    private readonly clock: Clock,
    private readonly ledger: Ledger,
    private readonly faults: Faults,
    private readonly origins: { own: () => string; foreign: () => string },
  ) {}

  /** `path` is encoded. `make` runs at each download, so that what can be made again takes no memory. */
  publish(
    exchange: Exchange,
    path: string,
    lifetimeMs: number,
    make: StoredResult['make'],
    { signed = true }: { signed?: boolean } = {},
  ): string {
    this.published += 1;
    if (this.published % SWEEP_EVERY === 0) this.sweep();
    // Whole seconds, as in the signature.
    const expires = Math.floor((this.clock.now() + lifetimeMs) / 1000);
    this.stored.set(path, { expires: expires * 1000, make });
    const origin = this.faults.takeForeignHost(exchange) ? this.origins.foreign() : this.origins.own();
    return `${origin}${path}${signed ? `?${signedQuery(path, expires)}` : ''}`;
  }

  /** By the path alone, so that an expired result is still one. */
  owns(path: string): boolean {
    return /^\/(results|static|leqi-imgcall)\//.test(path);
  }

  async serve(exchange: Exchange): Promise<Reply> {
    const carried = ['authorization', 'cookie', 'token', 'x-apig-appcode', 'x-sdk-date'].filter(
      name => exchange.headers[name] !== undefined,
    );
    if (carried.length > 0) this.ledger.breach(exchange, 'CREDENTIALS_TO_RESULT', carried.join(', '));

    const expires = Number(/(?:^|&)Expires=(\d+)/.exec(exchange.query)?.[1] ?? Number.NaN);
    if (!Number.isNaN(expires)) {
      if (exchange.query !== signedQuery(exchange.path, expires)) {
        this.ledger.breach(exchange, 'ALTERED_URL', 'the signed URL was not sent as it was given');
        return ossError(403, 'SignatureDoesNotMatch', 'The request signature we calculated does not match.');
      }
      if (expires * 1000 <= this.clock.now())
        return ossError(403, 'AccessDenied', 'Request has expired.', '0002-00000069');
    }
    const result = this.stored.get(exchange.path);
    if (!result || result.expires <= this.clock.now())
      return ossError(404, 'NoSuchKey', 'The specified key does not exist.');
    const bytes = await result.make();
    return { status: 200, headers: { 'content-type': pictureType(bytes) }, body: bytes };
  }

  private sweep(): void {
    const now = this.clock.now();
    for (const [path, { expires }] of this.stored) if (expires <= now) this.stored.delete(path);
  }
}

function signedQuery(path: string, expires: number): string {
  const signature = createHmac('sha1', SIGNING_KEY).update(`GET\n\n\n${expires}\n${path}`).digest('base64');
  return `Signature=${encodeURIComponent(signature)}&Expires=${expires}&OSSAccessKeyId=sandbox`;
}

function ossError(status: number, code: string, message: string, ec?: string): Reply {
  const xml = `<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>${code}</Code><Message>${message}</Message>${ec === undefined ? '' : `<EC>${ec}</EC>`}</Error>
`;
  return { status, headers: { 'content-type': 'application/xml' }, body: xml };
}

function pictureType(bytes: Buffer): string {
  return bytes[0] === 0x89 ? 'image/png' : 'image/jpeg';
}
