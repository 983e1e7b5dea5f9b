import { DarkroomError } from '../../kernel/errors.js';
import { SqlError, toDatabaseError } from '../database.js';

const READ_ONLY = '25006';

/** SQLSTATE classes and codes that describe the state of the server and not the statement. */
const UNAVAILABLE = [
  '08', // the connection broke
  '28', // the login is refused now
  '3D', // the database is gone
  '53', // no room: connections, memory, disk
  '57', // shutting down, starting, or too slow (57014: the statement timeout)
  '58', // its disk fails
  READ_ONLY, // a standby, or a primary that hands over
  '25P03', // we stayed idle in a transaction for too long, and it hung up
];

/** Errors of Postgres itself have a severity. All other errors of `pg` concern the connection. */
export interface Refusal extends Error {
  code: string;
  severity: string;
}

export function isRefusal(error: unknown): error is Refusal {
  return error instanceof Error && 'severity' in error && 'code' in error;
}

/** SqlError for a refused statement, DATABASE_UNAVAILABLE where the server cannot be reached or cannot serve now. */
export function toTypedError(error: unknown): unknown {
  // Our own error, for an int8 that a number cannot hold.
  if (error instanceof RangeError) return error;
  if (!isRefusal(error)) return new DarkroomError('DATABASE_UNAVAILABLE', undefined, [], { cause: error });
  if (!UNAVAILABLE.some(state => error.code.startsWith(state))) return toDatabaseError(error);
  const cause = new SqlError({ code: error.code, message: error.message });
  return new DarkroomError('DATABASE_UNAVAILABLE', undefined, [], { cause });
}

/** What a server says that takes no writes, for a connection that did not try one. */
export function readOnlyError(): Refusal {
  return Object.assign(new Error('the server is read-only'), { severity: 'ERROR', code: READ_ONLY });
}

export function isReadOnly(error: unknown): boolean {
  return DarkroomError.is(error) && error.cause instanceof SqlError && error.cause.sqlState === READ_ONLY;
}
