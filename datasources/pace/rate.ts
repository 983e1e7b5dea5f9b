import { type Clock, systemClock } from '../../src/kernel/clock.js';

/** The size of the bucket, in seconds of the rate: in any t seconds at most (t + BURST_S) * perSecond calls begin. */
const BURST_S = 0.2;

/** A token bucket for the requests of one vendor. */
export class RateLimit {
  private readonly capacity: number;
  private tokens: number;
  private at: number;

  constructor(
    private readonly perSecond: number,
    private readonly clock: Clock = systemClock,
  ) {
    this.capacity = Math.max(1, perSecond * BURST_S);
    this.tokens = this.capacity;
    this.at = clock.now();
  }

  /** Calls that may begin now. */
  available(): number {
    this.refill();
    return Math.max(0, Math.floor(this.tokens + 1e-9));
  }

  /** Milliseconds until a call may begin; 0 if one may now. */
  opensInMs(): number {
    this.refill();
    return Math.max(0, Math.ceil(((1 - this.tokens) * 1_000) / this.perSecond - 1e-6));
  }

  /** Reserves the next call, which may lie in the future. Gives the milliseconds to wait before it begins. */
  take(): number {
    this.refill();
    this.tokens -= 1;
    return Math.max(0, Math.ceil((-this.tokens * 1_000) / this.perSecond - 1e-6));
  }

  private refill(): void {
    const now = this.clock.now();
    // A clock that was set back adds no tokens and removes none.
    this.tokens = Math.min(this.capacity, this.tokens + (Math.max(0, now - this.at) * this.perSecond) / 1_000);
    this.at = now;
  }
}
