import { DarkroomError, OperatorError } from '../../kernel/errors.js';
import { postgresPlace, type UrlVariable } from '../../kernel/postgres-url.js';
import { type Sql, SqlError } from '../database.js';

interface Server {
  version: number;
  schema: string | null;
  encoding: string;
}

const OLDEST = 14;

/** Checks that this server can hold our schema. Throws DATABASE_UNUSABLE with what the operator has to change. */
export async function checkServer(sql: Sql, variable: UrlVariable): Promise<void> {
  const [server] = await sql.query<Server>(
    `select current_setting('server_version_num')::int as version, current_schema() as schema,
       current_setting('server_encoding') as encoding`,
  );
  const { version, schema, encoding } = server!;
  const refuse = (why: string) => refused(variable, why);
  const major = Math.floor(version / 10_000);
  if (major < OLDEST) throw refuse(`it is Postgres ${major}; Darkroom needs ${OLDEST} or newer.`);
  if (encoding !== 'UTF8') throw refuse(`its encoding is ${encoding}; make the database with ENCODING 'UTF8'.`);
  if (schema === null) throw refuse('no schema of its search_path exists, or its role has no USAGE on it.');
}

/** What has to be changed, by SQLSTATE and message. PgBouncer answers all with 08P01, so its words have to do. */
const UNUSABLE: readonly (readonly [RegExp, string])[] = [
  [
    /^28000 .*pg_hba.conf .*no encryption/,
    'the server takes nobody in from here without TLS; add sslmode=verify-full to the URL.',
  ],
  [/^28000 .*pg_hba.conf/, 'pg_hba.conf of the server does not let this user, database and address in.'],
  [/^28|^08P01 .*(authentication failed|no such user)/, 'the login is refused; check its user and password.'],
  [
    /^3D000|^08P01 (no such database|database .* does not exist)/,
    'the server has no database of this name; make it with CREATE DATABASE, and name it in the pooler if there is one.',
  ],
  [
    /^08P01 .*statement pooling/,
    'the pooler lets no transaction through; set its pool_mode to session or transaction.',
  ],
  [/^08P01 unsupported startup parameter/, 'the pooler refuses a parameter of the URL; take it out.'],
  [/^25006/, 'the server is read-only (a standby, or default_transaction_read_only is on); name the primary.'],
  [/^ The server does not support SSL/, 'the server has no TLS; take sslmode out of the URL.'],
  [
    /^\S*(CERT|SELF_SIGNED|VERIFY|ERR_TLS)\S* /,
    'the certificate of the server is not trusted; name the file of its authority with sslrootcert in the URL.',
  ],
  [/^E\w+ .*, open /, 'a file that the URL names (sslrootcert, sslcert or sslkey) cannot be read.'],
];

/** Why there is no connection now. */
const UNAVAILABLE: readonly (readonly [RegExp, string])[] = [
  [/^53300/, 'it has no connection left; end others, or raise its max_connections'],
  [/^57P03/, 'it is starting or stopping'],
  [/^08P01 (query_wait_timeout|.*server_login_retry|.*login failed)/, 'the pooler gets no connection to the server'],
  [/^\S* .*timeout/i, 'it took too long'],
  [/^ /, 'the connection ended'],
];

/**
 * The error of the first connection, worded for the operator: where, and what to check. Never holds the user or the
 * password.
 */
export function startupError(error: unknown, url: string, variable: UrlVariable): unknown {
  if (!DarkroomError.is(error) || error.code !== 'DATABASE_UNAVAILABLE') return error;
  const { cause } = error;
  const state = cause instanceof SqlError ? cause.sqlState : (cause as NodeJS.ErrnoException).code;
  const said = `${state ?? ''} ${(cause as Error).message}`;
  const wrong = wordsFor(said, UNUSABLE);
  if (wrong !== undefined) return refused(variable, wrong);
  const reason = wordsFor(said, UNAVAILABLE) ?? (cause instanceof SqlError ? `SQLSTATE ${state}` : state);
  return new DarkroomError(
    'DATABASE_UNAVAILABLE',
    `${variable}: no answer from ${postgresPlace(url) ?? 'its server'} (${reason}).`,
    [],
    { cause },
  );
}

function wordsFor(said: string, rows: readonly (readonly [RegExp, string])[]): string | undefined {
  return rows.find(([pattern]) => pattern.test(said))?.[1];
}

function refused(variable: UrlVariable, why: string): OperatorError {
  return new OperatorError('DATABASE_UNUSABLE', `${variable}: ${why}`);
}
