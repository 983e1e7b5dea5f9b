import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { type Bytes, type Chunks, chunksOf } from '../kernel/chunks.js';
import { LIMITS } from '../kernel/limits.js';
import { type Bucket, BucketError, isBucketError, type OpenObject, type StoredObject } from './bucket.js';
import { bodyOf, inTime, Transport, type TransportOptions } from './transport.js';

type S3mini = InstanceType<typeof import('s3mini', { with: { 'resolution-mode': 'import' }}).S3mini>;

export interface KeyPair {
  accessKeyId: string;
  secretAccessKey: string;
}

/** What `Transport` takes is for tests. */
export interface S3Options extends TransportOptions, KeyPair {
  bucket: string;
  /** Empty, or ending with a slash. */
  prefix: string;
  /** An origin: of the cloud or, with `own`, of this bucket alone. */
  endpoint: string;
  /** Where the bucket stands: before the host, as the clouds want it, in the path, or the endpoint is its own. */
  addressing: 'virtual' | 'path' | 'own';
  region: string;
  /** What the key is now: asked where the bucket refuses. */
  keysNow?: (() => KeyPair) | undefined;
  /** For tests, which do not wait. */
  retryMs?: readonly number[];
  /** For tests: objects that one list names. */
  listed?: number;
}

const { retryMs, retryForMs, hashedBytes, listed } = LIMITS.bucket;
/** After these the same request may well succeed in a moment. */
const PASSING = new Set(['UNREACHABLE', 'BUSY']);
/** What came was not what was sent. */
const DAMAGED = new Set(['BadDigest', 'IncompleteBody', 'RequestTimeout']);

/**
 * A bucket of S3 or of what speaks like it: AWS, Alibaba OSS, Huawei OBS, MinIO. It needs what all of them have in the same way and no more:
 * objects are put in one request of known length with Content-MD5, deleted one by one, and never copied. Parts (multipart
 * uploads) would have to lie in memory with 5 MB each; a picture has at most 30 MB, and one request takes 5 GB.
 */
export class S3Bucket implements Bucket {
  readonly name: string;
  readonly #transport: Transport;
  #client: Promise<S3mini> | undefined;
  #keys: KeyPair;

  constructor(private readonly options: S3Options) {
    this.#keys = options;
    this.name = `s3://${options.bucket}/${options.prefix}`.replace(/\/$/, '');
    this.#transport = new Transport(options);
  }

