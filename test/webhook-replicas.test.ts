import type { House } from '../src/assembly.js';
import type { Sql } from '../src/store/database.js';
import { type DeliveryClaim, giveUp, keepOutcome, requeueDelivery, WEBHOOK_QUEUE } from '../src/store/delivery-rows.js';
import { openPostgres } from '../src/store/drivers/postgres.js';
import { MIGRATIONS } from '../src/store/migrate.js';
import { claimFrom } from '../src/store/queue-rows.js';
import { disableWebhook } from '../src/store/webhook-rows.js';
import type { TaskRunner } from '../src/tasks/work/runner.js';
import { eventually } from './eventually.js';
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
}, 90_000);

test('a message of a replica that sends nothing wakes those that do', async () => {
  const { id } = await first.hook();
  const worker = first.worker as House & { runner: TaskRunner };
  const [told, looks] = [jest.spyOn(worker.runner, 'wake'), jest.spyOn(worker.deliveries!, 'wake')];
  // The house itself works on nothing: it tells whoever does, and a notice comes to their relay.
  await first.house.webhooks.test(TENANT, id);
  expect([told.mock.calls.length, looks.mock.calls.length]).toEqual([1, 0]);
  worker.relay.wake();
  expect([told.mock.calls.length, looks.mock.calls.length]).toEqual([2, 1]);
});

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

/** What comes to a message while it is deleted. */
const WRITES: Record<string, (sql: Sql, claim: DeliveryClaim) => Promise<unknown>> = {
  taken: (sql, claim) => keepOutcome(sql, claim, { status: 200, failure: null }),
  'tried again later': (sql, claim) => keepOutcome(sql, claim, { status: 500, failure: 'STATUS' }, 1_000),
  'given up': giveUp,
  'sent again': (sql, claim) => requeueDelivery(sql, TENANT, claim.deliveryId),
  'ended by its webhook, which is disabled': (sql, claim) => disableWebhook(sql, claim.webhookId, 'GONE'),
};

test.each(Object.keys(WRITES))(
  'a message that is deleted in the moment in which it is %s makes no deadlock',
  async name => {
    const { database } = first.house;
    const { id: webhookId } = await first.hook();
    const { id } = await first.worker.webhooks.test(TENANT, webhookId);
    const [claim] = await claimFrom<DeliveryClaim>(WEBHOOK_QUEUE, database, [{ lane: webhookId, free: 1 }], 60_000);
    let written: Promise<unknown> | undefined;
    await database.transaction(async sql => {
      // As far as a deletion has come that goes from the webhook to its messages, and from there to the queue.
      await sql.query('select 1 from webhook_deliveries where id = $1 for update', [id]);
      written = WRITES[name]!(second.house.database, claim!);
      written.catch(() => {});
      await eventually(async () => (await sql.query(WAITING)).length > 0);
      await sql.query('delete from webhook_deliveries where id = $1', [id]);
    });
    await written;
    expect(await database.query('select 1 from webhook_queue')).toEqual([]);
  },
);

const WAITING = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;

test('a message whose replica died is sent by another once its lease has ended', async () => {
  const { id: webhookId } = await first.hook();
  const { id } = await first.worker.webhooks.test(TENANT, webhookId);
  await claimFrom(WEBHOOK_QUEUE, first.house.database, [{ lane: webhookId, free: 1 }], 60_000);
  second.worker.deliveries!.start();
  const { id: other } = await second.worker.webhooks.test(TENANT, webhookId);
  await first.receiver.until(1);
  expect(first.receiver.received.map(message => message.id)).toEqual([other]);
  await first.house.database.query('update webhook_queue set leased_until = now()');
  second.worker.deliveries!.wake();
  await first.receiver.until(2);
  expect(first.receiver.received.at(-1)!.id).toBe(id);
  await first.settled('DELIVERED', 2);
});
