import type { DarkroomError } from '../kernel/errors.js';
import type { Account } from './parts.js';

export interface ShareLimits {
  readonly caller: number;
  readonly tenant: number;
}

/**
 * How much of one thing each caller and each tenant holds at a time: one of them cannot take what all share. Who has no
 * account, on a server without keys, is bound by what there is for all.
 */
export class Shares {
  readonly #held = { caller: new Map<string, number>(), tenant: new Map<string, number>() };

  constructor(
    private readonly limits: ShareLimits,
    private readonly refusal: (of: keyof ShareLimits, limit: number) => DarkroomError,
  ) {}

  /** Throws what `refusal` gives; then nothing was taken. */
  take(account: Account | undefined, amount: number): void {
    if (account === undefined) return;
    for (const of of ['caller', 'tenant'] as const) {
      if (this.#of(of, account) + amount > this.limits[of]) throw this.refusal(of, this.limits[of]);
    }
    this.#add(account, amount);
  }

  give(account: Account | undefined, amount: number): void {
    if (account !== undefined) this.#add(account, -amount);
  }

  #of(of: keyof ShareLimits, account: Account): number {
    return this.#held[of].get(account[of]) ?? 0;
  }

  #add(account: Account, amount: number): void {
    for (const of of ['caller', 'tenant'] as const) {
      const held = this.#of(of, account) + amount;
      if (held > 0) this.#held[of].set(account[of], held);
      else this.#held[of].delete(account[of]);
    }
  }
}
