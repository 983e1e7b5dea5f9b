import { createPostgresDatabase, silentLog } from '../../test/store-setup.js';
import { openPostgres } from '../store/drivers/postgres.js';
import { rotateAlone } from './rotation.js';

test('while one machine rotates the secret another one is refused, and may once it has ended, however it ends', async () => {
  const { url, drop } = await createPostgresDatabase();
  const [one, other] = [await openPostgres({ url, log: silentLog }), await openPostgres({ url, log: silentLog })];
  const rotateToo = () => rotateAlone(other, async () => 'done');
  const first = rotateAlone(one, async () => {
    await expect(rotateToo()).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    throw new Error('the bucket is away');
  });
  await expect(first).rejects.toThrow('the bucket is away');
  expect(await rotateToo()).toBe('done');
  for (const database of [one, other]) await database.close();
  await drop();
});

test('a rotation whose lock was lost moves nothing more', async () => {
  const { url, drop } = await createPostgresDatabase();
  const [one, other] = [await openPostgres({ url, log: silentLog }), await openPostgres({ url, log: silentLog })];
  const begun = rotateAlone(one, async held => {
    await held();
    // As in a failover: the server ends the connection that holds the lock.
    await other.query(
      `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and pid <> pg_backend_pid()
        and database = (select oid from pg_database where datname = current_database())`,
    );
    await held();
  });
  await expect(begun).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  expect(await rotateAlone(other, async () => 'done')).toBe('done');
  for (const database of [one, other]) await database.close();
  await drop();
});
