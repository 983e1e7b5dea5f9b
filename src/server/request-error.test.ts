import { buildSchema, execute, GraphQLError, parse, validate } from 'graphql';
import { isArgumentError, withoutValues } from './request-error.js';

const schema = buildSchema(`
  scalar DateTime
  enum Colour { RED }
  input Person { idNumber: String!, size: Int, colour: Colour }
  type Query { a(person: Person, text: String, size: Int, flag: Boolean, id: ID, ratio: Float, need: Int! = 1, day: DateTime): String }
`);
Object.assign(schema.getType('DateTime') as object, {
  parseLiteral: (node: { value: string }) => {
    throw new GraphQLError(`DateTime cannot represent an invalid date-time-string ${node.value}.`);
  },
});
const CANARY = '110101199003074514';

function errorsOf(source: string, variableValues: Record<string, unknown> = {}): readonly GraphQLError[] {
  try {
    const document = parse(source);
    const invalid = validate(schema, document);
    if (invalid.length > 0) return invalid;
    return (execute({ schema, document, variableValues }) as { errors?: GraphQLError[] }).errors ?? [];
  } catch (error) {
    return [error as GraphQLError];
  }
}

test.each([
  [`{ a(text: ${CANARY}) }`, 'String cannot represent a non string value.'],
  [`{ a(text: [["${CANARY}"]]) }`, 'String cannot represent a non string value.'],
  [`{ a(size: "${CANARY}") }`, 'Int cannot represent non-integer value.'],
  [`{ a(size: ${CANARY}) }`, 'Int cannot represent non 32-bit signed integer value.'],
  [`{ a(flag: "${CANARY}") }`, 'Boolean cannot represent a non boolean value.'],
  [`{ a(id: { x: "${CANARY}" }) }`, 'ID cannot represent a non-string and non-integer value.'],
  [`{ a(day: "${CANARY}") }`, 'DateTime cannot represent this value.'],
  [`{ a(ratio: "${CANARY}") }`, 'Float cannot represent non numeric value.'],
  [`{ a(person: "${CANARY}") }`, 'Expected value of type "Person".'],
  [`{ a(person: { size: 1 }) }`, 'Field "Person.idNumber" of required type "String!" was not provided.'],
  [`{ a(person: { idNumber: "1", colour: "${CANARY}" }) }`, 'Enum "Colour" cannot represent non-enum value.'],
  [`{ a(person: { idNumber: "1", colour: N${CANARY} }) }`, 'There is no such value in the "Colour" enum.'],
  [`{ a(text: "${CANARY}" "${CANARY}") }`, 'Syntax Error: Expected Name, found String.'],
  [`{ a(text: """${CANARY}""" ${CANARY}) }`, 'Syntax Error: Expected Name, found Int.'],
  [`{ a(size: 1 """x "${CANARY}" y""") }`, 'Syntax Error: Expected Name, found BlockString.'],
  ['query($n: Int = 1) { a(need: $n) }', 'Argument "need" of non-null type "Int!" must not be null.'],
  ['{ other }', 'Cannot query field "other" on type "Query".'],
])('%s: %s', (source, message) => {
  const [error] = errorsOf(source, { n: null });
  expect(withoutValues(error!)).toBe(message);
});

test('a name that is as long as a document is cut, and the name of an operation is not repeated', () => {
  const [error] = errorsOf(`{ ${'x'.repeat(60_000)} }`);
  expect(withoutValues(error!)).toHaveLength(403);
  expect(withoutValues(new GraphQLError(`Unknown operation named "${CANARY}".`))).not.toContain(CANARY);
});

test('a wrong variable loses its value, should one ever come past the check of values', () => {
  const [error] = errorsOf('query($p: Person) { a(person: $p) }', { p: { idNumber: [CANARY] } });
  expect(error!.message).toContain(CANARY);
  expect(withoutValues(error!)).toBe('Variable "$p" got an invalid value.');
});

test('an argument without a value is about the request, though graphql-js finds it while it executes', () => {
  const [error] = errorsOf('query($n: Int = 1) { a(need: $n) }', { n: null });
  expect(error!.path).toEqual(['a']);
  expect(isArgumentError(error)).toBe(true);
  expect(isArgumentError(new Error('Argument "a" of'))).toBe(false);
});
