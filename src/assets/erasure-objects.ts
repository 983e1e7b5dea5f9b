import { randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import type { Bucket } from '../objects/bucket.js';
import { type Erased, type ErasureList, erasureLines, readErasures } from './erasures.js';

const PREFIX = 'erasures/';

/** In a bucket, where nothing is appended: an object for each request, in the order of their times. */
export class ErasureObjects implements ErasureList {
  constructor(private readonly bucket: Bucket) {}

  async note(erased: Partial<Erased>): Promise<void> {
    const lines = erasureLines(erased);
    if (lines.length === 0) return;
    const time = new Date().toISOString().replaceAll(/[:.]/g, '-');
    await this.bucket.put(`${PREFIX}${time}-${randomBytes(6).toString('hex')}.jsonl`, Buffer.from(lines.join('')));
  }

  async read(): Promise<Erased> {
    const texts: string[] = [];
    for await (const { key } of this.bucket.list(PREFIX)) {
      const found = await this.bucket.get(key);
      if (found !== undefined) texts.push(await text(found.stream));
    }
    return readErasures(texts);
  }
}
