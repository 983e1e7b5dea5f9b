import type { ReportFragment } from '../generated.js';

type Check = ReportFragment['checks'][number];

const COLOURS = { PASS: '#1a9850', ADVICE: '#f28e2b', FAIL: '#d7191c', NOT_JUDGED: '#777777' } as const;
/** Codes whose box is a length: lines at its ends say more than a frame. */
const LENGTHS: ReadonlySet<Check['code']> = new Set(['HEAD_HEIGHT', 'EYE_LINE']);
/** Drawn even where they passed. */
const ALWAYS: ReadonlySet<Check['code']> = new Set(['HEAD_HEIGHT', 'EYE_LINE', 'FACE']);

/** The photo as an SVG with what its report found: head top, chin and eye line, and a frame around what is wrong. */
export function drawReport({ widthPx, heightPx, checks }: ReportFragment, photo: Uint8Array, mime: string): string {
  const unit = Math.max(widthPx, heightPx) / 100;
  const margin = unit * 34;
  const missed = checks.filter(({ verdict }) => verdict === 'FAIL' || verdict === 'ADVICE');
  const shown = checks.filter(check => check.box !== null && (missed.includes(check) || ALWAYS.has(check.code)));
  const list = missed.map(
    ({ name, verdict, measured, found }, row) =>
      `<text x="${widthPx + unit}" y="${unit * (4 + 3 * row)}" font-size="${unit * 2}" fill="${COLOURS[verdict]}">${escaped(
        [name, measured === null ? found : Number(measured.toFixed(3))].filter(part => part != null).join(' '),
      )}</text>`,
  );
  const data = Buffer.from(photo).toString('base64');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx + margin}" height="${heightPx}" font-family="sans-serif">`,
    `<rect width="100%" height="100%" fill="white"/>`,
    `<image href="data:${mime};base64,${data}" width="${widthPx}" height="${heightPx}"/>`,
    `<g fill="none" stroke-width="${unit * 0.4}">`,
    ...shown.map(check => shapeOf(check, widthPx)),
    '</g>',
    ...list,
    '</svg>\n',
  ].join('\n');
}

function shapeOf({ code, verdict, box }: Check, widthPx: number): string {
  const { x, y, width, height } = box!;
  const colour = `stroke="${COLOURS[verdict]}"`;
  const line = (at: number) => `<line x1="0" x2="${widthPx}" y1="${at}" y2="${at}" ${colour}/>`;
  if (code === 'EYE_LINE') return line(y);
  if (LENGTHS.has(code)) return line(y) + line(y + height);
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" ${colour}/>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, letter => `&#${letter.charCodeAt(0)};`);
}
