import { DarkroomError } from '../kernel/errors.js';
import type { Scope } from './scopes.js';

export const CALLER_KINDS = ['OPEN', 'API_KEY', 'JWT'] as const;
export type CallerKind = (typeof CALLER_KINDS)[number];

/** Who asks, and what they may. */
export interface Caller {
  /** OPEN: whoever reaches a server without keys, on loopback. */
  readonly kind: CallerKind;
  /** The id of the API key, or what stands for the subject of the JWT; no secret and no personal data. */
  readonly id: string;
  /** For people. */
  readonly name: string;
  readonly tenantId: string;
  readonly scopes: ReadonlySet<Scope>;
  readonly expiresAt: Date | null;
}

/** Throws FORBIDDEN where the caller lacks the scope. */
export function requireScope({ scopes }: Pick<Caller, 'scopes'>, scope: Scope): void {
  if (scopes.has(scope)) return;
  throw new DarkroomError('FORBIDDEN', `This needs the scope \`${scope}\`.`);
}
