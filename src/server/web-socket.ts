import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { CloseCode, handleProtocols, makeServer, type ServerOptions } from 'graphql-ws';
import type { Logger } from 'pino';
import { WebSocket, WebSocketServer } from 'ws';
import { DarkroomError } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';
import { SIGNALS } from '../kernel/signals.js';
import { refuseSocket } from './http-error.js';
import type { PresentError } from './present-error.js';
import { SocketMessages } from './socket-messages.js';

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

class ReasonedWebSocket extends WebSocket {
  override close(code?: number, reason?: string | Buffer): void {
    super.close(code, reason ?? REASONS[code ?? 0]);
  }
}

/** What the hooks of graphql-ws get of a socket. */
export interface SocketExtra {
  /** What is asked about later of the upgrade request, which itself would stay in memory as long as the socket. */
  readonly headers: Pick<IncomingHttpHeaders, 'accept-language' | 'authorization'>;
  /** The value of our cookie, where one of our own pages opened it. */
  readonly session: string | undefined;
  /** How many operations have not ended yet, the one that is being asked about included. */
  readonly running: number;
  close(code: number, reason: string): void;
  /** Resolves when the socket is closed. */
  readonly closed: Promise<void>;
}

export type GraphQLSocketOptions = ServerOptions<Record<string, unknown>, SocketExtra>;

/**
 * graphql-transport-ws over `ws`. This adapter stands in place of `graphql-ws/use/ws`, which writes every protocol
 * error to the console, sends error texts to the client outside production and never looks at what waits unsent.
 */
export class GraphQLSockets {
  readonly #server: WebSocketServer;
  /** Sockets that are closed and whose subscriptions are being ended. */
  readonly #ending = new Set<Promise<void>>();
  readonly #protocol: ReturnType<typeof makeServer<Record<string, unknown>, SocketExtra>>;

