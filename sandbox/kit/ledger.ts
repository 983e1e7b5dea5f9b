import type { Clock } from '../../src/kernel/clock.js';
import type { Exchange, VendorName } from './exchange.js';
import type { BreachKind } from './refusal.js';

export interface Breach {
  vendor: VendorName;
  call: string;
  kind: BreachKind;
  detail: string;
  at: string;
}

export interface CallCounts {
  requests: number;
  /** Units. */
  billed: number;
  /** Calls that billed for what was billed before. No breach by itself, since two tasks may ask for the same. */
  repeats: number;
}

/** Further breaches are not recorded. */
const BREACHES_KEPT = 1_000;

/** Counts calls, units and breaches of the guides, for tests to check. It holds no personal data. */
export class Ledger {
  private counts = new Map<VendorName, Map<string, CallCounts>>();
  private left = new Map<VendorName, number>();
  private breaches: Breach[] = [];
  private billed = new Set<string>();
  private lost = new Set<string>();

  constructor(
    private readonly clock: Clock,
    private readonly packageUnits: number,
  ) {}

  request(exchange: Exchange): void {
    this.of(exchange).requests += 1;
    if (exchange.identity !== undefined && this.lost.has(`${exchange.vendor} ${exchange.identity}`))
      this.breach(
        exchange,
        'SENT_AGAIN_AFTER_LOSS',
        'the answer to the same request was lost; it may have been billed',
      );
  }

  /** Takes units from the package before the work; false if it has too few. */
  spend(exchange: Exchange, units: number): boolean {
    const left = this.unitsLeft(exchange.vendor);
    if (left < units) return false;
    this.left.set(exchange.vendor, left - units);
    const counts = this.of(exchange);
    counts.billed += units;
    if (exchange.identity !== undefined) {
      const key = `${exchange.vendor} ${exchange.identity}`;
      if (this.billed.has(key)) counts.repeats += 1;
      this.billed.add(key);
    }
    return true;
  }

  /** Undoes `spend`, for a vendor that does not charge for work that failed. */
  refund(exchange: Exchange, units: number): void {
    this.left.set(exchange.vendor, this.unitsLeft(exchange.vendor) + units);
    this.of(exchange).billed -= units;
    if (exchange.identity !== undefined) this.billed.delete(`${exchange.vendor} ${exchange.identity}`);
  }

  wasBilled(exchange: Exchange): boolean {
    return this.billed.has(`${exchange.vendor} ${exchange.identity}`);
  }

  /** The answer did not reach the client whole. */
  answerLost(exchange: Exchange): void {
    if (exchange.identity !== undefined) this.lost.add(`${exchange.vendor} ${exchange.identity}`);
  }

  breach(exchange: Pick<Exchange, 'vendor' | 'call'>, kind: BreachKind, detail: string): void {
    if (this.breaches.length >= BREACHES_KEPT) return;
    const at = new Date(this.clock.now()).toISOString();
    this.breaches.push({ vendor: exchange.vendor, call: exchange.call, kind, detail, at });
  }

  unitsLeft(vendor: VendorName): number {
    return this.left.get(vendor) ?? this.packageUnits;
  }

  setUnits(vendor: VendorName, units: number): void {
    this.left.set(vendor, units);
  }

  snapshot(vendor: VendorName): { unitsLeft: number; calls: Record<string, CallCounts> } {
    return {
      unitsLeft: this.unitsLeft(vendor),
      calls: structuredClone(Object.fromEntries(this.counts.get(vendor) ?? [])),
    };
  }

  allBreaches(): Breach[] {
    return structuredClone(this.breaches);
  }

  reset(): void {
    this.counts.clear();
    this.left.clear();
    this.breaches = [];
    this.billed.clear();
    this.lost.clear();
  }

  private of({ vendor, call }: Exchange): CallCounts {
    const calls = this.counts.get(vendor) ?? new Map<string, CallCounts>();
    this.counts.set(vendor, calls);
    const counts = calls.get(call) ?? { requests: 0, billed: 0, repeats: 0 };
    calls.set(call, counts);
    return counts;
  }
}
