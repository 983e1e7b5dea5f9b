import { channel } from 'node:diagnostics_channel';

/**
 * What happens in the house, told to whoever listens: the metrics, and whatever an operator loads beside us, for each is
 * a channel of `node:diagnostics_channel`. Where nobody listens it costs one look. A listener must not throw: Node ends the
 * process.
 */
class Signal<Message extends object> {
  readonly #channel;

  constructor(readonly name: string) {
    this.#channel = channel(`darkroom:${name}`);
  }

  tell(message: Message): void {
    if (this.#channel.hasSubscribers) this.#channel.publish(message);
  }

  /** @returns what ends it */
  listen(listener: (message: Message) => void): () => void {
    const take = (message: unknown) => listener(message as Message);
    this.#channel.subscribe(take);
    return () => this.#channel.unsubscribe(take);
  }
}

/** Names of operations and vendors are those of the schema, codes those of `extensions.code`, times in seconds. */
export const SIGNALS = {
  /** An answer was sent, or its client left. `route` is as it was declared. */
  request: new Signal<{ method: string; route: string; status: number; seconds: number }>('request'),
  /** An error was told to a caller, on whichever way. */
  error: new Signal<{ code: string }>('error'),
  /** A WebSocket opened, or closed. */
  socket: new Signal<{ change: 1 | -1 }>('socket'),
  /** A kept answer was looked for. */
  cacheLook: new Signal<{ cache: 'documents' | 'answers' | 'analyses' | 'thumbnails'; hit: boolean }>('cache-look'),
  taskAccepted: new Signal<{ operation: string; source: string }>('task-accepted'),
  /** A task has ended, or waits for a person; `code` says why it failed. `seconds` since it was accepted. */
  taskEnded: new Signal<{
    operation: string;
    source: string;
    state: string;
    code: string | undefined;
    seconds: number;
  }>('task-ended'),
  /** A request to a vendor was answered, or was not: `code` is DONE, PENDING or what it failed with. */
  vendorCall: new Signal<{
    source: string;
    operation: string;
    call: 'submit' | 'poll';
    code: string;
    seconds: number;
  }>('vendor-call'),
  /** What a call came to is known, or that nobody knows it. */
  charge: new Signal<{ source: string; billed: string; units: number }>('charge'),
  /** A picture of a vendor was fetched, or was not. */
  download: new Signal<{ source: string; code: string }>('download'),
  /** A job of the image engine; `waited` for a worker before its `seconds`. */
  engineJob: new Signal<{ job: string; code: string; waited: number; seconds: number }>('engine-job'),
  /** A statement or transaction of the database. */
  statement: new Signal<{ kind: 'statement' | 'transaction'; ok: boolean; seconds: number }>('statement'),
  /** A webhook was told, or was not. */
  delivery: new Signal<{ outcome: string }>('delivery'),
};
