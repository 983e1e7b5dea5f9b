/** What is written down. Whoever adds one describes it in `schema/personal-enums.ts`. */
export const AUDIT_ACTS = [
  'TASK_CREATED',
  'TASK_CANCELED',
  'TASK_RESOLVED',
  'ATTEMPT_RESOLVED',
  'TASK_ERASED',
  'MARK_LEFT_OUT',
  'PHOTO_UPLOADED',
  'ASSET_READ',
  'FACE_VERIFIED',
  'PHOTO_ERASED',
  'CONSENT_WITHDRAWN',
  'REFERENCE_ERASED',
  'PERSON_EXPORTED',
  'KEY_CREATED',
  'KEY_REVOKED',
  'TENANT_CREATED',
  'TENANT_LIMITED',
  'TENANT_CLOSED',
  'BUDGET_SET',
  'BUDGET_REMOVED',
  'TASK_TOKEN_CREATED',
  'TASK_TOKEN_REVOKED',
  'PHOTO_LINK_CREATED',
  'PHOTO_LINK_REVOKED',
  'WEBHOOK_CREATED',
  'WEBHOOK_SECRET_ROTATED',
  'WEBHOOK_ENABLED',
  'WEBHOOK_DELETED',
] as const;
export type AuditAct = (typeof AUDIT_ACTS)[number];

/** Who acts: the kind of caller, and the id of its key or user; never a name. */
export interface Actor {
  readonly kind: string;
  readonly id: string | null;
  /** The API key that stands behind it: its own, or the one that gave it a link. What is spent is spent by that key. */
  readonly apiKeyId: string | null;
  /** The request by which it acts, for the log and for traces; the audit trail keeps nothing of it. */
  readonly request?: { readonly requestId: string; readonly traceparent: string | undefined } | undefined;
}

/** A caller of a server that has no keys. */
export const ANYONE: Actor = { kind: 'OPEN', id: null, apiKeyId: null };
/** The server itself: its worker and its housekeeping. */
export const SERVER: Actor = { kind: 'SERVER', id: null, apiKeyId: null };
/** Whoever runs a command of the operator. */
export const COMMAND: Actor = { kind: 'COMMAND', id: null, apiKeyId: null };
/** Whoever holds a signed link. */
export const LINK: Actor = { kind: 'LINK', id: null, apiKeyId: null };

export interface AuditEntry {
  tenantId: string;
  act: AuditAct;
  by: Actor;
  operation?: string | undefined;
  taskId?: string | undefined;
  /** The id of the asset, consent, receipt, key, agreement or the like that it is about. */
  objectId?: string | undefined;
  /** The caller's reference of a person; only its HMAC is kept. */
  reference?: string | null | undefined;
  /** A code or a figure, e.g. what a person decided. */
  outcome?: string | undefined;
}
