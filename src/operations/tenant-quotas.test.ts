import { openTestDatabase } from '../../test/store-setup.js';
import { LIMITS } from '../kernel/limits.js';
import type { Database } from '../store/database.js';
import { TenantQuotas } from './tenant-quotas.js';

let database: Database;
let now = 0;
let quotas: TenantQuotas;
let tasks = 0;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  now = 0;
  quotas = new TenantQuotas(database, { waitingTasks: 5, keptBytes: 1_000 }, () => now);
  await database.script('delete from tasks; delete from assets');
});

/** Tasks that wait; those of others make no difference. */
async function waiting(count: number, tenant = 'a'): Promise<void> {
  for (let i = 0; i < count; i++) {
    tasks += 1;
    await database.query(
      `with made as (
         insert into tasks (id, tenant_id, operation, state, waiting_on, stage, progress_source, source, route, input)
         values ($1, $2, 'PAINTING', 'QUEUED', 'VENDOR', 'QUEUED', 'NONE', 'LOCAL', '{LOCAL}', '{}') returning id, tenant_id)
       insert into task_queue (task_id, tenant_id, source) select id, tenant_id, 'LOCAL' from made`,
      [`task_${tasks}`, tenant],
    );
  }
}

async function keep(bytes: number, tenant = 'a'): Promise<void> {
  tasks += 1;
  await database.query(
    `insert into assets (id, tenant_id, kind, mime, bytes, width, height, sha256, expires_at)
     values ($1, $2, 'INPUT', 'image/jpeg', $3, 1, 1, 'x', now())`,
    [`asset_${tasks}`, tenant, bytes],
  );
}

const refused = { code: 'QUOTA_EXCEEDED' };

test.each([
  [3, 2],
  [4, 1],
  [5, 0],
  [6, 0],
])('with %i of 5 tasks waiting, %i more are taken', async (there, more) => {
  await waiting(there);
  await waiting(9, 'b');
  for (let i = 0; i < more; i++) await quotas.requireTask('a');
  await expect(quotas.requireTask('a')).rejects.toMatchObject({
    ...refused,
    message: expect.stringMatching(/^Of this tenant 5 tasks .* cancelTask\.$/),
  });
});

test('tasks that ended make room, as soon as they are counted again', async () => {
  await waiting(5);
  await expect(quotas.requireTask('a')).rejects.toMatchObject(refused);
  await database.script('delete from task_queue');
  await expect(quotas.requireTask('a')).rejects.toMatchObject(refused);
  now += LIMITS.quota.fullCountedMs + 1;
  await quotas.requireTask('a');
});

test('all at once, no more are taken than there is room for', async () => {
  await waiting(2);
  const asked = await Promise.allSettled(Array.from({ length: 20 }, () => quotas.requireTask('a')));
  expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
});

test('what another replica has made is seen within a second', async () => {
  await quotas.requireTask('a');
  await waiting(5);
  now += LIMITS.quota.tasksCountedMs + 1;
  await expect(quotas.requireTask('a')).rejects.toMatchObject(refused);
});

test.each([
  [599, true],
  [600, true],
  [601, false],
])('with 400 of 1,000 bytes kept, %i more: %s', async (bytes, fits) => {
  await keep(400);
  await keep(900, 'b');
  const asked = quotas.requireRoom('a', bytes);
  if (fits) await asked;
  else await expect(asked).rejects.toMatchObject({ ...refused, message: expect.stringContaining('1000 bytes') });
});

test('what was taken since the count is counted along, and what was purged makes room', async () => {
  await quotas.requireRoom('a', 900);
  await keep(900);
  await expect(quotas.requireRoom('a', 101)).rejects.toMatchObject(refused);
  await database.script('update assets set purged_at = now()');
  now += LIMITS.quota.fullCountedMs + 1;
  await quotas.requireRoom('a', 1_000);
});
