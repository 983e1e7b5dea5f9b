import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Client, createClient } from 'graphql-ws';
import { pino } from 'pino';
import { WebSocket } from 'ws';
import { AccessService } from '../src/access/access-service.js';
import { KeyService } from '../src/access/key-service.js';
import { ALL_SCOPES } from '../src/access/scopes.js';
import { Sessions } from '../src/access/sessions.js';
import { TokenSigner } from '../src/access/token-signer.js';
import { COMMAND } from '../src/audit/acts.js';
import { INBOX } from '../src/audit/audit.js';
import { LIMITS } from '../src/kernel/limits.js';
import { ROOT } from '../src/kernel/paths.js';
import { Secrets } from '../src/kernel/secrets.js';
import { openPglite } from '../src/store/drivers/pglite.js';
import { migrate } from '../src/store/migrate.js';
import { type ServerProcess, spawnServer, temporaryFolder } from './running-server.js';
import { silentLog } from './store-setup.js';

const PORTRAIT = readFileSync(path.join(ROOT, 'test', 'fixtures', 'astronaut.png')).toString('base64');
const CREATE = `mutation ($photo: String!) {
  createIdPhoto(input: { photo: { base64: $photo }, specId: "yi-cun-295x413" }) { id }
}`;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let server: ServerProcess;
const keys: Record<'admin' | 'shop' | 'reader' | 'school', string> = { admin: '', shop: '', reader: '', school: '' };

beforeAll(async () => {
  folder = await temporaryFolder();
  const database = await openPglite({ directory: folder.path, log: silentLog });
  await migrate(database);
  const service = new KeyService(database, INBOX);
  await service.createTenant({ id: 'north-school', name: 'North School' }, COMMAND);
  const make = async (name: keyof typeof keys, scopes: readonly string[], tenantId?: string) => {
    keys[name] = (await service.createKey({ name, scopes, tenantId }, COMMAND)).secret;
  };
  await make('admin', ['admin']);
  await make('shop', ['photos:create', 'tasks:read', 'tasks:manage', 'catalogue:read']);
  await make('reader', ['tasks:read']);
  await make('school', ALL_SCOPES, 'north-school');
  await database.close();
  server = await spawnServer(folder.path, { DARKROOM_HOST: '0.0.0.0' });
}, 150_000);
afterAll(async () => {
  await server.kill('SIGTERM');
  await folder.remove();
});

interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what it asked for
  data: Record<string, any> | null;
  codes: string[];
}

async function ask(key: string | undefined, query: string, variables = {}): Promise<Answer> {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) },
    body: JSON.stringify({ query, variables }),
  });
  const { data = null, errors = [] } = (await response.json()) as {
    data?: Answer['data'];
    errors?: { extensions: { code: string } }[];
  };
  return { status: response.status, data, codes: errors.map(({ extensions }) => extensions.code) };
}

describe('a server on all addresses', () => {
  test.each([
    ['no key', undefined],
    ['a key that nobody has', 'dk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
    ['something else', 'letmein'],
  ])('answers 401 to %s, for every operation', async (_, key) => {
    for (const query of ['{ viewer { id } }', '{ __typename }', '{ __schema { types { name } } }'])
      expect(await ask(key, query)).toMatchObject({ status: 401, data: null, codes: ['UNAUTHENTICATED'] });
  });

  test('tells a caller who it is, and no more than its scopes', async () => {
    const { data } = await ask(keys.reader, '{ viewer { kind name tenantId scopes expiresAt } }');
    expect(data).toEqual({
      viewer: { kind: 'API_KEY', name: 'reader', tenantId: 'default', scopes: ['TASKS_READ'], expiresAt: null },
    });
    expect((await ask(keys.reader, CREATE, { photo: PORTRAIT })).codes).toEqual(['FORBIDDEN']);
    expect((await ask(keys.reader, '{ apiKeys { id } }')).codes).toEqual(['FORBIDDEN']);
    expect((await ask(keys.admin, '{ tasks { nodes { id } } }')).codes).toEqual(['FORBIDDEN']);
    expect((await ask(keys.shop, '{ specs(first: 1) { nodes { id } } }')).codes).toEqual([]);
  });

  test('says by which scheme it is asked', async () => {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ viewer { id } }"}',
    });
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="darkroom"');
  });

  test('its health needs no key', async () => {
    expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
  });
});

