import { formatPercent } from '../i18n/format.ts';
import { useWords } from '../i18n/language.ts';

/** Head size and the space above it: by the rule, until somebody moves them. */
export function Tune(props: {
  head: number | undefined;
  top: number | undefined;
  /** By the rule, as far as it says. */
  wanted: { head?: number; top?: number };
  locked: boolean;
  onChange: (change: { headRatio?: number | undefined; topMargin?: number | undefined }) => void;
}) {
  const { head, top, wanted, locked, onChange } = props;
  const { job } = useWords();
  return (
    <fieldset className="tune" disabled={locked}>
      <Slider
        label={job.headSize}
        value={head}
        wanted={wanted.head ?? 0.62}
        range={[0.3, 0.9, 0.01]}
        onChange={headRatio => onChange({ headRatio })}
      />
      <Slider
        label={job.spaceAbove}
        value={top}
        wanted={wanted.top ?? 0.1}
        range={[0, 0.3, 0.005]}
        onChange={topMargin => onChange({ topMargin })}
      />
      <button
        type="button"
        className="btn sm"
        disabled={head === undefined && top === undefined}
        onClick={() => onChange({ headRatio: undefined, topMargin: undefined })}
      >
        {job.auto}
      </button>
    </fieldset>
  );
}

function Slider(props: {
  label: string;
  value: number | undefined;
  wanted: number;
  range: readonly [number, number, number];
  onChange: (value: number) => void;
}) {
  const { label, value, wanted, range, onChange } = props;
  const { job } = useWords();
  const [min, max, step] = range;
  const shown = value === undefined ? job.byRule : formatPercent(value, 1);
  return (
    <label>
      <span>
        {label} <b className="num">{shown}</b>
      </span>
      <input
        type="range"
        min={min}
        max={max}
        step={step}
        value={value ?? wanted}
        aria-valuetext={shown}
        onChange={({ target }) => onChange(Number(target.value))}
      />
    </label>
  );
}
