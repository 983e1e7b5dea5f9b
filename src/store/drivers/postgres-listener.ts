import { Socket } from 'node:net';
import { Client } from 'pg';
import { LIMITS } from '../../kernel/limits.js';
import type { StoreLog } from '../database.js';

export interface ListenerParts {
  url: string;
  channel: string;
  log: StoreLog;
  /** The payload by which we know our own heartbeat. */
  heartbeat: string;
  heartbeatMs: number;
  /** Sends it, over another connection. */
  beat(): Promise<void>;
  onNotice(payload: string): void;
  /** Called for each new connection. Notices sent before it are lost. */
  onConnected(): void;
}

/** A code, or words. `pooled`: a pooler stands in between, and nothing was ever heard. */
type Reason = 'pooled' | (string & {});

const { feed: LIMIT, connectMs } = LIMITS.store;

const POOLED =
  `LISTEN does not work through this pooler, so what other replicas do is seen up to ${LIMIT.sweepMs / 1_000} s late. ` +
  'Set DATABASE_DIRECT_URL to the server itself, or use a pool in session mode';

/**
 * A dedicated connection that listens to one channel until it is closed, and reconnects.
 *
 * A half-open connection (a cable, a firewall that dropped its state) looks healthy from this side for ever. So each
 * heartbeat has to arrive before the next one is sent, and a dead connection is noticed within two. It is sent over
 * another connection, as the notices of other replicas are. Behind a pooler in transaction mode, where nothing reaches a
 * connection that does not ask, a heartbeat of its own could still come back.
 */
export class PostgresListener {
  #closed = false;
  #toldPooled = false;
  #waitMs: number = LIMIT.reconnectMs;
  #end: () => void = () => {};
  #retry: NodeJS.Timeout | undefined;

  constructor(private readonly parts: ListenerParts) {}

  async open(): Promise<void> {
    const { url, channel, heartbeat, heartbeatMs } = this.parts;
    // Created here, because only a socket can be closed without an answer of the other side.
    const socket = new Socket();
    let ended = false;
    let heartbeatTimer: NodeJS.Timeout | undefined;
    const end = (reason: Reason) => {
      if (ended) return;
      ended = true;
      clearInterval(heartbeatTimer);
      socket.destroy();
      if (!this.#closed) this.#retry = setTimeout(() => void this.open(), this.#retryMs(reason));
    };
    this.#end = () => end('closed');
    let client: Client;
    try {
      client = clientOn(socket, url);
    } catch (error) {
      // A certificate that cannot be read, e.g. while it is replaced.
      return end((error as NodeJS.ErrnoException).code ?? 'no answer');
    }
    client.on('error', error => end((error as NodeJS.ErrnoException).code ?? 'it broke'));
    client.on('end', () => end('it ended'));
    const pulse = new Pulse(() => this.parts.beat());
    client.on('notification', ({ payload = '' }) => {
      if (payload === heartbeat) pulse.heard();
      else this.parts.onNotice(payload);
    });
    let pooled: boolean;
    try {
      await client.connect();
      pooled = await listen(client, channel);
    } catch (error) {
      return end((error as NodeJS.ErrnoException).code ?? 'no answer');
    }
    heartbeatTimer = setInterval(() => {
      if (!pulse.next()) return end(pooled && !pulse.everHeard ? 'pooled' : 'silent');
      this.#waitMs = LIMIT.reconnectMs;
    }, heartbeatMs);
    this.parts.onConnected();
  }

  /** Logs the loss, and says when to connect anew. */
  #retryMs(reason: Reason): number {
    const { log, heartbeatMs } = this.parts;
    if (reason === 'pooled') {
      if (!this.#toldPooled) log.warn({ reason }, POOLED);
      this.#toldPooled = true;
      return LIMIT.pooledRetryMs;
    }
    const retryMs = this.#waitMs;
    log.warn({ reason, retryMs }, 'the connection that listens for changes was lost; connecting anew');
    this.#waitMs = Math.min(retryMs * 2, heartbeatMs);
    return retryMs;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#end();
  }
}

function clientOn(socket: Socket, url: string): Client {
  return new Client({
    connectionString: url,
    application_name: 'darkroom feed',
    connectionTimeoutMillis: connectMs,
    query_timeout: connectMs,
    keepAlive: true,
    stream: () => socket,
  });
}

/**
 * A connection that only listens is idle, so it lifts the time limit of the server for those.
 * @returns whether a pooler stands in between; see `prepareSession`
 */
async function listen(client: Client, channel: string): Promise<boolean> {
  const { processID } = client as Client & { processID: number };
  await client.query(`listen ${channel}`);
  const { rows } = await client.query<{ pooled: boolean }>(
    `select pg_backend_pid() <> ${processID} as pooled,
       case when pg_backend_pid() = ${processID} then set_config('idle_session_timeout', '0', false) end`,
  );
  return rows[0]!.pooled;
}

/** The heartbeats of one connection: each has to be heard before the next one is sent. */
class Pulse {
  everHeard = false;
  #state: 'heard' | 'sending' | 'sent' = 'heard';
  /** How often the next one was due while one was still being sent. */
  #late = 0;

  constructor(private readonly beat: () => Promise<void>) {}

  heard(): void {
    this.everHeard = true;
    this.#state = 'heard';
  }

  /** Sends the next one. False where the one before was not heard, or cannot be sent for long. */
  next(): boolean {
    if (this.#state === 'sent') return false;
    if (this.#state === 'sending') return ++this.#late < 2;
    this.#late = 0;
    this.#state = 'sending';
    this.beat().then(
      () => this.#sent('sent'),
      // What was not sent says nothing about who listens.
      () => this.#sent('heard'),
    );
    return true;
  }

  #sent(state: 'heard' | 'sent'): void {
    if (this.#state === 'sending') this.#state = state;
  }
}
