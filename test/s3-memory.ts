import { setImmediate as turn } from 'node:timers/promises';
import { BucketFiles } from '../src/assets/bucket-files.js';
import { Pictures } from '../src/assets/pictures.js';
import { newId } from '../src/kernel/ids.js';
import { Sealer } from '../src/kernel/seal.js';
import { Secrets } from '../src/kernel/secrets.js';
import { S3Bucket, type S3Options } from '../src/objects/s3-bucket.js';
import { BucketKeys } from '../src/sealing/bucket-keys.js';
import { sealedChunks } from '../src/sealing/sealed-stream.js';

/**
 * How much of a picture a transfer holds: the most that is alive outside of V8's heap, beyond what was there before, looked
 * at after a collection for every MB. Run with --expose-gc, by a test; prints it in bytes for an upload and a download, and
 * for both of what is sealed.
 */
const BYTES = 8_000_000;
const PIECE = 65_536;
const gc = (globalThis as { gc?: () => void }).gc!;

const alive = () => {
  // What the first has found to be free is freed by the second.
  gc();
  gc();
  const { external, arrayBuffers } = process.memoryUsage();
  return Math.max(external, arrayBuffers);
};

/** What is there before is a whole picture, where one is: the engine has made it. */
async function peak(transfer: (looked: () => void) => Promise<void>): Promise<number> {
  for (let times = 0; times < 5; times += 1) await turn();
  const before = alive();
  let most = 0;
  await transfer(() => {
    most = Math.max(most, alive() - before);
  });
  return most;
}

async function main(options: S3Options): Promise<void> {
  const bucket = new S3Bucket(options);
  await bucket.put('warm', Buffer.alloc(100_000));
  const upload = await peak(looked =>
    bucket.put('plain', {
      byteLength: BYTES,
      read: function* () {
        for (let sent = 0; sent < BYTES; sent += PIECE) {
          if (sent % (16 * PIECE) === 0) looked();
          yield Buffer.alloc(Math.min(PIECE, BYTES - sent), sent);
        }
      },
    }),
  );
  const picture = Buffer.alloc(BYTES, 7);
  const sealed = await peak(async looked => {
    const { byteLength, read } = sealedChunks(Buffer.alloc(32), 'about', picture);
    let pieces = 0;
    const watched = async function* () {
      for await (const piece of read()) {
        if (pieces++ % 32 === 0) looked();
        yield piece;
      }
    };
    await bucket.put('sealed', { byteLength, read: watched });
  });
  const download = await peak(async looked => readAll((await bucket.get('plain'))!.stream, looked));
  const keys = new BucketKeys(bucket, new Sealer(new Secrets([Buffer.alloc(32)]), 'data keys'));
  const pictures = new Pictures(new BucketFiles(bucket), keys, true);
  const own = { tenantId: 'default', id: newId('asset') };
  await pictures.write(own, picture);
  const opened = await peak(async looked => readAll((await pictures.open(own))!.stream, looked));
  await bucket.close();
  process.stdout.write(JSON.stringify({ upload, sealed, download, opened }));
}

async function readAll(stream: AsyncIterable<Buffer>, looked: () => void): Promise<void> {
  let bytes = 0;
  let next = 0;
  for await (const piece of stream) {
    bytes += piece.byteLength;
    if (bytes < next) continue;
    next += 16 * PIECE;
    looked();
  }
  if (bytes !== BYTES) throw new Error(`${bytes} bytes came`);
}

void main(JSON.parse(process.argv[2]!) as S3Options);
