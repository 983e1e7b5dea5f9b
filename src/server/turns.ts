import { DarkroomError } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';

const { turns: limits } = LIMITS;

/**
 * Lets operations begin one after the other, with turns of the event loop in between. Node hands out all requests of
 * one packet, and all messages, in one turn: 40 pipelined requests had held the loop for 3 s, and everybody else
 * waited. Connections take their turns in a circle, so that one with many requests delays no other.
 */
export class Turns {
  /** Who waits, by connection, in the order of their next turn. */
  readonly #waiting = new Map<object, (() => void)[]>();
  #running = false;

  /** Resolves when an operation of this connection may go on. Rejects with OVERLOADED where too many of it wait. */
  next(connection: object): Promise<void> {
    const own = this.#waiting.get(connection) ?? [];
    if (own.length >= limits.waitingPerConnection)
      return Promise.reject(new DarkroomError('OVERLOADED', 'This connection has too many requests at a time.'));
    return new Promise(resolve => {
      own.push(resolve);
      this.#waiting.set(connection, own);
      if (!this.#running) this.#run();
    });
  }

  /** Immediates of one turn run one after the other, each with all that it sets off but I/O. */
  #run(): void {
    this.#running = true;
    let begun: number | undefined;
    for (let left = limits.atOnce; left > 0; left--) {
      setImmediate(() => {
        begun ??= performance.now();
        if (performance.now() - begun < limits.turnMs) this.#release();
        if (left > 1) return;
        this.#running = this.#waiting.size > 0;
        if (this.#running) this.#run();
      });
    }
  }

  #release(): void {
    const [first] = this.#waiting;
    if (!first) return;
    const [connection, own] = first;
    const resolve = own.shift();
    this.#waiting.delete(connection);
    if (own.length > 0) this.#waiting.set(connection, own);
    resolve?.();
  }
}
