import type { Readable } from 'node:stream';
import type { BusboyFileStream, BusboyInstance } from '@fastify/busboy';
import { DarkroomError } from '../../kernel/errors.js';
import { LIMITS } from '../../kernel/limits.js';
import { type UploadedFile, uploadedFile } from './uploaded-file.js';

export interface MultipartParts {
  readonly fields: ReadonlyMap<string, string>;
  readonly files: ReadonlyMap<string, UploadedFile>;
}

const LEAST_ROOM = 65_536;

/**
 * The bytes of a file, in one piece from the first on. As a list of chunks that is joined at the end a photo was in memory
 * twice. What of the room is never written takes none.
 */
export class FileRoom {
  private room: Buffer;
  private length = 0;

  /** @param expected the bytes to come; more may come */
  constructor(expected: number) {
    this.room = Buffer.allocUnsafeSlow(expected);
  }

  write(chunk: Buffer): void {
    if (this.length + chunk.length > this.room.length) this.grow(this.length + chunk.length);
    chunk.copy(this.room, this.length);
    this.length += chunk.length;
  }

  /** All that was written. A room that turned out far too large is not kept. */
  taken(): Buffer {
    const bytes = this.room.subarray(0, this.length);
    return this.length < this.room.length / 2 ? Buffer.from(bytes) : bytes;
  }

  free(): void {
    this.room = Buffer.alloc(0);
    this.length = 0;
  }

  private grow(least: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(LEAST_ROOM, 2 * least));
    this.room.copy(larger, 0, 0, this.length);
    this.room = larger;
  }
}

/** Keeps the parts that a parser finds, and reports the first that breaks a limit. */
export class PartCollector implements MultipartParts {
  readonly fields = new Map<string, string>();
  readonly files = new Map<string, UploadedFile>();
  private readonly open = new Set<Readable>();
  private discarded = false;

  /** @param unread bytes of the body, by its own word; 0 where it gives none */
  constructor(
    parser: BusboyInstance,
    onError: (error: DarkroomError) => void,
    private unread = 0,
  ) {
    const { upload: limits } = LIMITS;
    const guarded = (keep: () => void) => {
      if (this.discarded) return;
      try {
        keep();
      } catch (error) {
        onError(error as DarkroomError);
      }
    };
    parser.on('field', (name, value, _nameTruncated, truncated) => {
      guarded(() => this.keepField(name, value, truncated));
    });
    parser.on('file', (name, stream, filename, encoding, mimetype) => {
      // A body that ends inside a file makes the parser emit an error on the file's stream as well as on itself.
      stream.on('error', () => {});
      stream.on('limit', () => onError(tooLarge(`A file is larger than ${limits.fileBytes} bytes.`)));
      guarded(() => this.keepFile(name, stream, { filename, encoding, mimetype }));
    });
    parser.on('filesLimit', () => onError(badMultipart(`More than ${limits.files} files.`)));
    parser.on('fieldsLimit', () => onError(badMultipart(`More than ${limits.fields} text parts.`)));
    parser.on('partsLimit', () => onError(badMultipart(`More than ${limits.files + limits.fields} parts.`)));
  }

  /** Frees what was kept. What the parser still finds is ignored. */
  discard(): void {
    this.discarded = true;
    this.fields.clear();
    this.files.clear();
    for (const stream of this.open) stream.destroy();
  }

  private keepField(name: string | undefined, value: string, truncated: boolean): void {
    if (name === undefined) throw nameless();
    if (truncated) throw tooLarge(`A text part is larger than ${LIMITS.upload.fieldBytes} bytes.`);
    if (this.fields.has(name)) throw badMultipart('Two text parts have the same name.');
    this.fields.set(name, value);
  }

  /** `name` and `filename` may be missing, whatever the parser's types say. */
  private keepFile(
    name: string | undefined,
    stream: BusboyFileStream,
    info: { filename: string | undefined; encoding: string; mimetype: string },
  ): void {
    if (name === undefined) throw nameless();
    if (this.files.has(name)) throw badMultipart('Two files have the same part name.');
    const file = { ...info, filename: (info.filename ?? '').slice(0, 255) };
    this.files.set(name, uploadedFile({ ...file, bytes: Buffer.alloc(0) }));
    this.open.add(stream);
    const room = new FileRoom(Math.min(this.unread, LIMITS.upload.fileBytes));
    stream.on('data', (chunk: Buffer) => {
      this.unread = Math.max(0, this.unread - chunk.length);
      room.write(chunk);
    });
    stream.on('end', () => {
      this.open.delete(stream);
      if (!this.discarded) this.files.set(name, uploadedFile({ ...file, bytes: room.taken() }));
    });
    stream.on('close', () => room.free());
  }
}

export function badMultipart(message: string): DarkroomError {
  return new DarkroomError('BAD_MULTIPART', message);
}

export function tooLarge(message: string): DarkroomError {
  return new DarkroomError('FILE_TOO_LARGE', message);
}

function nameless(): DarkroomError {
  return badMultipart('A part has no name.');
}
