import type { ReactNode } from 'react';
import { Modal } from './dialog.tsx';
import { ErrorNote } from './states.tsx';
import { useAct } from './use-act.ts';

/** A question before something that cannot be taken back: the safe answer first, and what the server said against it. */
export function ConfirmDialog(props: {
  title: string;
  children: ReactNode;
  /** The answer that changes nothing. */
  keep: string;
  go: string;
  tone?: 'pri' | 'danger solid';
  /** False while something is still to be said or known. */
  ready?: boolean;
  /** Throws ApiError. */
  onGo: () => Promise<void>;
  onClose: () => void;
}) {
  const { title, children, keep, go, tone = 'danger solid', ready = true, onGo, onClose } = props;
  const { busy, error, act } = useAct();
  return (
    <Modal
      title={title}
      onClose={onClose}
      footer={
        <>
          <button type="button" className="btn" onClick={onClose}>
            {keep}
          </button>
          <button type="button" className={`btn ${tone}`} onClick={() => act(onGo)} disabled={busy || !ready}>
            {go}
          </button>
        </>
      }
    >
      <div className="db">
        {children}
        {error && <ErrorNote error={error} />}
      </div>
    </Modal>
  );
}
