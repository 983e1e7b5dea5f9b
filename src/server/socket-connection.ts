import type { IncomingHttpHeaders } from 'node:http';
import type { GraphQLError } from 'graphql';
import {
  CloseCode,
  GRAPHQL_TRANSPORT_WS_PROTOCOL,
  MessageType,
  type SubscribeMessage,
  validateMessage,
} from 'graphql-ws';
import { LIMITS } from '../kernel/limits.js';
import { type Begun, type OperationSocket, type Payload, SocketOperation } from './socket-operation.js';

/** The socket below the protocol. */
export interface Wire {
  readonly protocol: string;
  /** `sent` is called when the bytes have left for the kernel, or never will. */
  write(text: string, sent?: () => void): void;
  /** Messages that are framed. */
  writeFrames(frames: Buffer, sent: () => void): void;
  end(code: number, reason: string): void;
  failed(error: unknown): void;
}

/** What the upgrade request showed. It would itself stay in memory as long as the socket. */
export interface Shown {
  /** What is asked about later. */
  readonly headers: Pick<IncomingHttpHeaders, 'accept-language' | 'authorization'>;
  /** The value of our cookie, where one of our own pages opened it. */
  readonly session: string | undefined;
}

/** What the protocol leaves open. */
export interface ConnectionHooks {
  /** False: it was refused, and is closed. */
  connect(connection: SocketConnection): Promise<boolean>;
  begin(connection: SocketConnection, payload: Payload): Promise<Begun | readonly GraphQLError[]>;
  present(connection: SocketConnection, errors: readonly GraphQLError[]): readonly object[];
  /** Called once, also where it never connected. */
  closed(connection: SocketConnection): void;
}

const { ConnectionInit, Ping, Pong, Subscribe, Complete } = MessageType;

/**
 * One socket that speaks graphql-transport-ws, as graphql-ws speaks it. What that library keeps of a socket and of each
 * of its operations is most of their memory, it executes and serialises every event for each socket, and it frees the
 * id of an operation that its client completed before that has ended: a new one was taken for the old one, and neither
 * ended any more. Here the new one waits.
 */
export class SocketConnection implements OperationSocket {
  /** The payload of `connection_init`. */
  params: Readonly<Record<string, unknown>> | undefined;
  /** What the hooks know of it. */
  known: unknown;
  #phase: 'new' | 'connecting' | 'acknowledged' | 'closed' = 'new';
  #operations: Map<string, SocketOperation> | undefined;
  #initialising: NodeJS.Timeout | undefined;

  constructor(
    private readonly wire: Wire,
    readonly shown: Shown,
    private readonly hooks: ConnectionHooks,
  ) {}

  /** To be called once, when the socket is open. */
  open(): void {
    if (this.wire.protocol === GRAPHQL_TRANSPORT_WS_PROTOCOL)
      this.#initialising = setTimeout(
        () => this.close(CloseCode.ConnectionInitialisationTimeout, 'Connection initialisation timeout'),
        LIMITS.webSocket.connectionInitMs,
      );
    else this.close(CloseCode.SubprotocolNotAcceptable, 'Subprotocol not acceptable');
  }

  /** Operations that have not ended, also those that the client completed: they take as much as the others. */
  get running(): number {
    return this.#operations?.size ?? 0;
  }

  get isClosed(): boolean {
    return this.#phase === 'closed';
  }

  take(text: string): void {
    const message = parse(text);
    const type = message?.type;
    if (message === undefined) this.close(CloseCode.BadRequest, 'Invalid message received');
    else if (type === ConnectionInit) this.#init(message.payload);
    else if (type === Ping) this.send(JSON.stringify({ type: Pong, payload: message.payload ?? undefined }));
    else if (type === Subscribe) this.#subscribe(message as unknown as SubscribeMessage);
    else if (type === Complete) this.#complete(String(message.id));
  }

  /** The socket has closed. Resolves when its operations have ended. */
  async closed(): Promise<void> {
    this.#phase = 'closed';
    clearTimeout(this.#initialising);
    this.hooks.closed(this);
    const operations = [...(this.#operations?.values() ?? [])];
    for (const operation of operations) operation.waiting = undefined;
    await Promise.all(operations.map(operation => operation.stop()));
  }

  close(code: number, reason: string): void {
    this.wire.end(code, reason);
  }

  begin(payload: Payload): Promise<Begun | readonly GraphQLError[]> {
    return this.hooks.begin(this, payload);
  }

  present(errors: readonly GraphQLError[]): readonly object[] {
    return this.hooks.present(this, errors);
  }

  send(text: string, sent?: () => void): void {
    this.wire.write(text, sent);
  }

  sendFrames(frames: Buffer, sent: () => void): void {
    this.wire.writeFrames(frames, sent);
  }

  failed(error: unknown): void {
    this.wire.failed(error);
  }

  ended(operation: SocketOperation): void {
    const { id, waiting } = operation;
    if (this.#operations?.get(id) !== operation) return;
    this.#operations.delete(id);
    if (waiting !== undefined && !this.isClosed) this.#begin(id, waiting);
  }

  #init(payload: unknown): void {
    if (this.#phase === 'new') {
      this.#phase = 'connecting';
      clearTimeout(this.#initialising);
      this.#initialising = undefined;
      if (typeof payload === 'object' && payload !== null) this.params = payload as Record<string, unknown>;
      void this.#connect();
    } else {
      this.close(CloseCode.TooManyInitialisationRequests, 'Too many initialisation requests');
    }
  }

  async #connect(): Promise<void> {
    try {
      if (!(await this.hooks.connect(this)) || this.isClosed) return;
      this.#phase = 'acknowledged';
      this.send(ACKNOWLEDGED);
    } catch (error) {
      this.failed(error);
    }
  }

  #subscribe({ id, payload }: SubscribeMessage): void {
    const known = this.#operations?.get(id);
    if (this.#phase !== 'acknowledged') this.close(CloseCode.Unauthorized, 'Unauthorized');
    else if (known === undefined) this.#begin(id, payload);
    else if (known.isStopped && known.waiting === undefined) known.waiting = payload;
    else this.close(CloseCode.SubscriberAlreadyExists, `Subscriber for ${id} already exists`);
  }

  #begin(id: string, payload: Payload): void {
    const operation = new SocketOperation(id, this);
    this.#operations ??= new Map();
    this.#operations.set(id, operation);
    void operation.run(payload);
  }

  #complete(id: string): void {
    const operation = this.#operations?.get(id);
    if (operation?.waiting !== undefined) operation.waiting = undefined;
    else void operation?.stop();
  }
}

const ACKNOWLEDGED = JSON.stringify({ type: MessageType.ConnectionAck });

/** What only a server says is an error of the client too. */
const OF_CLIENTS = new Set<unknown>([ConnectionInit, Ping, Pong, Subscribe, Complete]);

function parse(text: string): { type: MessageType; id?: unknown; payload?: unknown } | undefined {
  try {
    const message = validateMessage(JSON.parse(text));
    return OF_CLIENTS.has(message.type) ? message : undefined;
  } catch {
    return undefined;
  }
}
