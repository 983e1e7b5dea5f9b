import type { DataSource } from '../../datasources/contract.js';
import { Breaker, type BreakerState } from '../../datasources/kit/breaker.js';
import type { Capacity } from '../../datasources/kit/poll-loop.js';
import { PollSchedule } from '../../datasources/kit/poll-schedule.js';
import { RateLimit } from '../../datasources/kit/rate.js';
import type { Clock } from '../kernel/clock.js';
import { LIMITS } from '../kernel/limits.js';
import { VendorError } from '../kernel/vendor-error.js';
import type { Database } from '../store/database.js';
import { unitsSince } from '../store/ledger-rows.js';
import { sourceKey } from './task.js';

export interface Quota {
  left: number;
  /** The size of the package, where the operator told it. */
  total: number | null;
  /** VENDOR: the vendor's own count. COUNTED: the package less what we may have used of it. */
  source: 'VENDOR' | 'COUNTED';
  /** 20 % or less left, where the marketplaces warn as well. */
  low: boolean;
}

interface Watched {
  readonly source: DataSource;
  readonly breaker: Breaker;
  readonly rate: RateLimit;
  readonly packageUnits: number | null;
  quota: { at: number; left: number } | undefined;
}

/** Packages last a year; what was used before does not count against today's. */
const PACKAGE_MS = 365 * 86_400_000;
const LOW = 0.2;

/** What is known of each vendor: whether it answers, how fast it may be asked, how long it takes, what is left of its package. */
export class VendorWatch {
  readonly schedule = new PollSchedule();
  private readonly watched = new Map<string, Watched>();
  private readonly listeners = new Set<(source: string) => void>();

  constructor(
    private readonly parts: {
      database: Database;
      clock: Clock;
      packageUnits: Readonly<Record<string, number | undefined>>;
    },
    sources: readonly DataSource[],
  ) {
    for (const source of sources) {
      this.watched.set(sourceKey(source), {
        source,
        breaker: new Breaker(parts.clock),
        rate: new RateLimit(source.limits.requestsPerSecond, parts.clock),
        packageUnits: source.sandbox ? null : (parts.packageUnits[source.vendor] ?? null),
        quota: undefined,
      });
    }
  }

  /** How many more tasks of a source may be begun now, while `busy` are under way. */
  capacity(source: string, busy: number): Capacity {
    const { source: vendor, rate } = this.of(source);
    const places = vendor.limits.concurrency - busy;
    if (places <= 0) return { source, free: 0, opensInMs: Number.POSITIVE_INFINITY };
    return { source, free: Math.min(places, rate.available()), opensInMs: rate.opensInMs() };
  }

  /** A task of this source was begun. */
  took(source: string): void {
    this.of(source).rate.take();
  }

  healthy(source: string): boolean {
    const { breaker, quota } = this.of(source);
    return breaker.state !== 'OPEN' && !(quota !== undefined && quota.left <= 0);
  }

  state(source: string): BreakerState {
    return this.of(source).breaker.state;
  }

  /** One call, told to the breaker. An open breaker stops it before anything is sent: VENDOR_UNAVAILABLE, safe to retry. */
  async call<T>(source: string, work: () => Promise<T>): Promise<T> {
    const { breaker } = this.of(source);
    const wait = breaker.enter();
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

  /** Units left. Undefined where nobody can say; a vendor's own count is believed for a minute. */
  async quota(source: string): Promise<Quota | undefined> {
    const watched = this.of(source);
    const total = watched.packageUnits;
    if (watched.source.quota !== undefined) {
      const now = this.parts.clock.now();
      if (watched.quota === undefined || now - watched.quota.at > LIMITS.vendor.quotaMs) {
        const left = await watched.source.quota(AbortSignal.timeout(LIMITS.vendor.answerMs)).catch(() => undefined);
        if (left !== undefined) watched.quota = { at: now, left };
      }
      if (watched.quota !== undefined)
        return {
          left: watched.quota.left,
          total,
          source: 'VENDOR',
          low: total !== null && watched.quota.left <= total * LOW,
        };
    }
    if (total === null) return undefined;
    const used = await unitsSince(this.parts.database, source, new Date(this.parts.clock.now() - PACKAGE_MS));
    const left = Math.max(0, total - used);
    return { left, total, source: 'COUNTED', low: left <= total * LOW };
  }

  /** Told each time a vendor's state changes. */
  onChange(listener: (source: string) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private changed(source: string): void {
    for (const listener of this.listeners) listener(source);
  }

  private of(source: string): Watched {
    return this.watched.get(source)!;
  }
}
