import { Readable } from 'node:stream';

/** What the `Upload` scalar resolves to: the whole file in memory, at most LIMITS.upload.fileBytes, before any resolver runs. */
export interface UploadedFile {
  /** As the client named it, without folders. Personal data: for no log. */
  readonly filename: string;
  /** As the client named it; the content decides what a photo is. */
  readonly mimetype: string;
  readonly encoding: string;
  readonly bytes: Buffer;
  /** A new stream at each call. */
  createReadStream(): Readable;
}

export function uploadedFile(file: Omit<UploadedFile, 'createReadStream'>): UploadedFile {
  return { ...file, createReadStream: () => Readable.from([file.bytes]) };
}
