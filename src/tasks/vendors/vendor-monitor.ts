import { setTimeout as sleep } from 'node:timers/promises';
import { type DataSource, type SourceKey, sourceKey } from '../../../datasources/contract.js';
import type { BreakerState } from '../../../datasources/pace/breaker.js';
import type { Capacity } from '../../../datasources/pace/poll-loop.js';
import { PollSchedule } from '../../../datasources/pace/poll-schedule.js';
import { RateLimit } from '../../../datasources/pace/rate.js';
import { inTurns } from '../../kernel/in-turns.js';
import { LIMITS } from '../../kernel/limits.js';
import { VendorError } from '../../kernel/vendor-error.js';
import { releaseProbes } from '../../store/vendor-health-rows.js';
import { PackageCount, type PackageParts, type Quota } from './package-count.js';
import { type Health, VendorHealth } from './vendor-health.js';

/** Why nothing may be sent to a source now, and for how long; `error` where only an operator can change that. */
export interface Unavailable {
  waitMs: number;
  error: VendorError | undefined;
}

/** What is known of each vendor: its health, its rate, how long its work takes, and what is left of its package. */
export class VendorMonitor {
  readonly schedule = new PollSchedule();
  private readonly vendors: Map<SourceKey, { source: DataSource; rate: RateLimit }>;
  private readonly breakers: VendorHealth;
  private readonly packages: PackageCount;
  private readonly listeners = new Set<(source: SourceKey) => void>();
  /** What the listeners were told last of each vendor's health. */
  private readonly told = new Map<SourceKey, string>();
  private timer: NodeJS.Timeout | undefined;
  private refreshing: Promise<void> | undefined;

  constructor(
    private readonly parts: PackageParts,
    sources: readonly DataSource[],
  ) {
    this.vendors = new Map(
      sources.map(source => [
        sourceKey(source),
        { source, rate: new RateLimit(source.limits.requestsPerSecond, parts.clock) },
      ]),
    );
    this.breakers = new VendorHealth(parts, sources, source => this.tellHealth(source));
    this.packages = new PackageCount(
      parts,
      sources,
      source => this.breakers.isShared(source),
      source => this.tell(source),
    );
    for (const source of this.vendors.keys()) this.told.set(source, this.describe(source));
  }

  /** Takes up what the table says of the vendors, then follows it until `close`. A database that is away stops nothing. */
  async start(): Promise<void> {
    if (this.parts.database.kind === 'pglite')
      await releaseProbes(this.parts.database).catch(error =>
        this.parts.log.warn({ err: error }, 'probes of the process before this one could not be released'),
      );
    await this.refresh();
    this.timer = setInterval(() => void this.refresh(), LIMITS.vendor.healthMs);
  }

