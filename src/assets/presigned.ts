import { buffer } from 'node:stream/consumers';
import { LIMITS } from '../kernel/limits.js';
import type { Bucket } from '../objects/bucket.js';
import { HEADER_BYTES, isSealed } from '../sealing/sealed-bytes.js';
import { assetKey } from './bucket-files.js';

/**
 * Where a link of ours leads on to with DARKROOM_ASSET_LINKS=presigned. Our own links stay the permission: they are
 * checked, the first use is written down, and what was erased is gone at once; an address of the bucket is good for a minute and
 * is given to nobody but who follows a link.
 * @returns undefined where the picture has to come through us: it is sealed, or not there
 */
export async function presignedUrl(
  bucket: Bucket,
  { id, mime }: { id: string; mime: string },
  fileName: string,
): Promise<string | undefined> {
  const start = await bucket.get(assetKey(id), HEADER_BYTES);
  if (start === undefined || isSealed(await buffer(start.stream))) return undefined;
  return bucket.presign(assetKey(id), { seconds: LIMITS.bucket.presignedSeconds, mime, fileName });
}