describe('the rate of a key', () => {
  const VIEWER = '{ viewer { rates { name limit windowSeconds remaining resetSeconds } } }';

  test('is its own where it has one, else that of the server; who has none left gets 429', async () => {
    const { data } = await ask(
      keys.admin,
      `mutation { createApiKey(input: { name: "slow", scopes: [CATALOGUE_READ], operationsPerMinute: 3 }) {
         key apiKey { operationsPerMinute } } }`,
    );
    const { key, apiKey } = data!.createApiKey;
    expect(apiKey.operationsPerMinute).toBe(3);
    const left = async () =>
      ((await ask(key, VIEWER)).data!.viewer.rates as { name: string; limit: number; remaining: number }[])
        .filter(({ name }) => name === 'key')
        .map(({ limit, remaining }) => [limit, remaining]);
    expect(await left()).toEqual([[3, 2]]);
    expect((await ask(key, '{ specs(first: 1) { nodes { id } } }')).codes).toEqual([]);
    expect(await left()).toEqual([[3, 0]]);
    expect(await ask(key, VIEWER)).toMatchObject({ status: 429, data: null, codes: ['RATE_LIMITED'] });
    const { rates } = (await ask(keys.shop, VIEWER)).data!.viewer;
    expect(rates).toEqual([
      expect.objectContaining({ name: 'key', limit: LIMITS.rate.operationsPerKey, windowSeconds: 60 }),
      expect.objectContaining({ name: 'key-cost' }),
      expect.objectContaining({ name: 'tenant', limit: LIMITS.rate.operationsPerTenant }),
      expect.objectContaining({ name: 'tenant-cost' }),
    ]);
  });

  test('is at least one operation', async () => {
    for (const rate of [0, -1, 10_000_001])
      expect(
        (
          await ask(
            keys.admin,
            `mutation { createApiKey(input: { name: "x", scopes: [ADMIN], operationsPerMinute: ${rate} }) { key } }`,
          )
        ).codes,
      ).toEqual(['BAD_USER_INPUT']);
  });

  test('of a tenant is shared by its keys, and can be changed', async () => {
    await ask(
      keys.admin,
      'mutation { createTenant(input: { id: "small", name: "Small", operationsPerMinute: 2 }) { id } }',
    );
    const make = async () =>
      (
        await ask(
          keys.admin,
          'mutation { createApiKey(input: { name: "x", scopes: [CATALOGUE_READ], tenantId: "small" }) { key } }',
        )
      ).data!.createApiKey.key;
    const [one, two] = [await make(), await make()];
    for (const key of [one, two]) expect((await ask(key, '{ viewer { id } }')).status).toBe(200);
    expect((await ask(one, '{ viewer { id } }')).status).toBe(429);
    const { data } = await ask(
      keys.admin,
      'mutation { limitTenant(id: "small", operationsPerMinute: 50) { operationsPerMinute } }',
    );
    expect(data!.limitTenant).toEqual({ operationsPerMinute: 50 });
    expect((await ask(keys.admin, 'mutation { limitTenant(id: "nobody") { id } }')).codes).toEqual(['NOT_FOUND']);
  });
});

describe('another tenant', () => {
  let taskId: string;
  let assetId: string;
  beforeAll(async () => {
    const { data } = await ask(keys.shop, CREATE, { photo: PORTRAIT });
    taskId = data!.createIdPhoto.id;
    for (;;) {
      const task = (await ask(keys.shop, `{ task(id: "${taskId}") { state ... on IdPhotoTask { source { id } } } }`))
        .data!.task;
      assetId = task.source.id;
      if (task.state === 'SUCCEEDED') break;
      await new Promise(resolve => setTimeout(resolve, 50));
    }
  }, 150_000);

  test.each([
    ['task', () => `{ task(id: "${taskId}") { id } }`, { task: null }],
    ['node of a task', () => `{ node(id: "${taskId}") { id } }`, { node: null }],
    ['node of an asset', () => `{ node(id: "${assetId}") { id } }`, { node: null }],
    ['list', () => '{ tasks { nodes { id } } }', { tasks: { nodes: [] } }],
    ['usage', () => '{ usage(from: "2026-01-01T00:00:00Z", to: "2026-12-31T00:00:00Z") { units } }', { usage: [] }],
  ])('sees nothing by %s', async (_, query, expected) => {
    expect(await ask(keys.school, query())).toMatchObject({ data: expected, codes: [] });
  });

  test.each([
    ['cancelTask', () => `mutation { cancelTask(id: "${taskId}") { id } }`],
    ['retryTask', () => `mutation { retryTask(id: "${taskId}") { id } }`],
    ['deleteTask', () => `mutation { deleteTask(id: "${taskId}") { id } }`],
    ['resolveTask', () => `mutation { resolveTask(id: "${taskId}", outcome: CHARGED) { id } }`],
    ['resolveAttempt', () => `mutation { resolveAttempt(taskId: "${taskId}", number: 1, outcome: CHARGED) { id } }`],
    [
      'createIdPhoto of its photo',
      () => `mutation { createIdPhoto(input: { photo: { assetId: "${assetId}" }, specId: "yi-cun-295x413" }) { id } }`,
    ],
    [
      'checkPhoto of its photo',
      () => `mutation { checkPhoto(input: { photo: { assetId: "${assetId}" }, specId: "yi-cun-295x413" }) { id } }`,
    ],
    [
      'createPrintSheet of its photo',
      () => `mutation { createPrintSheet(input: { items: [{ assetId: "${assetId}" }] }) { id } }`,
    ],
  ])('cannot %s: there is no such thing for it', async (_, query) => {
    expect(await ask(keys.school, query())).toMatchObject({ codes: ['NOT_FOUND'] });
  });

  test('cannot follow a task', async () => {
    const client = socket(keys.school);
    const answers = await all(client, `subscription { taskUpdated(id: "${taskId}") { id } }`);
    expect(answers).toMatchObject([{ errors: [{ extensions: { code: 'NOT_FOUND' } }] }]);
    await client.dispose();
  });
});

