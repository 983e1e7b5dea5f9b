import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { type DataSource, type SourceKey, sourceKey } from '../../../datasources/contract.js';
import type { Clock } from '../../kernel/clock.js';
import { LIMITS } from '../../kernel/limits.js';
import type { Database } from '../../store/database.js';
import { changeQuotaLevel, type QuotaLevel, type VendorHealthRow } from '../../store/vendor-health-rows.js';
import { UnitCount } from './unit-count.js';

export interface Quota {
  left: number;
  /** The size of the package, where the operator told it. */
  total: number | null;
  /** VENDOR: the vendor's own count. COUNTED: the package less what was charged of it. */
  source: 'VENDOR' | 'COUNTED';
  /** 20 % or less left, where the marketplaces warn as well. */
  low: boolean;
  /** Units of which nobody knows whether they were charged; they are not taken off `left`. Null where the vendor counts. */
  inDoubt: number | null;
}

interface Counted {
  readonly source: DataSource;
  readonly key: SourceKey;
  readonly total: number | null;
  quota: { at: number; found: Promise<Quota | undefined> } | undefined;
  level: QuotaLevel | null;
  /** What was found last. */
  known: Quota | undefined;
  /** Units left by the vendor's own count, while no call that may use one up has gone out since. */
  vendorCount: number | null;
  sends: number;
  /** Units were used up after the count that is under way had begun. */
  outdated: boolean;
  recounting: boolean;
}

export interface PackageParts {
  log: Logger;
  database: Database;
  clock: Clock;
  packageUnits: Readonly<Record<string, number | undefined>>;
}

const WARNINGS = {
  20: "20 % or less of a vendor's package is left",
  5: "5 % or less of a vendor's package is left: buy the next one",
  0: "a vendor's package is used up: AUTO passes it by until units are left again",
} as const satisfies Record<QuotaLevel, string>;

/** What is left of each vendor's package, and the warnings about it: each once, for all replicas. */
export class PackageCount {
  private readonly counted = new Map<SourceKey, Counted>();
  private readonly units: UnitCount;

  constructor(
    private readonly parts: PackageParts,
    sources: readonly DataSource[],
    private readonly isShared: (source: SourceKey) => boolean,
    /** Called after each count that units used up have made necessary, and when another replica found the level changed. */
    private readonly changed: (source: SourceKey) => void,
  ) {
    this.units = new UnitCount(parts);
    for (const source of sources) {
      const key = sourceKey(source);
      this.counted.set(key, {
        source,
        key,
        total: source.sandbox ? null : (parts.packageUnits[source.vendor] ?? null),
        quota: undefined,
        level: null,
        known: undefined,
        vendorCount: null,
        sends: 0,
        outdated: false,
        recounting: false,
      });
    }
  }

  isUsedUp(source: SourceKey): boolean {
    return this.of(source).level === 0;
  }

  /** What `quota` found last: nobody is asked. */
  known(source: SourceKey): Quota | undefined {
    return this.of(source).known;
  }

  /** Units left. Undefined where nobody can say. What was found, a failure too, is believed for a minute. */
  quota(source: SourceKey): Promise<Quota | undefined> {
    const entry = this.of(source);
    const now = this.parts.clock.now();
    if (entry.quota === undefined || now - entry.quota.at > LIMITS.vendor.quotaMs) {
      const asked = { at: now, found: this.count(entry).catch(() => undefined) };
      entry.quota = asked;
      asked.found = asked.found.then(async quota => {
        // A count that a newer one has overtaken would take a warning back.
        if (quota !== undefined && entry.quota === asked) await this.note(entry, quota);
        return quota;
      });
    }
    return entry.quota.found;
  }

  /** Units were used up, and the ledger has them: what is left is counted anew, at once. */
  recordUsage(source: SourceKey): void {
    const entry = this.of(source);
    entry.outdated = true;
    if (!entry.recounting) void this.recount(entry);
  }

  /** A used-up package is looked at again, or nobody would notice the next one. What another replica counted is taken over. */
  refresh(rows: readonly VendorHealthRow[]): void {
    for (const { source, quotaLevel } of rows) {
      const entry = this.of(source);
      const countable = entry.source.quota !== undefined || entry.total !== null;
      if (!countable || entry.level === quotaLevel) continue;
      entry.level = quotaLevel;
      this.changed(source);
    }
    for (const { key, level } of this.counted.values()) if (level === 0) void this.quota(key);
  }

  unitsLeft(source: SourceKey): number | null {
    return this.of(source).vendorCount;
  }

  recordSend(source: SourceKey): void {
    const entry = this.of(source);
    entry.vendorCount = null;
    entry.sends += 1;
  }

  async countUnits(source: SourceKey): Promise<number | undefined> {
    const entry = this.of(source);
    if (entry.source.quota === undefined) return undefined;
    entry.quota = undefined;
    const quota = await this.quota(source);
    return quota?.source === 'VENDOR' ? quota.left : undefined;
  }

  /** At once, and then now and then: what is used up meanwhile needs one more count, however many calls it was. */
  private async recount(entry: Counted): Promise<void> {
    entry.recounting = true;
    while (entry.outdated) {
      entry.outdated = false;
      entry.quota = undefined;
      const quota = await this.quota(entry.key);
      if (quota !== undefined) this.changed(entry.key);
      await sleep(LIMITS.vendor.recountMs, undefined, { ref: false });
    }
    entry.recounting = false;
  }

  private async count({ source, key, total, sends }: Counted): Promise<Quota | undefined> {
    if (source.quota !== undefined) {
      const left = await source.quota(AbortSignal.timeout(LIMITS.vendor.quotaAnswerMs)).catch(() => undefined);
      const entry = this.of(key);
      if (sends === entry.sends) entry.vendorCount = left ?? null;
      if (left !== undefined)
        return { left, total, source: 'VENDOR', low: levelOf(left, total) !== null, inDoubt: null };
    }
    if (total === null) return undefined;
    const { charged, inDoubt } = await this.units.count(key);
    const left = Math.max(0, total - charged);
    return { left, total, source: 'COUNTED', low: levelOf(left, total) !== null, inDoubt };
  }

  /** Warns of a level that is reached, if no replica did so before. */
  private async note(entry: Counted, quota: Quota): Promise<void> {
    const { left, total } = quota;
    entry.known = quota;
    const before = entry.level;
    const level = levelOf(left, total);
    if (level === before) return;
    entry.level = level;
    const first =
      !this.isShared(entry.key) ||
      // Where the database cannot be asked, two warnings are better than none.
      (await changeQuotaLevel(this.parts.database, entry.key, level, left).catch(() => true));
    if (!first || level === null || (before !== null && level > before)) return;
    this.parts.log.warn({ source: entry.key, left, total }, WARNINGS[level]);
  }

  private of(source: SourceKey): Counted {
    return this.counted.get(source)!;
  }
}

function levelOf(left: number, total: number | null): QuotaLevel | null {
  if (left <= 0) return 0;
  if (total === null) return null;
  return ([5, 20] as const).find(percent => left <= total * (percent / 100)) ?? null;
}
