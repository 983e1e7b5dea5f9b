import type { SignatureCheck } from '../kernel/signer.js';
import {
  type AuditHead,
  type ChainedAuditRow,
  countUnchained,
  findHeadless,
  findHeads,
  readChain,
} from '../store/audit-rows.js';
import type { Sql } from '../store/database.js';
import { hashOf, NO_HASH, signedText } from './chain.js';

/** An end of a chain that was written down elsewhere. */
export interface KnownHead {
  tenantId: string;
  number: number;
  hash: string;
}

export function writeKnownHead({ tenantId, number, hash }: KnownHead): string {
  return `${tenantId}:${number}:${hash}`;
}

/** Undefined for what `writeKnownHead` has not written. */
export function readKnownHead(text: string): KnownHead | undefined {
  const match = text.length > 200 ? null : /^([^:]+):(\d{1,15}):([0-9a-f]{64})$/.exec(text);
  return match === null ? undefined : { tenantId: match[1]!, number: Number(match[2]), hash: match[3]! };
}

export interface AuditVerdict {
  tenantId: string;
  /** Entries that are there; the first of them follows the anchor. */
  entries: number;
  anchor: number;
  head: { number: number; hash: string };
  /** Entries of the last moment, which no hash protects yet. */
  unchained: number;
  /** Where the chain breaks, in words; none: it holds. */
  breaks: string[];
}

const BATCH = 1_000;

/**
 * Walks the chains, of one tenant or of all. The chain itself shows that nothing in it was changed, removed or put in
 * between; the signature of its head, that its holder made it; a head that was written down elsewhere, that its end was
 * not cut off. In a transaction of REPEATABLE READ all of it is of one moment. Otherwise a chain that holds is known to,
 * and one that seems broken may have changed meanwhile.
 */
export async function verifyAudit(
  sql: Sql,
  keys: readonly SignatureCheck[],
  known: readonly KnownHead[] = [],
  only?: string,
): Promise<AuditVerdict[]> {
  const verdicts: AuditVerdict[] = [];
  for (const head of await findHeads(sql, only)) verdicts.push(await verifyChain(sql, head, keys, known));
  const lost = [...(await findHeadless(sql)), ...known.map(({ tenantId }) => tenantId)].filter(
    tenantId => !verdicts.some(verdict => verdict.tenantId === tenantId) && (only === undefined || tenantId === only),
  );
  for (const tenantId of new Set(lost)) {
    const head = { number: 0, hash: NO_HASH };
    const breaks = ['its head is missing, which is never removed'];
    verdicts.push({ tenantId, entries: 0, anchor: 0, head, unchained: 0, breaks });
  }
  return verdicts;
}

async function verifyChain(
  sql: Sql,
  begun: AuditHead,
  keys: readonly SignatureCheck[],
  known: readonly KnownHead[],
): Promise<AuditVerdict> {
  const { tenantId } = begun;
  const breaks: string[] = [];
  const expected = new Map(known.filter(each => each.tenantId === tenantId).map(({ number, hash }) => [number, hash]));
  const end = { number: begun.anchorNumber, hash: begun.anchorHash };
  let entries = 0;
  for (let first = true; ; first = false) {
    const rows = await readChain(sql, tenantId, first ? -1 : end.number, BATCH);
    for (const row of rows) {
      const broken = breakAt(row, end);
      // Behind a break all hashes differ: one line says where it begins.
      if (broken !== undefined && breaks.length === 0) breaks.push(broken);
      Object.assign(end, { number: row.number, hash: row.hash });
      if (expected.get(row.number) === row.hash) expected.delete(row.number);
    }
    entries += rows.length;
    if (rows.length < BATCH) break;
  }
  // Entries may have come while the chain was walked.
  const [head = begun] = await findHeads(sql, tenantId);
  if (end.number !== head.number || end.hash !== head.hash)
    breaks.push(`it ends with entry ${end.number}, and its head is that of entry ${head.number}`);
  if (head.number > 0) breaks.push(...signatureBreaks(head, 'HEAD', keys));
  if (head.anchorNumber > 0) breaks.push(...signatureBreaks(head, 'ANCHOR', keys));
  for (const number of expected.keys())
    if (number > head.anchorNumber) breaks.push(`entry ${number} is not the one that was written down`);
  const unchained = await countUnchained(sql, tenantId);
  return { tenantId, entries, anchor: head.anchorNumber, head: end, unchained, breaks };
}

function breakAt(row: ChainedAuditRow, before: { number: number; hash: string }): string | undefined {
  if (row.number !== before.number + 1) return `entry ${row.number} follows ${before.number}: entries are missing`;
  if (row.previousHash !== before.hash) return `entry ${row.number} does not follow the entry before it`;
  if (row.hash !== hashOf(row)) return `entry ${row.number} was changed`;
  return undefined;
}

function signatureBreaks(head: AuditHead, what: 'HEAD' | 'ANCHOR', keys: readonly SignatureCheck[]): string[] {
  const anchor = what === 'ANCHOR';
  const [number, hash] = anchor ? [head.anchorNumber, head.anchorHash] : [head.number, head.hash];
  const [signature, keyId] = anchor ? [head.anchorSignature, head.anchorKeyId] : [head.signature, head.keyId];
  const name = anchor ? 'the place where its removed part ended' : 'its head';
  const key = keys.find(each => each.keyId === keyId);
  if (key === undefined) return [`${name} is signed with another key (${keyId}); give its public key if you know it`];
  const holds = signature !== null && key.holds(signedText(what, head.tenantId, number, hash), signature);
  return holds ? [] : [`the signature of ${name} is wrong`];
}
