import pino from 'pino';
import { fakeTimers } from '../test/fake-time.js';
import { plainPng } from '../test/plain-png.js';
import { openTaskHouse, type TaskHouse, TENANT } from '../test/task-house.js';
import { AccessService } from './access/access-service.js';
import { Sessions } from './access/sessions.js';
import { TokenSigner } from './access/token-signer.js';
import { ANYONE } from './audit/acts.js';
import { startHousekeeping } from './housekeeping.js';
import { LIMITS } from './kernel/limits.js';
import { Secrets } from './kernel/secrets.js';

const PICTURE = plainPng(64);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let house: TaskHouse;
beforeAll(async () => {
  house = await openTaskHouse();
}, 150_000);
afterAll(async () => {
  jest.useRealTimers();
  await house.close();
});

/** Housekeeping of so long a time. */
async function keepHouse(ms: number, keepTasksMs?: number): Promise<void> {
  const { database } = house;
  const log = pino({ level: 'silent' });
  const secrets = new Secrets([Buffer.alloc(32)]);
  const [tokens, sessions] = [new TokenSigner(secrets), new Sessions(secrets)];
  const access = await AccessService.open({ database, log, tokens, sessions });
  fakeTimers();
  const keepers = await startHousekeeping(house, access, database, { keepAuditMs: 400 * DAY, keepTasksMs }, log);
  jest.advanceTimersByTime(ms);
  jest.useRealTimers();
  await Promise.all(keepers.map(keeper => keeper.stop()));
}

test('a photo whose time is over is gone within an hour, its file too; another one stays', async () => {
  const { assets, database, files } = house;
  const [due, kept] = [
    await assets.storeUpload(TENANT, PICTURE, ANYONE),
    await assets.storeUpload(TENANT, PICTURE, ANYONE),
  ];
  await database.query(`update assets set expires_at = now() - interval '1 s' where id = $1 or companion_of = $1`, [
    due.id,
  ]);
  expect(LIMITS.task.housekeepingMs).toBeLessThanOrEqual(HOUR);
  await keepHouse(LIMITS.task.housekeepingMs);
  const left: string[] = [];
  for await (const id of files.list()) left.push(id);
  const [original] = await assets.findOriginals(TENANT, [kept.id]);
  expect(left.sort()).toEqual([kept.id, original!.id].sort());
  await expect(assets.bytesOf(TENANT, due.id)).rejects.toMatchObject({ code: 'PHOTO_GONE' });
}, 150_000);

test('tasks stay for ever unless a time is set; then they leave after it', async () => {
  const { id } = await house.create({ inputAssets: [] });
  await house.tasks.cancel(TENANT, id, ANYONE);
  await house.database.query(`update tasks set ended_at = now() - interval '30 days' where id = $1`, [id]);
  for (const keepTasksMs of [undefined, 31 * DAY]) {
    await keepHouse(LIMITS.task.housekeepingMs, keepTasksMs);
    expect(await house.tasks.find(TENANT, id)).toBeDefined();
  }
  await keepHouse(LIMITS.task.leave.everyMs, 29 * DAY);
  expect(await house.tasks.find(TENANT, id)).toBeUndefined();
}, 150_000);
