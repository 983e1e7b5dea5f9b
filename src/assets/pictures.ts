import { Readable } from 'node:stream';
import { storageError } from '../kernel/whole-files.js';
import type { DataKeys } from '../sealing/data-keys.js';
import { HEADER_BYTES, isSealed, openBytes, plainLength } from '../sealing/sealed-bytes.js';
import { openChunks, readStart, sealedChunks } from '../sealing/sealed-stream.js';
import type { AssetFiles, OpenFile } from './files.js';

/** Whose picture it is: a sealed one opens for this tenant and under this id alone. */
export interface PictureOf {
  tenantId: string;
  id: string;
}

/** An open picture. If it is removed meanwhile, it can still be read to its end. Read or destroy the stream. */
export interface OpenPicture {
  bytes: number;
  stream: Readable;
}

/**
 * What stands in the files of assets. Originals are sealed, and with DARKROOM_ENCRYPT_ASSETS all that is new, each under a
 * key of its own; what is plain stays so, and both are read in any case: a file says itself what it is.
 */
export class Pictures {
  readonly #noted = new Set<Set<string>>();

  constructor(
    private readonly files: AssetFiles,
    private readonly keys: DataKeys,
    private readonly sealNew: boolean,
  ) {}

  /**
   * Throws the errors of `writeWhole`. A key whose file a crash prevented goes at the next start.
   * @param options `seal`: sealed whatever the configuration says
   */
  async write(picture: PictureOf, bytes: Uint8Array, options: { seal?: boolean } = {}): Promise<void> {
    const { id } = picture;
    for (const ids of this.#noted) ids.add(id);
    if (!(options.seal ?? this.sealNew)) return this.files.write(id, bytes);
    const key = await this.keys.make(id);
    await this.files.write(id, sealedChunks(key, about(picture), bytes)).catch(async error => {
      await this.keys.destroy(id);
      throw error;
    });
  }

  /** The ids that are written from now on until `end`: of each before its key and its file are there. */
  noteWrites(): { ids: ReadonlySet<string>; end(): void } {
    const ids = new Set<string>();
    this.#noted.add(ids);
    return { ids, end: () => void this.#noted.delete(ids) };
  }

  /** Undefined when there is no such file, or its key is gone. Throws INTERNAL where it was changed or is another's. */
  async read(picture: PictureOf): Promise<Buffer | undefined> {
    const bytes = await this.files.read(picture.id);
    return bytes && this.plainOf(picture, bytes);
  }

  /** What stands in a file of these bytes. */
  async plainOf(picture: PictureOf, bytes: Buffer): Promise<Buffer | undefined> {
    if (!isSealed(bytes)) return bytes;
    const key = await this.keys.find(picture.id);
    return key && openBytes(key, about(picture), bytes);
  }

  /** For serving. Undefined and errors as `read`; what is wrong with a later part of the file ends the stream. */
  async open(picture: PictureOf): Promise<OpenPicture | undefined> {
    const file = await this.files.open(picture.id);
    if (file === undefined) return undefined;
    try {
      const opened = await this.#open(picture, file);
      if (opened === undefined) file.stream.destroy();
      return opened;
    } catch (error) {
      file.stream.destroy();
      throw storageError(error);
    }
  }

  async #open(picture: PictureOf, { bytes: fileBytes, stream: file }: OpenFile): Promise<OpenPicture | undefined> {
    const { start: header, rest } = await readStart(file, HEADER_BYTES);
    if (!isSealed(header)) return { bytes: fileBytes, stream: streamOf(withFirst(header, rest), file) };
    const key = await this.keys.find(picture.id);
    if (key === undefined) return undefined;
    const bytes = plainLength(fileBytes);
    const chunks = openChunks(key, about(picture), { header, rest, fileBytes });
    // The first chunk is checked before anything is answered.
    const first = await chunks.next();
    return { bytes, stream: streamOf(withFirst(first.value!, chunks), file) };
  }

  /** The key first: the file is of no use from then on, whatever becomes of it. */
  async remove(id: string): Promise<void> {
    await this.keys.destroy(id);
    await this.files.remove(id);
  }
}

async function* withFirst(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  if (first.byteLength > 0) yield first;
  yield* rest;
}

function streamOf(chunks: AsyncIterable<Buffer>, file: Readable): Readable {
  const stream = Readable.from(chunks, { objectMode: false });
  // Not in the generator: one that was never asked for its first value runs no `finally`.
  stream.once('close', () => file.destroy());
  return stream;
}

function about({ tenantId, id }: PictureOf): string {
  return `asset:${tenantId}:${id}`;
}
