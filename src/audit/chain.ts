import { createHash } from 'node:crypto';
import type { ChainedAuditRow } from '../store/audit-rows.js';

/** The hash before the first entry. */
export const NO_HASH = '0'.repeat(64);

/** What a hash is made of: the hash before it, and the entry as JSON of a fixed order, so that anybody can make it again. */
export function hashOf(entry: Omit<ChainedAuditRow, 'hash'>): string {
  const content = [
    entry.tenantId,
    entry.number,
    entry.at.toISOString(),
    entry.act,
    entry.actorKind,
    entry.actorId,
    entry.operation,
    entry.taskId,
    entry.objectId,
    entry.subject,
    entry.outcome,
  ];
  return createHash('sha256')
    .update(`${entry.previousHash}\n${JSON.stringify(content)}`)
    .digest('hex');
}

/** What is signed of the end of a chain (HEAD), and of the place where its pruned part ended (ANCHOR). */
export function signedText(what: 'HEAD' | 'ANCHOR', tenantId: string, number: number, hash: string): string {
  return JSON.stringify(['darkroom audit', what, tenantId, number, hash]);
}
