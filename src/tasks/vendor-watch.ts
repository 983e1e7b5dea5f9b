import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { DataSource } from '../../datasources/contract.js';
import { Breaker, type BreakerState } from '../../datasources/pace/breaker.js';
import type { Capacity } from '../../datasources/pace/poll-loop.js';
import { PollSchedule } from '../../datasources/pace/poll-schedule.js';
import { RateLimit } from '../../datasources/pace/rate.js';
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
  quota: { at: number; found: Promise<Quota | undefined>; left: number | undefined } | undefined;
  warned: boolean;
  /** Units left by the vendor's own count, while no call that may use one up has gone out since. */
  counted: number | null;
  sends: number;
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
      log: Logger;
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
        warned: false,
        counted: null,
        sends: 0,
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
    return breaker.state !== 'OPEN' && !(quota?.left !== undefined && quota.left <= 0);
  }

  state(source: string): BreakerState {
    return this.of(source).breaker.state;
  }

  /** Why nothing may be sent to a source now: it rests, or its login or package is refused. Undefined where a call may go. */
  closedFor(source: string): { waitMs: number; error: VendorError | undefined } | undefined {
    const { breaker } = this.of(source);
    const waitMs = breaker.restsMs;
    return waitMs > 0 ? { waitMs, error: breaker.hopeless } : undefined;
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

  /** Asks how paid work stands. It goes on where new work is refused: a package that is used up holds no result back. */
  ask<T>(source: string, work: () => Promise<T>): Promise<T> {
    return this.of(source).breaker.hopeless === undefined ? this.call(source, work) : work();
  }

  /** Waits for a further call of one task; its first was let through with the claim. */
  async turn(source: string, signal: AbortSignal): Promise<void> {
    const wait = this.of(source).rate.take();
    if (wait > 0) await sleep(wait, undefined, { signal }).catch(() => signal.throwIfAborted());
  }

  /** Units were used up: what is left is looked at, and the operator warned at 20 %, where the marketplaces warn as well. */
  used(source: string, units: number): void {
    if (units === 0) return;
    const watched = this.of(source);
    watched.quota = undefined;
    void this.quota(source).then(quota => {
      if (quota === undefined) return;
      if (quota.low && !watched.warned) {
        this.parts.log.warn({ source, left: quota.left, total: quota.total }, "a vendor's package is nearly used up");
      }
      watched.warned = quota.low;
      this.changed(source);
    });
  }

  /** Units left. Undefined where nobody can say. What was found, a failure too, is believed for a minute. */
  quota(source: string): Promise<Quota | undefined> {
    const watched = this.of(source);
    const now = this.parts.clock.now();
    if (watched.quota === undefined || now - watched.quota.at > LIMITS.vendor.quotaMs) {
      watched.quota = { at: now, found: this.count(watched, source).catch(() => undefined), left: watched.quota?.left };
      const asked = watched.quota;
      void asked.found.then(quota => {
        if (quota !== undefined) asked.left = quota.left;
      });
    }
    return watched.quota.found;
  }

  /** Units left as the vendor itself counted them, if no call has gone out since. Null where it does not count, or nobody asked. */
  unitsLeft(source: string): number | null {
    return this.of(source).counted;
  }

  /** A call that may use up a unit goes out. */
  sent(source: string): void {
    const watched = this.of(source);
    watched.counted = null;
    watched.sends += 1;
  }

  /** Asks the vendor itself, now. Undefined where it does not count or does not answer. */
  async countUnits(source: string): Promise<number | undefined> {
    const watched = this.of(source);
    if (watched.source.quota === undefined) return undefined;
    watched.quota = undefined;
    const quota = await this.quota(source);
    return quota?.source === 'VENDOR' ? quota.left : undefined;
  }

  private async count(watched: Watched, source: string): Promise<Quota | undefined> {
    const total = watched.packageUnits;
    if (watched.source.quota !== undefined) {
      const { sends } = watched;
      const left = await watched.source.quota(AbortSignal.timeout(LIMITS.vendor.quotaAnswerMs)).catch(() => undefined);
      if (sends === watched.sends) watched.counted = left ?? null;
      if (left !== undefined) return { left, total, source: 'VENDOR', low: left <= (total ?? 0) * LOW };
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
