/**
 * Moves the time that this process sees, so that queues, rests and lifetimes of days pass at once. It only moves
 * `Date.now`, which every clock of the product and of the sandbox reads; sockets and timers keep the real time. It goes
 * forward only: the embedded database sets its timers by it, and one that is to fire in weeks overflows.
 */
export class VirtualTime {
  private readonly real = Date.now;
  private ahead = 0;

  constructor() {
    Date.now = () => this.real() + this.ahead;
  }

  travel(ms: number): void {
    this.ahead += ms;
  }

  restore(): void {
    Date.now = this.real;
  }
}
