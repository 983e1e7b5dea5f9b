import type { Exchange, VendorName } from './exchange.js';

/**
 * - `latency`: `ms` before the work.
 * - `drop-before`, `drop-after`: the connection ends without an answer, before or after the work.
 * - `500`, `429`: nothing is done; 429 with a Retry-After of `ms`.
 * - `html`, `empty`, `truncated`: the work is done, and the answer is a page, nothing, or its first half.
 * - `slow-body`: the work is done; the second half of the answer comes `ms` later.
 * - `foreign-host`: the work is done; its result stands on another host.
 */
export const FAULTS = [
  'latency',
  'drop-before',
  'drop-after',
  '500',
  '429',
  'html',
  'truncated',
  'empty',
  'slow-body',
  'foreign-host',
] as const;

/** Which calls something applies to, and how many of them. */
interface Target {
  vendor: VendorName;
  times: number;
  /** Only this call of the vendor; without `call` and `path` any call but the download of a result. */
  call?: string | undefined;
  /** Only paths that start so. */
  path?: string | undefined;
}

export interface Fault extends Target {
  fault: (typeof FAULTS)[number];
  ms: number;
}

/** The next call is answered with a code, and nothing is done. */
export interface NextCode extends Target {
  code: string;
}

/** The faults that were ordered and have not happened yet, in their order. */
export class Faults {
  private faults: Fault[] = [];
  private codes: NextCode[] = [];

  add(fault: Fault): void {
    this.faults.push(fault);
  }

  addCode(code: NextCode): void {
    this.codes.push(code);
  }

  takeFault(exchange: Exchange): Fault | undefined {
    return take(this.faults, exchange, fault => fault.fault !== 'foreign-host');
  }

  /** Separate, because it applies to the next call that publishes a result. */
  takeForeignHost(exchange: Exchange): boolean {
    return take(this.faults, exchange, fault => fault.fault === 'foreign-host') !== undefined;
  }

  takeCode(exchange: Exchange): NextCode | undefined {
    return take(this.codes, exchange, () => true);
  }

  pending(): { faults: Fault[]; next: NextCode[] } {
    return { faults: structuredClone(this.faults), next: structuredClone(this.codes) };
  }

  reset(): void {
    this.faults = [];
    this.codes = [];
  }
}

function take<T extends Target>(list: T[], exchange: Exchange, wanted: (item: T) => boolean): T | undefined {
  const index = list.findIndex(item => wanted(item) && matches(item, exchange));
  const found = list[index];
  if (!found) return undefined;
  if (found.times > 1) list[index] = { ...found, times: found.times - 1 };
  else list.splice(index, 1);
  return found;
}

function matches(target: Target, exchange: Exchange): boolean {
  if (target.vendor !== exchange.vendor) return false;
  if (target.call !== undefined && target.call !== exchange.call) return false;
  if (target.path !== undefined) return exchange.path.startsWith(target.path);
  return target.call !== undefined || exchange.call !== 'result';
}
