import type { Background } from '../src/engine/photo.js';

/** An order of an ID photo, without the measures that are the vendor's own. */
export interface IdPhotoOrder {
  widthPx: number;
  heightPx: number;
  dpi: number;
  backgrounds: readonly Background[];
  minKb?: number;
  maxKb?: number;
}

/**
 * The image work of the sandbox's vendors: done by the engine, or by a fake in tests. Photos come as the client sent
 * them. Errors of a photo are DarkroomError with NO_FACE, MULTIPLE_FACES, FACE_TOO_SMALL, CANNOT_FIT, NOT_AN_IMAGE,
 * UNSUPPORTED_FORMAT, CORRUPT_IMAGE or TOO_MANY_PIXELS. Each vendor answers them with its own code.
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
  /** A picture that says (in ASCII) what it stands for, where a CPU cannot make the real one. */
  placeholder(text: string, widthPx: number, heightPx: number): Promise<Buffer>;
}
