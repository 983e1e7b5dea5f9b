import {
  type DataSource,
  type Operation,
  type SourceKey,
  sourceKey,
  VENDORS,
  type VendorName,
} from '../../../datasources/contract.js';
import type { CallSums } from '../../store/recent-call-rows.js';
import type { Quota } from './package-count.js';
import type { RecentCalls } from './recent-calls.js';
import type { Health } from './vendor-health.js';
import type { VendorMonitor } from './vendor-monitor.js';

/** A vendor as a caller sees it; `key` is null for one that is neither configured nor played by the sandbox. */
export interface VendorEntry extends Omit<Health, 'state'> {
  key: SourceKey | null;
  vendor: VendorName;
  sandbox: boolean;
  configured: boolean;
  operations: readonly Operation[];
  state: Health['state'] | null;
}

const UNKNOWN = { state: null, since: null, retryAt: null, reason: null };

/** Every vendor of the registry: for real, played by the sandbox, or not there. */
export class VendorCatalogue {
  constructor(
    private readonly sources: readonly DataSource[],
    private readonly monitor: VendorMonitor,
    private readonly recent: RecentCalls,
  ) {}

  list(): VendorEntry[] {
    return VENDORS.flatMap(vendor => {
      const present = this.sources.filter(source => source.vendor === vendor);
      if (present.length === 0)
        return [{ key: null, vendor, sandbox: false, configured: false, operations: [], ...UNKNOWN }];
      return present.map(source => this.entry(source));
    });
  }

  find(key: SourceKey): VendorEntry | undefined {
    const source = this.sources.find(candidate => sourceKey(candidate) === key);
    return source && this.entry(source);
  }

  quota(key: SourceKey): Promise<Quota | undefined> {
    return this.monitor.quota(key);
  }

  /** How its calls of the last hour went. */
  recentCalls(key: SourceKey): Promise<CallSums> {
    return this.recent.of(key);
  }

  /** All as they are, then each that changes; coalesced by vendor, so a slow reader holds nothing up. */
  changes(): AsyncIterableIterator<VendorEntry> {
    const waiting = new Map<string, VendorEntry>(this.list().map(entry => [entry.key ?? entry.vendor, entry]));
    let wake: (() => void) | undefined;
    let ended = false;
    const stop = this.monitor.onChange(key => {
      const entry = this.find(key);
      if (entry !== undefined) waiting.set(key, entry);
      wake?.();
    });
    const iterator: AsyncIterableIterator<VendorEntry> = {
      next: async () => {
        for (;;) {
          const [first] = waiting;
          if (ended) return { value: undefined, done: true };
          if (first !== undefined) {
            waiting.delete(first[0]);
            return { value: first[1], done: false };
          }
          await new Promise<void>(resolve => {
            wake = resolve;
          });
        }
      },
      return: async () => {
        ended = true;
        stop();
        wake?.();
        return { value: undefined, done: true };
      },
      [Symbol.asyncIterator]: () => iterator,
    };
    return iterator;
  }

  private entry(source: DataSource): VendorEntry {
    const key = sourceKey(source);
    return {
      key,
      vendor: source.vendor,
      sandbox: source.sandbox,
      configured: !source.sandbox,
      operations: Object.keys(source.capabilities) as Operation[],
      ...this.monitor.health(key),
    };
  }
}
