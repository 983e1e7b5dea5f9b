import { type ReactNode, useState } from 'react';
import { formatBytes } from '../i18n/format.ts';
import { useWords } from '../i18n/language.ts';
import { Camera } from './camera.tsx';
import { DropZone } from './drop-zone.tsx';
import { type PhotoSlot, usePaste } from './use-photo.ts';

/** The table on which a photo lies: dark in both themes, so that colours look the same. */
export function Stage(props: {
  slot: PhotoSlot;
  /** In place of the photo: the result. */
  result?: ReactNode;
  /** Over the photo. */
  overlay?: ReactNode;
  /** Below it. */
  tune?: ReactNode;
  locked?: boolean;
  onReplace: () => void;
}) {
  const { slot, result, overlay, tune, locked = false, onReplace } = props;
  const [camera, setCamera] = useState(false);
  const { photo, choose } = slot;
  usePaste(choose);
  if (result) return <div className="stage">{result}</div>;
  if (camera && !photo)
    return (
      <div className="stage">
        <Camera choose={choose} onClose={() => setCamera(false)} />
      </div>
    );
  if (!photo || photo.error)
    return (
      <div className="stage">
        <div className="view">
          <DropZone
            choose={choose}
            onCamera={() => {
              slot.clear();
              setCamera(true);
            }}
            refused={photo?.error && { name: photo.name, error: photo.error }}
          />
        </div>
      </div>
    );
  return (
    <div className="stage">
      <div className="view">
        <div className="crop">
          {overlay ?? <PlainPhoto url={photo.url} />}
          <Sending slot={slot} />
        </div>
      </div>
      {tune}
      <Caption slot={slot} locked={locked} onReplace={onReplace} />
    </div>
  );
}

function PlainPhoto({ url }: { url: string }) {
  const { photo } = useWords().job;
  return <img src={url} alt={photo} />;
}

function Sending({ slot: { photo } }: { slot: PhotoSlot }) {
  const { drop } = useWords().job;
  if (!photo || photo.asset) return null;
  const percent = Math.round(photo.sent * 100);
  return (
    <div className="sending">
      <progress value={photo.sent} max={1} aria-label={drop.sending(percent)} />
      <span>{drop.sending(percent)}</span>
    </div>
  );
}

function Caption({ slot: { photo }, locked, onReplace }: { slot: PhotoSlot; locked: boolean; onReplace: () => void }) {
  const { replace } = useWords().job;
  const { asset, name } = photo!;
  return (
    <div className="barb">
      <span className="grow cut">
        {name}
        {asset && (
          <span className="hide-s">
            {' '}
            · {asset.widthPx} × {asset.heightPx} px · {formatBytes(asset.bytes)}
          </span>
        )}
      </span>
      <button type="button" className="btn sm" onClick={onReplace} disabled={locked}>
        {replace}
      </button>
    </div>
  );
}
