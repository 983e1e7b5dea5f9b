import { Dialog, DialogDismiss, DialogHeading } from '@ariakit/react';
import type { ReactNode } from 'react';
import { useWords } from '../i18n/language.ts';
import { Icon } from './icon.tsx';

/** Keeps the focus inside, gives it back, and closes by Escape or a click beside it. */
export function Modal(props: {
  title: string;
  onClose: () => void;
  children: ReactNode;
  footer?: ReactNode;
  /** `pick` is wide, `drawer` stands at the right edge. */
  kind?: 'ask-d' | 'pick' | 'drawer';
  /** In place of the heading's row. */
  header?: ReactNode;
}) {
  const { title, onClose, children, footer, kind = 'ask-d', header } = props;
  const { close } = useWords();
  return (
    <Dialog
      open
      onClose={onClose}
      className={`dialog ${kind}`}
      backdrop={<div className="backdrop" />}
      {...(header === undefined ? {} : { 'aria-label': title })}
    >
      <div className="dh">
        {header ?? <DialogHeading className="grow">{title}</DialogHeading>}
        <DialogDismiss className="btn ghost sm icon" aria-label={close}>
          <Icon name="cross" />
        </DialogDismiss>
      </div>
      {children}
      {footer && <div className="df">{footer}</div>}
    </Dialog>
  );
}
