import { readFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { parse } from 'graphql';
import { TaskUpdatedDocument } from '../client/generated.js';
import { sniff } from '../src/assets/sniff.js';
import { ROOT } from '../src/kernel/paths.js';
import { addToyVendor, CopiedSources } from './copied-sources.js';
import { nodeClient } from './node-client.js';
import { spawnServer, temporaryFolder } from './running-server.js';

const PICTURE = readFileSync(path.join(ROOT, 'test', 'fixtures', 'astronaut.png'));
let copy: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  copy = await temporaryFolder();
});
afterAll(() => copy.remove());

test('one folder and its lines add a vendor: it compiles, is listed, and serves by name; and the conformance suite asks for its cases', async () => {
  const sources = new CopiedSources(copy.path);
  addToyVendor(sources, 'toy-vendor/toy.datasource.ts', 'BACKGROUND');
  const errors = sources.compile();
  // The fault cells go through the flows of the conformance suite, so what those lack shows there as well.
  const suites = /^test\/(conformance\/|fault-cells\.ts)/;
  expect(errors.filter(line => !suites.test(line))).toEqual([]);
  expect(errors).toContainEqual(expect.stringMatching(/^test\/conformance\/flows\.ts.*'TOY' is missing/));

  const asked: Buffer[] = [];
  const vendor = http.createServer(async (request, response) => {
    if (request.method === 'GET') return response.writeHead(200, { 'content-type': 'image/png' }).end(PICTURE);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    asked.push(Buffer.concat(chunks));
    return response.end(JSON.stringify({ picture: `http://${request.headers.host}/picture` }));
  });
  await new Promise<void>(resolve => vendor.listen(0, '127.0.0.1', resolve));
  const server = await spawnServer(
    path.join(copy.path, 'data'),
    // The copy has no built pages.
    { TOY_URL: `http://127.0.0.1:${(vendor.address() as AddressInfo).port}/make`, DARKROOM_DASHBOARD: 'off' },
    copy.path,
  );
  try {
    const client = nodeClient(server.url);
    // biome-ignore lint/suspicious/noExplicitAny: the client is generated for the schema without the toy
    const ask = (query: string, variables: object = {}): Promise<any> =>
      client.request(parse(query) as TypedDocumentNode<unknown, object>, variables);
    const { vendors } = await ask('{ vendors { vendor configured sandbox operations } }');
    expect(vendors).toContainEqual({ vendor: 'TOY', configured: true, sandbox: false, operations: ['BACKGROUND'] });

    const { changeBackground } = await ask(
      'mutation ($input: ChangeBackgroundInput!) { changeBackground(input: $input) { id } }',
      { input: { photo: { base64: PICTURE.toString('base64') }, background: { color: 'blue' }, vendor: 'TOY' } },
    );
    const { id } = changeBackground;
    for await (const _event of client.subscribe(TaskUpdatedDocument, { id, afterSequence: null }));
    const { task } = await ask(
      'query ($id: ID!) { task(id: $id) { state vendor attempts { vendor outcome billed } ... on BackgroundTask { image { widthPx heightPx } } } }',
      { id },
    );
    expect(task).toEqual({
      state: 'SUCCEEDED',
      vendor: 'TOY',
      attempts: [{ vendor: 'TOY', outcome: 'SUCCEEDED', billed: 'YES' }],
      image: { widthPx: 512, heightPx: 512 },
    });
    // The house made the photo fit the limits that the toy declares.
    expect(asked.map(photo => sniff(photo))).toMatchObject([{ format: 'jpeg', width: 300, height: 300 }]);
  } finally {
    await server.kill('SIGTERM');
    vendor.closeAllConnections();
    vendor.close();
  }
}, 180_000);
