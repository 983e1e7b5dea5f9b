import { useSyncExternalStore } from 'react';

/** How the page stands to the server. OFFLINE: this computer has no network. REFUSED: the key has ended. */
export type ConnectionState = 'CONNECTING' | 'CONNECTED' | 'RECONNECTING' | 'OFFLINE' | 'REFUSED';

export interface Connection {
  readonly state: ConnectionState;
  /** Tries since the connection was lost. */
  readonly tries: number;
  /** When what the page shows was last true; undefined while it is. */
  readonly stoodAt: Date | undefined;
}

let current: Connection = { state: navigator.onLine ? 'CONNECTING' : 'OFFLINE', tries: 0, stoodAt: undefined };
const listeners = new Set<() => void>();

function change(next: Partial<Connection>): void {
  current = { ...current, ...next };
  for (const listener of listeners) listener();
}

/** What the socket tells of itself. */
export const connectionEvents = {
  connected: () => change({ state: 'CONNECTED', tries: 0, stoodAt: undefined }),
  lost: () =>
    change({
      state: navigator.onLine ? 'RECONNECTING' : 'OFFLINE',
      tries: current.tries + 1,
      stoodAt: current.stoodAt ?? new Date(),
    }),
  refused: () => change({ state: 'REFUSED' }),
  /** Nothing is followed: nothing can be lost. */
  idle: () => change({ state: navigator.onLine ? 'CONNECTING' : 'OFFLINE', tries: 0, stoodAt: undefined }),
};

addEventListener('offline', () => change({ state: 'OFFLINE', stoodAt: current.stoodAt ?? new Date() }));
addEventListener('online', () => change({ state: current.stoodAt === undefined ? 'CONNECTING' : 'RECONNECTING' }));

export function useConnection(): Connection {
  return useSyncExternalStore(
    listener => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}
