import { type DataSource, type Operation, VENDORS, type VendorName } from '../../datasources/contract.js';
import type { BreakerState } from '../../datasources/pace/breaker.js';
import { sourceKey } from './task.js';
import type { Quota, VendorWatch } from './vendor-watch.js';

/** One who can serve tasks, as a caller sees him; `key` is null for a vendor that is neither configured nor played. */
export interface VendorEntry {
  key: string | null;
  vendor: VendorName;
  sandbox: boolean;
  configured: boolean;
  operations: readonly Operation[];
  state: BreakerState | null;
}

/** Every vendor of the registry: for real, played by the sandbox, or not there. */
export class VendorCatalogue {
  constructor(
    private readonly sources: readonly DataSource[],
    private readonly watch: VendorWatch,
  ) {}

  list(): VendorEntry[] {
    return VENDORS.flatMap(vendor => {
      const present = this.sources.filter(source => source.vendor === vendor);
      if (present.length === 0)
        return [{ key: null, vendor, sandbox: false, configured: false, operations: [], state: null }];
      return present.map(source => this.entry(source));
    });
  }

  find(key: string): VendorEntry | undefined {
    const source = this.sources.find(candidate => sourceKey(candidate) === key);
    return source && this.entry(source);
  }

  quota(key: string): Promise<Quota | undefined> {
    return this.watch.quota(key);
  }

  /** All as they are, then each that changes; coalesced by vendor, so a slow reader holds nothing up. */
  changes(): AsyncIterableIterator<VendorEntry> {
    const waiting = new Map(this.list().map(entry => [entry.key ?? entry.vendor, entry]));
    let wake: (() => void) | undefined;
    let ended = false;
    const stop = this.watch.onChange(key => {
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
      state: this.watch.state(key),
    };
  }
}
