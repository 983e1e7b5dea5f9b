import { SqlError, toDatabaseError } from './database.js';

test('an error keeps its state and names, and is told apart from a caller’s mistake', () => {
  const error = toDatabaseError({
    code: '23505',
    message: 'duplicate key value violates unique constraint "tasks_pkey"',
    constraint: 'tasks_pkey',
    table: 'tasks',
  });
  expect(error).toBeInstanceOf(SqlError);
  expect(error).toMatchObject({ sqlState: '23505', constraint: 'tasks_pkey', table: 'tasks', column: undefined });
  expect(error.message).toBe('duplicate key value violates unique constraint "tasks_pkey" (SQLSTATE 23505)');
});

test.each([
  ['22P02', 'invalid input syntax for type integer: "110101199003074578"', 'invalid input syntax for type integer'],
  ['22003', 'value "99999999999" is out of range for type integer', 'value'],
  ['22P02', 'invalid input syntax for type json\nDETAIL: Token "张三"', 'invalid input syntax for type json\nDETAIL'],
])('of %s, whose message quotes a value, only what stands before the value is kept', (code, message, kept) => {
  expect(toDatabaseError({ code, message }).message).toBe(`${kept} (SQLSTATE ${code})`);
});

test.each(['22021', '22P05'])('%s is the mistake of a caller: a character that Postgres cannot store', code => {
  expect(toDatabaseError({ code, message: 'unsupported Unicode escape sequence' })).toMatchObject({
    code: 'BAD_USER_INPUT',
  });
});
