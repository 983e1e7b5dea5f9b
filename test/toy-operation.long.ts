import { readFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { parse } from 'graphql';
import { ROOT } from '../src/kernel/paths.js';
import { openPglite } from '../src/store/drivers/pglite.js';
import { type AddedLine, addToyVendor, CopiedSources } from './copied-sources.js';
import { nodeClient } from './node-client.js';
import { findIn } from './personal-traces.js';
import { spawnServer, temporaryFolder } from './running-server.js';
import { silentLog } from './store-setup.js';

/** The line of a new operation in the contract: what it is, what it works on, what of it is personal. */
const CONTRACT: AddedLine[] = [
  {
    file: 'datasources/contract.ts',
    below: 'export interface Jobs {',
    line: '  TWINS: Record<never, never>;',
  },
  {
    file: 'datasources/contract.ts',
    below: 'export interface InputPhotos {',
    line: '  TWINS: { left: string; right: string };',
  },
  { file: 'datasources/contract.ts', below: 'export interface Secrets {', line: '  TWINS: { name: string };' },
];
/** Its row, and how it shows in the schema. */
const ROWS: AddedLine[] = [
  {
    file: 'src/operations/operations.ts',
    below: 'import { restoration }',
    line: "import { twins } from './twins.js';",
  },
  { file: 'src/operations/operations.ts', below: 'export const OPERATIONS', line: '  TWINS: twins,' },
  {
    file: 'resolvers/operations.ts',
    below: 'import { RestorationResolver',
    line: "import { TwinsResolver, toTwinsTask } from './twins.resolver.js';",
  },
  {
    file: 'resolvers/operations.ts',
    below: 'const TABLE',
    line: '  TWINS: { toTask: toTwinsTask, resolvers: ({ operations, links }) => [new TwinsResolver(operations, links)] },',
  },
];
const QUOTE: AddedLine[] = [
  {
    file: 'schema/quote.input.ts',
    below: 'export class QuotedOperationInput',
    line: "  @Field(() => Boolean, { nullable: true, description: 'A quote for `makeTwins`.' })\n  twins?: boolean | null;\n",
  },
  {
    file: 'resolvers/quote.resolver.ts',
    below: 'const WISHES',
    line: "  TWINS: { field: 'twins', read: ({ twins }) => twins || undefined },",
  },
];
const PORTRAIT = readFileSync(path.join(ROOT, 'test', 'fixtures', 'astronaut.png'));
const NAME = '钟离双双';

/** The conformance suite and the fault cells ask for the new vendor's cases; that is shown in toy-vendor.test.ts. */
const ours = (errors: string[]) => errors.filter(line => !/^test\/(conformance\/|fault-cells\.ts)/.test(line));
/** The sources that do not compile; a test that uses them all says it once more. */
const filesOf = (errors: string[]) =>
  [...new Set(ours(errors).map(line => line.split('(')[0]!))].filter(file => !file.endsWith('.test.ts')).sort();

let place: Awaited<ReturnType<typeof temporaryFolder>>;
let copy: CopiedSources;
beforeAll(async () => {
  place = await temporaryFolder();
  copy = new CopiedSources(place.path);
});
afterAll(() => place.remove());

test('an operation that is named in the contract does not compile until it has its row, its resolver, and its quote', () => {
  copy.addLines(CONTRACT);
  expect(filesOf(copy.compile())).toEqual([
    'resolvers/operations.ts',
    'src/assembly.ts',
    'src/operations/operations.ts',
  ]);
  copy.addFile('toy-operation/twins.ts', 'src/operations/twins.ts');
  copy.addFile('toy-operation/twins.input.ts', 'schema/twins.input.ts');
  copy.addFile('toy-operation/twins.type.ts', 'schema/twins.type.ts');
  copy.addFile('toy-operation/twins.resolver.ts', 'resolvers/twins.resolver.ts');
  copy.addLines(ROWS);
  expect(filesOf(copy.compile())).toEqual(['resolvers/quote.resolver.ts']);
  copy.addLines(QUOTE);
  addToyVendor(copy, 'toy-operation/toy.datasource.ts', 'TWINS');
  // Expired photos are looked for all the time, so that nobody has to wait for it.
  copy.replace('src/kernel/limits.ts', 'housekeepingMs: 10 * 60_000', 'housekeepingMs: 100');
  expect(ours(copy.compile())).toEqual([]);
}, 180_000);

test('it is quoted, routed, kept while it works, sealed, erased at its end, and its photos are purged in their time', async () => {
  let answer: () => void = () => {};
  const asked: { name: string; bytes: number[] }[] = [];
  const vendor = http.createServer(async (request, response) => {
    if (request.method === 'GET') return void response.writeHead(200, { 'content-type': 'image/png' }).end(PORTRAIT);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    asked.push(JSON.parse(Buffer.concat(chunks).toString('utf8')));
    answer = () => response.end(JSON.stringify({ picture: `http://${request.headers.host}/picture` }));
  });
  await new Promise<void>(resolve => vendor.listen(0, '127.0.0.1', resolve));
  const data = path.join(place.path, 'data');
  const server = await spawnServer(
    data,
    {
      TOY_URL: `http://127.0.0.1:${(vendor.address() as AddressInfo).port}/make`,
      DARKROOM_ROUTE_TWINS: 'TOY',
      // The copy has no built pages.
      DARKROOM_DASHBOARD: 'off',
      // Longer than it takes to keep two photos and the task on a busy machine.
      DARKROOM_KEEP_INPUTS: '4s',
    },
    place.path,
  );
  try {
    const client = nodeClient(server.url);
    // biome-ignore lint/suspicious/noExplicitAny: the client is generated for the schema without the toy
    const ask = (query: string, variables: object = {}): Promise<any> =>
      client.request(parse(query) as TypedDocumentNode<unknown, object>, variables);
    const task = async (id: string) =>
      (
        await ask(
          `query ($id: ID!) { task(id: $id) { state operation vendor attempts { units billed }
            ... on TwinsTask { sources { id purgedAt } image { widthPx } } } }`,
          { id },
        )
      ).task;
    const until = async (id: string, holds: (now: Awaited<ReturnType<typeof task>>) => boolean) => {
      for (let tries = 0; tries < 1_500; tries += 1) {
        const now = await task(id);
        if (holds(now)) return now;
        await new Promise(resolve => setTimeout(resolve, 20));
      }
      throw new Error(`the task did not get there: ${JSON.stringify(await task(id))}`);
    };

    // Quoted and routed, as the operator's variable says.
    const { quote } = await ask('{ quote(input: { operation: { twins: true } }) { vendor units } }');
    expect(quote).toEqual({ vendor: 'TOY', units: 2 });
    const photo = { base64: PORTRAIT.toString('base64') };
    const input = { left: photo, right: photo, name: NAME, idempotencyKey: 'once' };
    const make = async () =>
      (await ask('mutation ($input: MakeTwinsInput!) { makeTwins(input: $input) { id } }', { input })).makeTwins.id;
    const id = await make();
    expect(await make()).toBe(id);

    // Kept: both photos are past their time, and the task works on them. A photo that no task needs goes.
    await until(id, now => now.state === 'RUNNING');
    const idle = await ask('mutation ($input: MakeTwinsInput!) { makeTwins(input: $input) { id } }', {
      input: { left: photo, right: photo, name: NAME },
    });
    await ask('mutation ($id: ID!) { cancelTask(id: $id) { state } }', { id: idle.makeTwins.id });
    await until(idle.makeTwins.id, now =>
      now.sources.every(({ purgedAt }: { purgedAt: unknown }) => purgedAt !== null),
    );
    const working = await until(id, () => asked.length > 0);
    expect(working).toMatchObject({
      state: 'RUNNING',
      operation: 'TWINS',
      vendor: 'TOY',
      sources: [{ purgedAt: null }, { purgedAt: null }],
    });
    expect(new Set(working.sources.map((source: { id: string }) => source.id)).size).toBe(2);

    // Sealed: the vendor got the name, and no file and no log holds it.
    expect(asked).toEqual([{ name: NAME, bytes: [expect.any(Number), expect.any(Number)] }]);
    expect(findIn(data, server.log(), [NAME])).toEqual([]);

    answer();
    const ended = await until(id, now => now.state === 'SUCCEEDED');
    expect(ended).toMatchObject({ attempts: [{ units: 2, billed: 'YES' }], image: { widthPx: 512 } });
    // Purged: now that nobody works on them.
    await until(id, now => now.sources.every(({ purgedAt }: { purgedAt: unknown }) => purgedAt !== null));
    await server.kill('SIGTERM');

    // Erased.
    const database = await openPglite({ directory: data, log: silentLog });
    const rows = await database.query(
      'select sealed, cardinality(input_assets)::int as photos from tasks order by created_at',
    );
    await database.close();
    expect(rows).toEqual([
      { sealed: null, photos: 2 },
      { sealed: null, photos: 2 },
    ]);
    expect(findIn(data, server.log(), [NAME])).toEqual([]);
  } finally {
    await server.kill('SIGKILL');
    vendor.closeAllConnections();
    vendor.close();
  }
}, 180_000);
