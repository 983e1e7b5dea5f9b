import { useState } from 'react';
import { useCan } from '../app/viewer.tsx';
import { ReleaseDocument } from '../data/generated.ts';
import { linkOf } from '../data/use-task.ts';
import { formatTime } from '../i18n/format.ts';
import { useWords } from '../i18n/language.ts';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { Icon } from '../ui/icon.tsx';
import { ErrorNote } from '../ui/states.tsx';
import { fileNameOf, type Photo } from './made-photo.ts';
import { newKey, useRun } from './use-run.ts';
import { priceOf, useQuote } from './vendor-choice.tsx';

/** Previews become clean photos, each once, after the price was seen. */
export function ReleasePanel(props: {
  photos: readonly Photo[];
  reference: string | null;
  nameOf: (background: Photo['background']) => string;
}) {
  const { photos, reference, nameOf } = props;
  const { job } = useWords();
  const allowed = useCan('PHOTOS_RELEASE');
  const [left, setLeft] = useState<readonly string[]>([]);
  const [asking, setAsking] = useState(false);
  const { running, task, error, start } = useRun();
  const chosen = photos.filter(({ id }) => !left.includes(id)).map(({ id }) => id);
  const released = task?.__typename === 'ReleaseTask' && task.state === 'SUCCEEDED' ? task.photos : [];
  const until = photos.map(({ releaseExpiresAt }) => releaseExpiresAt).find(Boolean);
  const go = async () => {
    setAsking(false);
    // Without an order number each press would be another order.
    const order = reference ?? `dashboard ${chosen.join(' ')}`.slice(0, 128);
    await start(ReleaseDocument, { input: { photoIds: [...chosen], reference: order, idempotencyKey: newKey() } });
  };
  return (
    <div className="sec col">
      <p className="s muted">{job.release.lead}</p>
      {until && <p className="s warn num">{job.release.until(formatTime(until))}</p>}
      {released.length === 0 &&
        photos.map(({ id, background }) => (
          <label className="ck" key={id}>
            <input
              type="checkbox"
              checked={!left.includes(id)}
              onChange={({ target }) => setLeft(target.checked ? left.filter(other => other !== id) : [...left, id])}
            />
            <span>
              {job.release.choose} {nameOf(background)}
            </span>
          </label>
        ))}
      {released.map(({ id, clean }) => (
        <a
          key={id}
          className="btn"
          href={linkOf(clean)}
          download={clean ? fileNameOf(reference ?? id, clean.mime) : undefined}
        >
          <Icon name="download" />
          {job.result.download}
        </a>
      ))}
      {error && <ErrorNote error={error} />}
      {task?.failure && <p className="s bad-text">{task.failure.userMessage}</p>}
      {released.length === 0 && (
        <button
          type="button"
          className="btn pri"
          disabled={!allowed || running || chosen.length === 0}
          onClick={() => setAsking(true)}
        >
          {job.release.buy(chosen.length)}
        </button>
      )}
      {asking && <Confirm photoIds={chosen} onClose={() => setAsking(false)} onGo={go} />}
    </div>
  );
}

function Confirm(props: { photoIds: readonly string[]; onClose: () => void; onGo: () => Promise<void> }) {
  const { photoIds, onClose, onGo } = props;
  const words = useWords();
  const { job, cancel, tasks, codes } = words;
  const { quote, error } = useQuote({ release: [...photoIds] });
  return (
    <ConfirmDialog
      title={job.release.title(photoIds.length)}
      keep={cancel}
      go={job.release.choose}
      tone="pri"
      ready={quote?.affordable === true}
      onGo={onGo}
      onClose={onClose}
    >
      {error && <ErrorNote error={error} />}
      {quote && (
        <dl className="kv num">
          <dt>{tasks.vendor}</dt>
          <dd>{codes.vendor[quote.vendor]}</dd>
          <dt>{job.release.cost}</dt>
          <dd>{priceOf(quote, words)}</dd>
        </dl>
      )}
      <p className="muted">{job.release.once}</p>
    </ConfirmDialog>
  );
}
