import { type ReactNode, useState } from 'react';
import { useWords } from '../i18n/language.ts';
import { Icon } from '../ui/icon.tsx';

/** Two pictures over each other, with a range input as the line between: by mouse, touch and keyboard alike. */
export function BeforeAfter(props: { before: ReactNode; after: string; ratio: number; preview?: boolean }) {
  const { before, after, ratio, preview = false } = props;
  const { result } = useWords().job;
  const [at, setAt] = useState(50);
  const size = { '--ratio': ratio, '--x': `${at}%` } as React.CSSProperties;
  const label = preview ? result.preview : result.after;
  if (before === undefined)
    return (
      <div className="ba" style={size}>
        <img src={after} alt={label} />
      </div>
    );
  return (
    <div className="ba" style={size}>
      {before}
      <img className="after" src={after} alt={label} />
      <span className="cap left">{result.before}</span>
      <span className="cap right">{label}</span>
      <span className="bar-l" />
      <input
        type="range"
        min="0"
        max="100"
        value={at}
        aria-label={result.compare}
        onChange={({ target }) => setAt(Number(target.value))}
      />
      <span className="knob">
        <Icon name="swap" />
      </span>
    </div>
  );
}
