import { reconnectNow } from '../data/client.ts';
import { useConnection } from '../data/connection.ts';
import { formatTime } from '../i18n/format.ts';
import { useWords } from '../i18n/language.ts';
import { Icon } from '../ui/icon.tsx';

/** Says why what is shown stands still. Lists are never cleared for it. */
export function Strip() {
  const { lost, offline, now } = useWords();
  const { state, tries, stoodAt } = useConnection();
  if (state === 'OFFLINE')
    return (
      <div className="strip bad" role="status">
        <Icon name="wifi" />
        <span className="grow">{offline(formatTime(stoodAt ?? new Date()))}</span>
      </div>
    );
  if (state !== 'RECONNECTING') return null;
  return (
    <div className="strip" role="status">
      <Icon name="spinner" spin />
      <span className="grow">{lost(tries)}</span>
      <button type="button" className="btn sm" onClick={reconnectNow}>
        {now}
      </button>
    </div>
  );
}
