import { DarkroomError } from '../kernel/errors.js';
import { BROWSER_TOKEN_KINDS } from '../store/browser-token-rows.js';
import { isScope, type Scope } from './scopes.js';

export const CALLER_KINDS = ['OPEN', 'API_KEY', 'JWT', ...BROWSER_TOKEN_KINDS] as const;
export type CallerKind = (typeof CALLER_KINDS)[number];

/** Who asks, and what they may. */
export interface Caller {
  /** OPEN: whoever reaches a server without keys, on loopback. */
  readonly kind: CallerKind;
  /** The id of the API key, the token or the link, or what stands for the subject of the JWT; no secret and no personal data. */
  readonly id: string;
  /** For people. */
  readonly name: string;
  readonly tenantId: string;
  /**
   * The API key on whose account it asks: itself, or the one that made the token; null for all others. Its budgets are
   * charged, and its webhooks are told.
   */
  readonly apiKeyId: string | null;
  readonly scopes: ReadonlySet<Scope>;
  readonly expiresAt: Date | null;
  /** How many its key, and all keys of its tenant, may ask for; null: as the server is configured. */
  readonly operationsPerMinute: { readonly key: number | null; readonly tenant: number | null };
}

/** The token or link beyond whose tasks a caller sees nothing; null: it sees its tenant. */
export function narrowedTo({ kind, id }: Pick<Caller, 'kind' | 'id'>): string | null {
  return kind === 'TASK_TOKEN' || kind === 'PHOTO_LINK' ? id : null;
}

/** Throws FORBIDDEN where the caller lacks the scope. */
export function requireScope({ kind, scopes }: Pick<Caller, 'kind' | 'scopes'>, scope: Scope): void {
  if (scopes.has(scope)) return;
  throw new DarkroomError(
    'FORBIDDEN',
    kind === 'TASK_TOKEN' || kind === 'PHOTO_LINK'
      ? 'A task token or photo link may not do this.'
      : `This needs the scope \`${scope}\`.`,
  );
}

/** What opens a root field: a scope, or being a caller of this kind. */
export type Role = Scope | CallerKind;

/** Any of the roles is enough; a field without one is open to all. Throws FORBIDDEN. */
export function requireRole(caller: Pick<Caller, 'kind' | 'scopes'>, roles: readonly Role[]): void {
  if (roles.length === 0 || roles.includes(caller.kind)) return;
  const scope = roles.find(isScope);
  if (scope === undefined) throw new DarkroomError('FORBIDDEN', `This is for callers of the kind ${roles.join(', ')}.`);
  requireScope(caller, scope);
}
