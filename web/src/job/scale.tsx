import { useWords } from '../i18n/language.ts';

/** The 1-yuan coin of 2019. */
const COIN_MM = 22.25;
const PAD = 3;
const RULER = 9;
const MM_PER_INCH = 25.4;

interface Size {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly widthMm: number | null;
  readonly heightMm: number | null;
  readonly dpi: number;
}

/** In millimetres, and whether that was reckoned from the pixels. */
export function millimetresOf({ widthPx, heightPx, widthMm, heightMm, dpi }: Size): [number, number, boolean] {
  if (widthMm !== null && heightMm !== null) return [widthMm, heightMm, false];
  const mm = (pixels: number) => Math.round((pixels / dpi) * MM_PER_INCH * 10) / 10;
  return [mm(widthPx), mm(heightPx), true];
}

/** The print beside a coin and a ruler, all to one scale. `head`, `top`: shares of the height, where a rule says them. */
export function Scale({ spec, width, head, top }: { spec: Size; width: number; head?: number; top?: number }) {
  const { scale, yuan } = useWords().job.spec;
  const [w, h] = millimetresOf(spec);
  const whole = Math.max(w + 4 + COIN_MM, 44) + PAD * 2;
  const upper = Math.max(h, COIN_MM);
  const height = upper + PAD * 2 + RULER;
  const coin = { x: PAD + w + 4 + COIN_MM / 2, y: PAD + upper - COIN_MM / 2 };
  return (
    <svg
      className="scale"
      viewBox={`0 0 ${whole} ${height}`}
      width={width}
      role="img"
      aria-label={scale(`${w} × ${h}`)}
    >
      <rect x={PAD} y={PAD + upper - h} width={w} height={h} className="print" />
      {head !== undefined && top !== undefined && (
        <ellipse
          className="wanted"
          cx={PAD + w / 2}
          cy={PAD + upper - h + h * top + (h * head) / 2}
          rx={h * head * 0.37}
          ry={(h * head) / 2}
        />
      )}
      <circle cx={coin.x} cy={coin.y} r={COIN_MM / 2} className="coin" />
      <circle cx={coin.x} cy={coin.y} r={COIN_MM / 2 - 1.2} className="coin thin" />
      <text x={coin.x} y={coin.y + 1.2} textAnchor="middle" className="coin-text">
        {yuan}
      </text>
      <Ruler length={whole - PAD * 2} bottom={height} />
    </svg>
  );
}

function Ruler({ length, bottom }: { length: number; bottom: number }) {
  const millimetres = Array.from({ length: Math.floor(length) + 1 }, (_, index) => index);
  const tall = (mm: number) => (mm % 10 === 0 ? 2.8 : mm % 5 === 0 ? 1.8 : 1);
  const ticks = millimetres.map(mm => `M${PAD + mm} ${bottom - 6.5}v${tall(mm)}`).join('');
  const tens = millimetres.filter(mm => mm % 10 === 0 && mm <= length - 8);
  return (
    <>
      <path d={ticks} className="ticks" />
      {tens.map(mm => (
        <text key={mm} x={PAD + mm} y={bottom - 0.6} textAnchor={mm === 0 ? 'start' : 'middle'}>
          {mm}
        </text>
      ))}
      <text x={PAD + length} y={bottom - 0.6} textAnchor="end">
        mm
      </text>
    </>
  );
}
