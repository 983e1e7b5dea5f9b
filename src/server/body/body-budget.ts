import { DarkroomError } from '../../kernel/errors.js';
import { LIMITS } from '../../kernel/limits.js';
import type { Account } from '../parts.js';
import { Shares } from '../shares.js';

interface Limits {
  readonly inFlightBytes: number;
  readonly smallInFlightBytes: number;
}

/** The part of the budget that one body holds, until its answer is out. */
export interface BodyShare {
  /** For a body that does not tell its length. Throws OVERLOADED, QUOTA_EXCEEDED. */
  came(bytes: number): void;
  release(): void;
}

/**
 * The memory that the bodies of all requests may take, together. A body is admitted by the length that it declares,
 * before a byte of it is read: 40 uploads that were begun and held open had taken 1.25 GB. Small bodies have a budget of
 * their own, so that uploads which fill theirs stop no query. No caller and no tenant gets all of a budget: five slow
 * uploads of one had kept out everybody else.
 */
export class BodyBudget {
  #large = 0;
  #small = 0;
  readonly #largeShares: Shares;
  readonly #smallShares: Shares;

  constructor(private readonly limits: Limits = LIMITS.http) {
    this.#largeShares = sharesOf(limits.inFlightBytes);
    this.#smallShares = sharesOf(limits.smallInFlightBytes);
  }

  /** Held now, by bodies of every size. */
  get bytes(): number {
    return this.#large + this.#small;
  }

  /** @param length as declared; undefined in a chunked body. Throws OVERLOADED, QUOTA_EXCEEDED. */
  admit(length: number | undefined, account?: Account): BodyShare {
    const small = length !== undefined && length <= LIMITS.http.plainJsonBytes;
    const shares = small ? this.#smallShares : this.#largeShares;
    let held = 0;
    let arrived = 0;
    const take = (bytes: number) => {
      const all = small
        ? within(this.#small + bytes, this.limits.smallInFlightBytes)
        : within(this.#large + bytes, this.limits.inFlightBytes);
      shares.take(account, bytes);
      if (small) this.#small = all;
      else this.#large = all;
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
        shares.give(account, held);
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

function sharesOf(bytes: number): Shares {
  const { callerShare, tenantShare } = LIMITS.http;
  const refusal = (of: string, limit: number) =>
    new DarkroomError(
      'QUOTA_EXCEEDED',
      `Requests of one ${of} that are being read or worked on have at most ${limit} bytes together; send fewer at a time.`,
    );
  return new Shares({ caller: bytes * callerShare, tenant: bytes * tenantShare }, refusal);
}
