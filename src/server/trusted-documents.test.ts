import { createHash } from 'node:crypto';
import { readTrustedDocuments } from './trusted-documents.js';

const HELLO = 'query Hello { hello }';
const COUNT = 'mutation Count { count }';
const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');
const apollo = (operations: unknown) => ({ format: 'apollo-persisted-query-manifest', version: 1, operations });
const listed = [
  { id: 'a1', name: 'Hello', type: 'query', body: HELLO },
  { id: 'b2', name: 'Count', type: 'mutation', body: COUNT },
];
const refused = expect.objectContaining({ code: 'DOCUMENT_NOT_TRUSTED' });
const persisted = (sha256Hash: unknown) => ({ persistedQuery: { version: 1, sha256Hash } });

describe.each([
  ["graphql-codegen's client preset", { a1: HELLO, b2: COUNT }],
  ["Apollo's generate-persisted-query-manifest", apollo(listed)],
])('a manifest of %s', (_name, manifest) => {
  const trusted = readTrustedDocuments(JSON.stringify(manifest));

  test.each<[string, object]>([
    ['its text', { query: HELLO }],
    ['the id of the manifest', { documentId: 'a1' }],
    ["Apollo's extension", { extensions: persisted('a1') }],
    ["the document's own hash", { documentId: `sha256:${hashOf(HELLO)}` }],
    ["the hash in Apollo's extension", { extensions: persisted(hashOf(HELLO)) }],
    ['an id beside an empty text, as a WebSocket needs it', { query: '', documentId: 'a1' }],
    ['all of them at once', { query: HELLO, documentId: 'a1', extensions: persisted(hashOf(HELLO)) }],
  ])('a listed document is found by %s', (_by, request) => {
    expect(trusted.textOf(request)).toBe(HELLO);
  });

  test.each<[string, object]>([
    ['another text', { query: '{ hello }' }],
    ['one more space', { query: `${HELLO} ` }],
    ['an unknown id', { documentId: 'c3' }],
    ['the name of a built-in as id', { documentId: 'constructor' }],
    ["an unknown hash in Apollo's extension", { extensions: persisted(hashOf('{ hello }')) }],
    ['an id that is no text', { documentId: { a1: true } }],
    ['a document that is no text', { query: { kind: 'Document' } }],
    ['a listed id beside another text', { query: '{ hello }', documentId: 'a1' }],
    ['two listed documents at once', { query: COUNT, documentId: 'a1' }],
    ['the ids of two', { documentId: 'b2', extensions: persisted('a1') }],
  ])('%s is refused', (_what, request) => {
    expect(() => trusted.textOf(request)).toThrow(refused);
  });
});

test('a request that names nothing is left to others', () => {
  const trusted = readTrustedDocuments(JSON.stringify({ a1: HELLO }));
  for (const request of [{}, { query: null, documentId: null }, { extensions: { tracing: true } }])
    expect(trusted.textOf(request)).toBeUndefined();
});

test.each<[string, string]>([
  ['{', 'it is not JSON'],
  ['[]', 'it is not a JSON object'],
  ['{}', 'it lists no document'],
  ['{"a1":7}', 'an id and a document'],
  ['{"a1":""}', 'an id and a document'],
  [JSON.stringify({ format: 'other', version: 1, operations: [] }), 'apollo-persisted-query-manifest of version 1'],
  [JSON.stringify({ ...apollo(listed), version: 2 }), 'apollo-persisted-query-manifest of version 1'],
  [JSON.stringify(apollo([null])), 'an id and a document'],
  [
    JSON.stringify(
      apollo([
        { id: 'a1', body: HELLO },
        { id: 'a1', body: COUNT },
      ]),
    ),
    'stands for two documents',
  ],
])('the manifest %s is refused with what is wrong', (json, why) => {
  expect(() => readTrustedDocuments(json)).toThrow(why);
});
