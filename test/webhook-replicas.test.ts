import { type DeliveryClaim, keepOutcome, WEBHOOK_QUEUE } from '../src/store/delivery-rows.js';
import { openPostgres } from '../src/store/drivers/postgres.js';
import { MIGRATIONS } from '../src/store/migrate.js';
import { claimFrom } from '../src/store/queue-rows.js';
import { createPostgresDatabase, silentLog } from './store-setup.js';
import { TENANT } from './task-house.js';
import { openWebhookHouse, verify, type WebhookHouse } from './webhook-house.js';

let made: { url: string; drop(): Promise<void> };
let first: WebhookHouse;
let second: WebhookHouse;

beforeEach(async () => {
  made = await createPostgresDatabase(MIGRATIONS);
  first = await openWebhookHouse({ database: await openPostgres({ url: made.url, log: silentLog }) });
  const database = await openPostgres({ url: made.url, log: silentLog });
  second = await openWebhookHouse({ database, webhookOrigins: [first.receiver.origin] });
});
afterEach(async () => {
  await first.close();
  await second.close();
  await made.drop();
});

test('two replicas deliver each of 200 messages once', async () => {
  const { id, secret } = await first.hook();
  for (let count = 0; count < 4; count += 1) await first.hook();
  const messages = Array.from({ length: 200 / 5 }, () => first.endTask('succeed'));
  await Promise.all(messages);
  first.worker.deliveries!.start();
  second.worker.deliveries!.start();
  const rows = await first.settled('DELIVERED', 200);
  const ids = first.receiver.received.map(message => message.id);
  expect(ids.sort()).toEqual(rows.map(row => row.id).sort());
  expect(rows.every(({ attempts }) => attempts === 1)).toBe(true);
  const own = new Set(rows.filter(({ webhookId }) => webhookId === id).map(row => row.id));
  for (const message of first.receiver.received.filter(({ id: each }) => own.has(each))) verify(secret, message);
}, 30_000);

test('a replica that lost its lease changes nothing, and a message that was sent again keeps no old token', async () => {
  const { database } = first.house;
  const { id: webhookId } = await first.hook();
  const { id } = await first.worker.webhooks.test(TENANT, webhookId);
  const lane = [{ lane: webhookId, free: 1 }];
  const claim = async (leaseMs: number) => (await claimFrom<DeliveryClaim>(WEBHOOK_QUEUE, database, lane, leaseMs))[0]!;
  const late = await claim(0);
  const holder = await claim(60_000);
  expect([late.deliveryId, holder.deliveryId]).toEqual([id, id]);
  expect(await keepOutcome(database, late, { status: 500, failure: 'STATUS' })).toBe(false);
  expect(await keepOutcome(database, holder, { status: 200, failure: null })).toBe(true);
  await first.worker.webhooks.resend(TENANT, id);
  await claim(60_000);
  for (const old of [late, holder])
    expect(await keepOutcome(database, old, { status: 500, failure: 'STATUS' }, 1_000)).toBe(false);
});

test('a webhook is deleted and disabled while its messages are sent, written and given up, without a deadlock', async () => {
  const { worker, receiver, house } = first;
  receiver.answer = (_, response) => response.writeHead(receiver.received.length % 3 === 0 ? 410 : 500).end();
  worker.deliveries!.start();
  second.worker.deliveries!.start();
  for (let round = 0; round < 10; round += 1) {
    const { id } = await first.hook();
    const ends = Array.from({ length: 12 }, () => first.endTask('fail'));
    await Promise.all(ends.slice(0, 6));
    const [deleted] = await Promise.all([worker.webhooks.delete(TENANT, id), ...ends]);
    expect(deleted.id).toBe(id);
  }
  await until(async () => (await house.database.query('select 1 from webhook_queue')).length === 0);
  const [counted] = await house.database.query<{ deadlocks: number }>(
    'select deadlocks from pg_stat_database where datname = current_database()',
  );
  expect(counted).toEqual({ deadlocks: 0 });
}, 30_000);

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise(resolve => setTimeout(resolve, 20));
}
