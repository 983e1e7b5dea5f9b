import { readFileSync } from 'node:fs';
import path from 'node:path';
import { buildSchema, type GraphQLEnumType } from 'graphql';
import { badInput, DarkroomError, ERRORS, OPERATOR_CODES, OperatorError } from './errors.js';
import { ROOT } from './paths.js';

const sdl = readFileSync(path.join(ROOT, 'schema', 'schema.graphql'), 'utf8');
const values = (buildSchema(sdl).getType('ErrorCode') as GraphQLEnumType).getValues();

test("the schema's ErrorCode has every code that can be sent, each described, and no code of the operator", () => {
  expect(values.map(({ name }) => name).sort()).toEqual(Object.keys(ERRORS).sort());
  for (const { name, description } of values) expect(description).toBe(ERRORS[name as keyof typeof ERRORS].en);
  for (const code of OPERATOR_CODES) expect(sdl).not.toContain(code);
});

test.each(Object.entries(ERRORS))('%s has a status and a sentence in each language', (code, { status, en, zh }) => {
  // Apollo's own: a client sends the whole document then, and 200 is what the protocol has for that.
  if (code !== 'PERSISTED_QUERY_NOT_FOUND') expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(600);
  expect(en).toMatch(/^[A-Z][\x20-\x7e]+\.$/);
  expect(zh).toMatch(/\p{Script=Han}.*。$/u);
});

test('an error is known across copies of the module, and one for the operator is none of these', () => {
  const [MARK] = Object.getOwnPropertySymbols(new DarkroomError('NOT_FOUND'));
  expect(DarkroomError.is({ [MARK!]: true })).toBe(true);
  for (const other of [
    new OperatorError('SCHEMA_NEWER', 'x'),
    new Error('x'),
    { code: 'NOT_FOUND' },
    null,
    'NOT_FOUND',
  ])
    expect(DarkroomError.is(other)).toBe(false);
});

test('without a message of its own an error has the English text; bad input names its field', () => {
  expect(new DarkroomError('NO_FACE').message).toBe(ERRORS.NO_FACE.en);
  expect(badInput('input.dpi', 'TOO_LARGE', '72 to 1200')).toMatchObject({
    code: 'BAD_USER_INPUT',
    message: 'input.dpi: TOO_LARGE; allowed: 72 to 1200',
    fields: [{ path: 'input.dpi', code: 'TOO_LARGE', allowed: '72 to 1200' }],
  });
});
