import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { KeyService } from '../src/access/key-service.js';
import { COMMAND } from '../src/audit/acts.js';
import { INBOX } from '../src/audit/audit.js';
import { ROOT } from '../src/kernel/paths.js';
import { openPglite } from '../src/store/drivers/pglite.js';
import { migrate } from '../src/store/migrate.js';
import { type CountingVendor, startCountingVendor } from './counting-vendor.js';
import { type ServerProcess, spawnServer, temporaryFolder } from './running-server.js';
import { silentLog } from './store-setup.js';

const PORTRAIT = readFileSync(path.join(ROOT, 'test', 'fixtures', 'astronaut.png')).toString('base64');
const KEYS_COMMAND = path.join(ROOT, 'dist', 'src', 'maintenance', 'keys.js');
const CHANGE = `mutation ($photo: String!, $color: String!, $vendor: VendorChoice) {
  changeBackground(input: { photo: { base64: $photo }, background: { color: $color }, vendor: $vendor }) { id vendor apiKeyId webhookId }
}`;
const VIEWER = '{ viewer { budgets { apiKeyId per units takenUnits leftUnits cost takenCost leftCost renewsAt } } }';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let vendor: CountingVendor;
let server: ServerProcess;
const keys = { admin: '', shop: '', other: '' };
let shopId = '';
const told: string[] = [];

beforeAll(async () => {
  folder = await temporaryFolder();
  vendor = await startCountingVendor();
  const database = await openPglite({ directory: folder.path, log: silentLog });
  await migrate(database);
  const service = new KeyService(database, INBOX);
  const scopes = ['photos:create', 'tasks:read', 'catalogue:read', 'usage:read'];
  keys.admin = (await service.createKey({ name: 'admin', scopes: ['admin'] }, COMMAND)).secret;
  const shop = await service.createKey({ name: 'shop', scopes }, COMMAND);
  [keys.shop, shopId] = [shop.secret, shop.key.id];
  keys.other = (await service.createKey({ name: 'other', scopes }, COMMAND)).secret;
  await database.close();
  told.push(await command('set', '--per', 'day', '--units', '5', '--vendor', 'FANGTANG'));
  told.push(await command('set', '--per', 'total', '--cost', '0.7', '--key', shopId));
  told.push(await command('list'));
  told.push(await command('set', '--per', 'day', '--cost', '1,5'));
  const environment = { ...vendor.environment('one'), FANGTANG_UNIT_PRICE: '0.35', DARKROOM_SANDBOX: 'off' };
  server = await spawnServer(folder.path, environment);
}, 240_000);
afterAll(async () => {
  await server.kill('SIGTERM');
  await vendor.close();
  await folder.remove();
});

async function command(...args: string[]): Promise<string> {
  const env = { PATH: process.env.PATH ?? '', DARKROOM_DATA_DIR: folder.path };
  return promisify(execFile)(process.execPath, [KEYS_COMMAND, 'budgets', ...args], { env }).then(
    ({ stdout }) => stdout,
    ({ code, stderr }) => `${code}: ${stderr}`,
  );
}

