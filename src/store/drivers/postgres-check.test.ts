import { DarkroomError } from '../../kernel/errors.js';
import { type Sql, SqlError } from '../database.js';
import { checkServer, startupError } from './postgres-check.js';

const URL_WITH_PASSWORD = 'postgresql://darkroom:hunter2@db.internal:6432/photos';
const unavailable = (cause: unknown) => new DarkroomError('DATABASE_UNAVAILABLE', undefined, [], { cause });
const said = (code: string, message: string) => new SqlError({ code, message });
const failed = (code: string, message: string) => Object.assign(new Error(message), { code });

test.each([
  [said('28P01', 'password authentication failed for user "darkroom"'), 'DATABASE_UNUSABLE', /login is refused/],
  [said('08P01', 'SASL authentication failed'), 'DATABASE_UNUSABLE', /login is refused/],
  [said('08P01', 'no such user: darkroom'), 'DATABASE_UNUSABLE', /login is refused/],
  [said('28000', 'no pg_hba.conf entry for host "::1", user "darkroom"'), 'DATABASE_UNUSABLE', /does not let/],
  [
    said('28000', 'no pg_hba.conf entry for host "::1", user "darkroom", database "photos", no encryption'),
    'DATABASE_UNUSABLE',
    /without TLS; add sslmode=verify-full/,
  ],
  [said('3D000', 'database "photos" does not exist'), 'DATABASE_UNUSABLE', /no database of this name/],
  [said('08P01', 'no such database: photos'), 'DATABASE_UNUSABLE', /no database of this name/],
  [said('25006', 'the server is read-only'), 'DATABASE_UNUSABLE', /name the primary/],
  [new Error('The server does not support SSL connections'), 'DATABASE_UNUSABLE', /has no TLS/],
  [failed('DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate'), 'DATABASE_UNUSABLE', /sslrootcert/],
  [failed('ERR_TLS_CERT_ALTNAME_INVALID', 'not in the list'), 'DATABASE_UNUSABLE', /sslrootcert/],
  [failed('ENOENT', "ENOENT: no such file, open '/ca.pem'"), 'DATABASE_UNUSABLE', /cannot be read/],
  [said('53300', 'sorry, too many clients already'), 'DATABASE_UNAVAILABLE', /6432 \(it has no connection left/],
  [said('57P03', 'the database system is starting up'), 'DATABASE_UNAVAILABLE', /starting or stopping/],
  [said('08P01', 'query_wait_timeout'), 'DATABASE_UNAVAILABLE', /the pooler gets no connection/],
  [said('58030', 'could not read a block'), 'DATABASE_UNAVAILABLE', /db\.internal:6432 \(SQLSTATE 58030\)/],
  [failed('ECONNREFUSED', 'connect ECONNREFUSED'), 'DATABASE_UNAVAILABLE', /db\.internal:6432 \(ECONNREFUSED\)/],
  [failed('ENOENT', 'connect ENOENT /run/.s.PGSQL.5432'), 'DATABASE_UNAVAILABLE', /\(ENOENT\)/],
  [new Error('timeout expired'), 'DATABASE_UNAVAILABLE', /took too long/],
  [new Error('Connection terminated'), 'DATABASE_UNAVAILABLE', /connection ended/],
])('%s is told in words for the operator', (cause, code, words) => {
  const error = startupError(unavailable(cause), URL_WITH_PASSWORD, 'DATABASE_DIRECT_URL') as DarkroomError;
  expect(error).toMatchObject({ code, message: expect.stringMatching(words) });
  expect(error.message).toMatch(/^DATABASE_DIRECT_URL: [^\n]+\.$/);
  expect(error.message).not.toMatch(/hunter2|darkroom/);
});

test('any other error stays what it is', () => {
  const error = new SqlError({ code: '42501', message: 'permission denied' });
  expect(startupError(error, URL_WITH_PASSWORD, 'DATABASE_URL')).toBe(error);
});

test.each([
  [{ version: 13_00_14 }, 'it is Postgres 13'],
  [{ encoding: 'SQL_ASCII' }, "ENCODING 'UTF8'"],
  [{ schema: null }, 'search_path'],
])('a server that answers %j is refused with what to change', async (answer, words) => {
  const server = { version: 180_004, schema: 'public', encoding: 'UTF8' };
  const sql = { query: async () => [{ ...server, ...answer }] } as unknown as Sql;
  await expect(checkServer(sql, 'DATABASE_URL')).rejects.toMatchObject({
    code: 'DATABASE_UNUSABLE',
    message: expect.stringContaining(words),
  });
});
