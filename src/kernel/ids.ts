import { randomBytes } from 'node:crypto';

/** Prefixes of public ids; the prefix tells `node(id)` where to look. */
export const ID_PREFIXES = { task: 'task', asset: 'asset', photo: 'photo' } as const;
export type IdKind = keyof typeof ID_PREFIXES;

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'; // Crockford's base 32: nothing that reads like something else

/** A random public id, e.g. `task_7h2k…`: 130 bits, unguessable, without time or order in it. */
export function newId(kind: IdKind): string {
  let id = '';
  for (const byte of randomBytes(26)) id += ALPHABET[byte & 31];
  return `${ID_PREFIXES[kind]}_${id}`;
}

export function isId(kind: IdKind, value: string): boolean {
  return new RegExp(`^${ID_PREFIXES[kind]}_[0-9a-z]{26}$`).test(value);
}
