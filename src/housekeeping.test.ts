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

let house: TaskHouse;
beforeAll(async () => {
  house = await openTaskHouse();
}, 150_000);
afterAll(async () => {
  jest.useRealTimers();
  await house.close();
});

test('a photo whose time is over is gone within an hour, its file too; another one stays', async () => {
  const { assets, database, files } = house;
  const log = pino({ level: 'silent' });
  const secrets = new Secrets([Buffer.alloc(32)]);
  const [tokens, sessions] = [new TokenSigner(secrets), new Sessions(secrets)];
  const access = await AccessService.open({ database, log, tokens, sessions });
  const [due, kept] = [
    await assets.storeUpload(TENANT, PICTURE, ANYONE),
    await assets.storeUpload(TENANT, PICTURE, ANYONE),
  ];
  await database.query(`update assets set expires_at = now() - interval '1 s' where id = $1 or companion_of = $1`, [
    due.id,
  ]);
  fakeTimers();
  const keepers = await startHousekeeping(house, access, database, 400 * 24 * HOUR, log);
  expect(LIMITS.task.housekeepingMs).toBeLessThanOrEqual(HOUR);
  jest.advanceTimersByTime(LIMITS.task.housekeepingMs);
  jest.useRealTimers();
  await Promise.all(keepers.map(keeper => keeper.stop()));
  const left: string[] = [];
  for await (const id of files.list()) left.push(id);
  const [original] = await assets.findOriginals(TENANT, [kept.id]);
  expect(left.sort()).toEqual([kept.id, original!.id].sort());
  await expect(assets.bytesOf(TENANT, due.id)).rejects.toMatchObject({ code: 'PHOTO_GONE' });
}, 150_000);
