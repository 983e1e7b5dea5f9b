import { type Clock, systemClock } from '../../src/kernel/clock.js';

/** So many seconds of quiet may be made up for at once: in any time t at most (t + BURST_S) * perSecond calls begin. */
const BURST_S = 0.2;

/** A token bucket for the requests of one vendor. */
export class RateLimit {
  private readonly most: number;
  private tokens: number;
  private at: number;

  constructor(
    private readonly perSecond: number,
    private readonly clock: Clock = systemClock,
  ) {
    this.most = Math.max(1, perSecond * BURST_S);
    this.tokens = this.most;
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

  /** Takes the next free place, which may lie ahead: milliseconds to wait before the call begins. */
  take(): number {
    this.refill();
    this.tokens -= 1;
    return Math.max(0, Math.ceil((-this.tokens * 1_000) / this.perSecond - 1e-6));
  }

  private refill(): void {
    const now = this.clock.now();
    // A clock that was set back gives nothing and takes nothing.
    this.tokens = Math.min(this.most, this.tokens + (Math.max(0, now - this.at) * this.perSecond) / 1_000);
    this.at = now;
  }
}
