import { KeyService } from '../src/access/key-service.js';
import { ANYONE, COMMAND } from '../src/audit/acts.js';
import { INBOX } from '../src/audit/audit.js';
import { LIMITS } from '../src/kernel/limits.js';
import { dropOldDeliveries, WEBHOOK_QUEUE } from '../src/store/delivery-rows.js';
import { healQueue, releaseAllLeases } from '../src/store/queue-rows.js';
import { WEBHOOK_EVENTS } from '../src/store/webhook-rows.js';
import { eventually } from './eventually.js';
import { DRIVERS, useDriver } from './store-setup.js';
import { TENANT } from './task-house.js';
import { openWebhookHouse, verify, type WebhookHouse } from './webhook-house.js';

describe.each(DRIVERS)('on %s', driver => {
  let open: WebhookHouse;
  beforeAll(async () => {
    useDriver(driver);
    open = await openWebhookHouse();
  });
  beforeEach(() => open.reset());
  afterAll(() => open.close());

  const webhookOf = async (id: string) => (await open.worker.webhooks.list(TENANT)).find(webhook => webhook.id === id)!;

  test('a task that ends is told, signed so that the official library takes it, with no personal data', async () => {
    const { worker, receiver, hook, endTask, settled } = open;
    const { id, secret } = await hook();
    worker.deliveries!.start();
    const taskId = await endTask('succeed', { reference: 'order 7', labels: ['班级'], sealed: 'personal' });
    await receiver.until(1);
    const [message] = receiver.received;
    expect(verify(secret, message!)).toEqual({
      type: 'task.succeeded',
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
      data: { taskId, operation: 'ID_PHOTO', state: 'SUCCEEDED', sequence: 3, reference: 'order 7', labels: ['班级'] },
    });
    expect(message!.headers).toMatchObject({ 'content-type': 'application/json', 'user-agent': 'darkroom' });
    const [delivery] = await settled('DELIVERED', 1);
    expect(delivery).toMatchObject({
      id: message!.id,
      webhookId: id,
      taskId,
      type: 'task.succeeded',
      payload: message!.body,
      attempts: 1,
      lastStatus: 204,
      lastFailure: null,
      nextAttemptAt: null,
    });
  });

  test('a webhook hears of the states that it asked for, of its tenant alone', async () => {
    const { worker, receiver, hook, endTask, settled, house } = open;
    await hook({ events: ['TASK_FAILED', 'TASK_NEEDS_REVIEW'] });
    const others = { url: receiver.url, events: ['TASK_FAILED'] as const, followsAll: true, apiKeyId: null };
    await worker.webhooks.create('other', others, ANYONE);
    for (const name of ['succeed', 'cancel', 'expire'] as const) await endTask(name);
    const failed = await endTask('fail');
    const parked = await endTask('park');
    expect(await house.database.query('select 1 from webhook_deliveries')).toHaveLength(2);
    worker.deliveries!.start();
    await settled('DELIVERED', 2);
    const told = receiver.received.map(({ event }) => [event.type, event.data.taskId]);
    expect(told.sort()).toEqual([
      ['task.failed', failed],
      ['task.needs_review', parked],
    ]);
    expect(await worker.webhooks.list('other')).toHaveLength(1);
  });

  test('a webhook that follows no tasks hears of those that name it, once', async () => {
    const { hook, worker, house, deliveries } = open;
    const { id } = await hook({ followsAll: false });
    const { id: all } = await hook();
    for (const webhookId of [null, id, all]) {
      const { id: taskId } = await house.create();
      await house.database.query('update tasks set webhook_id = $2 where id = $1', [taskId, webhookId]);
      await worker.tasks.cancel(TENANT, taskId, ANYONE);
    }
    const told = (await deliveries()).map(({ webhookId }) => webhookId);
    expect(told.filter(webhookId => webhookId === id)).toHaveLength(1);
    expect(told.filter(webhookId => webhookId === all)).toHaveLength(3);
  });

  test('a webhook of a key hears of tasks of this key alone, also where they name it, and ends with the key', async () => {
    const { hook, house, worker, deliveries } = open;
    await house.database.query(`insert into tenants (id, name) values ('default', 'Default') on conflict do nothing`);
    const keys = new KeyService(house.database, INBOX);
    const [own, other] = await Promise.all(
      ['own', 'other'].map(async name => (await keys.createKey({ name, scopes: ['photos:create'] }, COMMAND)).key.id),
    );
    const by = (apiKeyId: string) => ({ kind: 'API_KEY', id: apiKeyId, apiKeyId });
    await expect(hook({ apiKeyId: `key_${'0'.repeat(26)}` })).rejects.toThrow('input.apiKeyId: UNKNOWN');
    const { id } = await hook({ apiKeyId: own! });
    const { id: named } = await hook({ apiKeyId: own!, followsAll: false });
    for (const apiKeyId of [own!, other!]) {
      const { id: taskId } = await house.create({ by: by(apiKeyId) });
      await house.database.query('update tasks set webhook_id = $2 where id = $1', [taskId, named]);
      await worker.tasks.cancel(TENANT, taskId, ANYONE);
    }
    await worker.tasks.cancel(TENANT, (await house.create()).id, ANYONE);
    expect((await deliveries()).map(({ webhookId }) => webhookId).sort()).toEqual([id, named].sort());

    await keys.revokeKey(own!, COMMAND);
    expect(await webhookOf(id)).toMatchObject({ state: 'DISABLED', disabledReason: 'KEY_REVOKED', apiKeyId: own });
    await expect(worker.webhooks.enable(TENANT, id, ANYONE)).rejects.toThrow('id: KEY_REVOKED');
    await expect(hook({ apiKeyId: own! })).rejects.toThrow('input.apiKeyId: UNKNOWN');
    // What still waited for it is sent no more.
    worker.deliveries!.start();
    await open.settled('DEAD', 2);
    expect(open.receiver.received).toEqual([]);
  });

  test('once a tenant is closed nothing more is sent for it: neither what waited, nor what comes to a webhook of later', async () => {
    const { house, worker, receiver, endTask } = open;
    const keys = new KeyService(house.database, INBOX);
    const tenantId = `closing-${driver}`;
    await keys.createTenant({ id: tenantId, name: 'Closing' }, COMMAND);
    const request = { url: receiver.url, events: WEBHOOK_EVENTS, followsAll: true, apiKeyId: null };
    const hooks = worker.webhooks;
    const { webhook: early } = await hooks.create(tenantId, request, ANYONE);
    await hooks.test(tenantId, early.id);
    await keys.closeTenant(tenantId, COMMAND);
    // As a key that was found a moment ago still can.
    const { webhook: late } = await hooks.create(tenantId, request, ANYONE);
    await hooks.test(tenantId, late.id);
    await open.hook();
    const told = await endTask('succeed');
    worker.deliveries!.start();
    await open.settled('DELIVERED', 1);
    const states = async () => (await hooks.deliveries(tenantId, {}, 9)).deliveries.map(each => each.delivery.state);
    await eventually(async () => !(await states()).includes('PENDING'));
    expect(await states()).toEqual(['DEAD', 'DEAD']);
    expect(receiver.received.map(({ event }) => event.data.taskId)).toEqual([told]);
  });

  test('who made a webhook, gave it another secret, enabled and deleted it stands in the audit trail', async () => {
    const { webhooks, audit } = open.worker;
    const by = { kind: 'API_KEY', id: 'key_1', apiKeyId: 'key_1' };
    const request = { url: open.receiver.url, events: WEBHOOK_EVENTS, followsAll: true, apiKeyId: null };
    const { webhook } = await webhooks.create(TENANT, request, by);
    await webhooks.rotate(TENANT, webhook.id, 0, by);
    await webhooks.enable(TENANT, webhook.id, by);
    await webhooks.delete(TENANT, webhook.id, by);
    await expect(webhooks.delete(TENANT, webhook.id, by)).rejects.toThrow('no such webhook');
    const read = () => audit.trail(TENANT, { actorIds: ['key_1'] }, 9);
    // Another replica on the database may be writing the chain just now.
    await eventually(async () => (await read()).length === 4);
    const trail = await read();
    expect(trail.map(({ act, objectId }) => [act, objectId]).reverse()).toEqual(
      ['CREATED', 'SECRET_ROTATED', 'ENABLED', 'DELETED'].map(act => [`WEBHOOK_${act}`, webhook.id]),
    );
  });

  test('a move that is undone tells nobody, and one without webhooks looks once', async () => {
    const { hook, worker, house } = open;
    const { id: taskId } = await house.create();
    const asked: string[] = [];
    const { transaction } = house.database;
    house.database.transaction = work =>
      transaction.call(house.database, sql =>
        work({
          script: text => sql.script(text),
          query: (text, params) => {
            if (text.includes('webhook')) asked.push(text);
            return sql.query<never>(text, params);
          },
        }),
      ) as never;
    await worker.lifecycle.move(taskId, 'start');
    await worker.lifecycle.move(taskId, 'report', { percent: 50 });
    const about = (text: string) => asked.filter(each => each.includes(text)).length;
    expect(about('from webhooks')).toBe(0);
    await worker.lifecycle.move(taskId, 'fail');
    expect([about('from webhooks where tenant_id'), about('webhook_deliveries')]).toEqual([1, 0]);

    await hook();
    const { id: undone } = await house.create();
    const also = () => Promise.reject(new Error('undone'));
    await expect(worker.lifecycle.move(undone, 'cancel', { also })).rejects.toThrow('undone');
    house.database.transaction = transaction;
    expect(await open.deliveries()).toEqual([]);
  });

  test('what is not taken is tried again after its pause, under the same id; redirects are failures', async () => {
    const { hook, receiver, worker, endTask, settled, passPauses, deliveries } = open;
    const { id, secret } = await hook();
    const statuses = [500, 302, 404, 200];
    receiver.answer = (_, response) => {
      const status = statuses[receiver.received.length - 1]!;
      response.writeHead(status, { location: receiver.url }).end();
    };
    worker.deliveries!.start();
    await endTask('succeed');
    for (const [index, failure] of ['STATUS', 'REDIRECT', 'STATUS'].entries()) {
      await receiver.until(index + 1);
      while ((await deliveries())[0]!.attempts === index) await new Promise(resolve => setTimeout(resolve, 5));
      const [waiting] = await deliveries();
      expect(waiting).toMatchObject({ state: 'PENDING', lastStatus: statuses[index], lastFailure: failure });
      const pause = waiting!.nextAttemptAt!.getTime() - waiting!.lastAttemptAt!.getTime();
      expect(pause).toBeGreaterThanOrEqual(LIMITS.webhook.retryMs[index]!);
      expect(pause).toBeLessThanOrEqual(LIMITS.webhook.retryMs[index]! * 1.1);
      expect((await webhookOf(id)).failingSince).not.toBeNull();
      await passPauses();
    }
    const [delivered] = await settled('DELIVERED', 1);
    expect(delivered).toMatchObject({ attempts: 4, lastFailure: null });
    expect(new Set(receiver.received.map(message => message.id))).toEqual(new Set([delivered!.id]));
    for (const message of receiver.received) verify(secret, message);
    await until(async () => (await webhookOf(id)).failingSince === null);
  });

  test('after the tenth try it is a dead letter, which is sent again on request', async () => {
    const { hook, receiver, worker, endTask, settled, passPauses, house } = open;
    const { id } = await hook();
    receiver.answer = (_, response) => response.writeHead(503).end();
    worker.deliveries!.start();
    await endTask('fail');
    for (let tries = 1; tries <= 10; tries += 1) {
      await receiver.until(tries);
      if (tries === 10) break;
      await until(async () => (await open.deliveries())[0]!.attempts === tries);
      await passPauses();
    }
    const [dead] = await settled('DEAD', 1);
    expect(dead).toMatchObject({ attempts: 10, lastStatus: 503, nextAttemptAt: null });
    expect(await house.database.query('select 1 from webhook_queue')).toEqual([]);
    // It failed for seconds by this clock, not for days.
    expect(await webhookOf(id)).toMatchObject({ state: 'ACTIVE' });
    const listed = await worker.webhooks.deliveries(TENANT, { states: ['DEAD'] }, 10);
    expect(listed.deliveries.map(({ delivery }) => delivery.id)).toEqual([dead!.id]);

    receiver.answer = (_, response) => response.writeHead(200).end();
    await worker.webhooks.resend(TENANT, dead!.id);
    const [delivered] = await settled('DELIVERED', 1);
    expect(delivered).toMatchObject({ id: dead!.id, attempts: 11 });
    await expect(worker.webhooks.resend('other', dead!.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('a webhook that took nothing for three days is disabled with its next dead letter, and can be enabled', async () => {
    const { hook, receiver, worker, endTask, settled, house } = open;
    const { id } = await hook();
    receiver.answer = (_, response) => response.writeHead(503).end();
    await endTask('fail');
    const waiting = await endTask('succeed');
    await house.database.query(`update webhooks set failing_since = now() - interval '73 hours'`);
    await house.database.query(`update webhook_deliveries set round_attempts = 9 where task_id <> $1`, [waiting]);
    await house.database.query(
      `update webhook_queue set due_at = now() + interval '1 hour' where delivery_id in (select id from webhook_deliveries where task_id = $1)`,
      [waiting],
    );
    worker.deliveries!.start();
    await settled('DEAD', 2);
    expect(receiver.received).toHaveLength(1);
    expect(await webhookOf(id)).toMatchObject({ state: 'DISABLED', disabledReason: 'FAILING' });
    await endTask('succeed');
    expect(await open.deliveries()).toHaveLength(2);
    const dead = (await open.deliveries())[0]!.id;
    for (const asked of [() => worker.webhooks.test(TENANT, id), () => worker.webhooks.resend(TENANT, dead)])
      await expect(asked()).rejects.toMatchObject({ code: 'WEBHOOK_DISABLED' });
    expect(await worker.webhooks.enable(TENANT, id, ANYONE)).toMatchObject({ state: 'ACTIVE', failingSince: null });
    await worker.webhooks.resend(TENANT, dead);
  });

  test('410 disables a webhook at once', async () => {
    const { hook, receiver, worker, endTask, settled } = open;
    const { id } = await hook();
    receiver.answer = (_, response) => response.writeHead(410).end();
    worker.deliveries!.start();
    await endTask('succeed');
    const [dead] = await settled('DEAD', 1);
    expect(dead).toMatchObject({ attempts: 1, lastStatus: 410 });
    await until(async () => (await webhookOf(id)).state === 'DISABLED');
    expect(await webhookOf(id)).toMatchObject({ disabledReason: 'GONE' });
  });

  test('after a rotation both secrets sign, until the old one ends', async () => {
    const { hook, receiver, worker, settled } = open;
    const { id, secret: old } = await hook();
    worker.deliveries!.start();
    const { secret } = await worker.webhooks.rotate(TENANT, id, 24, ANYONE);
    await worker.webhooks.test(TENANT, id);
    await settled('DELIVERED', 1);
    const [during] = receiver.received;
    for (const key of [secret, old]) expect(verify(key, during!)).toMatchObject({ type: 'webhook.test' });
    const { secret: third } = await worker.webhooks.rotate(TENANT, id, 0, ANYONE);
    await worker.webhooks.test(TENANT, id);
    await settled('DELIVERED', 2);
    const after = receiver.received[1]!;
    verify(third, after);
    for (const key of [secret, old]) expect(() => verify(key, after)).toThrow();
  });

  test('two rotations at once both give out a secret that signs', async () => {
    const { hook, receiver, worker, settled } = open;
    const { id } = await hook();
    const given = await Promise.all([
      worker.webhooks.rotate(TENANT, id, 24, ANYONE),
      worker.webhooks.rotate(TENANT, id, 24, ANYONE),
    ]);
    worker.deliveries!.start();
    await worker.webhooks.test(TENANT, id);
    await settled('DELIVERED', 1);
    for (const { secret } of given) verify(secret, receiver.received[0]!);
  });

  test('targets that never answer hold up nobody else, and one that fails is tried with one message at a time', async () => {
    const { receiver, worker, hook, endTask, house } = open;
    receiver.answer = ({ path }, response) => path.includes('silent') || response.writeHead(200).end();
    for (let count = 0; count < 18; count += 1)
      await hook({ url: `${receiver.origin}/silent`, events: ['TASK_FAILED'] });
    const failing = await hook({ url: `${receiver.origin}/silent/failing`, events: ['TASK_FAILED'] });
    await house.database.query('update webhooks set failing_since = now() where id = $1', [failing.id]);
    for (let count = 0; count < 4; count += 1) await endTask('fail');
    await hook({ events: ['TASK_SUCCEEDED'] });
    for (let count = 0; count < 8; count += 1) await endTask('succeed');
    worker.deliveries!.start();
    await receiver.until(18 * LIMITS.webhook.perWebhook + 1 + 8);
    const of = (path: string) => receiver.received.filter(message => message.path === path).length;
    expect(of('/silent')).toBe(18 * LIMITS.webhook.perWebhook);
    expect(of('/silent/failing')).toBe(1);
    const delivered = await worker.webhooks.deliveries(TENANT, { states: ['DELIVERED'] }, 200);
    expect(delivered.deliveries.length).toBeGreaterThanOrEqual(8 - LIMITS.webhook.perWebhook);
  });

  test('nothing is left to send about a task that is deleted, nor to a webhook that is', async () => {
    const { hook, worker, endTask, deliveries, house } = open;
    const { id } = await hook();
    const [first, second] = [await endTask('succeed', { reference: 'person 9' }), await endTask('succeed')];
    await worker.erasure.deleteTask(TENANT, first, ANYONE);
    expect((await deliveries()).map(({ taskId }) => taskId)).toEqual([second]);
    expect(JSON.stringify(await house.database.query('select * from webhook_deliveries'))).not.toContain('person 9');
    await worker.webhooks.delete(TENANT, id, ANYONE);
    for (const table of ['webhooks', 'webhook_deliveries', 'webhook_queue'])
      expect(await house.database.query(`select 1 from ${table}`)).toEqual([]);
    await expect(worker.webhooks.test(TENANT, id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('the secret is sealed in the database, and a webhook whose secret cannot be opened is disabled', async () => {
    const { hook, worker, house, settled } = open;
    const [one, other] = [await hook(), await hook()];
    const rows = JSON.stringify(await house.database.query('select * from webhooks'));
    expect(rows).not.toContain(one.secret.slice('whsec_'.length));
    await house.database.query('update webhooks set secret = (select secret from webhooks where id = $1)', [one.id]);
    await worker.webhooks.test(TENANT, other.id);
    worker.deliveries!.start();
    await settled('DEAD', 1);
    expect(await webhookOf(other.id)).toMatchObject({ state: 'DISABLED', disabledReason: 'SECRET_LOST' });
    // As the message of the reason says.
    const { secret } = await worker.webhooks.rotate(TENANT, other.id, 24, ANYONE);
    await worker.webhooks.enable(TENANT, other.id, ANYONE);
    await worker.webhooks.resend(TENANT, (await open.deliveries())[0]!.id);
    await settled('DELIVERED', 1);
    verify(secret, open.receiver.received[0]!);
  });

  test('what ended 30 days ago is deleted; what waits is not', async () => {
    const { hook, endTask, house } = open;
    await hook();
    for (let count = 0; count < 3; count += 1) await endTask('succeed');
    const ended = `update webhook_deliveries set state = 'DELIVERED', ended_at = now() - make_interval(days => $1) where id in (select delivery_id from webhook_queue limit 1) returning id`;
    for (const days of [31, 29]) {
      const [row] = await house.database.query<{ id: string }>(ended, [days]);
      await house.database.query('delete from webhook_queue where delivery_id = $1', [row!.id]);
    }
    expect(await dropOldDeliveries(house.database, LIMITS.webhook.keptMs, 10)).toBe(1);
    expect(await open.deliveries()).toHaveLength(2);
  });

  test('a clock that went back holds up no message, and an embedded start takes up what a dead process held', async () => {
    const { hook, endTask, house, worker, settled } = open;
    await hook();
    await endTask('succeed');
    await house.database.query(
      `update webhook_queue set due_at = now() + interval '3 days', leased_until = now() + interval '3 days', token = 5`,
    );
    expect(await healQueue(house.database, LIMITS.webhook.maxDelayMs, LIMITS.task.leaseMs, WEBHOOK_QUEUE)).toBe(1);
    await releaseAllLeases(house.database, WEBHOOK_QUEUE);
    worker.deliveries!.start();
    await settled('DELIVERED', 1);
  });
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    if (await holds()) return;
    await new Promise(resolve => setTimeout(resolve, 10));
  }
  throw new Error('it did not come to hold');
}
