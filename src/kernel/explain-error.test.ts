import { DarkroomError, OperatorError } from './errors.js';
import { explainError } from './explain-error.js';

const system = (fields: object) => Object.assign(new Error('in the words of Node'), fields);

test.each<[string, unknown, string]>([
  [
    'an error for the operator',
    new OperatorError('DATABASE_UNUSABLE', 'DATABASE_URL: do this'),
    'DATABASE_URL: do this',
  ],
  ['a typed error', new DarkroomError('BAD_USER_INPUT', 'name a new folder'), 'name a new folder'],
  [
    'a port in use',
    system({ code: 'EADDRINUSE', syscall: 'listen', port: 4000 }),
    'DARKROOM_PORT: 4000 is taken; set another one, or 0 for any',
  ],
  [
    'a port of the system',
    system({ code: 'EACCES', syscall: 'listen', port: 80 }),
    'DARKROOM_PORT: this user may not use 80; set one above 1023',
  ],
  [
    'an address of no interface',
    system({ code: 'EADDRNOTAVAIL', syscall: 'listen', address: '::1' }),
    'DARKROOM_HOST: this machine has no address ::1 (EADDRNOTAVAIL)',
  ],
  [
    'a folder without permission',
    system({ code: 'EACCES', syscall: 'mkdir', path: '/data' }),
    '/data: this user may not read or write it (EACCES)',
  ],
  [
    'a system error that nobody foresaw',
    system({ code: 'EMFILE', syscall: 'open', path: '/data' }),
    'in the words of Node',
  ],
  ['what is no error', 'a string', 'a string'],
])('%s is one line', (_, error, line) => {
  expect(explainError(error)).toBe(line);
});

test('a fault of ours keeps its stack', () => {
  expect(explainError(new TypeError('x is not a function'))).toMatch(/^TypeError: x is not a function\n {4}at /);
});
