import { useState } from 'react';
import { Link } from 'wouter';
import { saveZip } from '../data/files.ts';
import { linkOf, type TaskOf } from '../data/use-task.ts';
import { formatBytes, formatDuration, formatNumber, formatPercent } from '../i18n/format.ts';
import { useLanguage, useWords } from '../i18n/language.ts';
import { KindTag, StateBadge, Status } from '../ui/badge.tsx';
import { Icon } from '../ui/icon.tsx';
import { toast } from '../ui/toast.tsx';
import { fileNameOf, type Photo } from './made-photo.ts';
import { ReleasePanel } from './release.tsx';
import { SheetMaker } from './sheet.tsx';
import { titleOf } from './spec-facts.tsx';
import type { Color } from './swatches.tsx';
import { failuresOf } from './use-checks.ts';

export function useBackgroundName(colors: readonly Color[]) {
  const { job } = useWords();
  const language = useLanguage();
  return ({ kind, hex, hexEnd }: Photo['background']): string => {
    if (kind === 'TRANSPARENT') return job.background.clear;
    if (kind === 'ORIGINAL') return job.background.original;
    const known = colors.find(color => color.hex === hex && (color.hexEnd ?? null) === hexEnd);
    return known ? titleOf(known, language) : [hex, hexEnd].filter(Boolean).join(' – ');
  };
}

export function Result(props: {
  task: TaskOf<'IdPhotoTask'>;
  colors: readonly Color[];
  shown: string | undefined;
  onShow: (photoId: string) => void;
  onNext: () => void;
}) {
  const { task, colors, shown, onShow, onNext } = props;
  const { job } = useWords();
  const nameOf = useBackgroundName(colors);
  const held = task.photos.filter(({ clean, preview }) => clean === null && preview !== null);
  const clean = task.photos.filter(photo => photo.clean !== null);
  return (
    <div className="card">
      <div className="sec">
        <div className="h">
          <StateBadge state={task.state} />
          <KindTag vendor={task.vendor} sandbox={task.sandbox} />
          {task.endedAt && (
            <span className="end num s dim">
              {job.result.took(formatDuration(Date.parse(task.endedAt) - Date.parse(task.createdAt)))}
            </span>
          )}
        </div>
        <Photos photos={task.photos} colors={colors} shown={shown} onShow={onShow} reference={task.reference} />
        {task.missing.map(({ background, failure }) => (
          <p className="s warn" key={`${background.hex}${background.hexEnd}`}>
            {job.result.missing(task.parts.delivered, task.parts.wanted)} {failure.userMessage}
          </p>
        ))}
      </div>
      {task.photos[0] && <Measured photo={task.photos.find(({ id }) => id === shown) ?? task.photos[0]} />}
      {held.length > 0 && <ReleasePanel photos={held} reference={task.reference} nameOf={nameOf} />}
      {clean.length > 1 && <DownloadAll photos={clean} colors={colors} reference={task.reference} />}
      {clean.length > 0 && <SheetMaker photoIds={clean.map(({ id }) => id)} />}
      <div className="go-bar col">
        <button type="button" className="btn pri big" onClick={onNext}>
          <Icon name="next" large />
          {job.result.next}
        </button>
        <Link className="btn" href={`/tasks/${task.id}`}>
          {job.result.open}
        </Link>
      </div>
    </div>
  );
}

function Photos(props: {
  photos: readonly Photo[];
  colors: readonly Color[];
  shown: string | undefined;
  onShow: (photoId: string) => void;
  reference: string | null;
}) {
  const { photos, colors, shown, onShow, reference } = props;
  const { job } = useWords();
  const nameOf = useBackgroundName(colors);
  return (
    <ul>
      {photos.map(photo => {
        const picture = photo.clean ?? photo.preview;
        const name = nameOf(photo.background);
        return (
          <li className="res" key={photo.id} data-clear={photo.background.kind === 'TRANSPARENT' || undefined}>
            <button
              type="button"
              className="thumb-button"
              aria-pressed={photo.id === (shown ?? photos[0]?.id)}
              aria-label={name}
              onClick={() => onShow(photo.id)}
            >
              <img src={linkOf(picture)} alt="" />
            </button>
            <div>
              <b>{name}</b>
              <div className="s dim num">
                {picture && `${picture.mime === 'image/png' ? 'PNG' : 'JPEG'} · ${formatBytes(picture.bytes)}`}
                {!photo.clean && ` · ${job.result.preview}`}
              </div>
            </div>
            {photo.clean && (
              <a
                className="btn sm"
                href={linkOf(photo.clean)}
                download={fileNameOf([reference, name].filter(Boolean).join(' '), photo.clean.mime)}
                aria-label={`${job.result.download} ${name}`}
              >
                <Icon name="download" />
                {job.result.download}
              </a>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function DownloadAll(props: { photos: readonly Photo[]; colors: readonly Color[]; reference: string | null }) {
  const { photos, colors, reference } = props;
  const { job } = useWords();
  const nameOf = useBackgroundName(colors);
  const [busy, setBusy] = useState(false);
  const start = async () => {
    setBusy(true);
    const files = photos.map(({ background, clean }) => ({
      name: fileNameOf([reference, nameOf(background)].filter(Boolean).join(' '), clean!.mime),
      url: linkOf(clean)!,
    }));
    await saveZip(`${reference ?? 'photos'}.zip`, files).catch(() => toast(job.result.notAll));
    setBusy(false);
  };
  return (
    <div className="sec">
      <button type="button" className="btn" disabled={busy} onClick={start}>
        <Icon name="download" />
        {job.result.all(photos.length)}
      </button>
    </div>
  );
}

/** What the made photo has, against what the rule asks. */
function Measured({ photo }: { photo: Photo }) {
  const { job, codes } = useWords();
  const { geometry, report } = photo;
  const missed = failuresOf(report ?? undefined);
  if (!geometry && report === null && photo.warnings.length === 0) return null;
  return (
    <div className="sec">
      <div className="h">
        <h2 className="h3">{job.result.checks}</h2>
        {report !== null && (
          <span className="end">
            <Status tone={missed === 0 ? 'ok' : 'bad'}>
              {missed === 0 ? job.checks.pass : job.checks.fail(missed)}
            </Status>
          </span>
        )}
      </div>
      <dl className="kv num">
        {geometry && (
          <>
            <dt>{job.result.headHeight}</dt>
            <dd>{formatPercent(geometry.headRatio)}</dd>
            <dt>{job.result.space}</dt>
            <dd>{formatPercent(geometry.topMargin)}</dd>
          </>
        )}
        {photo.matteQuality !== null && (
          <>
            <dt>{job.result.cutout}</dt>
            <dd>{formatNumber(photo.matteQuality, 2)}</dd>
          </>
        )}
      </dl>
      {photo.warnings.map(warning => (
        <p className="s warn" key={warning}>
          {codes.warning[warning] ?? warning}
        </p>
      ))}
    </div>
  );
}
