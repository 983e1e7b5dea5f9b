import { LRUCache } from 'lru-cache';
import { DarkroomError } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';
import type { Database, StoreLog } from '../store/database.js';
import { type RateRow, takeRate } from '../store/rate-rows.js';
import { type Demand, fits, RateWindow } from './rate-window.js';

const { rate: limits } = LIMITS;

/** How much somebody may ask for in a window. */
export interface Rate {
  /** Whose it is; no secret and no personal data. */
  readonly subject: string;
  /** What the caller reads: `key`, `tenant`. */
  readonly name: string;
  readonly limit: Demand;
}

/** One number of a rate, as it is told to the caller. */
export interface RateState {
  /** `key` and `tenant` count operations, `key-cost` and `tenant-cost` their cost. */
  readonly name: string;
  readonly limit: number;
  readonly windowSeconds: number;
  readonly remaining: number;
  readonly resetSeconds: number;
}

export interface RatesParts {
  /** Where several replicas hold a rate together; undefined: this process is alone. */
  database?: Database | undefined;
  log: StoreLog;
  /** Milliseconds of a clock that is never set. */
  now?: () => number;
}

/** Counts what was asked for, by whoever it is counted at. */
export class Rates {
  readonly #windows = new LRUCache<string, RateWindow>({ max: limits.subjects });
  readonly #now: () => number;
  #tableIsAway = false;

  constructor(private readonly parts: RatesParts) {
    this.#now = parts.now ?? (() => performance.now());
  }

  /** Throws RATE_LIMITED where one of them lacks as much; then none counts it. */
  async admit(rates: readonly Rate[], demand: Demand): Promise<void> {
    this.require(rates, demand);
    const used: (() => void)[] = [];
    for (const rate of rates) {
      const giveBack = await this.#windowOf(rate).use(demand);
      if (giveBack !== undefined) used.push(giveBack);
      else {
        for (const each of used) each();
        throw this.#refusal(rate, demand);
      }
    }
  }

  /** The same without counting it, by what is known here. */
  require(rates: readonly Rate[], demand: Demand): void {
    for (const rate of rates) if (!this.#windowOf(rate).mayHave(demand)) throw this.#refusal(rate, demand);
  }

  statesOf(rates: readonly Rate[]): RateState[] {
    return rates.flatMap(rate => {
      const { remaining, resetMs } = this.#windowOf(rate).state;
      const of = (name: string, unit: keyof Demand): RateState => ({
        name,
        limit: rate.limit[unit],
        windowSeconds: limits.windowMs / 1_000,
        remaining: remaining[unit],
        resetSeconds: seconds(resetMs),
      });
      return [of(rate.name, 'operations'), of(`${rate.name}-cost`, 'cost')];
    });
  }

  #windowOf({ subject, limit }: Rate): RateWindow {
    const known = this.#windows.get(subject);
    if (known !== undefined) {
      known.limit = limit;
      return known;
    }
    const window = new RateWindow(limit, demand => this.#take(subject, demand), this.#now);
    this.#windows.set(subject, window);
    return window;
  }

  /**
   * Undefined where the table is away: the replica goes on by itself. An outage of the database would otherwise refuse
   * what is read from memory, and everything else fails of its own while it lasts.
   */
  async #take(subject: string, demand: Demand): Promise<RateRow | undefined> {
    const { database, log } = this.parts;
    if (database === undefined) return undefined;
    try {
      const row = await within(takeRate(database, subject, limits.windowMs, demand), limits.tableMs);
      if (this.#tableIsAway) log.info({}, 'the rates of callers are counted by all replicas together again');
      this.#tableIsAway = false;
      return row;
    } catch (error) {
      if (!this.#tableIsAway)
        log.warn({ err: error }, 'the database does not answer: this replica counts the rates of callers by itself');
      this.#tableIsAway = true;
      return undefined;
    }
  }

  #refusal({ name, limit, subject }: Rate, demand: Demand): DarkroomError {
    const { remaining, resetMs } = this.#windowOf({ name, limit, subject }).state;
    const unit = demand.operations > remaining.operations ? 'operations' : 'cost';
    const most = `${limit[unit]} ${unit === 'operations' ? 'operations' : 'of cost'} in ${limits.windowMs / 1_000} s`;
    if (!fits(demand, limit))
      return new DarkroomError(
        'RATE_LIMITED',
        `This operation counts ${demand[unit]} by itself, and the rate of this ${name} is ${most}: ask for less at a time.`,
      );
    const retryAfterSeconds = seconds(resetMs);
    const message = `The rate of this ${name} is ${most}, each root field counts; wait ${retryAfterSeconds} s. See \`viewer { rates }\`.`;
    return new DarkroomError('RATE_LIMITED', message, [], { retryAfterSeconds });
  }
}

function seconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1_000));
}

async function within<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new DarkroomError('DATABASE_UNAVAILABLE')), ms);
  });
  // Of the one that comes second nobody hears.
  work.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
