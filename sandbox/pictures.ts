import type { Background } from '../src/engine/photo.js';

/** What an ID photo vendor is told, without the measures that only it understands. */
export interface IdPhotoOrder {
  widthPx: number;
  heightPx: number;
  dpi: number;
  backgrounds: readonly Background[];
  minKb?: number;
  maxKb?: number;
}

/**
 * The image work that the sandbox's vendors do, given by whoever starts it: the engine, or a fake in a test. Photos come
 * in as a client sent them. Errors that are the photo's fault are DarkroomError with NO_FACE, MULTIPLE_FACES,
 * FACE_TOO_SMALL, CANNOT_FIT, NOT_AN_IMAGE, UNSUPPORTED_FORMAT, CORRUPT_IMAGE or TOO_MANY_PIXELS; each vendor answers them with its own code.
 */
export interface SandboxPictures {
  /** JPEGs, one a background, in their order. */
  idPhotos(photo: Buffer, order: IdPhotoOrder): Promise<Buffer[]>;
  hasFace(photo: Buffer): Promise<boolean>;
  /** The same picture, plainly marked as a preview. */
  watermark(photo: Buffer): Promise<Buffer>;
  /** On six-inch paper; `count` null: as many as fit. */
  sheet(photo: Buffer, count: number | null): Promise<{ bytes: Buffer; count: number }>;
  restore(photo: Buffer, steps: 'sr' | 'sr,repair'): Promise<Buffer>;
  changeBackground(photo: Buffer, hex: string): Promise<Buffer>;
  /** A picture that plainly says what it stands for, in ASCII: where nobody can honestly make the real one on a CPU. */
  placeholder(text: string, widthPx: number, heightPx: number): Promise<Buffer>;
}