  constructor(
    options: GraphQLSocketOptions,
    present: PresentError,
    private readonly log: Logger,
  ) {
    this.#protocol = makeServer(options);
    this.#server = new WebSocketServer({
      noServer: true,
      WebSocket: ReasonedWebSocket,
      maxPayload: LIMITS.webSocket.messageBytes,
      perMessageDeflate: false,
      handleProtocols: protocols => handleProtocols(protocols),
    });
    // A handshake with wrong headers; `ws` by itself would answer with a page.
    this.#server.on('wsClientError', (error, socket, request) =>
      refuseSocket(socket, request, new DarkroomError('BAD_REQUEST', `${error.message}.`), present),
    );
  }

  get size(): number {
    return this.#server.clients.size;
  }

  accept(request: IncomingMessage, socket: Duplex, head: Buffer, session: string | undefined): void {
    this.#server.handleUpgrade(request, socket, head, webSocket =>
      this.#serve(webSocket, { headers: keptOf(request), session }),
    );
  }

  /** Closes every socket with 1001 and ends what it was subscribed to. Clients are not sent `complete`: they would take their task for ended. */
  async stop(): Promise<void> {
    const closed = [...this.#server.clients].map(
      socket =>
        new Promise<void>(resolve =>
          socket.readyState === socket.CLOSED ? resolve() : socket.once('close', () => resolve()),
        ),
    );
    for (const socket of this.#server.clients) endSocket(socket, CLOSE_CODES.goingAway, 'The server is stopping');
    await Promise.all(closed);
    // The source of a subscription that hangs must not hold the process.
    await Promise.race([Promise.all(this.#ending), delay(LIMITS.webSocket.closeMs, undefined, { ref: false })]);
    this.#server.close();
  }

  #serve(socket: WebSocket, shown: Pick<SocketExtra, 'headers' | 'session'>): void {
    this.log.debug({ sockets: this.size }, 'a WebSocket opened');
    SIGNALS.socket.tell({ change: 1 });
    // Too long a message, a bad frame, a reset: `ws` closes by itself.
    socket.on('error', error =>
      this.log.debug({ reason: (error as NodeJS.ErrnoException).code }, 'a WebSocket failed'),
    );
    const close = (code: number, reason: string) => endSocket(socket, code, reason);
    let messages: SocketMessages | undefined;
    const stopPinging = keepAlive(socket, this.log);
    const closed = this.#protocol.opened(
      {
        protocol: socket.protocol,
        send: data => this.#send(socket, data),
        close: (code, reason) => endSocket(socket, code ?? CloseCode.InternalServerError, reason ?? ''),
        onMessage: handle => {
          // The type says text; graphql-ws takes a parsed message as well, and so none is parsed twice.
          messages = new SocketMessages({
            handle: message => handle(message as string),
            close,
            failed: error => this.#failed(socket, error),
          });
          socket.on('message', data => {
            // A client may go on while the socket is being closed.
            if (socket.readyState !== socket.OPEN) return;
            messages?.take(String(data));
          });
        },
      },
      {
        ...shown,
        get running() {
          return messages?.running ?? 0;
        },
        close,
        closed: new Promise<void>(resolve => socket.once('close', () => resolve())),
      },
    );
    socket.once('close', (code, reason) => {
      stopPinging();
      messages?.stop();
      this.log.debug({ code, sockets: this.size }, 'a WebSocket closed');
      SIGNALS.socket.tell({ change: -1 });
      const ended = closed(code, String(reason))
        .catch((error: unknown) => this.log.error({ err: error }, 'a subscription did not end'))
        .finally(() => this.#ending.delete(ended));
      this.#ending.add(ended);
    });
  }

  /**
   * Resolves when the bytes have left for the kernel: graphql-ws sends the next event of a subscription only then, and
   * meanwhile the event bus merges what follows. Fifty subscriptions on one socket still add up, hence the limit.
   */
  #send(socket: WebSocket, data: string): Promise<void> {
    if (socket.readyState !== socket.OPEN) return Promise.resolve();
    const waiting = socket.bufferedAmount;
    if (waiting > 0 && waiting + data.length > LIMITS.webSocket.bufferedBytes) {
      this.log.info({ bufferedBytes: waiting }, 'a WebSocket is closed: its client reads too slowly');
      endSocket(socket, CLOSE_CODES.slowReader, 'The client reads too slowly');
      return Promise.resolve();
    }
    return new Promise(resolve => socket.send(data, () => resolve()));
  }

  #failed(socket: WebSocket, error: unknown): void {
    if (socket.readyState !== socket.OPEN) return;
    this.log.error({ err: error }, 'a WebSocket message could not be handled');
    endSocket(socket, CloseCode.InternalServerError, 'Internal server error');
  }
}

function keptOf({ headers }: IncomingMessage): SocketExtra['headers'] {
  const { authorization, 'accept-language': language } = headers;
  return { ...(authorization && { authorization }), ...(language && { 'accept-language': language }) };
}

/** A reason has room for 123 bytes, and may hold the id that a client chose. */
function shorten(reason: string): string {
  let end = 123;
  while (Buffer.byteLength(reason.slice(0, end)) > 123) end--;
  return reason.slice(0, end);
}

function endSocket(socket: WebSocket, code: number, reason: string): void {
  if (socket.readyState === socket.CLOSED) return;
  socket.close(code, shorten(reason));
  const timer = setTimeout(() => socket.terminate(), LIMITS.webSocket.closeMs);
  socket.once('close', () => clearTimeout(timer));
}

/** A half-open connection answers no ping and is ended within two intervals. */
function keepAlive(socket: WebSocket, log: Logger): () => void {
  let answered = true;
  socket.on('pong', () => {
    answered = true;
  });
  const timer = setInterval(() => {
    if (!answered) {
      // Nobody is there to read a close frame.
      log.debug({ reason: 'it answered no ping' }, 'a WebSocket failed');
      return socket.terminate();
    }
    answered = false;
    socket.ping();
  }, LIMITS.webSocket.pingMs);
  return () => clearInterval(timer);
}
