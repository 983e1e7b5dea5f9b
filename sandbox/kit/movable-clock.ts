import { type Clock, systemClock } from '../../src/kernel/clock.js';

/** The time by which queues take their time and results expire. It can be moved forward, never held or turned back. */
export class MovableClock implements Clock {
  private ahead = 0;

  now(): number {
    return systemClock.now() + this.ahead;
  }

  advance(ms: number): void {
    this.ahead += ms;
  }
}
