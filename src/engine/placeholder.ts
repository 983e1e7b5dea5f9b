import { encodeJpeg } from './encode.js';
import { blankPlane, drawText, inkOver, textWidth } from './lettering.js';
import type { Picture, PlaceholderText } from './picture.js';

const GROUND = [226, 228, 232] as const;
const STRIPE = 12;
/** Shares of the picture that the text may take. */
const TEXT_WIDTH = 0.86;
const TITLE_HEIGHT = 0.4;
const LARGEST_LETTER = 0.11;
const LINE_STEP = 1.7;
const THICKNESS = 0.14;

/** A picture that says what it stands for: a large title, smaller lines under it, on stripes that nobody takes for a photo. */
export async function placeholder({ title, lines, width, height }: PlaceholderText): Promise<Picture> {
  const image = { data: striped(width, height), width, height };
  const plane = blankPlane(image);
  const letters = titleLetters(title, width, height);
  let top = height * 0.16;
  const write = (text: string, size: number) => {
    const left = (width - textWidth(text) * size) / 2;
    drawText(plane, text, { xx: size, xy: 0, x0: left, yx: 0, yy: size, y0: top }, Math.max(1.2, size * THICKNESS));
    top += size * LINE_STEP;
  };
  for (const line of letters.lines) write(line, letters.size);
  top += letters.size;
  for (const line of lines) write(line, Math.min(letters.size * 0.55, (width * TEXT_WIDTH) / textWidth(line)));
  inkOver(image, plane, 40, 1);
  return encodeJpeg(image, null);
}

function striped(width: number, height: number): Uint8Array {
  const data = new Uint8Array(width * height * 3);
  const stripe = Math.max(4, Math.round(Math.min(width, height) / STRIPE));
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i += 3) {
      const shade = Math.floor((x + y) / stripe) % 2 === 0 ? 0 : 14;
      for (let c = 0; c < 3; c++) data[i + c] = GROUND[c as 0]! - shade;
    }
  }
  return data;
}

/** The largest letters at which the title, broken between words, keeps within its part of the picture. */
function titleLetters(title: string, width: number, height: number): { size: number; lines: string[] } {
  for (let size = Math.min(width, height) * LARGEST_LETTER; ; size *= 0.92) {
    const room = (width * TEXT_WIDTH) / size;
    const lines = wrapped(title, room);
    const fits =
      lines.every(line => textWidth(line) <= room) && lines.length * LINE_STEP * size <= height * TITLE_HEIGHT;
    if (fits || size < 4) return { size, lines };
  }
}

function wrapped(text: string, room: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const longer = lines.length > 0 ? `${lines.at(-1)} ${word}` : word;
    if (lines.length > 0 && textWidth(longer) <= room) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
