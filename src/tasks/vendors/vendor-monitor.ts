import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { type DataSource, type SourceKey, sourceKey } from '../../../datasources/contract.js';
import { Breaker, type BreakerState } from '../../../datasources/pace/breaker.js';
import type { Capacity } from '../../../datasources/pace/poll-loop.js';
import { PollSchedule } from '../../../datasources/pace/poll-schedule.js';
import { RateLimit } from '../../../datasources/pace/rate.js';
import type { Clock } from '../../kernel/clock.js';
import { LIMITS } from '../../kernel/limits.js';
import { VendorError } from '../../kernel/vendor-error.js';
import type { Database } from '../../store/database.js';
import { unitsSince } from '../../store/ledger-rows.js';

export interface Quota {
  left: number;
  /** The size of the package, where the operator told it. */
  total: number | null;
  /** VENDOR: the vendor's own count. COUNTED: the package less what we may have used of it. */
  source: 'VENDOR' | 'COUNTED';
  /** 20 % or less left, where the marketplaces warn as well. */
  low: boolean;
}

interface Monitored {
  readonly source: DataSource;
  readonly breaker: Breaker;
  readonly rate: RateLimit;
  readonly packageUnits: number | null;
  quota: { at: number; found: Promise<Quota | undefined>; left: number | undefined } | undefined;
  warned: boolean;
  /** Units left by the vendor's own count, while no call that may use one up has gone out since. */
  counted: number | null;
  sends: number;
}

/** Packages last a year; what was used before does not count against today's. */
const PACKAGE_MS = 365 * 86_400_000;
const LOW = 0.2;

/** What is known of each vendor: its health, its rate, how long its work takes, and what is left of its package. */
export class VendorMonitor {
  readonly schedule = new PollSchedule();
  private readonly monitored = new Map<SourceKey, Monitored>();
  private readonly listeners = new Set<(source: SourceKey) => void>();

  constructor(
    private readonly parts: {
      log: Logger;
      database: Database;
      clock: Clock;
      packageUnits: Readonly<Record<string, number | undefined>>;
    },
    sources: readonly DataSource[],
  ) {
    for (const source of sources) {
      this.monitored.set(sourceKey(source), {
        source,
        breaker: new Breaker(parts.clock),
        rate: new RateLimit(source.limits.requestsPerSecond, parts.clock),
        packageUnits: source.sandbox ? null : (parts.packageUnits[source.vendor] ?? null),
        quota: undefined,
        warned: false,
        counted: null,
        sends: 0,
      });
    }
  }

  /** How many more tasks of a source may be begun now, while `busy` are under way. */
  capacity(source: SourceKey, busy: number): Capacity {
    const { source: vendor, rate } = this.of(source);
    const places = vendor.limits.concurrency - busy;
    if (places <= 0) return { source, free: 0, opensInMs: Number.POSITIVE_INFINITY };
    return { source, free: Math.min(places, rate.available()), opensInMs: rate.opensInMs() };
  }

  /** A task of this source was claimed: its first request counts against the rate. */
  countRequest(source: SourceKey): void {
    this.of(source).rate.take();
  }

  healthy(source: SourceKey): boolean {
    const { breaker, quota } = this.of(source);
    return breaker.state !== 'OPEN' && !(quota?.left !== undefined && quota.left <= 0);
  }

  state(source: SourceKey): BreakerState {
    return this.of(source).breaker.state;
  }

  /** Why nothing may be sent to a source now: its breaker is open, or its login or package is refused. Undefined where a call may go. */
  unavailable(source: SourceKey): { waitMs: number; error: VendorError | undefined } | undefined {
    const { breaker } = this.of(source);
    const waitMs = breaker.retryInMs;
    return waitMs > 0 ? { waitMs, error: breaker.blockedBy } : undefined;
  }

