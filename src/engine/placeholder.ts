import { encodeJpeg } from './encode.js';
import { blendGrey, drawText, emptyPlane, textWidth } from './lettering.js';
import type { Picture, PlaceholderText } from './picture.js';

const BACKGROUND = [226, 228, 232] as const;
const STRIPE = 12;
/** Shares of the picture that the text may fill. */
const TEXT_WIDTH = 0.86;
const TITLE_HEIGHT = 0.4;
const MAX_LETTER_HEIGHT = 0.11;
const LINE_STEP = 1.7;
const THICKNESS = 0.14;

/**
 * A picture in place of a real result: a title with smaller lines below it. The striped background keeps anybody from
 * taking it for a photo.
 */
export async function placeholder({ title, lines, width, height }: PlaceholderText): Promise<Picture> {
  const image = { data: striped(width, height), width, height };
  const plane = emptyPlane(image);
  const letters = fitTitle(title, width, height);
  let top = height * 0.16;
  const drawLine = (text: string, size: number) => {
    const left = (width - textWidth(text) * size) / 2;
    drawText(plane, text, { xx: size, xy: 0, x0: left, yx: 0, yy: size, y0: top }, Math.max(1.2, size * THICKNESS));
    top += size * LINE_STEP;
  };
  for (const line of letters.lines) drawLine(line, letters.size);
  top += letters.size;
  for (const line of lines) drawLine(line, Math.min(letters.size * 0.55, (width * TEXT_WIDTH) / textWidth(line)));
  blendGrey(image, plane, 40, 1);
  return encodeJpeg(image, null);
}

function striped(width: number, height: number): Uint8Array {
  const data = new Uint8Array(width * height * 3);
  const stripe = Math.max(4, Math.round(Math.min(width, height) / STRIPE));
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i += 3) {
      const shade = Math.floor((x + y) / stripe) % 2 === 0 ? 0 : 14;
      for (let c = 0; c < 3; c++) data[i + c] = BACKGROUND[c as 0]! - shade;
    }
  }
  return data;
}

/** The largest letters at which the title, wrapped between words, fits its part of the picture. */
function fitTitle(title: string, width: number, height: number): { size: number; lines: string[] } {
  for (let size = Math.min(width, height) * MAX_LETTER_HEIGHT; ; size *= 0.92) {
    const maxWidth = (width * TEXT_WIDTH) / size;
    const lines = wrapText(title, maxWidth);
    const fits =
      lines.every(line => textWidth(line) <= maxWidth) && lines.length * LINE_STEP * size <= height * TITLE_HEIGHT;
    if (fits || size < 4) return { size, lines };
  }
}

function wrapText(text: string, maxWidth: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const longer = lines.length > 0 ? `${lines.at(-1)} ${word}` : word;
    if (lines.length > 0 && textWidth(longer) <= maxWidth) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
