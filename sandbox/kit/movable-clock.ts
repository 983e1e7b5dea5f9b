import { type Clock, systemClock } from '../../src/kernel/clock.js';

/** The clock of queues and lifetimes. It can be moved forward only. */
export class MovableClock implements Clock {
  private ahead = 0;

  now(): number {
    return systemClock.now() + this.ahead;
  }

  advance(ms: number): void {
    this.ahead += ms;
  }
}