  /** One call, told to the breaker. An open breaker stops it before anything is sent: VENDOR_UNAVAILABLE, safe to retry. */
  async call<T>(source: SourceKey, work: () => Promise<T>): Promise<T> {
    const { breaker } = this.of(source);
    const wait = breaker.acquire();
    if (wait > 0) {
      throw new VendorError(
        'VENDOR_UNAVAILABLE',
        { billed: 'NO', safeToRetry: true, retryAfterMs: wait },
        'The vendor failed several times in a row; it is given a rest.',
      );
    }
    const before = breaker.state;
    try {
      const result = await work();
      breaker.succeeded();
      return result;
    } catch (error) {
      breaker.failed(error);
      throw error;
    } finally {
      if (breaker.state !== before) this.changed(source);
    }
  }

  /** Asks how paid work stands. It goes on where new work is refused: a package that is used up holds no result back. */
  ask<T>(source: SourceKey, work: () => Promise<T>): Promise<T> {
    return this.of(source).breaker.blockedBy === undefined ? this.call(source, work) : work();
  }

  /** Waits until the rate allows a further request of one task; the first one was counted with its claim. */
  async throttle(source: SourceKey, signal: AbortSignal): Promise<void> {
    const wait = this.of(source).rate.take();
    if (wait > 0) await sleep(wait, undefined, { signal }).catch(() => signal.throwIfAborted());
  }

  /** Units were used up: what is left is counted anew, and the operator is warned at 20 %, as the marketplaces warn. */
  recordUsage(source: SourceKey, units: number): void {
    if (units === 0) return;
    const entry = this.of(source);
    entry.quota = undefined;
    void this.quota(source).then(quota => {
      if (quota === undefined) return;
      if (quota.low && !entry.warned) {
        this.parts.log.warn({ source, left: quota.left, total: quota.total }, "a vendor's package is nearly used up");
      }
      entry.warned = quota.low;
      this.changed(source);
    });
  }

  /** Units left. Undefined where nobody can say. What was found, a failure too, is believed for a minute. */
  quota(source: SourceKey): Promise<Quota | undefined> {
    const entry = this.of(source);
    const now = this.parts.clock.now();
    if (entry.quota === undefined || now - entry.quota.at > LIMITS.vendor.quotaMs) {
      entry.quota = { at: now, found: this.count(entry, source).catch(() => undefined), left: entry.quota?.left };
      const asked = entry.quota;
      void asked.found.then(quota => {
        if (quota !== undefined) asked.left = quota.left;
      });
    }
    return entry.quota.found;
  }

  /** Units left as the vendor itself counted them, if no call has gone out since. Null where it does not count, or nobody asked. */
  unitsLeft(source: SourceKey): number | null {
    return this.of(source).counted;
  }

  /** A call that may use up a unit goes out: the vendor's last count no longer holds. */
  recordSend(source: SourceKey): void {
    const entry = this.of(source);
    entry.counted = null;
    entry.sends += 1;
  }

  /** Asks the vendor itself, now. Undefined where it does not count or does not answer. */
  async countUnits(source: SourceKey): Promise<number | undefined> {
    const entry = this.of(source);
    if (entry.source.quota === undefined) return undefined;
    entry.quota = undefined;
    const quota = await this.quota(source);
    return quota?.source === 'VENDOR' ? quota.left : undefined;
  }

  private async count(entry: Monitored, source: SourceKey): Promise<Quota | undefined> {
    const total = entry.packageUnits;
    if (entry.source.quota !== undefined) {
      const { sends } = entry;
      const left = await entry.source.quota(AbortSignal.timeout(LIMITS.vendor.quotaAnswerMs)).catch(() => undefined);
      if (sends === entry.sends) entry.counted = left ?? null;
      if (left !== undefined) return { left, total, source: 'VENDOR', low: left <= (total ?? 0) * LOW };
    }
    if (total === null) return undefined;
    const used = await unitsSince(this.parts.database, source, new Date(this.parts.clock.now() - PACKAGE_MS));
    const left = Math.max(0, total - used);
    return { left, total, source: 'COUNTED', low: left <= total * LOW };
  }

  /** Told each time a vendor's state changes. */
  onChange(listener: (source: SourceKey) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private changed(source: SourceKey): void {
    for (const listener of this.listeners) listener(source);
  }

  private of(source: SourceKey): Monitored {
    return this.monitored.get(source)!;
  }
}
