import { type ServerProcess, spawnServer, temporaryFolder } from './running-server.js';
import { verify } from './webhook-house.js';
import { CERTIFICATE, type Receiver, startReceiver } from './webhook-receiver.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let receiver: Receiver;
let server: ServerProcess;

/** Over TLS, with a certificate that the operator made known to Node. */
const start = () =>
  spawnServer(folder.path, {
    DARKROOM_WEBHOOK_ORIGINS: receiver.origin,
    DARKROOM_SANDBOX: 'on',
    NODE_EXTRA_CA_CERTS: CERTIFICATE,
  });

beforeAll(async () => {
  folder = await temporaryFolder();
  receiver = await startReceiver(true);
  server = await start();
}, 90_000);
afterAll(async () => {
  await server.kill('SIGTERM');
  await receiver.close();
  await folder.remove();
});
afterEach(async () => {
  const { webhooks } = (await ask('{ webhooks { id } }')).data;
  for (const { id } of webhooks) await ask('mutation ($id: ID!) { deleteWebhook(id: $id) { id } }', { id });
  receiver.received.length = 0;
});

async function ask(query: string, variables: object = {}) {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: each test reads the fields that it asked for
  return (await response.json()) as { data: any; errors?: { message: string; extensions: Record<string, unknown> }[] };
}

const CREATE = `mutation ($input: CreateWebhookInput!) {
  createWebhook(input: $input) { secret webhook { id url events followsAll state createdAt failingSince oldSecretUntil } }
}`;
const DELIVERIES = `query ($filter: WebhookDeliveryFilterInput, $first: Int, $after: String) {
  webhookDeliveries(filter: $filter, first: $first, after: $after) {
    nodes { id webhookId taskId type state attempts lastStatus lastFailure nextAttemptAt createdAt endedAt }
    pageInfo { hasNextPage endCursor }
  }
}`;
const PAINT = `mutation ($input: GeneratePaintingInput!) { generatePainting(input: $input) { id state } }`;

async function create(input: object = {}): Promise<{ id: string; secret: string }> {
  const { data, errors } = await ask(CREATE, { input: { url: receiver.url, ...input } });
  expect(errors).toBeUndefined();
  const { secret, webhook } = data.createWebhook;
  return { id: webhook.id, secret };
}

async function paint(over: object = {}): Promise<string> {
  const input = { text: '山水', style: 'OIL_PAINTING', vendor: 'SANDBOX', ...over };
  const { data, errors } = await ask(PAINT, { input });
  expect(errors).toBeUndefined();
  return data.generatePainting.id;
}

/** Of its sandbox nobody needs the pictures here. */
async function paintAndCancel(over: object = {}): Promise<string> {
  const id = await paint(over);
  const { errors } = await ask('mutation ($id: ID!) { cancelTask(id: $id) { state } }', { id });
  expect(errors).toBeUndefined();
  return id;
}

test('a task over HTTP is told to the webhooks that follow all and to the one that it names', async () => {
  const all = await create({ events: ['TASK_CANCELED', 'TASK_FAILED'] });
  const named = await create({ followsAll: false });
  const [plain, naming] = [
    await paintAndCancel({ reference: 'order 1' }),
    await paintAndCancel({ webhookId: named.id }),
  ];
  await receiver.until(3);
  const told = receiver.received.map(({ event }) => event.data.taskId);
  expect(told.sort()).toEqual([plain, naming, naming].sort());
  const { data } = await ask(DELIVERIES, { filter: { taskId: naming } });
  const secretOf = new Map([
    [all.id, all.secret],
    [named.id, named.secret],
  ]);
  for (const delivery of data.webhookDeliveries.nodes) {
    const message = receiver.received.find(({ id }) => id === delivery.id)!;
    verify(secretOf.get(delivery.webhookId)!, message);
  }
  // Neither is in the log, nor is the URL, whose query may be a password.
  for (const secret of [all.secret, named.secret, 'token=of-the-receiver']) expect(server.log()).not.toContain(secret);
}, 90_000);

test('what is wrong with a webhook is told by the path of its field', async () => {
  const refusal = async (input: object) => (await ask(CREATE, { input })).errors?.[0]?.extensions;
  for (const url of [
    'http://hooks.example/',
    'https://10.0.0.1/',
    'https://localhost/',
    `${receiver.url.replace('127.0.0.1', '127.0.0.2')}`,
  ])
    expect(await refusal({ url })).toMatchObject({ code: 'URL_NOT_ALLOWED', fields: [{ path: 'input.url' }] });
  for (const url of ['no url', `${receiver.url}&x=${'x'.repeat(2_048)}`])
    expect(await refusal({ url })).toMatchObject({ code: 'BAD_USER_INPUT', fields: [{ path: 'input.url' }] });
  expect(await refusal({ url: receiver.url, events: [] })).toMatchObject({ fields: [{ path: 'input.events' }] });
  const input = {
    text: '山水',
    style: 'OIL_PAINTING',
    vendor: 'SANDBOX',
    webhookId: 'hook_00000000000000000000000000',
  };
  expect((await ask(PAINT, { input })).errors?.[0]?.extensions).toMatchObject({
    code: 'BAD_USER_INPUT',
    fields: [{ path: 'input.webhookId', code: 'UNKNOWN' }],
  });
  for (let count = 0; count < 20; count += 1) await create();
  expect(await refusal({ url: receiver.url })).toMatchObject({ code: 'TOO_MANY_WEBHOOKS' });
}, 90_000);

