import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { handleProtocols } from 'graphql-ws';
import type { Logger } from 'pino';
import { type Server, WebSocketServer } from 'ws';
import { DarkroomError } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';
import { SIGNALS } from '../kernel/signals.js';
import { refuseSocket } from './http-error.js';
import type { PresentError } from './present-error.js';
import { Rounds } from './rounds.js';
import { CLOSE_CODES, ServedSocket, type SocketOwner } from './served-socket.js';
import { type ConnectionHooks, type Shown, SocketConnection } from './socket-connection.js';

/** The open WebSockets, on `ws`. */
export class GraphQLSockets implements SocketOwner {
  readonly pings = new Rounds<ServedSocket>(LIMITS.webSocket.pingMs, socket => socket.check());
  readonly #server: Server<typeof ServedSocket>;
  /** Sockets that are closed and whose subscriptions are being ended. */
  readonly #ending = new Set<Promise<void>>();

  constructor(
    private readonly hooks: ConnectionHooks,
    present: PresentError,
    readonly log: Logger,
  ) {
    this.#server = new WebSocketServer({
      noServer: true,
      WebSocket: ServedSocket,
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

  accept(request: IncomingMessage, stream: Duplex, head: Buffer, session: string | undefined): void {
    this.#server.handleUpgrade(request, stream, head, socket => {
      this.log.debug({ sockets: this.size }, 'a WebSocket opened');
      SIGNALS.socket.tell({ change: 1 });
      socket.serve(this, stream, wire => new SocketConnection(wire, shownBy(request, session), this.hooks));
    });
  }

  closed(socket: ServedSocket, code: number): void {
    this.log.debug({ code, sockets: this.size }, 'a WebSocket closed');
    SIGNALS.socket.tell({ change: -1 });
    const ended = socket.connection
      .closed()
      .catch((error: unknown) => this.log.error({ err: error }, 'a subscription did not end'))
      .finally(() => this.#ending.delete(ended));
    this.#ending.add(ended);
  }

  /** Closes every socket with 1001 and ends what it was subscribed to. Clients are not sent `complete`: they would take their task for ended. */
  async stop(): Promise<void> {
    const closed = [...this.#server.clients].map(
      socket =>
        new Promise<void>(resolve =>
          socket.readyState === socket.CLOSED ? resolve() : socket.once('close', () => resolve()),
        ),
    );
    for (const socket of this.#server.clients) socket.end(CLOSE_CODES.goingAway, 'The server is stopping');
    await Promise.all(closed);
    // The source of a subscription that hangs must not hold the process.
    await Promise.race([Promise.all(this.#ending), delay(LIMITS.webSocket.closeMs, undefined, { ref: false })]);
    this.#server.close();
  }
}

function shownBy({ headers }: IncomingMessage, session: string | undefined): Shown {
  const { authorization, 'accept-language': language } = headers;
  return {
    headers: { ...(authorization && { authorization }), ...(language && { 'accept-language': language }) },
    session,
  };
}
