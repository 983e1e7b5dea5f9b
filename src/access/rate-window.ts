import { LIMITS } from '../kernel/limits.js';
import type { RateRow } from '../store/rate-rows.js';

/** What an operation counts for, and what a rate allows in a window. */
export interface Demand {
  readonly operations: number;
  readonly cost: number;
}

const NOTHING: Demand = { operations: 0, cost: 0 };

/**
 * One rate in the window that runs now, as one replica knows it. What it may use it takes from the table in slices, so
 * that few requests wait for the database, and all replicas together never use more than the rate. Without a table, or
 * while it is away, the whole rate is this replica's own.
 */
export class RateWindow {
  /** Tells one window from the next. */
  #window = 0;
  #endsAt = Number.NEGATIVE_INFINITY;
  /** Taken from the table, and not used yet. */
  #left = NOTHING;
  /** At most so much is left in the table: others take of it too. */
  #free: Demand;
  #used = NOTHING;
  /** Asked for by those who wait for the next slice. */
  #wanted = NOTHING;
  #filling: Promise<void> | undefined;
  /** The next slice has not been asked for yet: who comes now gets of it too. */
  #gathering = false;

  /**
   * @param take adds to what was taken in the table; undefined where this replica is alone, or the table is away
   * @param now milliseconds of a clock that is never set
   */
  constructor(
    public limit: Demand,
    private readonly take: (demand: Demand) => Promise<RateRow | undefined>,
    private readonly now: () => number,
  ) {
    this.#free = limit;
  }

  /** Whether so much may be left. It waits for nothing. */
  mayHave(demand: Demand): boolean {
    this.#endIfOver();
    return fits(demand, plus(this.#left, this.#free));
  }

  /** Undefined where so much is not left; else what gives it back. */
  async use(demand: Demand): Promise<(() => void) | undefined> {
    while (this.mayHave(demand)) {
      if (fits(demand, this.#left)) return this.#use(demand);
      await this.#fill(demand);
    }
    return undefined;
  }

  /** What is left, as far as it is known here, and when all of it is there again. */
  get state(): { remaining: Demand; resetMs: number } {
    this.#endIfOver();
    const running = this.now() < this.#endsAt;
    return {
      remaining: plus(this.#left, this.#free),
      resetMs: running ? this.#endsAt - this.now() : LIMITS.rate.windowMs,
    };
  }

  #use(demand: Demand): () => void {
    this.#left = minus(this.#left, demand);
    this.#used = plus(this.#used, demand);
    const window = this.#window;
    return () => {
      if (this.#window !== window) return;
      this.#left = plus(this.#left, demand);
      this.#used = minus(this.#used, demand);
    };
  }

  #endIfOver(): void {
    if (this.now() < this.#endsAt) return;
    this.#window++;
    this.#left = NOTHING;
    this.#used = NOTHING;
    this.#free = this.limit;
  }

  /** Resolves when the next slice is there. Whoever comes while it is under way was not counted, and asks again. */
  async #fill(demand: Demand): Promise<void> {
    if (this.#filling === undefined || this.#gathering) this.#wanted = plus(this.#wanted, demand);
    this.#filling ??= this.#takeSlice().finally(() => {
      this.#filling = undefined;
    });
    await this.#filling;
  }

  async #takeSlice(): Promise<void> {
    this.#gathering = true;
    await undefined;
    this.#gathering = false;
    const ahead = plus(this.#wanted, sliceOf(this.limit));
    this.#wanted = NOTHING;
    const asked = least(minus(ahead, this.#left), this.#free);
    // The end is reckoned from before the question: here it never comes later than in the table.
    const askedAt = this.now();
    const row = await this.take(asked);
    this.#endIfOver();
    if (row === undefined) {
      if (this.now() >= this.#endsAt) this.#endsAt = this.now() + LIMITS.rate.windowMs;
      this.#left = minus(this.limit, this.#used);
      this.#free = NOTHING;
      return;
    }
    const granted = least(minus(this.limit, minus(row, asked)), asked);
    this.#left = plus(this.#left, granted);
    this.#free = minus(this.limit, row);
    this.#endsAt = askedAt + row.leftMs;
  }
}

export function fits(demand: Demand, within: Demand): boolean {
  return demand.operations <= within.operations && demand.cost <= within.cost;
}

function sliceOf({ operations, cost }: Demand): Demand {
  return { operations: Math.ceil(operations / LIMITS.rate.slices), cost: Math.ceil(cost / LIMITS.rate.slices) };
}

function plus(a: Demand, b: Demand): Demand {
  return { operations: a.operations + b.operations, cost: a.cost + b.cost };
}

/** Never less than nothing. */
function minus(a: Demand, b: Demand): Demand {
  return { operations: Math.max(0, a.operations - b.operations), cost: Math.max(0, a.cost - b.cost) };
}

function least(a: Demand, b: Demand): Demand {
  return { operations: Math.min(a.operations, b.operations), cost: Math.min(a.cost, b.cost) };
}
