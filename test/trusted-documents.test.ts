import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as generated from '../client/generated.js';
import { ROOT } from '../src/kernel/paths.js';
import { readTrustedDocuments } from '../src/server/trusted-documents.js';
import { answerOf, RawClient, startToyServer, type ToyServer } from './server-fixture.js';

const HELLO = 'query Hello($name: String) { hello(name: $name) }';
const COUNT = 'mutation Count { count }';
const UPLOAD = 'mutation Upload($file: Upload!) { upload(file: $file) { bytes } }';
const TICKS = 'subscription Ticks { ticks(count: 1) }';
const OLD = 'query Old { gone }';
const MANIFEST = { hello: HELLO, count: COUNT, upload: UPLOAD, ticks: TICKS, old: OLD };
const persisted = (sha256Hash: string) => ({ persistedQuery: { version: 1, sha256Hash } });

describe('a server with trusted documents', () => {
  let server: ToyServer;
  beforeAll(async () => {
    server = await startToyServer({ trustedDocuments: readTrustedDocuments(JSON.stringify(MANIFEST)) });
  });
  afterAll(() => server.close());
  beforeEach(() => {
    server.seen.mutations = 0;
  });

  const refusal = async (response: Response) => [
    response.status,
    (await answerOf(response)).errors?.[0]?.extensions?.code,
  ];
  const NOT_TRUSTED = [403, 'DOCUMENT_NOT_TRUSTED'];

  it('runs a listed document by text, by documentId and by the extension of Apollo, over POST', async () => {
    for (const named of [{ query: HELLO }, { documentId: 'hello' }, { extensions: persisted('hello') }]) {
      const response = await server.post({ ...named, variables: { name: 'Ada' } });
      expect([response.status, await answerOf(response)]).toEqual([200, { data: { hello: 'hello Ada' } }]);
    }
  });

  it('and over GET', async () => {
    for (const named of [
      { query: HELLO },
      { documentId: 'hello' },
      { extensions: JSON.stringify(persisted(createHash('sha256').update(HELLO).digest('hex'))) },
    ]) {
      const search = new URLSearchParams({ ...named, variables: '{"name":"Ada"}' });
      expect(await answerOf(await fetch(`${server.origin}/graphql?${search}`))).toEqual({
        data: { hello: 'hello Ada' },
      });
    }
    const mutation = await fetch(`${server.origin}/graphql?documentId=count`);
    expect([mutation.status, server.seen.mutations]).toEqual([405, 0]);
  });

  it('refuses every other document before it is parsed', async () => {
    for (const body of [
      { query: 'mutation { count }' },
      { query: 'not GraphQL' },
      { query: '{ __schema { types { name } } }' },
      { query: 'mutation { count }', documentId: 'hello' },
      { documentId: 'none' },
      { extensions: persisted('none') },
    ]) {
      expect([body, ...(await refusal(await server.post(body)))]).toEqual([body, ...NOT_TRUSTED]);
      const { extensions, ...texts } = body as Record<string, string>;
      const search = new URLSearchParams({ ...texts, ...(extensions && { extensions: JSON.stringify(extensions) }) });
      expect([body, ...(await refusal(await fetch(`${server.origin}/graphql?${search}`)))]).toEqual([
        body,
        ...NOT_TRUSTED,
      ]);
    }
    expect(server.seen.mutations).toBe(0);
  });

  it('is not deceived by a parameter that comes twice', async () => {
    const [listed, other] = [HELLO, 'query Other { other: hello }'].map(encodeURIComponent);
    for (const search of [`query=${listed}&query=${other}`, `query=${other}&query=${listed}`]) {
      const response = await fetch(`${server.origin}/graphql?${search}`);
      expect(await response.text()).not.toContain('"other"');
    }
  });

  it('holds uploads to the list', async () => {
    const upload = (operations: object) => {
      const form = new FormData();
      form.set('operations', JSON.stringify({ ...operations, variables: { file: null } }));
      form.set('map', '{"0":["variables.file"]}');
      form.set('0', new Blob(['photo']), 'photo');
      return fetch(`${server.origin}/graphql`, {
        method: 'POST',
        headers: { 'graphql-require-preflight': '1' },
        body: form,
      });
    };
    for (const operations of [{ query: UPLOAD }, { documentId: 'upload' }])
      expect(await answerOf(await upload(operations))).toEqual({ data: { upload: { bytes: 5 } } });
    const other = 'mutation($file: Upload!) { upload(file: $file) { text } }';
    expect(await refusal(await upload({ query: other }))).toEqual(NOT_TRUSTED);
  });

  it('holds a WebSocket to the list, and the socket lives on', async () => {
    const client = await new RawClient(server).opened();
    for (const [id, payload] of Object.entries({
      text: { query: TICKS },
      id: { query: '', documentId: 'ticks' },
      extension: { query: '', extensions: persisted('ticks') },
    })) {
      client.send({ type: 'subscribe', id, payload });
      expect(await client.next()).toEqual({ type: 'next', id, payload: { data: { ticks: '0' } } });
      expect(await client.next()).toEqual({ type: 'complete', id });
    }
    for (const payload of [{ query: 'subscription { forever }' }, { query: '', documentId: 'none' }]) {
      client.send({ type: 'subscribe', id: 'no', payload });
      expect(await client.next()).toMatchObject({
        type: 'error',
        id: 'no',
        payload: [{ extensions: { code: 'DOCUMENT_NOT_TRUSTED', userMessage: expect.any(String) } }],
      });
    }
    expect(server.seen.subscriptions).toBe(0);
    client.socket.close();
  });

  it('tells at the start which listed document the schema does not fit any more, and refuses that one', async () => {
    const told = server.log.filter(({ msg }) => String(msg).startsWith('a trusted document'));
    expect(told).toMatchObject([{ level: 40, id: 'old', error: expect.stringContaining('gone') }]);
    expect((await answerOf(await server.post({ documentId: 'old' }))).errors?.[0]?.extensions?.code).toBe(
      'GRAPHQL_VALIDATION_FAILED',
    );
  });
});

test('without a list nothing changes: an id alone is no document', async () => {
  const server = await startToyServer();
  expect((await server.post({ documentId: 'hello' })).status).toBe(400);
  expect((await answerOf(await server.post({ query: '{ hello }', documentId: 'x' }))).data).toEqual({
    hello: 'hello you',
  });
  await server.close();
});

test('the manifest of the typed client holds what the client sends; `npm run schema` writes it', () => {
  const { documents } = readTrustedDocuments(
    readFileSync(path.join(ROOT, 'client', 'persisted-documents.json'), 'utf8'),
  );
  const sent = Object.entries(generated)
    .filter(([name]) => name.endsWith('Document'))
    .map(([, text]) => text as string);
  expect(sent.length).toBeGreaterThan(10);
  expect([...documents.values()].sort()).toEqual(sent.sort());
});
