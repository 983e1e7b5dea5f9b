import { Socket } from 'node:net';
import { Client } from 'pg';
import { LIMITS } from '../../kernel/limits.js';
import type { StoreLog } from '../database.js';

export interface ListenerParts {
  url: string;
  channel: string;
  log: StoreLog;
  /** Sent to ourselves. Its return proves that the connection works in both directions. */
  heartbeat: string;
  heartbeatMs: number;
  onNotice(payload: string): void;
  /** Called for each new connection. Notices sent before it are lost. */
  onConnected(): void;
}

const { feed: LIMIT, connectMs } = LIMITS.store;

/**
 * A dedicated connection that listens to one channel until it is closed, and reconnects.
 * A half-open connection (a cable, a firewall that dropped its state) looks healthy from this side for ever. So each
 * heartbeat has to come back before the next one is sent, and a dead connection is noticed within two.
 */
export class PostgresListener {
  #closed = false;
  #waitMs: number = LIMIT.reconnectMs;
  #end: () => void = () => {};
  #retry: NodeJS.Timeout | undefined;

  constructor(private readonly parts: ListenerParts) {}

  async open(): Promise<void> {
    const { url, channel, log, heartbeat, heartbeatMs } = this.parts;
    // Created here, because only a socket can be closed without an answer of the other side.
    const socket = new Socket();
    const client = new Client({
      connectionString: url,
      application_name: 'darkroom feed',
      connectionTimeoutMillis: connectMs,
      query_timeout: connectMs,
      keepAlive: true,
      stream: () => socket,
    });
    let ended = false;
    let heartbeatTimer: NodeJS.Timeout | undefined;
    const end = (reason: string) => {
      if (ended) return;
      ended = true;
      clearInterval(heartbeatTimer);
      socket.destroy();
      if (this.#closed) return;
      log.warn({ reason, retryMs: this.#waitMs }, 'the connection that listens for changes was lost; connecting anew');
      this.#retry = setTimeout(() => void this.open(), this.#waitMs);
      this.#waitMs = Math.min(this.#waitMs * 2, heartbeatMs);
    };
    this.#end = () => end('closed');
    client.on('error', error => end((error as NodeJS.ErrnoException).code ?? 'it broke'));
    client.on('end', () => end('it ended'));
    let echoReceived = true;
    client.on('notification', ({ payload = '' }) => {
      if (payload === heartbeat) echoReceived = true;
      else this.parts.onNotice(payload);
    });
    try {
      await client.connect();
      await client.query(`listen ${channel}`);
    } catch (error) {
      return end((error as NodeJS.ErrnoException).code ?? 'no answer');
    }
    heartbeatTimer = setInterval(() => {
      if (!echoReceived) return end('silent');
      echoReceived = false;
      this.#waitMs = LIMIT.reconnectMs;
      client.query('select pg_notify($1, $2)', [channel, heartbeat]).catch(() => end('it broke'));
    }, heartbeatMs);
    this.parts.onConnected();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#end();
  }
}
