const FIRST_MS = 250;
const MOST_MS = 30_000;

/** How long to wait before the next try: doubled each time, and a random part of it, so that many clients come one by one. */
export class Backoff {
  #failures = 0;

  nextMs(): number {
    const most = Math.min(MOST_MS, FIRST_MS * 2 ** this.#failures++);
    return most / 2 + (Math.random() * most) / 2;
  }

  reset(): void {
    this.#failures = 0;
  }
}

/** Resolves after the time, or when the signal says so. */
export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise(resolve => {
    if (signal?.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end, { once: true });
  });
}
