import { formatPercent } from '../i18n/format.ts';
import { useWords } from '../i18n/language.ts';
import type { Report } from './use-checks.ts';

/** Where the head lies in the photo as it was sent, in pixels. */
interface Head {
  readonly crown: number;
  readonly chin: number;
  readonly eyes: number;
  readonly middle: number;
  readonly roll: number;
}

/** Undefined where no face was found. `turned`: the photo is levelled as it is made, so its lines lean with the head. */
export function headOf(report: Report | undefined, turned: boolean): Head | undefined {
  if (!report?.head) return undefined;
  const { crown, chin, leftEye, rightEye } = report.head;
  const middle = (leftEye.x + rightEye.x) / 2;
  const eyes = (leftEye.y + rightEye.y) / 2;
  const lean = turned ? Math.atan2(rightEye.y - leftEye.y, rightEye.x - leftEye.x) : 0;
  // Rows of the head as it is once it is levelled about the middle of its eyes.
  const row = ({ x, y }: { x: number; y: number }) =>
    eyes + (y - eyes) * Math.cos(lean) - (x - middle) * Math.sin(lean);
  return { crown: row(crown), chin: row(chin), eyes, middle, roll: (lean * 180) / Math.PI };
}

/**
 * The photo with what will be cut out of it: solid lines are measured, the dashed frame is where the photo will end. A band
 * shows where the rule takes the chin.
 */
export function CropView(props: {
  url: string;
  report: Report;
  head: Head;
  /** Width to height. */
  ratio: number;
  headRatio: number;
  topMargin: number;
  band: { min: number | null; max: number | null } | undefined;
}) {
  const { url, report, head, ratio, headRatio, topMargin, band } = props;
  const { job } = useWords();
  const height = (head.chin - head.crown) / headRatio;
  const width = height * ratio;
  const left = head.middle - width / 2;
  const top = head.crown - topMargin * height;
  const { widthPx, heightPx } = report;
  const view = viewOf({ left, top, width, height }, widthPx, heightPx);
  const unit = view.width / 520;
  const turn = `rotate(${head.roll} ${head.middle} ${head.eyes})`;
  const lines = [
    { y: head.crown, text: job.crown },
    { y: head.eyes, text: `${job.eyes} ${formatPercent((head.eyes - top) / height, 0)}`, dashed: true },
    { y: head.chin, text: job.chin },
  ];
  return (
    <svg viewBox={`${view.left} ${view.top} ${view.width} ${view.height}`} role="img" aria-label={job.photo}>
      <defs>
        <mask id="cut">
          <path fill="#fff" d={`M${view.left} ${view.top}h${view.width}v${view.height}h${-view.width}z`} />
          <rect x={left} y={top} width={width} height={height} fill="#000" transform={turn} />
        </mask>
      </defs>
      <image href={url} width={widthPx} height={heightPx} />
      <rect
        x={view.left}
        y={view.top}
        width={view.width}
        height={view.height}
        fill="#0c0b0a"
        fillOpacity=".62"
        mask="url(#cut)"
      />
      <g transform={turn} fill="none" stroke="#fff" strokeWidth={unit * 1.4}>
        {band?.min != null && band.max != null && (
          <rect
            x={left}
            width={width}
            y={head.crown + height * band.min}
            height={height * (band.max - band.min)}
            fill="#ff9a57"
            fillOpacity=".28"
            stroke="none"
          />
        )}
        <rect x={left} y={top} width={width} height={height} />
        {lines.map(({ y, text, dashed }) => (
          <g key={text}>
            <path d={`M${left} ${y}h${width}`} strokeDasharray={dashed ? `${5 * unit} ${4 * unit}` : undefined} />
            <text
              x={left + width + 8 * unit}
              y={y + 4 * unit}
              style={{ fontSize: `calc(${unit}px * var(--line-text))`, strokeWidth: 3 * unit }}
            >
              {text}
            </text>
          </g>
        ))}
      </g>
    </svg>
  );
}

/** What the made photo was cut from, in the place and the turn of the made photo. */
export function SourceCut(props: {
  url: string;
  report: Report;
  head: Head;
  ratio: number;
  headRatio: number;
  topMargin: number;
}) {
  const { url, report, head, ratio, headRatio, topMargin } = props;
  const { result } = useWords().job;
  const height = (head.chin - head.crown) / headRatio;
  const left = head.middle - (height * ratio) / 2;
  return (
    <svg
      className="before"
      viewBox={`${left} ${head.crown - topMargin * height} ${height * ratio} ${height}`}
      role="img"
      aria-label={result.before}
    >
      <image
        href={url}
        width={report.widthPx}
        height={report.heightPx}
        transform={`rotate(${-head.roll} ${head.middle} ${head.eyes})`}
      />
    </svg>
  );
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A square around the frame, with room for the names of the lines. */
function viewOf({ left, top, width, height }: Box, photoWidth: number, photoHeight: number): Box {
  const side = Math.min(Math.max(height * 1.28, width * 1.6), Math.max(photoWidth, photoHeight) * 1.2);
  return { left: left + width / 2 - side * 0.46, top: top + height / 2 - side / 2, width: side, height: side };
}
