import { Sealer } from '../kernel/seal.js';
import type { RetiredKeys, Secrets } from '../kernel/secrets.js';
import { Signer } from '../kernel/signer.js';
import type { Sql } from '../store/database.js';
import { findRetired, retire } from '../store/secret-rows.js';
import { aboutRetired } from './abouts.js';

/** What is left of secrets that are not among these any more. */
export async function readRetired(sql: Sql, secrets: Secrets): Promise<RetiredKeys> {
  const known = new Set(secrets.fingerprints);
  const rows = (await findRetired(sql)).filter(({ fingerprint }) => !known.has(fingerprint));
  const sealer = new Sealer(secrets, 'retired keys');
  const subjectKeys = rows.flatMap(({ fingerprint, subjectKey }) => {
    try {
      return [Buffer.from(sealer.open(subjectKey, aboutRetired(fingerprint)), 'base64url')];
    } catch {
      // Sealed under a secret that was lost.
      return [];
    }
  });
  return { publicKeys: rows.map(({ publicKey }) => publicKey), subjectKeys };
}

/** Keeps of a secret what stays of use without it, under the one that is active. */
export function retireSecret(sql: Sql, secrets: Secrets, fingerprint: string): Promise<void> {
  const sealer = new Sealer(secrets, 'retired keys');
  const subjectKey = secrets.keyOf(fingerprint, 'audit subjects')!.toString('base64url');
  return retire(sql, {
    fingerprint,
    publicKey: new Signer(secrets.keyOf(fingerprint, 'signatures')!).x,
    subjectKey: sealer.seal(subjectKey, aboutRetired(fingerprint)),
  });
}
