import type { TaskState, Vendor } from '../data/generated.ts';
import { useWords } from '../i18n/language.ts';
import { Icon, type IconName } from './icon.tsx';

export type Tone = 'ok' | 'bad' | 'ask' | 'run' | 'q';

const STATES: Readonly<Record<TaskState, readonly [Tone, IconName]>> = {
  QUEUED: ['q', 'clock'],
  RUNNING: ['run', 'spinner'],
  SUCCEEDED: ['ok', 'passed'],
  FAILED: ['bad', 'failed'],
  NEEDS_REVIEW: ['ask', 'ask'],
  CANCELED: ['q', 'ban'],
  EXPIRED: ['q', 'clock'],
};

export function StateBadge({ state }: { state: TaskState }) {
  const { codes } = useWords();
  const [tone, icon] = STATES[state] ?? ['q', 'clock'];
  return (
    <span className={`st ${tone}`}>
      <Icon name={icon} spin={icon === 'spinner'} />
      {codes.state[state] ?? state}
    </span>
  );
}

/** A colour always comes with an icon and words. */
export function Status({ tone, children }: { tone: 'ok' | 'bad' | 'ask'; children: string }) {
  const icon = { ok: 'passed', bad: 'failed', ask: 'ask' } as const;
  return (
    <span className={`st ${tone}`}>
      <Icon name={icon[tone]} />
      {children}
    </span>
  );
}

/** Whether somebody real would be called. */
export function KindTag({ vendor, sandbox }: { vendor: Vendor; sandbox: boolean }) {
  const { codes } = useWords();
  if (sandbox) return <span className="tag out">{codes.kind.SANDBOX}</span>;
  if (vendor === 'LOCAL') return <span className="tag">{codes.kind.LOCAL}</span>;
  return <span className="tag real">{codes.kind.REAL}</span>;
}

export function VendorName({ vendor, sandbox }: { vendor: Vendor; sandbox: boolean }) {
  const { codes } = useWords();
  return (
    <span className="row">
      {codes.vendor[vendor] ?? vendor} {sandbox && <KindTag vendor={vendor} sandbox />}
    </span>
  );
}
