import { buildSchema, type GraphQLInputObjectType, parse } from 'graphql';
import { LIMITS } from '../kernel/limits.js';
import { ValueCheck } from './check-values.js';
import { operationOf } from './documents.js';

const { values: limits } = LIMITS;
const schema = buildSchema(`
  enum Colour { RED BLUE }
  input Photo { base64: String, url: String, next: Photo }
  input Person { name: String!, idNumber: String!, size: Int = 3, photo: Photo, colours: [Colour!], grid: [[Int]] }
  type Query { a(text: String, person: Person, ids: [ID!], deep: [[[Int]]]): String }
`);
const { base64 } = (schema.getType('Photo') as GraphQLInputObjectType).getFields();
Object.assign(base64!, { extensions: { maxChars: 1_000_000 } });

const values = new ValueCheck(schema);
function check(variables: string, use: string, given: Record<string, unknown>): number {
  const document = parse(`query (${variables}) { a(${use}) }`);
  return values.check(document, operationOf(document, undefined)!, given);
}
const person = (given: unknown) => () => check('$p: Person', 'person: $p', { p: given });
const text = (chars: number) => 'x'.repeat(chars);
const ID_NUMBER = '110101199003074514';
const GOOD = { name: 'a', idNumber: ID_NUMBER };
const nested = (depth: number, inner: unknown): unknown => (depth === 0 ? inner : [nested(depth - 1, inner)]);
function photos(depth: number): unknown {
  return depth === 0 ? {} : { next: photos(depth - 1) };
}

test.each<[string, () => number]>([
  ['a text of the longest length', () => check('$t: String', 'text: $t', { t: text(limits.textChars) })],
  ['a list of the longest length', () => check('$i: [ID!]', 'ids: $i', { i: Array(limits.listItems).fill('1') })],
  ['one value for a list', () => check('$i: [ID!]', 'ids: $i', { i: 'one' })],
  ['one value for a list of lists', person({ ...GOOD, grid: 1 })],
  ['a default in place of a value', person(GOOD)],
  ['an enum', person({ ...GOOD, colours: ['RED', 'BLUE'] })],
  ['null', person(null)],
  ['a variable that nobody declared', () => check('$t: String', 'text: $t', { other: text(50_000) })],
])('takes %s', (_name, run) => expect(run()).toBe(0));

test('a long text is taken where a field says so, inside an input or as a variable of its own', () => {
  const long = text(900_000);
  expect(check('$p: Person', 'person: $p', { p: { ...GOOD, photo: { base64: long } } })).toBe(900_000);
  const own = 'person: { name: "a", idNumber: "b", photo: { base64: $b } }';
  expect(check('$b: String', own, { b: long })).toBe(900_000);
  expect(() => check('$b: String', `text: $b, ${own}`, { b: long })).toThrow('b: TOO_LONG');
  expect(() => check('$b: String', own, { b: text(1_000_001) })).toThrow('b: TOO_LONG');
});

test.each<[string, string, () => unknown]>([
  ['a long text', 't TOO_LONG', () => check('$t: String', 'text: $t', { t: text(limits.textChars + 1) })],
  ['a long id', 'i.1 TOO_LONG', () => check('$i: [ID!]', 'ids: $i', { i: ['1', text(limits.textChars + 1)] })],
  ['a long list', 'i TOO_MANY', () => check('$i: [ID!]', 'ids: $i', { i: Array(limits.listItems + 1).fill('1') })],
  ['many texts', 'i.15 TOO_LONG', () => check('$i: [ID!]', 'ids: $i', { i: Array(20).fill(text(4_096)) })],
  ['deep lists', 'd.0.0.0 TYPE', () => check('$d: [[[Int]]]', 'deep: $d', { d: nested(30_000 / 10, 1) })],
  [
    'deep objects',
    `p${'.next'.repeat(limits.depth + 1)} TOO_DEEP`,
    () => check('$p: Photo', 'text: "x"', { p: photos(5_000) }),
  ],
  ['many values', 'd.* TOO_MANY', () => check('$d: [[[Int]]]', 'deep: $d', { d: Array(150).fill(Array(20).fill(1)) })],
  ['a text for a number', 'p.size TYPE', person({ ...GOOD, size: ID_NUMBER })],
  ['a number for a text', 'p.name TYPE', person({ ...GOOD, name: 110101199003074 })],
  ['a list for a text', 'p.name TYPE', person({ ...GOOD, name: [ID_NUMBER] })],
  ['a text for an object', 'p TYPE', person(ID_NUMBER)],
  ['a list for an object', 'p TYPE', person([GOOD])],
  ['a field that is missing', 'p.idNumber TYPE', person({ name: 'a' })],
  ['a field that is null', 'p.idNumber TYPE', person({ name: 'a', idNumber: null })],
  ['a field that nobody knows', 'p UNKNOWN_FIELD', person({ ...GOOD, [ID_NUMBER]: 1 })],
  ['an enum that nobody knows', 'p.colours.0 TYPE', person({ ...GOOD, colours: [ID_NUMBER] })],
  ['a long text in the document', 'query TOO_LONG', () => check('$t: String', `text: "${text(5_000)}"`, {})],
])('refuses %s, by its path and without its value', (_name, expected, run) => {
  let error: { code?: string; message?: string; fields?: { path: string; code: string }[] } = {};
  try {
    run();
  } catch (thrown) {
    error = thrown as typeof error;
  }
  expect(error.code).toBe('BAD_USER_INPUT');
  const [field] = error.fields!;
  expect(`${field!.path} ${field!.code}`).toMatch(new RegExp(`^${expected}$`));
  expect(JSON.stringify(error) + error.message).not.toContain('1101011990');
});
