import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import type { Bytes } from '../kernel/chunks.js';
import { DarkroomError } from '../kernel/errors.js';
import { isId } from '../kernel/ids.js';
import { type Bucket, isOlder, type StoredObject } from '../objects/bucket.js';
import type { AssetFiles, OpenFile, Quarantined } from './files.js';

/** Where pictures lie in a bucket, below its prefix. */
export const ASSET_OBJECTS = 'assets/';
const QUARANTINE = 'quarantine/';
const PROBES = 'probes/';

/** In a bucket, as `assets/ab/asset_ab…`. */
export class BucketFiles implements AssetFiles {
  constructor(private readonly bucket: Bucket) {}

  write(id: string, bytes: Bytes): Promise<void> {
    return this.bucket.put(assetKey(id), bytes);
  }

  async probe(): Promise<void> {
    const key = `${PROBES}${randomBytes(6).toString('hex')}`;
    await this.bucket.put(key, Buffer.alloc(1));
    await this.bucket.remove(key);
  }

  async read(id: string): Promise<Buffer | undefined> {
    const found = await this.bucket.get(assetKey(id));
    return found && buffer(found.stream);
  }

  open(id: string): Promise<OpenFile | undefined> {
    return this.bucket.get(assetKey(id));
  }

  async has(id: string): Promise<boolean> {
    const place = assetKey(id);
    // Its place twice: another replica may bring it back in between.
    for (const key of [place, quarantineKey(id), place]) if ((await this.bucket.find(key)) !== undefined) return true;
    return false;
  }

  async remove(id: string): Promise<void> {
    for (const key of [assetKey(id), quarantineKey(id)]) await this.bucket.remove(key);
  }

  async *list(letter = ''): AsyncIterable<string> {
    for await (const [id] of this.#assets(`${ASSET_OBJECTS}${letter}`)) yield id;
  }

  async isOlder(id: string, ms: number): Promise<boolean> {
    return isOlder(await this.bucket.find(assetKey(id)), ms);
  }

  quarantine(id: string): Promise<boolean> {
    return this.#move(assetKey(id), quarantineKey(id));
  }

  bringBack(id: string): Promise<boolean> {
    return this.#move(quarantineKey(id), assetKey(id));
  }

  async *listQuarantined(): AsyncIterable<Quarantined> {
    for await (const [id, { writtenAt }] of this.#assets(QUARANTINE)) yield { id, since: writtenAt };
  }

  /** Nothing of an upload that was cut off is ever seen. A probe may be left. */
  async sweepTemporary(olderThanMs = 0): Promise<void> {
    for await (const object of this.bucket.list(PROBES))
      if (isOlder(object, olderThanMs)) await this.bucket.remove(object.key);
  }

  /**
   * A bucket cannot rename. Until the second step the object stands in both places, which every reader takes for one, and
   * after a crash the move is made again. It goes through this process: clouds differ in how they copy.
   */
  async #move(from: string, to: string): Promise<boolean> {
    const found = await this.bucket.get(from);
    if (found === undefined) return false;
    await this.bucket.put(to, await buffer(found.stream));
    await this.bucket.remove(from);
    return true;
  }

  async *#assets(prefix: string): AsyncIterable<[id: string, StoredObject]> {
    for await (const object of this.bucket.list(prefix)) {
      const id = object.key.slice(object.key.lastIndexOf('/') + 1);
      if (isId('asset', id)) yield [id, object];
    }
  }
}

export function assetKey(id: string): string {
  if (!isId('asset', id)) throw new DarkroomError('NOT_FOUND');
  const random = id.slice(id.indexOf('_') + 1);
  return `${ASSET_OBJECTS}${random.slice(0, 2)}/${id}`;
}

export function quarantineKey(id: string): string {
  return `${QUARANTINE}${id}`;
}
