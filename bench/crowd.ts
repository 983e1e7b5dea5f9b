import { randomUUID } from 'node:crypto';
import WebSocket from 'ws';

/** How a socket of a peer is spoken to. */
export interface Dialect {
  /** What `connection_init` carries for the n-th socket; undefined: plain texts, without a protocol. */
  init: ((n: number) => object) | undefined;
  /** The payload of `subscribe`. */
  subscribe(): object;
}

const AT_ONCE = 50;

/** Sockets of one server. They follow the same thing and count what they are told. */
export class Crowd {
  readonly #sockets: WebSocket[] = [];
  #told = 0;
  #wanted = 0;
  #wake = () => {};

  constructor(
    private readonly port: number,
    private readonly dialect: Dialect,
  ) {}

  get size(): number {
    return this.#sockets.length;
  }

  /** Opens more, up to this number, and resolves when each has got what it subscribed to as it stands. */
  async open(count: number): Promise<void> {
    while (this.size < count) {
      const numbers = Array.from({ length: Math.min(AT_ONCE, count - this.size) }, (_, index) => this.size + index);
      this.#sockets.push(...(await Promise.all(numbers.map(number => this.#open(number)))));
    }
  }

  /** All subscribe once more. */
  async subscribe(): Promise<void> {
    for (let begin = 0; begin < this.size; begin += AT_ONCE) {
      const some = this.#sockets.slice(begin, begin + AT_ONCE);
      const told = this.all(some.length);
      for (const socket of some) this.#follow(socket);
      await told;
    }
  }

  /** Resolves when so many were told: of what stands, or of the end. */
  all(count: number = this.size): Promise<void> {
    this.#told = 0;
    this.#wanted = count;
    return new Promise(resolve => {
      this.#wake = resolve;
    });
  }

  async close(): Promise<void> {
    const closed = this.#sockets.map(socket => new Promise(resolve => socket.once('close', resolve)));
    for (const socket of this.#sockets) socket.close();
    await Promise.all(closed);
    this.#sockets.length = 0;
  }

  #open(number: number): Promise<WebSocket> {
    const { init } = this.dialect;
    const socket = new WebSocket(`ws://127.0.0.1:${this.port}/graphql`, init && 'graphql-transport-ws', {
      perMessageDeflate: false,
    });
    return new Promise((resolve, reject) => {
      let isOpen = false;
      socket.on('error', reject);
      socket.once('close', code => reject(new Error(`a socket was closed with ${code}`)));
      socket.on('open', () => {
        if (init === undefined) this.#follow(socket);
        else socket.send(JSON.stringify({ type: 'connection_init', payload: init(number) }));
      });
      socket.on('message', (data: Buffer) => {
        const text = data.toString('latin1');
        if (text.startsWith('{"type":"connection_ack"')) return this.#follow(socket);
        if (text.includes('"errors"') || text.includes('"type":"error"')) return reject(new Error(text));
        if (!isOpen) {
          isOpen = true;
          return resolve(socket);
        }
        // The last event and the message that ends the operation come together; counted is the event.
        if (text.includes('"type":"next"') && ++this.#told === this.#wanted) this.#wake();
      });
    });
  }

  #follow(socket: WebSocket): void {
    socket.send(JSON.stringify({ id: randomUUID(), type: 'subscribe', payload: this.dialect.subscribe() }));
  }
}
