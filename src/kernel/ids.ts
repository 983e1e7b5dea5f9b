import { randomBytes } from 'node:crypto';

/** Prefixes of public ids. They tell `node(id)` the type of the object. */
export const ID_PREFIXES = {
  task: 'task',
  asset: 'asset',
  photo: 'photo',
  key: 'key',
  webhook: 'hook',
  delivery: 'msg',
  consent: 'consent',
  receipt: 'receipt',
  budget: 'budget',
  token: 'token',
  link: 'link',
} as const;
export type IdKind = keyof typeof ID_PREFIXES;

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'; // Crockford's base 32: no characters that look alike

/** A random public id, e.g. `task_7h2k…`: 130 bits, so it cannot be guessed, and it reveals neither time nor order. */
export function newId(kind: IdKind): string {
  let id = '';
  for (const byte of randomBytes(26)) id += ALPHABET[byte & 31];
  return `${ID_PREFIXES[kind]}_${id}`;
}

export function isId(kind: IdKind, value: string): boolean {
  return new RegExp(`^${ID_PREFIXES[kind]}_[0-9a-z]{26}$`).test(value);
}
