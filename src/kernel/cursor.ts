import { badInput } from './errors.js';
import { type IdKind, isId } from './ids.js';

/** A place in a list that is sorted by time and id. The time is a text: it keeps its microseconds. */
export interface Cursor {
  createdAt: string;
  id: string;
}

export function writeCursor({ createdAt, id }: Cursor): string {
  return Buffer.from(`${createdAt} ${id}`).toString('base64url');
}

/** Throws BAD_USER_INPUT for what `writeCursor` has not written about such an object. */
export function readCursor(kind: IdKind, cursor: string): Cursor {
  const [createdAt = '', id = ''] = Buffer.from(cursor, 'base64url').toString('utf8').split(' ');
  const wellFormed = /^\d{4}-\d\d-\d\dT[\d:.]{15}Z$/.test(createdAt) && !Number.isNaN(Date.parse(createdAt));
  if (!wellFormed || !isId(kind, id)) throw badInput('after', 'CURSOR', 'an endCursor or an edge cursor of this list');
  return { createdAt, id };
}
