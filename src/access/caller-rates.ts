import { LIMITS } from '../kernel/limits.js';
import type { Caller } from './caller.js';
import type { Demand } from './rate-window.js';
import type { Rate, RateState, Rates } from './rates.js';

/** At whom something is counted that callers hold or ask for. */
export interface Account {
  /** The API key, the subject of a JWT, or the token: each person with a photo link has a socket of their own. */
  readonly caller: string;
  readonly tenant: string;
}

/** A document may cost so much, and has to fit into the smallest rate. */
const LARGEST_COST = LIMITS.graphql.visitedFields + LIMITS.graphql.rootFields * LIMITS.rate.mutationCost;

/**
 * How much callers may ask for: each key, and all keys of a tenant together. Whoever reaches a server without keys may
 * ask as often as they want: it is the operator's own machine.
 */
export class CallerRates {
  readonly #rates = new WeakMap<Caller, readonly Rate[]>();

  /** @param defaults operations a minute */
  constructor(
    private readonly rates: Rates,
    private readonly defaults: { readonly key: number; readonly tenant: number },
  ) {}

  /** For the server, whose contexts know who asks. */
  get limits() {
    type Context = { readonly caller: Caller };
    return {
      accountOf: ({ caller }: Context) => accountOf(caller),
      admit: ({ caller }: Context, demand: Demand) => this.admit(caller, demand),
      requireSome: ({ caller }: Context) => this.requireSome(caller),
      ratesOf: ({ caller }: Context) => this.statesOf(caller),
    };
  }

  /** Throws RATE_LIMITED. To be called once for each operation. */
  admit(caller: Caller, demand: Demand): Promise<void> {
    return this.rates.admit(this.#of(caller), demand);
  }

  /** Refuses whoever has nothing left, before its body is read. Throws RATE_LIMITED. */
  requireSome(caller: Caller): void {
    this.rates.require(this.#of(caller), { operations: 1, cost: 0 });
  }

  /** A message that somebody has a webhook sent by hand: a loop of it would flood a server that is not ours. Throws RATE_LIMITED. */
  admitHandSend(webhookId: string): Promise<void> {
    const limit = { operations: LIMITS.rate.handSends, cost: 0 };
    return this.rates.admit([{ subject: webhookId, name: 'webhook', limit }], { operations: 1, cost: 0 });
  }

  statesOf(caller: Caller): RateState[] {
    return this.rates.statesOf(this.#of(caller));
  }

  #of(caller: Caller): readonly Rate[] {
    const known = this.#rates.get(caller);
    if (known !== undefined) return known;
    const rates = this.#make(caller);
    this.#rates.set(caller, rates);
    return rates;
  }

  #make(caller: Caller): Rate[] {
    const account = accountOf(caller);
    if (account === undefined) return [];
    const { key, tenant } = caller.operationsPerMinute;
    return [
      // What a key gave out is counted at the key.
      { subject: caller.apiKeyId ?? account.caller, name: 'key', limit: limitOf(key ?? this.defaults.key) },
      { subject: `tenant ${account.tenant}`, name: 'tenant', limit: limitOf(tenant ?? this.defaults.tenant) },
    ];
  }
}

/** Undefined for whoever reaches a server without keys. */
export function accountOf({ kind, id, tenantId }: Caller): Account | undefined {
  if (kind === 'OPEN') return undefined;
  // One subject may be of several tenants.
  return { caller: kind === 'JWT' ? `${tenantId} ${id}` : id, tenant: tenantId };
}

function limitOf(operations: number): Demand {
  return { operations, cost: Math.max(operations * LIMITS.rate.costPerOperation, LARGEST_COST) };
}
