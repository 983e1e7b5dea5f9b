import type { Analysis } from '../../src/engine/analysis.js';
import { decodeWithin } from '../../src/engine/decode.js';
import { jpegOf } from '../../src/engine/encode.js';
import { blendGrey, drawText, emptyPlane } from '../../src/engine/lettering.js';
import type { RenderedPhoto } from '../../src/engine/photo.js';
import { type RgbImage } from '../../src/engine/pixels.js';
import { renderPhotos } from '../../src/engine/render.js';

const PHOTO = { width: 177, height: 248 };
const LABEL = 22;
const COLUMNS = 9;

/** One-inch photos on blue, each with its title: one JPEG to look at. */
export class ContactSheet {
  private readonly tiles: RgbImage[] = [];

  async add(title: string, analysis: Analysis): Promise<void> {
    const rendered: RenderedPhoto[] = [];
    const options = { widthPx: 295, heightPx: 413, dpi: 300, headRatio: 0.62, topMargin: 0.085, allowBodyCut: true };
    await renderPhotos(analysis, { ...options, backgrounds: [{ kind: 'solid', hex: '#438EDB' }] }, photo =>
      rendered.push(photo),
    );
    const { image } = await decodeWithin(rendered[0]!.bytes, PHOTO.height);
    this.tiles.push(labelled(image, `${title} ${analysis.facts.matteQuality.toFixed(2)}`));
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
  drawText(letters, ascii, { xx: 8, xy: 0, x0: 3, yx: 0, yy: 8, y0: PHOTO.height + 7 }, 1.1);
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