  /** Resolves when what is under way is written. */
  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.refreshing;
    await this.breakers.flush();
  }

  /** What the other replicas wrote, and what time brought about: a rest that ended. */
  refresh(): Promise<void> {
    this.refreshing ??= this.readOthers().finally(() => {
      this.refreshing = undefined;
    });
    return this.refreshing;
  }

  private async readOthers(): Promise<void> {
    this.packages.refresh(await this.breakers.refresh());
    for (const source of this.vendors.keys()) this.tellHealth(source);
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
    return this.state(source) !== 'OPEN' && !this.packages.isUsedUp(source);
  }

  state(source: SourceKey): BreakerState {
    return this.breakers.breaker(source).state;
  }

  /** How a vendor is, for all replicas. */
  health(source: SourceKey): Health {
    return this.breakers.of(source);
  }

  /**
   * Why nothing may be sent to a source now: its breaker is open, or its login or package is refused. Undefined where a
   * call may go; while it is half-open that is said to one who asks, and to the next a second later.
   */
  unavailable(source: SourceKey): Unavailable | undefined {
    const breaker = this.breakers.breaker(source);
    const waitMs = breaker.offer();
    return waitMs > 0 ? { waitMs, error: breaker.blockedBy } : undefined;
  }

  /**
   * To be asked before anything is written down for a call: undefined where it may go, which `callAdmitted` or `giveBack`
   * has to follow. While it is half-open that is one call of all replicas; the others have then written and sent nothing.
   */
  async admit(source: SourceKey): Promise<Unavailable | undefined> {
    const refused = this.unavailable(source);
    if (refused !== undefined) return refused;
    const waitMs = await this.breakers.admit(source);
    return waitMs > 0 ? { waitMs, error: this.breakers.breaker(source).blockedBy } : undefined;
  }

  /** The call that was admitted will not be made. */
  giveBack(source: SourceKey): void {
    this.breakers.breaker(source).failed(undefined);
    this.breakers.settle(source);
  }

  /** The call that was admitted, told to the breaker. */
  async callAdmitted<T>(source: SourceKey, work: () => Promise<T>): Promise<T> {
    const breaker = this.breakers.breaker(source);
    try {
      const result = await work();
      breaker.succeeded();
      return result;
    } catch (error) {
      breaker.failed(error);
      throw error;
    } finally {
      this.breakers.settle(source);
    }
  }

  /** One call, told to the breaker. An open breaker stops it before anything is sent: VENDOR_UNAVAILABLE, safe to retry. */
  async call<T>(source: SourceKey, work: () => Promise<T>): Promise<T> {
    const wait = await this.breakers.admit(source);
    if (wait > 0) {
      throw new VendorError(
        'VENDOR_UNAVAILABLE',
        { billed: 'NO', safeToRetry: true, retryAfterMs: wait },
        'The vendor failed several times in a row; it is given a rest.',
      );
    }
    return this.callAdmitted(source, work);
  }

  /** Asks how paid work stands. It goes on where new work is refused: a package that is used up holds no result back. */
  ask<T>(source: SourceKey, work: () => Promise<T>): Promise<T> {
    return this.breakers.breaker(source).blockedBy === undefined ? this.call(source, work) : work();
  }

  /** Waits until the rate allows a further request of one task; the first one was counted with its claim. */
  async throttle(source: SourceKey, signal: AbortSignal): Promise<void> {
    const wait = this.of(source).rate.take();
    if (wait > 0) await sleep(wait, undefined, { signal }).catch(() => signal.throwIfAborted());
  }

  /**
   * Units were charged, whatever came of the call. To be called when the ledger has them: what is left is counted anew at
   * once, and the operator is warned at 20 % as the marketplaces do, at 5 % and at the end.
   */
  recordUsage(source: SourceKey, units: number): void {
    if (units > 0) this.packages.recordUsage(source);
  }

  /** Units left. Undefined where nobody can say. What was found, a failure too, is believed for a minute. */
  quota(source: SourceKey): Promise<Quota | undefined> {
    return this.packages.quota(source);
  }

  /** What `quota` found last, whenever that was: nobody is asked. */
  knownQuota(source: SourceKey): Quota | undefined {
    return this.packages.known(source);
  }

  /** Units left as the vendor itself counted them, if no call has gone out since. Null where it does not count, or nobody asked. */
  unitsLeft(source: SourceKey): number | null {
    return this.packages.unitsLeft(source);
  }

  /** A call that may use up a unit goes out: the vendor's last count no longer holds. */
  recordSend(source: SourceKey): void {
    this.packages.recordSend(source);
  }

  /** Asks the vendor itself, now. Undefined where it does not count or does not answer. */
  countUnits(source: SourceKey): Promise<number | undefined> {
    return this.packages.countUnits(source);
  }

  /** Told each time a vendor's health changes, here or at another replica, and each time its package was counted anew. */
  onChange(listener: (source: SourceKey) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private tellHealth(source: SourceKey): void {
    const now = this.describe(source);
    if (this.told.get(source) === now) return;
    this.told.set(source, now);
    this.tell(source);
  }

  private tell(source: SourceKey): void {
    void inTurns([...this.listeners], LIMITS.events.handedAtOnce, listener => listener(source));
  }

  private describe(source: SourceKey): string {
    const { state, retryAt, reason } = this.health(source);
    return `${state} ${retryAt?.getTime()} ${reason}`;
  }

  private of(source: SourceKey): { source: DataSource; rate: RateLimit } {
    return this.vendors.get(source)!;
  }
}