  async put(key: string, bytes: Bytes): Promise<void> {
    const chunks = chunksOf(bytes);
    const md5 = await md5Of(chunks);
    await this.#send(client =>
      client.putObject(
        this.#key(key),
        Readable.from(chunks.read(), { objectMode: false }) as unknown as ReadableStream,
        'application/octet-stream',
        undefined,
        { 'content-md5': md5 } as Record<`x-amz-${string}`, string>,
        chunks.byteLength,
      ),
    );
  }

  async get(key: string, first?: number): Promise<OpenObject | undefined> {
    const answer = await this.#send(client =>
      client.getObjectRaw(this.#key(key), first === undefined, 0, first).catch(unlessMissing),
    );
    if (answer === undefined) return undefined;
    const bytes = Number(answer.headers.get('content-length'));
    const body = bodyOf(answer);
    const stream = Readable.from(whole(inTime(body), bytes), { objectMode: false });
    // Not in the generator: one that was never asked for its first value runs no `finally`.
    stream.once('close', () => body.stream.destroy());
    return { bytes, stream };
  }

  async find(key: string): Promise<StoredObject | undefined> {
    // Not by HEAD, whose 404 is the same for an object and for a bucket that is not there.
    const answer = await this.#send(client => client.getObjectRaw(this.#key(key), false, 0, 1).catch(unlessMissing));
    if (answer === undefined) return undefined;
    bodyOf(answer).stream.resume();
    const bytes = Number(answer.headers.get('content-range')?.split('/')[1] ?? answer.headers.get('content-length'));
    return { key, bytes, writtenAt: new Date(answer.headers.get('last-modified') ?? 0) };
  }

  async remove(key: string): Promise<void> {
    await this.#send(client => client.deleteObject(this.#key(key)));
  }

  list(prefix: string): AsyncIterable<StoredObject> {
    return this.#list(prefix);
  }

  async presign(key: string, { seconds, mime, fileName }: { seconds: number; mime: string; fileName: string }) {
    const client = await this.#open();
    return client.getPresignedUrl('GET', this.#key(key), seconds, {
      'response-content-type': mime,
      'response-content-disposition': `attachment; filename="${fileName}"`,
    });
  }

  async keepsVersions(): Promise<boolean | undefined> {
    try {
      return (await this.#send(client => client.getBucketVersioning())) === 'Enabled';
    } catch (error) {
      if (isBucketError(error) && error.fault !== 'UNREACHABLE') return undefined;
      throw error;
    }
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  async *#list(prefix: string): AsyncGenerator<StoredObject> {
    for (let token: string | undefined; ; ) {
      const page = await this.#send(client =>
        client.listObjectsPaged('/', this.#key(prefix), this.options.listed ?? listed, token, {}),
      );
      // 404 without the code of a missing bucket.
      if (page === undefined || page === null) throw new BucketError('MISSING');
      for (const { Key, Size, LastModified } of page.objects ?? [])
        yield { key: Key.slice(this.options.prefix.length), bytes: Size, writtenAt: new Date(LastModified) };
      token = page.nextContinuationToken;
      if (!token) return;
    }
  }

  #key(key: string): string {
    return `${this.options.prefix}${key}`;
  }

  /** Tries again what may pass by itself, for as long as somebody who sends a photo can be kept waiting. */
  async #send<Answer>(request: (client: S3mini) => Promise<Answer>): Promise<Answer> {
    const until = performance.now() + retryForMs;
    const waits = this.options.retryMs ?? retryMs;
    for (let tries = 0; ; tries += 1) {
      const keys = this.#keys;
      try {
        return await request(await this.#open());
      } catch (error) {
        if (isBucketError(error) && error.fault === 'REFUSED' && this.#isRenewed(keys)) continue;
        const wait = waits[tries];
        if (!mayPass(error) || wait === undefined || performance.now() + wait > until) throw typed(error);
        await sleep(wait * (0.5 + Math.random()));
      }
    }
  }

  /** Whether there is another key than the one that was refused: an orchestrator changes the files of a secret beside us. */
  #isRenewed(refused: KeyPair): boolean {
    if (this.#keys !== refused) return true;
    const now = newest(this.options.keysNow);
    if (now === undefined) return false;
    if (now.accessKeyId === refused.accessKeyId && now.secretAccessKey === refused.secretAccessKey) return false;
    this.#keys = now;
    this.#client = undefined;
    return true;
  }

  #open(): Promise<S3mini> {
    const { region } = this.options;
    const { accessKeyId, secretAccessKey } = this.#keys;
    this.#client ??= import('s3mini').then(
      ({ S3mini: Client }) =>
        new Client({ accessKeyId, secretAccessKey, region, endpoint: this.#address(), fetch: this.#transport.fetch }),
    );
    return this.#client;
  }

  #address(): string {
    const { endpoint, bucket, addressing } = this.options;
    const { protocol, host } = new URL(endpoint);
    if (addressing === 'path') return `${protocol}//${host}/${bucket}`;
    return addressing === 'own' ? `${protocol}//${host}` : `${protocol}//${bucket}.${host}`;
  }
}

/** Undefined where it cannot be read just now. */
function newest(keysNow: S3Options['keysNow']): KeyPair | undefined {
  try {
    return keysNow?.();
  } catch {
    return undefined;
  }
}

function mayPass(error: unknown): boolean {
  if (!isBucketError(error)) return false;
  const { fault, detail = '' } = error;
  return PASSING.has(fault) || DAMAGED.has(detail) || (fault === 'FAILED' && /^5\d\d$|InternalError/.test(detail));
}

function unlessMissing(error: unknown): undefined {
  if ((error as { status?: unknown }).status !== 404) throw error;
}

/** An answer that the client cannot read: its message would quote it. */
function typed(error: unknown): BucketError {
  return isBucketError(error) ? error : new BucketError('FAILED', 'UnreadableAnswer');
}

async function md5Of(chunks: Chunks): Promise<string> {
  const hash = createHash('md5');
  let since = 0;
  for await (const chunk of chunks.read()) {
    hash.update(chunk);
    since += chunk.byteLength;
    if (since < hashedBytes) continue;
    since = 0;
    await turn();
  }
  return hash.digest('base64');
}

/** A connection that breaks is told: a reader must not take the part that came for the whole. */
async function* whole(body: AsyncIterable<Uint8Array>, bytes: number): AsyncGenerator<Buffer> {
  let came = 0;
  try {
    for await (const chunk of body) {
      came += chunk.byteLength;
      yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    }
  } catch (error) {
    throw new BucketError('UNREACHABLE', 'Interrupted', error);
  }
  if (came !== bytes) throw new BucketError('UNREACHABLE', 'Interrupted');
}
