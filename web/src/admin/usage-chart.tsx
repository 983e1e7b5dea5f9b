import { useSyncExternalStore } from 'react';
import { formatNumber } from '../i18n/format.ts';
import { useWords } from '../i18n/language.ts';
import { type Measure, measuredOf, type UsageLine } from './usage-line.ts';

/** In units of its own, so that its texts can be read at either width, and how many days are named. */
const WIDE = { width: 1148, names: 14 };
const NARROW = { width: 360, names: 5 };
const HEIGHT = 252;
const BASE = 220;
const TALL = 196;
const LEFT = 56;
const COLOURS = 4;
const DAY_MS = 86_400_000;

const narrow = matchMedia('(max-width: 720px)');
const onWidth = (listener: () => void) => {
  narrow.addEventListener('change', listener);
  return () => narrow.removeEventListener('change', listener);
};

/** The last days as the server names them: those of China. */
function daysUntilNow(count: number): string[] {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai' });
  return Array.from({ length: count }, (_, back) => format.format(Date.now() - (count - 1 - back) * DAY_MS));
}

/** The class that has the colour of a group. */
export const tintOf = (index: number) => `v${(index % COLOURS) + 1}`;

/** The next number that a reader halves at a glance: 2, 4, 6, 10, 20, 40, 60, 100 … */
function roundTop(most: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(2, most)));
  return power * ([2, 4, 6, 10].find(step => step * power >= most) ?? 10);
}

/** A stack a day, one tint a group; what is in doubt is hatched on top and never added to what is known. */
export function UsageChart(props: {
  lines: readonly UsageLine[];
  measure: Measure;
  days: number;
  /** Of all groups, in the order of their tints. */
  names: readonly string[];
  nameOf: (line: UsageLine) => string;
}) {
  const { lines, measure, days, names, nameOf } = props;
  const { admin } = useWords();
  const size = useSyncExternalStore(onWidth, () => (narrow.matches ? NARROW : WIDE));
  const axis = daysUntilNow(days);
  const of = (day: string) => lines.filter(line => line.day === day);
  const doubtOf = (line: UsageLine) => (measure === 'units' ? line.unitsInDoubt : Number(line.costInDoubt));
  const sumOf = (day: string) => of(day).reduce((sum, line) => sum + measuredOf(line, measure) + doubtOf(line), 0);
  const top = roundTop(Math.max(0, ...axis.map(sumOf)));
  const step = (size.width - LEFT) / days;
  const label = (value: number) => (measure === 'money' ? `¥${formatNumber(value, 1)}` : formatNumber(value));
  return (
    <>
      <div className="tw">
        <svg className="chart" viewBox={`0 0 ${size.width} ${HEIGHT}`} role="img" aria-label={admin.usage.chart}>
          <Hatching />
          {[0, 0.5, 1].map(part => (
            <g key={part}>
              <path d={`M48 ${BASE - TALL * part}H${size.width}`} className="grid-line" />
              <text x="40" y={BASE + 4 - TALL * part} textAnchor="end">
                {label(top * part)}
              </text>
            </g>
          ))}
          {axis.map((day, index) => (
            <Day
              key={day}
              x={LEFT + index * step}
              width={step * 0.55}
              text={index % Math.ceil(days / size.names) === 0 ? day.slice(5) : ''}
              parts={of(day).map(line => ({
                tint: tintOf(names.indexOf(nameOf(line))),
                height: (measuredOf(line, measure) / top) * TALL,
              }))}
              doubt={(of(day).reduce((sum, line) => sum + doubtOf(line), 0) / top) * TALL}
            />
          ))}
        </svg>
      </div>
      <div className="lg">
        {names.map((name, index) => (
          <span className={tintOf(index)} key={name}>
            <i />
            {name}
          </span>
        ))}
        <span className="in-doubt">
          <i />
          {admin.usage.doubt}
        </span>
      </div>
    </>
  );
}

function Hatching() {
  return (
    <defs>
      <pattern id="doubt" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <path d="M0 0v6" className="hatch" />
      </pattern>
    </defs>
  );
}

function Day(props: {
  x: number;
  width: number;
  text: string;
  parts: readonly { tint: string; height: number }[];
  doubt: number;
}) {
  const { x, width, text, parts, doubt } = props;
  let y = BASE;
  const bars = parts.map(({ tint, height }) => {
    y -= height;
    return { tint, height, y };
  });
  return (
    <>
      {bars.map(bar => (
        <rect
          key={`${bar.tint} ${bar.y}`}
          className={`${bar.tint} tint`}
          x={x}
          y={bar.y}
          width={width}
          height={Math.max(0, bar.height - 1)}
        />
      ))}
      {doubt > 0 && <rect className="doubt" x={x} y={y - doubt} width={width} height={doubt} fill="url(#doubt)" />}
      <text x={x + width / 2} y={BASE + 20} textAnchor="middle">
        {text}
      </text>
    </>
  );
}
