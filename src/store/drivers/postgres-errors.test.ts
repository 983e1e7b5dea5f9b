import { SqlError } from '../database.js';
import { toTypedError } from './postgres-errors.js';

const refusal = (code: string) => Object.assign(new Error('words'), { severity: 'ERROR', code });

test.each(['08006', '28P01', '3D000', '53300', '57P01', '57014', '58030', '25P03', '25006'])(
  '%s says that the server cannot serve now, and keeps its state for the operator',
  code => {
    expect(toTypedError(refusal(code))).toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
      cause: expect.objectContaining({ sqlState: code }),
    });
  },
);

test.each(['23505', '42P01', '25P02', '40001'])('%s is an answer about the statement', code => {
  expect(toTypedError(refusal(code))).toBeInstanceOf(SqlError);
});

test('an error without a severity is about the connection', () => {
  const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
  expect(toTypedError(reset)).toMatchObject({ code: 'DATABASE_UNAVAILABLE', cause: reset });
});

test('a number that cannot be read exactly stays what it is', () => {
  const error = new RangeError('An int8 is beyond what a number holds exactly.');
  expect(toTypedError(error)).toBe(error);
});
