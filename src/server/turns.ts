import { DarkroomError } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';

const { turns: limits } = LIMITS;

/** Immediates that run in one turn of the loop, one after the other, each with all that it sets off but I/O. */
interface Turn {
  immediates: number;
  /** When the first of them ran. */
  begun: number | undefined;
}

/**
 * Lets operations begin one after the other, with turns of the event loop in between. Node hands out all requests of
 * one packet, and all messages, in one turn: 40 pipelined requests had held the loop for 3 s, and everybody else
 * waited. Connections take their turns in a circle, so that one with many requests delays no other.
 */
export class Turns {
  /** Who waits, by connection, in the order of their next turn. */
  readonly #waiting = new Map<object, (() => void)[]>();
  #next: Turn = { immediates: 0, begun: undefined };

  /** Resolves when an operation of this connection may go on. Rejects with OVERLOADED where too many of it wait. */
  next(connection: object): Promise<void> {
    const own = this.#waiting.get(connection) ?? [];
    if (own.length >= limits.waitingPerConnection)
      return Promise.reject(new DarkroomError('OVERLOADED', 'This connection has too many requests at a time.'));
    return new Promise(resolve => {
      own.push(resolve);
      this.#waiting.set(connection, own);
      this.#plan();
    });
  }

  /** One more may go on in the next turn, where that has room. */
  #plan(): void {
    const turn = this.#next;
    if (turn.immediates >= limits.atOnce) return;
    turn.immediates++;
    setImmediate(() => this.#run(turn));
  }

  #run(turn: Turn): void {
    // What is planned from now on runs in the turn after this one.
    if (turn === this.#next) this.#next = { immediates: 0, begun: undefined };
    turn.begun ??= performance.now();
    if (performance.now() - turn.begun < limits.turnMs) this.#release();
    if (this.#waiting.size > 0) this.#plan();
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
