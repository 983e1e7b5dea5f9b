import type { Analysis } from '../../src/engine/analysis.js';
import { decodeWithin } from '../../src/engine/decode.js';
import { jpegOf } from '../../src/engine/encode.js';
import { blendGrey, drawText, emptyPlane, textWidth } from '../../src/engine/lettering.js';
import type { RenderedPhoto } from '../../src/engine/photo.js';
import { downscale, type RgbImage } from '../../src/engine/pixels.js';
import { renderPhotos } from '../../src/engine/render.js';

const PHOTO = { width: 177, height: 248 };
const LABEL = 22;
const COLUMNS = 9;

/** Photos, each with its title: one JPEG to look at. Those of an analysis are one-inch photos on blue. */
export class ContactSheet {
  private readonly tiles: RgbImage[] = [];

  async add(title: string, analysis: Analysis): Promise<void> {
    const rendered: RenderedPhoto[] = [];
    const options = { widthPx: 295, heightPx: 413, dpi: 300, headRatio: 0.62, topMargin: 0.085, allowBodyCut: true };
    await renderPhotos(analysis, { ...options, backgrounds: [{ kind: 'solid', hex: '#438EDB' }] }, photo =>
      rendered.push(photo),
    );
    await this.addPhoto(`${title} ${analysis.facts.matteQuality.toFixed(2)}`, rendered[0]!.bytes);
  }

  async addPhoto(title: string, bytes: Uint8Array): Promise<void> {
    const { image } = await decodeWithin(bytes, PHOTO.height);
    const width = Math.min(1, PHOTO.width / image.width);
    this.tiles.push(labelled(await downscale(image, width), title));
  }

  get isEmpty(): boolean {
    return this.tiles.length === 0;
  }

  async jpeg(): Promise<Uint8Array> {
    const rows = Math.max(1, Math.ceil(this.tiles.length / COLUMNS));
    const sheet = white(COLUMNS * PHOTO.width, rows * (PHOTO.height + LABEL));
    this.tiles.forEach((tile, n) => {
      paste(sheet, tile, (n % COLUMNS) * PHOTO.width, Math.floor(n / COLUMNS) * (PHOTO.height + LABEL));
    });
    return jpegOf(sheet, 85);
  }
}

function labelled(photo: RgbImage, title: string): RgbImage {
  const tile = white(PHOTO.width, PHOTO.height + LABEL);
  paste(tile, photo, 0, 0);
  const letters = emptyPlane(tile);
  const ascii = title.replace(/[^\x20-\x7e]/g, '?');
  const size = Math.min(8, (PHOTO.width - 6) / textWidth(ascii));
  drawText(letters, ascii, { xx: size, xy: 0, x0: 3, yx: 0, yy: size, y0: PHOTO.height + 7 }, 1.1);
  blendGrey(tile, letters, 0, 1);
  return tile;
}

function white(width: number, height: number): RgbImage {
  return { data: new Uint8Array(width * height * 3).fill(255), width, height };
}

function paste(sheet: RgbImage, tile: RgbImage, left: number, top: number): void {
  const width = Math.min(tile.width, sheet.width - left) * 3;
  for (let y = 0; y < tile.height; y++) {
    const from = y * tile.width * 3;
    sheet.data.set(tile.data.subarray(from, from + width), ((y + top) * sheet.width + left) * 3);
  }
}
