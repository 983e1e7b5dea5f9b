import { CloseCode, MessageType } from 'graphql-ws';

/** What of a socket the messages need. */
export interface MessageTarget {
  /** graphql-ws; resolves when the operation that the message began has ended. */
  handle(message: unknown): Promise<void>;
  close(code: number, reason: string): void;
  /** graphql-ws threw: a hook of ours did. */
  failed(error: unknown): void;
}

const OF_CLIENTS = new Set<unknown>([
  MessageType.ConnectionInit,
  MessageType.Ping,
  MessageType.Pong,
  MessageType.Subscribe,
  MessageType.Complete,
]);

/**
 * The messages of one socket on their way to graphql-ws. An operation that its client completed may take a while to
 * end. graphql-ws frees its id at once, and would take a new operation of that id for the old one: neither is ended any
 * more, not even when the socket closes. Here the new one waits until the old one has ended.
 */
export class SocketMessages {
  readonly #running = new Set<string>();
  /** Completed by the client, and still running. */
  readonly #completed = new Set<string>();
  readonly #waiting = new Map<string, unknown>();

  constructor(private readonly target: MessageTarget) {}

  /** Operations that have not ended, also those that the client completed: they take as much as the others. */
  get running(): number {
    return this.#running.size;
  }

  take(text: string): void {
    const message = parse(text);
    // What only a server says is an error of the client; graphql-ws would throw as if it were one of ours.
    if (message === undefined || !OF_CLIENTS.has(message.type))
      this.target.close(CloseCode.BadRequest, 'Invalid message received');
    else if (typeof message.id === 'string' && message.type === MessageType.Subscribe)
      this.#subscribe(message.id, message);
    else if (typeof message.id === 'string' && message.type === MessageType.Complete)
      this.#complete(message.id, message);
    else void this.#handle(message);
  }

  /** Of a socket that has closed nothing begins any more. */
  stop(): void {
    this.#waiting.clear();
  }

  #subscribe(id: string, message: unknown): void {
    if (!this.#completed.has(id)) {
      // One id twice: graphql-ws closes the socket.
      if (this.#running.has(id)) return void this.#handle(message);
      this.#running.add(id);
      void this.#handle(message).then(() => this.#ended(id));
    } else if (this.#waiting.has(id)) {
      this.target.close(CloseCode.SubscriberAlreadyExists, `Subscriber for ${id} already exists`);
    } else {
      this.#waiting.set(id, message);
    }
  }

  #complete(id: string, message: unknown): void {
    if (this.#waiting.delete(id)) return;
    if (this.#running.has(id)) this.#completed.add(id);
    void this.#handle(message);
  }

  #ended(id: string): void {
    this.#running.delete(id);
    this.#completed.delete(id);
    const next = this.#waiting.get(id);
    if (this.#waiting.delete(id)) this.#subscribe(id, next);
  }

  async #handle(message: unknown): Promise<void> {
    await this.target.handle(message).catch(error => this.target.failed(error));
  }
}

function parse(text: string): { type?: unknown; id?: unknown } | undefined {
  try {
    const message: unknown = JSON.parse(text);
    return typeof message === 'object' && message !== null ? message : undefined;
  } catch {
    return undefined;
  }
}
