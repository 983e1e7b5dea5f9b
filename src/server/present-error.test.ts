import { GraphQLError } from 'graphql';
import { pino } from 'pino';
import { DarkroomError, ERRORS, OperatorError } from '../kernel/errors.js';
import { VendorError } from '../kernel/vendor-error.js';
import { codeOfStatus, createErrorPresenter, localise } from './present-error.js';

const log: Record<string, unknown>[] = [];
const present = createErrorPresenter(pino({}, { write: (line: string) => void log.push(JSON.parse(line)) }));
beforeEach(() => {
  log.length = 0;
});

test('an error of the product: its code, message and fields, with the words of the table', () => {
  const fields = [{ path: 'input.specId', code: 'UNKNOWN', allowed: 'a spec' }];
  expect(present(new DarkroomError('SPEC_NOT_FOUND', 'No spec yi-cun.', fields), 'zh')).toEqual({
    message: 'No spec yi-cun.',
    extensions: {
      code: 'SPEC_NOT_FOUND',
      userMessage: ERRORS.SPEC_NOT_FOUND.zh,
      fields,
      retryable: false,
      userFixable: true,
    },
  });
  expect(log).toEqual([]);
});

test('it is found below the errors that libraries wrap around it, with the place of the outermost', () => {
  const own = new DarkroomError('STORAGE_FULL');
  const inner = new GraphQLError('x', { originalError: own });
  const outer = new GraphQLError('y', { originalError: inner, path: ['createIdPhoto'] });
  expect(present(outer, 'en')).toMatchObject({
    path: ['createIdPhoto'],
    extensions: { code: 'STORAGE_FULL', fields: [] },
  });
});

test("a vendor's own words and the facts about money stay inside", () => {
  const error = new VendorError('VENDOR_ERROR', {
    billed: 'UNKNOWN',
    safeToRetry: false,
    vendorMessage: 'internal words',
  });
  expect(JSON.stringify(present(error, 'en'))).not.toMatch(/internal words|billed/);
});

test.each([
  ['a code of graphql-js or Apollo', { code: 'GRAPHQL_VALIDATION_FAILED' }, 'GRAPHQL_VALIDATION_FAILED'],
  ['an error of graphql-js without a code', {}, 'BAD_USER_INPUT'],
  ['a refusal of Apollo', { code: 'BAD_REQUEST', http: { status: 405 } }, 'METHOD_NOT_ALLOWED'],
  ['a refusal of Apollo with no more than 400', { code: 'BAD_REQUEST' }, 'BAD_REQUEST'],
])('%s keeps its message, and nothing else of its extensions', (_name, extensions, code) => {
  const presented = present(
    new GraphQLError('What is wrong.', { extensions: { ...extensions, stacktrace: ['x'] } }),
    'en',
  );
  expect(presented.message).toBe('What is wrong.');
  expect(presented.extensions.code).toBe(code);
  expect(Object.keys(presented.extensions).sort()).toEqual([
    'code',
    'fields',
    'retryable',
    'userFixable',
    'userMessage',
  ]);
});

test.each<[string, unknown]>([
  ['an error that nobody expected', new Error('SELECT secret')],
  [
    'one that a resolver threw',
    new GraphQLError('SELECT secret', { originalError: new Error('SELECT secret'), path: ['a'] }),
  ],
  [
    'one of a resolver with a code that is not ours',
    new GraphQLError('SELECT secret', { path: ['a'], extensions: { code: 'SECRET' } }),
  ],
  ['one without a code that a resolver made', new GraphQLError('SELECT secret', { path: ['a'] })],
  ['one for the operator', new OperatorError('SECRET_DIFFERS', 'SELECT secret')],
  [
    'one for the operator below another',
    new GraphQLError('x', { originalError: new OperatorError('SECRET_DIFFERS', 'SELECT secret') }),
  ],
  ['an object that only looks like ours', { code: 'NOT_FOUND', message: 'SELECT secret' }],
  ['a text', 'SELECT secret'],
  ['nothing', undefined],
])('%s goes out as INTERNAL, and to the log under the same incident', (_name, error) => {
  const presented = present(error, 'zh');
  expect(JSON.stringify(presented)).not.toMatch(/SELECT|SECRET/);
  expect(presented.message).toBe(ERRORS.INTERNAL.en);
  expect(presented.extensions).toMatchObject({
    code: 'INTERNAL',
    userMessage: ERRORS.INTERNAL.zh,
    fields: [],
    retryable: true,
  });
  expect(log).toMatchObject([{ level: 50, incident: presented.extensions.incident }]);
});

test('another language changes the words for the user and nothing else', () => {
  const english = present(new DarkroomError('NO_FACE', 'None.'), 'en');
  expect(localise(english, 'zh')).toEqual(present(new DarkroomError('NO_FACE', 'None.'), 'zh'));
});

test('a status that no code stands for is a bad request', () => {
  expect([413, 415, 418, 403, undefined].map(codeOfStatus)).toEqual([
    'BODY_TOO_LARGE',
    'UNSUPPORTED_MEDIA_TYPE',
    'BAD_REQUEST',
    'BAD_REQUEST',
    'BAD_REQUEST',
  ]);
});