async function ask(key: keyof typeof keys, query: string, variables = {}) {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${keys[key]}`, 'accept-language': 'zh-CN' },
    body: JSON.stringify({ query, variables }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: each test reads the fields that it asked for
  return (await response.json()) as { data: any; errors?: { message: string; extensions: Record<string, unknown> }[] };
}

test('the command sets and lists budgets, and says what is wrong', async () => {
  expect(told[0]).toMatch(/^budget_\w{26} {2}default {2}5 units a day, of FANGTANG {2}taken: 0 units, 0 yuan\n$/);
  expect(told[1]).toContain(`0.7 yuan in all, of the key ${shopId}`);
  expect(told[2]!.trim().split('\n')).toHaveLength(2);
  expect(told[3]).toMatch(/^1: --cost: expected yuan/);
});

test('a caller sees what is left, spends it, is told, and others go on', async () => {
  const spend = (key: keyof typeof keys, color: string, by: string) =>
    ask(key, CHANGE, { photo: PORTRAIT, color, vendor: by });
  const { data } = await ask(
    'shop',
    `{ quote(input: { operation: { background: { color: "blue" } }, vendor: FANGTANG }) { units cost affordable refusedBy { id } } }`,
  );
  expect(data.quote).toEqual({ units: 1, cost: '0.35', affordable: true, refusedBy: null });
  for (const color of ['#000001', '#000002'])
    expect((await spend('shop', color, 'FANGTANG')).data.changeBackground).toMatchObject({
      vendor: 'FANGTANG',
      apiKeyId: shopId,
      webhookId: null,
    });
  const { errors } = await spend('shop', '#000003', 'FANGTANG');
  expect(errors).toMatchObject([
    { extensions: { code: 'BUDGET_EXHAUSTED', userMessage: '预算已用完或余额不足。', retryable: true } },
  ]);
  expect(errors![0]!.message).toContain('FANGTANG may take 0.35 yuan, and 0 yuan are left of the budget budget_');
  expect((await spend('shop', '#000004', 'AUTO')).data.changeBackground).toMatchObject({ vendor: 'LOCAL' });
  expect((await spend('other', '#000005', 'FANGTANG')).errors).toBeUndefined();

  const { budgets } = (await ask('shop', VIEWER)).data.viewer;
  expect(budgets).toEqual([
    {
      apiKeyId: null,
      per: 'DAY',
      units: 5,
      takenUnits: 3,
      leftUnits: 2,
      cost: null,
      takenCost: '1.05',
      leftCost: null,
      renewsAt: expect.stringMatching(/T16:00:00/),
    },
    {
      apiKeyId: shopId,
      per: 'TOTAL',
      units: null,
      takenUnits: 2,
      leftUnits: null,
      cost: '0.7',
      takenCost: '0.7',
      leftCost: '0',
      renewsAt: null,
    },
  ]);
  expect((await ask('other', VIEWER)).data.viewer.budgets).toHaveLength(1);
  const refused = await ask(
    'shop',
    `{ quote(input: { operation: { background: { color: "blue" } }, vendor: FANGTANG }) { affordable refusedBy { apiKeyId } } }`,
  );
  expect(refused.data.quote).toEqual({ affordable: false, refusedBy: { apiKeyId: shopId } });
}, 150_000);

test('budgets are set by admins alone, who say what they want', async () => {
  const set = (key: keyof typeof keys, input: string) =>
    ask(key, `mutation { setBudget(input: { ${input} }) { id units leftUnits cost } }`);
  expect((await set('shop', 'per: DAY, units: 100')).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  for (const [input, field] of [
    ['per: DAY', 'input'],
    ['per: DAY, cost: "a lot"', 'input.cost'],
    ['per: DAY, units: -1', 'input.units'],
    ['per: DAY, units: 1, vendor: LOCAL', 'input.vendor'],
    ['per: DAY, units: 1, apiKeyId: "key_nope"', 'input.apiKeyId'],
    ['per: DAY, units: 1, tenantId: "nobody"', 'input.tenantId'],
  ] as const)
    expect((await set('admin', input)).errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT', fields: [{ path: field }] } },
    ]);
  const { data } = await set('admin', 'per: DAY, units: 7, vendor: FANGTANG');
  expect(data.setBudget).toMatchObject({ units: 7, leftUnits: 4 });
  const { id } = data.setBudget;
  expect((await ask('admin', '{ budgets { id } }')).data.budgets).toHaveLength(2);
  const removed = await ask('admin', `mutation { removeBudget(id: "${id}") { units takenUnits } }`);
  expect(removed.data.removeBudget).toEqual({ units: 7, takenUnits: 3 });
  const again = await ask('admin', `mutation { removeBudget(id: "${id}") { id } }`);
  expect(again.errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
});
