import { useSyncExternalStore } from 'react';

const SHOWN_MS = 2_600;

let text = '';
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

/** Says for a moment that something was done; nothing that has to be read. */
export function toast(next: string): void {
  text = next;
  clearTimeout(timer);
  if (next !== '') timer = setTimeout(() => toast(''), SHOWN_MS);
  for (const listener of listeners) listener();
}

export function Toasts() {
  const shown = useSyncExternalStore(
    listener => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => text,
  );
  return (
    <div role="status" className={shown ? 'toast' : 'sr'}>
      {shown}
    </div>
  );
}