describe('a WebSocket', () => {
  const FOLLOW = 'subscription { vendorUpdated { vendor } }';

  test('is closed with 4401 without a key, and carries what its key may', async () => {
    expect(await closeOf(undefined)).toEqual({ code: 4401, reason: 'UNAUTHENTICATED' });
    const client = socket(keys.reader);
    expect(await all(client, FOLLOW)).toMatchObject([{ errors: [{ extensions: { code: 'FORBIDDEN' } }] }]);
    await client.dispose();
  });

  test('is closed within five seconds once its key is revoked, and nothing is answered to the key from then on', async () => {
    const { data } = await ask(
      keys.admin,
      'mutation { createApiKey(input: { name: "short", scopes: [VENDORS_READ] }) { key apiKey { id } } }',
    );
    const { key, apiKey } = data!.createApiKey;
    const closed = closeOf(key);
    await new Promise(resolve => setTimeout(resolve, 500));
    const at = performance.now();
    await ask(keys.admin, `mutation { revokeApiKey(id: "${apiKey.id}") { revokedAt } }`);
    expect(await closed).toEqual({ code: 4401, reason: 'UNAUTHENTICATED' });
    expect(performance.now() - at).toBeLessThan(5_000);
    expect(await ask(key, '{ viewer { id } }')).toMatchObject({ status: 401 });
  }, 20_000);

  test('and when its tenant is closed, or its key has come to its end', async () => {
    await ask(keys.admin, 'mutation { createTenant(input: { id: "gone", name: "Gone" }) { id } }');
    const made = async (input: string) =>
      (
        await ask(
          keys.admin,
          `mutation { createApiKey(input: { name: "x", scopes: [VENDORS_READ], ${input} }) { key } }`,
        )
      ).data!.createApiKey.key;
    const expiresAt = new Date(Date.now() + 1_500).toISOString();
    const closed = [closeOf(await made('tenantId: "gone"')), closeOf(await made(`expiresAt: "${expiresAt}"`))];
    await new Promise(resolve => setTimeout(resolve, 300));
    await ask(keys.admin, 'mutation { closeTenant(id: "gone") { closedAt } }');
    expect(await Promise.all(closed)).toEqual(Array(2).fill({ code: 4401, reason: 'UNAUTHENTICATED' }));
  }, 20_000);
});

test('no key stands in the database, the log or an error', async () => {
  await ask(keys.shop, '{ nonsense }');
  const seen = [server.log(), JSON.stringify(await ask(keys.admin, '{ apiKeys { id name } }'))].join('\n');
  for (const key of Object.values(keys)) expect(seen).not.toContain(key.slice(0, 12));
});

test('an open server closes with its first key, made by another process too', async () => {
  const place = await temporaryFolder();
  const database = await openPglite({ directory: place.path, log: silentLog });
  await migrate(database);
  const access = await AccessService.open({
    database,
    log: pino({ level: 'silent' }),
    tokens: new TokenSigner(new Secrets([Buffer.alloc(32, 7)])),
    sessions: new Sessions(new Secrets([Buffer.alloc(32, 7)])),
  });
  expect(access.isOpen).toBe(true);
  expect(await access.authenticate({ headers: {} })).toMatchObject({ kind: 'OPEN', tenantId: 'default' });
  const { secret } = await new KeyService(database, INBOX).createKey({ name: 'first', scopes: ['admin'] }, COMMAND);
  expect(await access.authenticate({ headers: { authorization: `bearer ${secret}` } })).toMatchObject({
    name: 'first',
  });
  await expect(access.authenticate({ headers: {} })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  expect(access.isOpen).toBe(false);
  await access.flush();
  expect((await new KeyService(database, INBOX).listKeys(null))[0]!.lastUsedAt).toBeInstanceOf(Date);
  expect(LIMITS.access.cachedMs + LIMITS.access.socketMs).toBeLessThan(5_000);
  await database.close();
  await place.remove();
});

function socket(key: string | undefined): Client {
  return createClient({
    url: `${server.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    lazy: true,
    ...(key === undefined ? {} : { connectionParams: { authorization: `Bearer ${key}` } }),
  });
}

async function all(client: Client, query: string): Promise<unknown[]> {
  const answers: unknown[] = [];
  await new Promise<void>((resolve, reject) =>
    client.subscribe(
      { query },
      {
        next: value => void answers.push(value),
        error: errors => (Array.isArray(errors) ? resolve(void answers.push({ errors })) : reject(errors)),
        complete: resolve,
      },
    ),
  );
  return answers;
}

/** How the server closes a socket that it has taken, or refused. */
function closeOf(key: string | undefined): Promise<{ code: number; reason: string }> {
  const raw = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  raw.on('open', () => {
    const payload = key === undefined ? {} : { authorization: `Bearer ${key}` };
    raw.send(JSON.stringify({ type: 'connection_init', payload }));
  });
  return new Promise(resolve => raw.once('close', (code, reason) => resolve({ code, reason: String(reason) })));
}
