import type { Duplex } from 'node:stream';
import { CloseCode } from 'graphql-ws';
import type { Logger } from 'pino';
import { type RawData, WebSocket } from 'ws';
import { LIMITS } from '../kernel/limits.js';
import type { Rounds } from './rounds.js';
import type { SocketConnection, Wire } from './socket-connection.js';

/** Beyond the codes of graphql-ws (4400 to 4429, 4500) and of `ws` itself (1009: a message over the limit). */
export const CLOSE_CODES = {
  /** The server stops; a client connects again and resubscribes. */
  goingAway: 1001,
  /** More than LIMITS.webSocket.bufferedBytes wait for a client that does not read. */
  slowReader: 4413,
} as const;

/** `ws` closes on these by itself, and says a number alone. */
const REASONS: Readonly<Record<number, string>> = {
  1002: 'The frame breaks the WebSocket protocol',
  1007: 'A text has to be UTF-8',
  1008: 'The message comes in too many pieces',
  1009: `A message may have at most ${LIMITS.webSocket.messageBytes} bytes; send photos over HTTP`,
};

/** Who serves a socket. */
export interface SocketOwner {
  readonly log: Logger;
  readonly pings: Rounds<ServedSocket>;
  closed(socket: ServedSocket, code: number): void;
}

/** One object a socket, and the same listeners for all: ten thousand may be open. */
export class ServedSocket extends WebSocket implements Wire {
  connection!: SocketConnection;
  #owner!: SocketOwner;
  #stream!: Duplex;
  #slot = 0;
  #isAlive = true;

  /** `stream`: what it was upgraded from. */
  serve(owner: SocketOwner, stream: Duplex, connect: (wire: Wire) => SocketConnection): void {
    this.#owner = owner;
    this.#stream = stream;
    this.#slot = owner.pings.add(this);
    this.connection = connect(this);
    this.on('message', onMessage).on('pong', onPong).on('error', onError).on('close', onClose);
    this.connection.open();
  }

  override close(code?: number, reason?: string | Buffer): void {
    super.close(code, reason ?? REASONS[code ?? 0]);
  }

  write(text: string, sent?: () => void): void {
    if (this.#hasRoom(text.length)) this.send(text, sent);
    else sent?.();
  }

  /** Without `ws`, which compresses nothing here and so has nothing of its own that waits. */
  writeFrames(frames: Buffer, sent: () => void): void {
    if (this.#hasRoom(frames.length)) this.#stream.write(frames, sent);
    else sent();
  }

  end(code: number, reason: string): void {
    if (this.readyState === this.CLOSED) return;
    this.close(code, shorten(reason));
    const timer = setTimeout(() => this.terminate(), LIMITS.webSocket.closeMs);
    this.once('close', () => clearTimeout(timer));
  }

  failed(error: unknown): void {
    if (this.readyState !== this.OPEN) return;
    this.#owner.log.error({ err: error }, 'a WebSocket message could not be handled');
    this.end(CloseCode.InternalServerError, 'Internal server error');
  }

  /** A half-open connection answers no ping and is ended within two rounds. */
  check(): void {
    if (!this.#isAlive) {
      // Nobody is there to read a close frame.
      this.#owner.log.debug({ reason: 'it answered no ping' }, 'a WebSocket failed');
      this.terminate();
    } else if (this.readyState === this.OPEN) {
      this.#isAlive = false;
      this.ping();
    }
  }

  answered(): void {
    this.#isAlive = true;
  }

  /** Too long a message, a bad frame, a reset: `ws` closes by itself. */
  broke(error: Error): void {
    this.#owner.log.debug({ reason: (error as NodeJS.ErrnoException).code }, 'a WebSocket failed');
  }

  /** False: it is closed, or it is closed now because its client does not read. */
  #hasRoom(length: number): boolean {
    if (this.readyState !== this.OPEN) return false;
    const waiting = this.bufferedAmount;
    if (waiting === 0 || waiting + length <= LIMITS.webSocket.bufferedBytes) return true;
    this.#owner.log.info({ bufferedBytes: waiting }, 'a WebSocket is closed: its client reads too slowly');
    this.end(CLOSE_CODES.slowReader, 'The client reads too slowly');
    return false;
  }

  left(code: number): void {
    this.#owner.pings.delete(this, this.#slot);
    this.#owner.closed(this, code);
  }
}

function onMessage(this: WebSocket, data: RawData): void {
  const socket = this as ServedSocket;
  // A client may go on while the socket is being closed.
  if (socket.readyState === socket.OPEN) socket.connection.take(String(data));
}

function onPong(this: WebSocket): void {
  (this as ServedSocket).answered();
}

function onError(this: WebSocket, error: Error): void {
  (this as ServedSocket).broke(error);
}

function onClose(this: WebSocket, code: number): void {
  (this as ServedSocket).left(code);
}

/** A reason has room for 123 bytes, and may hold the id that a client chose. */
function shorten(reason: string): string {
  let end = 123;
  while (Buffer.byteLength(reason.slice(0, end)) > 123) end--;
  return reason.slice(0, end);
}
