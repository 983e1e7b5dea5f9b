import { DarkroomError } from '../../kernel/errors.js';
import { type Sql, SqlError } from '../database.js';
import { checkServer, startupError } from './postgres-check.js';

const URL_WITH_PASSWORD = 'postgresql://darkroom:hunter2@db.internal:6432/photos';
const unavailable = (cause: unknown) => new DarkroomError('DATABASE_UNAVAILABLE', undefined, [], { cause });

test.each([
  [new SqlError({ code: '28P01', message: '' }), 'DATABASE_UNUSABLE', /login is refused/],
  [new SqlError({ code: '3D000', message: '' }), 'DATABASE_UNUSABLE', /no database of this name/],
  [new SqlError({ code: '53300', message: '' }), 'DATABASE_UNAVAILABLE', /db\.internal:6432 \(SQLSTATE 53300\)/],
  [Object.assign(new Error(), { code: 'ECONNREFUSED' }), 'DATABASE_UNAVAILABLE', /db\.internal:6432 \(ECONNREFUSED\)/],
  [new Error('timeout expired'), 'DATABASE_UNAVAILABLE', /took too long/],
  [new Error('Connection terminated'), 'DATABASE_UNAVAILABLE', /connection ended/],
])('%s is told in words for the operator', (cause, code, words) => {
  const error = startupError(unavailable(cause), URL_WITH_PASSWORD) as DarkroomError;
  expect(error).toMatchObject({ code, message: expect.stringMatching(words) });
  expect(error.message).not.toMatch(/hunter2|darkroom:/);
});

test.each([
  ['postgresql://db.internal/photos', 'db.internal:5432'],
  ['postgresql:///photos?host=/run/postgresql', '/run/postgresql'],
  ['postgresql:///photos', 'its socket'],
])('the place of %s is %s', (url, place) => {
  const error = startupError(unavailable(new Error('timeout')), url) as DarkroomError;
  expect(error.message).toContain(`from ${place} (`);
});

test('any other error stays what it is', () => {
  const error = new SqlError({ code: '42501', message: 'permission denied' });
  expect(startupError(error, URL_WITH_PASSWORD)).toBe(error);
});

test.each([
  [{ version: 13_00_14 }, 'it is Postgres 13'],
  [{ encoding: 'SQL_ASCII' }, "ENCODING 'UTF8'"],
  [{ readOnly: true }, 'read-only standby'],
  [{ schema: null, mayCreate: null }, 'search_path'],
])('a server that answers %j is refused with what to change', async (answer, words) => {
  const server = { version: 180_004, schema: 'public', encoding: 'UTF8', readOnly: false, mayCreate: true };
  const sql = { query: async () => [{ ...server, ...answer }] } as unknown as Sql;
  await expect(checkServer(sql)).rejects.toMatchObject({
    code: 'DATABASE_UNUSABLE',
    message: expect.stringContaining(words),
  });
});
