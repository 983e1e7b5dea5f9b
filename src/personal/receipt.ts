import { readSourceKey, type VendorName } from '../../datasources/contract.js';
import { RETENTION, type Retention } from '../../datasources/retention.js';
import { newId } from '../kernel/ids.js';
import type { SignatureCheck, Signer } from '../kernel/signer.js';
import type { AttemptRow } from '../store/attempt-rows.js';

export const ERASURE_CAUSES = ['TASK', 'REFERENCE', 'CONSENT'] as const;
export type ErasureCause = (typeof ERASURE_CAUSES)[number];

export const NOT_ERASED_CODES = ['PHOTO_IN_USE', 'RELEASED_WITH_OTHERS', 'TASK_CHANGED'] as const;
export type NotErasedCode = (typeof NOT_ERASED_CODES)[number];

/** Something that is still here after an erasure, and why. */
export interface NotErased {
  taskId: string | null;
  assetId: string | null;
  code: NotErasedCode;
}

/** What a vendor got or made, and how long it keeps it. */
export interface VendorHolding {
  vendor: VendorName;
  sandbox: boolean;
  /** Calls that went out, or may have. */
  calls: number;
  lastCallAt: string;
  holds: { what: Retention['what']; until: string | null; basis: Retention['basis'] }[];
}

/** What is signed. Ids, counts and times: it says of nobody who it is. */
export interface Receipt {
  id: string;
  issuedAt: string;
  tenantId: string;
  cause: ErasureCause;
  /** The reference as an HMAC, as the audit trail has it; null for a single task. */
  subject: string | null;
  tasks: string[];
  assets: string[];
  /** Tasks that were ended for it. */
  canceled: string[];
  notErased: NotErased[];
  vendors: VendorHolding[];
  /** False where something is left: see `notErased`, or ask again for the rest of very many tasks. */
  complete: boolean;
}

const TYPE = 'darkroom-receipt+jwt';

export function issueReceipt(signer: Signer, content: Omit<Receipt, 'id' | 'issuedAt'>): Receipt & { jws: string } {
  const receipt = { id: newId('receipt'), issuedAt: new Date().toISOString(), ...content };
  return { ...receipt, jws: signer.signJws(receipt, TYPE) };
}

/** The receipt in a JWS that one of these keys has signed; undefined where none has. */
export function readReceipt(keys: readonly SignatureCheck[], jws: string): Receipt | undefined {
  for (const key of keys) {
    const content = key.openJws(jws);
    if (typeof content === 'object' && content !== null && String((content as Receipt).id).startsWith('receipt_'))
      return content as Receipt;
  }
  return undefined;
}

/** A call that certainly never left this server tells a vendor nothing. */
function mayHaveLeft({ sentAt, vendorTaskId, outcome, endedAt }: AttemptRow): boolean {
  return sentAt !== null || vendorTaskId !== null || endedAt === null || outcome !== 'FAILED';
}

/** What vendors hold of these calls. Where a vendor was asked often, the last call decides how long. */
export function holdingsOf(attempts: readonly AttemptRow[]): VendorHolding[] {
  const holdings: VendorHolding[] = [];
  const sent = attempts.filter(mayHaveLeft);
  for (const source of [...new Set(sent.map(attempt => attempt.source))].sort()) {
    const { vendor, sandbox } = readSourceKey(source);
    // Of a vendor that this version does not know any more nothing can be said.
    const kept: readonly Retention[] | undefined = RETENTION[vendor];
    if (kept === undefined || kept.length === 0) continue;
    const calls = sent.filter(attempt => attempt.source === source);
    const last = Math.max(...calls.map(({ endedAt, sentAt, startedAt }) => (endedAt ?? sentAt ?? startedAt).getTime()));
    const until = (ms: number | null) => (ms === null ? null : new Date(last + ms).toISOString());
    const holds = kept.map(({ what, ms, basis }) => ({ what, until: until(ms), basis }));
    holdings.push({ vendor, sandbox, calls: calls.length, lastCallAt: new Date(last).toISOString(), holds });
  }
  return holdings;
}
