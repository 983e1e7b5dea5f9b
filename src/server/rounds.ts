import { LIMITS } from '../kernel/limits.js';

/**
 * Visits each of many things once in a period, a few at a time: one timer for all sockets instead of one for each, and
 * sockets that were opened together are not visited together.
 */
export class Rounds<Thing> {
  readonly #slots: Set<Thing>[];
  #at = 0;
  #placed = 0;
  #size = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    periodMs: number,
    private readonly visit: (thing: Thing) => void,
  ) {
    this.#slots = Array.from({ length: Math.ceil(periodMs / LIMITS.webSocket.tickMs) }, () => new Set<Thing>());
  }

  /** Gives the slot, by which it is taken out again. The first visit comes within the period. */
  add(thing: Thing): number {
    const { length } = this.#slots;
    // The first one into the slot that comes last, the others before it.
    const slot = (this.#at + 2 * length - 1 - (this.#placed++ % length)) % length;
    this.#slots[slot]!.add(thing);
    this.#size++;
    this.#timer ??= setInterval(() => this.#tick(), LIMITS.webSocket.tickMs).unref();
    return slot;
  }

  delete(thing: Thing, slot: number): void {
    if (!this.#slots[slot]!.delete(thing) || --this.#size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tick(): void {
    const due = this.#slots[this.#at]!;
    this.#at = (this.#at + 1) % this.#slots.length;
    for (const thing of due) this.visit(thing);
  }
}
