import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ANYONE } from '../src/audit/acts.js';
import { verifyAudit } from '../src/audit/verify-audit.js';
import { newId } from '../src/kernel/ids.js';
import { copyDatabase } from '../src/maintenance/copy-database.js';
import { inSnapshot, TABLES } from '../src/maintenance/rows.js';
import { findRestoredFrom, noteRestoredFrom } from '../src/store/restore-marks.js';
import { insertWebhook, WEBHOOK_EVENTS } from '../src/store/webhook-rows.js';
import { maintain, newPlace } from './backup-house.js';
import { lend } from './shared-house.js';
import { createPostgresDatabase, DRIVERS, openTestDatabase } from './store-setup.js';
import { openTaskHouse, PHOTO, TENANT, ToySource } from './task-house.js';

test('every table of the schema is moved, and backed up', async () => {
  const database = await openTestDatabase();
  const rows = await database.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'public'`,
  );
  expect(
    rows
      .map(({ name }) => name)
      // What belongs to a database and not to its rows.
      .filter(name => !['schema_migrations', 'settings', 'replicas', 'rates'].includes(name))
      .sort(),
  ).toEqual([...TABLES].sort());
  await database.close();
});

const CONSENT = {
  purpose: 'x',
  noticeVersion: '1',
  givenBy: 'GUARDIAN',
  guardian: 'MOTHER',
  reference: 'form 1',
  givenAt: null,
} as const;

test.each(DRIVERS)(
  'a database is copied row by row into an empty one on %s, and never into one that is not',
  async driver => {
    const house = await openTaskHouse();
    const target = await openTestDatabase(driver);
    house.runnerOf(new ToySource(true, async () => [PHOTO])).start();
    const hook = {
      id: newId('webhook'),
      tenantId: TENANT,
      apiKeyId: null,
      url: 'https://hooks.example/',
      secret: 'sealed',
    };
    await insertWebhook(house.database, { ...hook, events: [...WEBHOOK_EVENTS], followsAll: true }, 1);
    for (let index = 0; index < 3; index += 1) {
      const { id } = await house.create({
        reference: `order ${index}`,
        labels: ['a "quoted" label', '班级'],
        idempotencyKey: `key ${index}`,
      });
      await house.until(id, 'SUCCEEDED');
    }
    const { id: erased } = await house.create({ reference: 'order 9' });
    await house.until(erased, 'SUCCEEDED');
    await house.database.transaction(sql => house.consents.keep(sql, TENANT, erased, house.consents.newId(), CONSENT));
    await house.audit.close();
    // In no chain yet: the server ended before.
    await house.erasure.deleteTask(TENANT, erased, ANYONE);
    await noteRestoredFrom(house.database, new Date('2026-01-02T03:04:05Z'));
    const counts = await copyDatabase(house.database, target);
    expect(await findRestoredFrom(target)).toEqual(await findRestoredFrom(house.database));
    expect((await findRestoredFrom(target))?.backupOf).toEqual(new Date('2026-01-02T03:04:05Z'));
    expect(counts).toMatchObject({
      tasks: 3,
      assets: 4,
      task_attempts: 3,
      ledger: 8,
      photos: 3,
      idempotency_keys: 3,
      task_queue: 0,
      webhooks: 1,
      webhook_deliveries: 3,
      webhook_queue: 3,
      consents: 1,
      audit: 4,
      audit_heads: 1,
      audit_inbox: 1,
    });
    for (const table of TABLES) {
      const all = `select * from ${table} order by 1, 2`;
      expect(await target.query(all)).toEqual(await house.database.query(all));
    }
    expect(
      await target.query(
        `insert into ledger (tenant_id, task_id, attempt, operation, source, labels, kind, billed, units) values ('${TENANT}', 't', 1, 'x', 'x', '{}', 'INTENT', 'NO', 0) returning id`,
      ),
    ).toEqual([{ id: 9 }]);
    // The copy goes on where the original ended: its numbers, and its chain.
    const copy = await openTaskHouse({}, {}, { database: lend(target) });
    await copy.create();
    await copy.close();
    const verdicts = await inSnapshot(target, sql => verifyAudit(sql, [copy.signing.present]));
    expect(verdicts).toMatchObject([{ tenantId: TENANT, entries: 6, unchained: 0, breaks: [] }]);
    await expect(copyDatabase(house.database, target)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    await target.close();
    await house.close();
  },
);

test('npm run move-to-postgres moves the embedded database, once, and only into an empty one', async () => {
  const house = await newPlace('pglite', 'newest');
  const database = await house.open();
  await database.query(
    `insert into assets (id, tenant_id, kind, mime, bytes, width, height, sha256, expires_at) values ('asset_x', 'default', 'INPUT', 'image/jpeg', 1, 1, 1, '', now())`,
  );
  await database.close();
  const secret = path.join(house.dataDirectory, 'secret');
  await writeFile(secret, 's'.repeat(64));
  const target = await createPostgresDatabase();
  const move = (over: Record<string, string>) =>
    maintain({ DARKROOM_DATA_DIR: house.dataDirectory, ...over }, ['move-to-postgres']);
  expect(await move({})).toMatchObject({ code: 1, stderr: expect.stringContaining('DATABASE_URL') });
  const other = { DATABASE_URL: target.url, DARKROOM_SECRET: 'x'.repeat(64) };
  expect(await move(other)).toMatchObject({ code: 1, stderr: expect.stringContaining('DARKROOM_SECRET_FILE') });
  const right = { DATABASE_URL: target.url, DARKROOM_SECRET_FILE: secret };
  expect(await move(right)).toMatchObject({ code: 0, stdout: expect.stringContaining('1 assets') });
  expect(await move(right)).toMatchObject({ code: 1, stderr: expect.stringContaining('holds rows') });
  await target.drop();
  await house.remove();
});
