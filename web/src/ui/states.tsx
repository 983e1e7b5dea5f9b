import type { ReactNode } from 'react';
import type { ApiError } from '../data/errors.ts';
import { useWords } from '../i18n/language.ts';
import { Icon, type IconName } from './icon.tsx';
import { toast } from './toast.tsx';

export function Empty(props: { icon: IconName; title: string; hint: string; children?: ReactNode; alert?: boolean }) {
  const { icon, title, hint, children, alert = false } = props;
  return (
    <div className="card empty" role={alert ? 'alert' : undefined}>
      <Icon name={icon} />
      <h2>{title}</h2>
      <p>{hint}</p>
      {children && <div className="row wrap centre">{children}</div>}
    </div>
  );
}

/** The server's own words, what to do, and what a developer would want to know. */
export function Failed({ error, onRetry }: { error: ApiError; onRetry: () => void }) {
  const { failed, retry, copied, codes } = useWords();
  const details = [error.code, error.message, error.incident].filter(Boolean).join('\n');
  const copy = () => void navigator.clipboard.writeText(details).then(() => toast(copied));
  const hint = [
    error.userMessage ?? (error.code === 'NETWORK' ? failed.network : error.message),
    codes.todo[error.code] ?? failed.safe,
  ].join(' ');
  return (
    <Empty icon="failed" title={failed.title} hint={hint} alert>
      <button type="button" className="btn pri" onClick={onRetry}>
        <Icon name="retry" />
        {retry}
      </button>
      <button type="button" className="btn" onClick={copy}>
        <Icon name="copy" />
        {failed.details}
      </button>
      <code className="xs dim">{[error.code, error.incident].filter(Boolean).join(' · ')}</code>
    </Empty>
  );
}

/** An error of something that was tried, beside it: the server's words, then what to do. */
export function ErrorNote({ error, title }: { error: ApiError; title?: string | undefined }) {
  const { failed, codes } = useWords();
  const todo = codes.todo[error.code];
  return (
    <div className="note bad" role="alert">
      <Icon name="failed" />
      <div>
        {title && <b className="block">{title}</b>}
        {error.userMessage ?? failed.network}
        {todo && <span className="block muted">{todo}</span>}
        {error.fields.map(({ path, allowed }) => (
          <span className="block xs muted" key={path}>
            <code>{path}</code> {allowed}
          </span>
        ))}
      </div>
    </div>
  );
}

const WIDTHS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

export function SkeletonRows({ rows = 8 }: { rows?: number }) {
  const { loading } = useWords();
  return (
    <div className="card" aria-busy="true">
      <span className="sr" role="status">
        {loading}
      </span>
      {WIDTHS.slice(0, rows).map(width => (
        <div className="row sk-row" key={width}>
          <span className="sk sk-thumb" />
          <span className="sk sk-short" />
          <span className={`sk grow sk-${width}`} />
          <span className="sk end sk-short" />
        </div>
      ))}
    </div>
  );
}
