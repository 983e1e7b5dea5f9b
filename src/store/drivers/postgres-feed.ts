import { randomUUID } from 'node:crypto';
import { LIMITS } from '../../kernel/limits.js';
import type { ChangeFeed, FeedListener } from '../change-feed.js';
import type { Database, StoreLog } from '../database.js';
import { PostgresListener } from './postgres-listener.js';

/** The payload of a NOTIFY, as JSON. `all`: there were more changes than could be sent. */
interface Notice {
  from: string;
  ids?: string[];
  wake?: boolean;
  all?: boolean;
}

export interface FeedParts {
  /** Where to listen. What is told goes over `database`. */
  url: string;
  database: Database;
  log: StoreLog;
  /** The listening connection counts as dead where our own heartbeat does not come back within this time. */
  heartbeatMs?: number;
}

const CHANNEL = 'darkroom_changes';
const { feed: LIMIT } = LIMITS.store;

/**
 * A change feed on LISTEN and NOTIFY. A notice is sent outside of the transaction that made the change: a NOTIFY inside
 * of it takes a lock of the whole server at commit, so all commits would wait for each other.
 */
export class PostgresFeed implements ChangeFeed {
  readonly #id = randomUUID();
  readonly #heartbeat: Notice = { from: this.#id };
  readonly #pending = new Set<string>();
  #wake = false;
  #overflow = false;
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> = Promise.resolve();
  #listener: PostgresListener | undefined;
  #closed = false;

  constructor(private readonly parts: FeedParts) {}

  publish(taskId: string): void {
    this.#pending.add(taskId);
    if (this.#pending.size > LIMIT.kept) {
      this.#pending.clear();
      this.#overflow = true;
    }
    this.#schedule(LIMIT.collectMs);
  }

  wake(): void {
    this.#wake = true;
    this.#schedule(LIMIT.collectMs);
  }

  listen(listener: FeedListener): void {
    this.#listener = new PostgresListener({
      heartbeatMs: LIMIT.heartbeatMs,
      ...this.parts,
      channel: CHANNEL,
      heartbeat: JSON.stringify(this.#heartbeat),
      beat: () => this.#notify(this.#heartbeat),
      onConnected: () => listener.gap(),
      onNotice: payload => {
        const notice = parseNotice(payload);
        if (notice === undefined || notice.from === this.#id) return;
        if (notice.all) listener.gap();
        if (notice.ids?.length) listener.changed(notice.ids);
        if (notice.wake) listener.wake();
      },
    });
    void this.#listener.open();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#listener?.close();
    await this.#sending;
    await this.#send().catch(() => undefined);
  }

  #schedule(ms: number): void {
    if (this.#closed) return;
    this.#timer ??= setTimeout(() => {
      this.#sending = this.#flush();
    }, ms);
  }

  async #flush(): Promise<void> {
    let waitMs: number = LIMIT.collectMs;
    try {
      await this.#send();
    } catch (error) {
      waitMs = LIMIT.heartbeatMs;
      this.parts.log.warn(
        { err: error, waiting: this.#pending.size },
        'the other replicas could not be told of changes',
      );
    }
    this.#timer = undefined;
    if (this.#hasPending()) this.#schedule(waitMs);
  }

  #hasPending(): boolean {
    return this.#pending.size > 0 || this.#wake || this.#overflow;
  }

  /** Sends everything pending. What could not be sent stays pending. */
  async #send(): Promise<void> {
    while (this.#hasPending()) {
      const ids = [...this.#pending].slice(0, LIMIT.idsPerNotice);
      const notice: Notice = { from: this.#id, ids, wake: this.#wake, all: this.#overflow };
      for (const id of ids) this.#pending.delete(id);
      this.#wake = false;
      this.#overflow = false;
      try {
        await this.#notify(notice);
      } catch (error) {
        for (const id of ids) this.#pending.add(id);
        this.#wake ||= notice.wake === true;
        this.#overflow ||= notice.all === true;
        throw error;
      }
    }
  }

  async #notify(notice: Notice): Promise<void> {
    await this.parts.database.query('select pg_notify($1, $2)', [CHANNEL, JSON.stringify(notice)]);
  }
}

/** Undefined where the payload is no notice: whoever may connect to the database may send anything on the channel. */
function parseNotice(payload: string): Notice | undefined {
  try {
    return (JSON.parse(payload) as Notice | null) ?? undefined;
  } catch {
    return undefined;
  }
}
