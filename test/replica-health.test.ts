import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { parse } from 'graphql';
import type { DarkroomClient } from '../client/index.js';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.js';
import { control, fakePictures } from '../sandbox/test-clients.js';
import { ROOT } from '../src/kernel/paths.js';
import type { Database } from '../src/store/database.js';
import { openPostgres } from '../src/store/drivers/postgres.js';
import { eventually } from './eventually.js';
import { nodeClient } from './node-client.js';
import { type ServerProcess, spawnServer, temporaryFolder } from './running-server.js';
import { createPostgresDatabase, silentLog } from './store-setup.js';

const PORTRAIT = readFileSync(path.join(ROOT, 'test', 'fixtures', 'astronaut.png')).toString('base64');
const RESTORE = 'mutation ($input: RestorePhotoInput!) { restorePhoto(input: $input) { id } }';
const HEALTH = 'vendor state since retryAt reason';

interface Vendor {
  vendor: string;
  state: string;
  since: string | null;
  retryAt: string | null;
  reason: string | null;
}

let sandbox: Sandbox;
let made: { url: string; drop(): Promise<void> };
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let database: Database;
let api: ServerProcess;
let workers: ServerProcess[];
let client: DarkroomClient;

beforeAll(async () => {
  sandbox = await startSandbox({ pictures: fakePictures });
  made = await createPostgresDatabase();
  folder = await temporaryFolder();
  const fangtang = Object.entries(sandbox.environment).filter(([name]) => name.startsWith('FANGTANG_'));
  const start = (role: string) =>
    spawnServer(folder.path, {
      DATABASE_URL: made.url,
      DARKROOM_SECRET: 'a secret that the replicas share',
      DARKROOM_SANDBOX: 'off',
      DARKROOM_ROLE: role,
      ...Object.fromEntries(fangtang),
    });
  api = await start('api');
  workers = [await start('worker'), await start('worker')];
  client = nodeClient(api.url);
  database = await openPostgres({ url: made.url, log: silentLog });
}, 150_000);
afterAll(async () => {
  for (const server of [api, ...workers]) await server.kill('SIGTERM');
  await database.close();
  await folder.remove();
  await made.drop();
  await sandbox.close();
});

const ask = <T>(query: string, variables: object = {}): Promise<T> =>
  client.request(parse(query) as TypedDocumentNode<T, object>, variables);

const restore = () => ask(RESTORE, { input: { photo: { base64: PORTRAIT }, steps: 'SR_REPAIR', vendor: 'FANGTANG' } });

async function routed(): Promise<string> {
  const { quote } = await ask<{ quote: { vendor: string } }>(
    '{ quote(input: { operation: { restoration: SR_REPAIR } }) { vendor } }',
  );
  return quote.vendor;
}

async function fangtang(): Promise<Vendor | undefined> {
  const { vendors } = await ask<{ vendors: Vendor[] }>(`{ vendors { ${HEALTH} } }`);
  return vendors.find(({ vendor }) => vendor === 'FANGTANG');
}

const linesOf = (text: string) => workers.map(({ log }) => log().split(text).length - 1);

test('a replica that only serves the API tells, shows and routes by what the workers find out about a vendor', async () => {
  expect(await fangtang()).toEqual({ vendor: 'FANGTANG', state: 'CLOSED', since: null, retryAt: null, reason: null });
  expect(await routed()).toBe('FANGTANG');
  const updates = client
    .subscribe(
      parse(`subscription { vendorUpdated { ${HEALTH} } }`) as TypedDocumentNode<{ vendorUpdated: Vendor }, object>,
      {},
    )
    [Symbol.asyncIterator]();
  const told = async (state: string): Promise<Vendor> => {
    for (;;) {
      const { value, done } = await updates.next();
      if (done) throw new Error('The subscription ended.');
      const { vendorUpdated } = value;
      if (vendorUpdated.vendor === 'FANGTANG' && vendorUpdated.state === state) return vendorUpdated;
    }
  };
  await told('CLOSED');

  await control(sandbox, '', { next: { vendor: 'FANGTANG', code: '9999' } });
  await restore();
  const open = await told('OPEN');
  expect(open).toMatchObject({ reason: 'VENDOR_AUTH' });
  const [{ at }] = (await database.query<{ at: Date }>(`select since as at from vendor_health`)) as [{ at: Date }];
  expect(open.since).toBe(at.toISOString());
  expect(Date.now() - at.getTime()).toBeLessThan(5_000);
  expect(new Date(open.retryAt!).getTime() - at.getTime()).toBeGreaterThan(9 * 60_000);
  expect(await fangtang()).toMatchObject({ state: 'OPEN', reason: 'VENDOR_AUTH' });
  expect(await routed()).toBe('LOCAL');

  await database.query(`update vendor_health set retry_at = now(), token = token + 1`);
  await told('HALF_OPEN');
  expect(await routed()).toBe('FANGTANG');
  await restore();
  expect(await told('CLOSED')).toMatchObject({ retryAt: null, reason: null });
  await updates.return!(undefined);

  await eventually(() => linesOf('a vendor is well again').includes(1));
  expect(linesOf('a vendor failed and is not called').sort()).toEqual([0, 1]);
  expect(linesOf('a vendor is well again').sort()).toEqual([0, 1]);
  expect(api.log()).not.toContain('a vendor');
}, 150_000);
