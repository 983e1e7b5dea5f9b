import { buildSchema, type GraphQLObjectType, parse } from 'graphql';
import { LIMITS } from '../kernel/limits.js';
import { operationCosts } from './document-cost.js';

const { page, events, graphql: limits } = LIMITS;
const schema = buildSchema(`
  interface Node { id: ID! }
  type Colour { id: ID! }
  type Spec implements Node { id: ID!, title: String, dear: Int, rows: [Int!]!, colours: [Colour!]!, specs(first: Int): SpecConnection }
  type SpecConnection { nodes: [Spec!]!, edges: [SpecEdge!]!, totalCount: Int }
  type SpecEdge { node: Spec! }
  type Query { spec: Spec, node: Node, specs(first: Int, search: String): SpecConnection!, colours: [Colour!]! }
  type SpecsUpdate { specs: [Spec!]! }
  type Subscription { specsUpdated(first: Int): SpecsUpdate! }
`);
// As the fields of our schema say what they cost.
(schema.getType('Spec') as GraphQLObjectType).getFields().dear!.extensions = { cost: 20 };
const costsOf = (source: string) => [...operationCosts(schema, parse(source)).values()];
const costOf = (source: string) => Math.max(...costsOf(source).map(({ visits }) => visits));

test.each([
  ['a field', '{ spec { id } }', 2],
  ['a field that says what it costs', '{ spec { dear } }', 1 + 20],
  ['a list of single values', '{ spec { rows } }', 2],
  ['a list of objects without a page', '{ colours { id } }', 1 + limits.assumedListItems],
  ['a page of its length', '{ specs(first: 10) { nodes { id } } }', 1 + 10 * 2],
  ['both ways to the same page', '{ specs(first: 10) { nodes { id } edges { node { id } } } }', 1 + 10 * 5],
  ['a page of the default length', '{ specs { nodes { id } } }', 1 + page.default * 2],
  ['a page of null', '{ specs(first: null) { nodes { id } } }', 1 + page.default * 2],
  ['a page of a variable', 'query ($n: Int) { specs(first: $n) { nodes { id } } }', 1 + page.max * 2],
  [
    'a list that is followed, by its longest message',
    'subscription ($n: Int) { specsUpdated(first: $n) { specs { id } } }',
    1 + events.listPageTasks * 2,
  ],
  ['a page longer than any', '{ specs(first: 999999999999) { nodes { id } } }', 1 + page.max * 2],
  ['a page of less than nothing', '{ specs(first: -5) { nodes { id } } }', 1 + 2],
  ['a search', '{ specs(search: "a", first: 1) { nodes { id } } }', limits.searchCost + 2],
  [
    'a page in a page',
    '{ specs(first: 10) { nodes { specs(first: 10) { nodes { id } } } } }',
    1 + 10 * (1 + 1 + 10 * 2),
  ],
  [
    'through fragments',
    '{ ...Q } fragment Q on Query { specs(first: 3) { ...C } } fragment C on SpecConnection { nodes { id } }',
    1 + 3 * 2,
  ],
  ['through an inline fragment', '{ node { ... on Spec { colours { id } } ... { id } } }', 3 + limits.assumedListItems],
  ['the larger of two operations', 'query A { spec { id } } query B { spec { id title } }', 3],
  ['the description of the schema', '{ __schema { types { name } } }', limits.introspectionCost],
  ['fields, types and fragments that are not there', '{ nothing { x } ...F ... on Y { z } }', 3],
])('%s', (_name, source, cost) => {
  expect(costOf(source)).toBe(cost);
});

test.each([
  ['{ spec { id title } }', [1]],
  [
    '{ a: spec { id } b: spec { id } ... { c: spec { id } } ...F } fragment F on Query { d: spec { id } e: node { id } }',
    [5],
  ],
  ['{ ...A ...A } fragment A on Query { ...B ...B } fragment B on Query { spec { id } }', [4]],
  ['query A { spec { id } } query B { a: spec { id } b: spec { id } }', [1, 2]],
  ['{ ...F }', [0]],
])('the root fields of %s', (source, roots) => {
  expect(costsOf(source).map(cost => cost.roots)).toEqual(roots);
});
