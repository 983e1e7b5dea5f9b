import { DarkroomError } from '../../kernel/errors.js';
import { LIMITS } from '../../kernel/limits.js';

interface Limits {
  readonly inFlightBytes: number;
  readonly smallInFlightBytes: number;
}

/** The part of the budget that one body holds, until its answer is out. */
export interface BodyShare {
  /** For a body that does not tell its length. Throws OVERLOADED. */
  came(bytes: number): void;
  release(): void;
}

/**
 * The memory that the bodies of all requests may take, together. A body is admitted by the length that it declares,
 * before a byte of it is read: 40 uploads that were begun and held open had taken 1.25 GB. Small bodies have a budget of
 * their own, so that uploads which fill theirs stop no query.
 */
export class BodyBudget {
  #large = 0;
  #small = 0;

  constructor(private readonly limits: Limits = LIMITS.http) {}

  /** Held now, by bodies of every size. */
  get bytes(): number {
    return this.#large + this.#small;
  }

  /** @param length as declared; undefined in a chunked body. Throws OVERLOADED. */
  admit(length: number | undefined): BodyShare {
    const small = length !== undefined && length <= LIMITS.http.plainJsonBytes;
    let held = 0;
    let arrived = 0;
    const take = (bytes: number) => {
      if (small) this.#small = within(this.#small + bytes, this.limits.smallInFlightBytes);
      else this.#large = within(this.#large + bytes, this.limits.inFlightBytes);
      held += bytes;
    };
    take(length ?? 0);
    return {
      came: bytes => {
        arrived += bytes;
        if (arrived > held) take(arrived - held);
      },
      release: () => {
        if (small) this.#small -= held;
        else this.#large -= held;
        held = 0;
        arrived = Number.NEGATIVE_INFINITY;
      },
    };
  }
}

function within(bytes: number, limit: number): number {
  if (bytes <= limit) return bytes;
  throw new DarkroomError('OVERLOADED', 'The server is reading too many large requests; try again soon.');
}
