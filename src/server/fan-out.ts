import { LIMITS } from '../kernel/limits.js';

/** What is told to many. */
export interface Spreading {
  /** Goes on telling, at most to this time. True: all were told. */
  spread(until: number): boolean;
}

/**
 * Tells many sockets, a slice of time in each turn of the event loop: writing to 10,000 takes a tenth of a second, and
 * everybody else would wait. A count would not do: what a write costs depends on the machine and on its length.
 */
export class FanOut {
  readonly #waiting = new Set<Spreading>();
  #isPlanned = false;

  /** Begins in a later turn: what ends with its last event is told both at once. */
  add(spreading: Spreading): void {
    this.#waiting.add(spreading);
    this.#plan();
  }

  #plan(): void {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    setImmediate(() => this.#run());
  }

  #run(): void {
    this.#isPlanned = false;
    const until = performance.now() + LIMITS.webSocket.sliceMs;
    for (const spreading of [...this.#waiting]) {
      this.#waiting.delete(spreading);
      if (spreading.spread(until)) continue;
      // Behind the others: one with many followers delays none with few.
      this.#waiting.add(spreading);
      break;
    }
    if (this.#waiting.size > 0) this.#plan();
  }
}
