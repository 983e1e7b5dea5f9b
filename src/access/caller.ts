import { DarkroomError } from '../kernel/errors.js';
import type { Scope } from './scopes.js';

export const CALLER_KINDS = ['OPEN', 'API_KEY', 'JWT'] as const;
export type CallerKind = (typeof CALLER_KINDS)[number];

/** Who asks, and what they may. */
export interface Caller {
  /** OPEN: whoever reaches a server without keys, on loopback. */
  readonly kind: CallerKind;
  /** The id of the API key, or the subject of the JWT; no secret. */
  readonly id: string;
  /** For people. */
  readonly name: string;
  readonly tenantId: string;
  readonly scopes: ReadonlySet<Scope>;
  readonly expiresAt: Date | null;
  /** How many its key, and all keys of its tenant, may ask for; null: as the server is configured. */
  readonly operationsPerMinute: { readonly key: number | null; readonly tenant: number | null };
}

/** Throws FORBIDDEN where the caller lacks the scope. */
export function requireScope({ scopes }: Pick<Caller, 'scopes'>, scope: Scope): void {
  if (scopes.has(scope)) return;
  throw new DarkroomError('FORBIDDEN', `This needs the scope \`${scope}\`.`);
}
