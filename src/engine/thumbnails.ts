import type { Picture } from './picture.js';

/** Small copies by asset and width, those that were asked for last. A wall of pictures asks for the same over and over. */
export class Thumbnails {
  /** By asset; within, by width. The order is that of their use. */
  readonly #kept = new Map<string, Map<number, Picture>>();
  #bytes = 0;

  constructor(private readonly most: number) {}

  find(key: string, widthPx: number): Picture | undefined {
    const widths = this.#kept.get(key);
    if (widths === undefined) return undefined;
    this.#kept.delete(key);
    this.#kept.set(key, widths);
    return widths.get(widthPx);
  }

  keep(key: string, widthPx: number, picture: Picture): void {
    const widths = this.#kept.get(key) ?? new Map<number, Picture>();
    this.#bytes += picture.bytes.byteLength - (widths.get(widthPx)?.bytes.byteLength ?? 0);
    this.#kept.delete(key);
    this.#kept.set(key, widths.set(widthPx, picture));
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= this.most) return;
      this.forget(oldest);
    }
  }

  forget(key: string): void {
    for (const { bytes } of this.#kept.get(key)?.values() ?? []) this.#bytes -= bytes.byteLength;
    this.#kept.delete(key);
  }
}