test('webhooks and deliveries are listed page by page, rotated, deleted, and their secret is never shown again', async () => {
  const { id, secret } = await create();
  const test = 'mutation ($id: ID!) { testWebhook(id: $id) { id state type } }';
  for (let count = 0; count < 3; count += 1) await ask(test, { id });
  await receiver.until(3);
  const first = (await ask(DELIVERIES, { first: 2 })).data.webhookDeliveries;
  const rest = (await ask(DELIVERIES, { first: 2, after: first.pageInfo.endCursor })).data.webhookDeliveries;
  const ids = [...first.nodes, ...rest.nodes].map(node => node.id);
  expect(ids.sort()).toEqual(receiver.received.map(message => message.id).sort());
  expect([first.pageInfo.hasNextPage, rest.pageInfo.hasNextPage]).toEqual([true, false]);
  const rotate = 'mutation ($id: ID!) { rotateWebhookSecret(id: $id) { secret webhook { oldSecretUntil } } }';
  const rotated = (await ask(rotate, { id })).data.rotateWebhookSecret;
  expect(rotated.secret).not.toBe(secret);
  expect(Date.parse(rotated.webhook.oldSecretUntil)).toBeGreaterThan(Date.now() + 23 * 3_600_000);
  const list = await ask('{ webhooks { id url events followsAll state } }');
  expect(list.data.webhooks).toEqual([
    {
      id,
      url: receiver.url,
      events: ['TASK_SUCCEEDED', 'TASK_FAILED', 'TASK_NEEDS_REVIEW', 'TASK_CANCELED', 'TASK_EXPIRED'],
      followsAll: true,
      state: 'ACTIVE',
    },
  ]);
  expect((await ask('mutation ($id: ID!) { deleteWebhook(id: $id) { id } }', { id })).data.deleteWebhook).toEqual({
    id,
  });
  expect((await ask('{ webhooks { id } }')).data.webhooks).toEqual([]);
  expect((await ask(test, { id })).errors?.[0]?.extensions.code).toBe('NOT_FOUND');
}, 90_000);

test('60 messages a minute by hand: another one is told when, and reaches no receiver', async () => {
  const { id } = await create();
  const field = `testWebhook(id: "${id}") { id }`;
  const many = `mutation { ${Array.from({ length: 20 }, (_, i) => `a${i}: ${field}`).join(' ')} }`;
  for (let count = 0; count < 3; count += 1) expect((await ask(many)).errors).toBeUndefined();
  const limited = { code: 'RATE_LIMITED', retryAfterSeconds: expect.any(Number) };
  expect((await ask(`mutation { ${field} }`)).errors?.[0]?.extensions).toMatchObject(limited);
  await receiver.until(60);
  const again = `mutation { resendWebhook(deliveryId: "${receiver.received[0]!.id}") { id } }`;
  expect((await ask(again)).errors?.[0]?.extensions).toMatchObject(limited);
  expect((await ask(DELIVERIES, { first: 200 })).data.webhookDeliveries.nodes).toHaveLength(60);
}, 90_000);

test('kill -9 between a try and its outcome: after the start it is sent again under the same id, once', async () => {
  const { id, secret } = await create();
  let silent = true;
  receiver.answer = (_, response) => silent || response.writeHead(200).end();
  await ask('mutation ($id: ID!) { testWebhook(id: $id) { id } }', { id });
  await receiver.until(1);
  await server.kill('SIGKILL');
  silent = false;
  server = await start();
  await receiver.until(2);
  const [before, after] = receiver.received;
  expect(after!.id).toBe(before!.id);
  expect(after!.body).toBe(before!.body);
  for (const message of receiver.received) verify(secret, message);
  const delivered = async () => (await ask(DELIVERIES)).data.webhookDeliveries.nodes;
  while ((await delivered())[0].state !== 'DELIVERED') await new Promise(resolve => setTimeout(resolve, 20));
  // The try that was killed is not counted: nobody knows what came of it.
  expect(await delivered()).toEqual([expect.objectContaining({ attempts: 1, lastStatus: 200 })]);
  expect(receiver.received).toHaveLength(2);
}, 90_000);
