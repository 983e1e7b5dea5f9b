import { DarkroomError } from '../../kernel/errors.js';
import { refusalOf, SqlError } from '../database.js';

/** SQLSTATE classes and codes that say something of the server's state and nothing of the statement. */
const AWAY = [
  '08', // the connection broke
  '28', // the login is refused now
  '3D', // the database is gone
  '53', // no room: connections, memory, disk
  '57', // shutting down, starting, or too slow (57014: the statement timeout)
  '58', // its disk fails
  '25P03', // we stayed idle in a transaction for too long, and it hung up
];

/** What Postgres itself says has a severity; everything else that `pg` throws is about the connection. */
export interface Refusal extends Error {
  code: string;
  severity: string;
}

export function isRefusal(error: unknown): error is Refusal {
  return error instanceof Error && 'severity' in error && 'code' in error;
}

/** SqlError for what the database refuses, DATABASE_UNAVAILABLE where it cannot be reached or cannot serve now. */
export function asTyped(error: unknown): unknown {
  // Ours: a number that was too large to read.
  if (error instanceof RangeError) return error;
  if (!isRefusal(error)) return new DarkroomError('DATABASE_UNAVAILABLE', undefined, [], { cause: error });
  if (!AWAY.some(state => error.code.startsWith(state))) return refusalOf(error);
  const cause = new SqlError({ code: error.code, message: error.message });
  return new DarkroomError('DATABASE_UNAVAILABLE', undefined, [], { cause });
}
