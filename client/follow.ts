import { Backoff, pause } from './backoff.js';
import { ConnectionError, RequestError } from './errors.js';
import { LostSocket, type Socket } from './socket.js';

export interface FollowOptions {
  readonly signal?: AbortSignal | undefined;
  /** How long a server may be out of reach before this gives up with the last error. Default: forever. */
  readonly patienceSeconds?: number | undefined;
}

/** What a subscription is made of, so that it can go on where it was. */
export interface Plan<Event> {
  readonly query: string;
  /** Of the next try: it asks for what is newer than what was seen. */
  variables(): Record<string, unknown>;
  /** Whether it is news. */
  take(event: Event): boolean;
  /** Whether nothing comes after it. */
  isLast(event: Event): boolean;
  /** Asks by HTTP. Undefined: what is followed cannot be asked for, only that the server answers. Throws what it refuses. */
  look(): Promise<Event | undefined>;
}

export interface Line {
  /** Undefined: there are no sockets here, so it is asked by HTTP. */
  readonly socket: Socket | undefined;
  readonly pollMs: number;
  /** Resolves while the app is in the foreground. */
  whenActive(): Promise<void>;
}

/**
 * Follows through whatever happens to the connection and the server: lost, refused, restarted. After each loss, and where
 * sockets are not let through, it asks by HTTP between the tries. Ends with the last event, or quietly by the signal.
 * Throws RequestError where the server refuses for good, and ConnectionError when the patience is at its end.
 */
export async function* follow<Event>(line: Line, plan: Plan<Event>, options: FollowOptions): AsyncGenerator<Event> {
  const { signal } = options;
  const patience = new Patience(options.patienceSeconds);
  const tries = new Backoff();
  const looks = new Backoff();
  let socketAt = 0;
  while (!signal?.aborted) {
    await line.whenActive();
    if (line.socket && Date.now() >= socketAt) {
      try {
        for await (const event of line.socket.subscribe<Event>(plan.query, plan.variables(), signal)) {
          tries.reset();
          patience.reset();
          if (!plan.take(event)) continue;
          yield event;
          if (plan.isLast(event)) return;
        }
        return;
      } catch (error) {
        if (!isPassing(error)) throw error;
      }
      await line.whenActive();
      socketAt = Date.now() + tries.nextMs();
    }
    let waitMs = line.pollMs;
    try {
      const event = await plan.look();
      looks.reset();
      patience.reset();
      if (event !== undefined && plan.take(event)) yield event;
      if (event !== undefined && plan.isLast(event)) return;
    } catch (error) {
      if (!isPassing(error)) throw error;
      patience.spend(error);
      waitMs = Math.max(looks.nextMs(), 1_000 * ((error as RequestError).retryAfterSeconds ?? 0));
    }
    await pause(line.socket ? Math.min(waitMs, Math.max(0, socketAt - Date.now())) : waitMs, signal);
  }
}

function isPassing(error: unknown): boolean {
  return (
    error instanceof LostSocket ||
    error instanceof ConnectionError ||
    (error instanceof RequestError && error.retryable)
  );
}

class Patience {
  #since: number | undefined;

  constructor(private readonly seconds = Number.POSITIVE_INFINITY) {}

  reset(): void {
    this.#since = undefined;
  }

  /** Throws the error when it is at its end. */
  spend(error: unknown): void {
    this.#since ??= Date.now();
    if (Date.now() - this.#since >= this.seconds * 1_000) throw error;
  }
}
