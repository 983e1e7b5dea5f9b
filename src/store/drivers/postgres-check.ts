import { DarkroomError, OperatorError } from '../../kernel/errors.js';
import { type Sql, SqlError } from '../database.js';

interface Server {
  version: number;
  schema: string | null;
  encoding: string;
  readOnly: boolean;
  mayCreate: boolean | null;
}

const OLDEST = 14;

/** Checks that this server can hold our schema. Throws DATABASE_UNUSABLE with what the operator has to change. */
export async function checkServer(sql: Sql): Promise<void> {
  const [server] = await sql.query<Server>(
    `select current_setting('server_version_num')::int as version, current_schema() as schema,
       current_setting('server_encoding') as encoding, pg_is_in_recovery() as "readOnly",
       has_schema_privilege(current_schema(), 'create') as "mayCreate"`,
  );
  const { version, schema, encoding, readOnly, mayCreate } = server!;
  const major = Math.floor(version / 10_000);
  if (major < OLDEST) throw refused(`it is Postgres ${major}; Darkroom needs ${OLDEST} or newer.`);
  if (encoding !== 'UTF8') throw refused(`its encoding is ${encoding}; make the database with ENCODING 'UTF8'.`);
  if (readOnly) throw refused('the server is a read-only standby; name the primary.');
  if (schema === null) throw refused('no schema of its search_path exists.');
  if (!mayCreate)
    throw refused(`its role may not make tables; grant it with: GRANT CREATE, USAGE ON SCHEMA ${schema} TO the role.`);
}

/**
 * The error of the first connection, worded for the operator: where, and what to check. Never holds the user or the
 * password.
 */
export function startupError(error: unknown, url: string): unknown {
  if (!DarkroomError.is(error) || error.code !== 'DATABASE_UNAVAILABLE') return error;
  const { cause } = error;
  const state = cause instanceof SqlError ? cause.sqlState : '';
  if (state.startsWith('28')) return refused('the login is refused; check its user and password.');
  if (state === '3D000') return refused('the server has no database of this name; make it with: CREATE DATABASE.');
  const reason = state === '' ? connectionProblem(cause) : `SQLSTATE ${state}`;
  return new DarkroomError('DATABASE_UNAVAILABLE', `DATABASE_URL: no answer from ${hostOf(url)} (${reason}).`, [], {
    cause,
  });
}

function refused(why: string): OperatorError {
  return new OperatorError('DATABASE_UNUSABLE', `DATABASE_URL: ${why}`);
}

function connectionProblem(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  return code ?? (/timeout/i.test(message) ? 'it took too long' : 'the connection ended');
}

function hostOf(url: string): string {
  const { hostname, port, searchParams } = new URL(url);
  return hostname === '' ? (searchParams.get('host') ?? 'its socket') : `${hostname}:${port || 5432}`;
}
