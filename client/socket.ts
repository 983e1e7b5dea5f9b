import { type Client, createClient, type FormattedExecutionResult } from 'graphql-ws/client';
import { RequestError, type ServerError } from './errors.js';

const KEEP_ALIVE_MS = 15_000;
/** A socket whose other end went away without a word tells nothing, for as long as the system lets it. */
const PONG_MS = 10_000;

export interface SocketOptions {
  readonly url: string;
  /** A class as browsers have it. */
  readonly webSocketImpl: unknown;
  /** Asked at each connection. */
  readonly connectionParams: () => Promise<Record<string, unknown>>;
}

/** The one WebSocket of a client, open while something is subscribed to. It tries nothing again: whoever follows does. */
export class Socket {
  readonly #client: Client;
  #pong: ReturnType<typeof setTimeout> | undefined;

  constructor({ url, webSocketImpl, connectionParams }: SocketOptions) {
    this.#client = createClient({
      url,
      webSocketImpl,
      connectionParams,
      retryAttempts: 0,
      keepAlive: KEEP_ALIVE_MS,
      connectionAckWaitTimeout: PONG_MS,
      // One question after the other goes through one socket.
      lazyCloseTimeout: 1_000,
      on: {
        ping: received => {
          if (!received) this.#pong = setTimeout(() => this.#client.terminate(), PONG_MS);
        },
        pong: received => {
          if (received) clearTimeout(this.#pong);
        },
        closed: () => clearTimeout(this.#pong),
      },
    });
  }

  /** Drops the connection; whoever follows sees it lost. */
  drop(): void {
    this.#client.terminate();
  }

  async close(): Promise<void> {
    await this.#client.dispose();
  }

  /**
   * Each event, until the server completes. Ends quietly when the signal says so. Throws RequestError where the server
   * refuses, and LostSocket where the connection fails or ends.
   */
  async *subscribe<Result>(
    query: string,
    variables: Record<string, unknown>,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Result> {
    const events: Result[] = [];
    let end: { error?: unknown } | undefined;
    let wake: () => void = () => {};
    const finish = (error?: unknown) => {
      end ??= { error };
      wake();
    };
    const stop = () => finish();
    signal?.addEventListener('abort', stop);
    const unsubscribe = this.#client.subscribe<Result>(
      { query, variables },
      {
        next: (answer: FormattedExecutionResult<Result>) => {
          if (answer.errors) return finish(new RequestError(answer.errors as unknown as ServerError[]));
          if (answer.data != null) events.push(answer.data);
          wake();
        },
        error: reason => finish(errorOf(reason)),
        complete: () => finish(),
      },
    );
    try {
      for (;;) {
        while (events.length > 0) yield events.shift()!;
        if (end?.error) throw end.error;
        if (end) return;
        await new Promise<void>(resolve => {
          wake = resolve;
        });
      }
    } finally {
      signal?.removeEventListener('abort', stop);
      unsubscribe();
    }
  }
}

/** Why the server closed a socket is asked by HTTP: it says more than a code. */
function errorOf(reason: unknown): Error {
  if (Array.isArray(reason)) return new RequestError(reason as ServerError[]);
  const { code } = (reason ?? {}) as { code?: unknown };
  return new LostSocket(`the WebSocket was lost${typeof code === 'number' ? ` (${code})` : ''}`);
}

/** Not the fault of whoever asked. */
export class LostSocket extends Error {
  override readonly name = 'LostSocket';
}
