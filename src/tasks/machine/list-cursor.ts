import { badInput } from '../../kernel/errors.js';

/** Up to when a follower of a list was told, by the clock of the database. */
export function writeListCursor(at: Date): string {
  return Buffer.from(`list ${at.toISOString()}`).toString('base64url');
}

/** Throws BAD_USER_INPUT for what `writeListCursor` has not written. */
export function readListCursor(cursor: string): Date {
  const [kind, text = ''] = Buffer.from(cursor, 'base64url').toString('utf8').split(' ');
  const at = new Date(text);
  if (kind !== 'list' || Number.isNaN(at.getTime()) || at.toISOString() !== text)
    throw badInput('after', 'CURSOR', 'the `cursor` of a message of this subscription');
  return at;
}
