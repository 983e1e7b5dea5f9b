import { type DragEvent, useRef, useState } from 'react';
import type { ApiError } from '../data/errors.ts';
import { useWords } from '../i18n/language.ts';
import { Icon } from '../ui/icon.tsx';
import { ErrorNote } from '../ui/states.tsx';

/** Where a photo comes in. `refused` is the one before, with the server's reason. */
export function DropZone(props: {
  choose: (file: File) => void;
  onCamera: () => void;
  refused?: { name: string; error: ApiError } | undefined;
}) {
  const { choose, onCamera, refused } = props;
  const { drop } = useWords().job;
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const [file] = event.dataTransfer.files;
    if (file) choose(file);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a way beside the buttons inside
    <div
      className={over ? 'drop over' : 'drop'}
      onDragOver={event => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
    >
      <div className="col drop-in">
        <h2>{drop.title}</h2>
        <p className="muted">{drop.hint}</p>
        {refused && <ErrorNote error={refused.error} title={refused.name} />}
        <div className="row wrap centre">
          <button type="button" className="btn pri big" onClick={() => input.current?.click()}>
            <Icon name="upload" large />
            {drop.pick}
          </button>
          <button type="button" className="btn big" onClick={onCamera}>
            <Icon name="camera" large />
            {drop.camera}
          </button>
        </div>
        <p className="xs dim">{drop.kept}</p>
        <input
          ref={input}
          type="file"
          accept="image/*"
          hidden
          data-testid="file"
          onChange={({ target }) => {
            const [file] = target.files ?? [];
            if (file) choose(file);
            target.value = '';
          }}
        />
      </div>
    </div>
  );
}
