import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createPostgresDatabase, silentLog } from '../../test/store-setup.js';
import { secretFingerprint } from '../kernel/secrets.js';
import { openStore, type StoreOptions } from './open-store.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'darkroom-open-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

function options(more: Partial<StoreOptions> = {}): StoreOptions {
  return {
    databaseUrl: undefined,
    dataDirectory: path.join(directory, 'data'),
    secret: undefined,
    log: silentLog,
    onStopped: () => {},
    ...more,
  };
}

describe('an embedded store', () => {
  test('makes its secret once, readable by its owner only, and keeps it', async () => {
    const first = await openStore(options());
    await first.close();
    const file = path.join(directory, 'data', 'secret');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, 'utf8')).toMatch(/^[0-9a-f]{64}$/);
    const again = await openStore(options());
    await again.close();
    expect(again.secrets.active).toEqual(first.secrets.active);
    expect(first.secrets.active).toBe(secretFingerprint(await readFile(file)));
    expect(again.feed).toBeUndefined();
  });

  test('has a migrated schema, seen through the wrapper that a test puts around it', async () => {
    const asked: string[] = [];
    const store = await openStore(
      options({
        tap: database => ({
          kind: database.kind,
          script: text => database.script(text),
          transaction: work => database.transaction(work),
          vacuum: tables => database.vacuum(tables),
          close: () => database.close(),
          query: (text, params) => {
            asked.push(text);
            return database.query(text, params);
          },
        }),
      }),
    );
    expect(await store.database.query('select count(*) as count from tasks')).toEqual([{ count: 0 }]);
    expect(asked).toEqual(['select count(*) as count from tasks']);
    await store.close();
  });

  test('does not read or make a file where a secret is configured', async () => {
    const store = await openStore(options({ secret: 'x'.repeat(32) }));
    await store.close();
    expect(store.secrets.active).toBe(secretFingerprint(Buffer.from('x'.repeat(32))));
    await expect(stat(path.join(directory, 'data', 'secret'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('makes no other secret for a database that had one; a file that an operator made is taken, and told', async () => {
    const file = path.join(directory, 'data', 'secret');
    await (await openStore(options())).close();
    await rm(file);
    await expect(openStore(options())).rejects.toMatchObject({
      code: 'SECRET_DIFFERS',
      message: expect.stringContaining(file),
    });
    await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' });
    await writeFile(file, 'z'.repeat(64));
    const warned: string[] = [];
    const log = { info: () => {}, warn: (_: object, message: string) => void warned.push(message) };
    for (const _ of [1, 2]) await (await openStore(options({ log }))).close();
    expect(warned).toEqual([expect.stringContaining('the secret is another one than before')]);
  });

  test('takes the secret without the line end that an editor added', async () => {
    await (await openStore(options())).close();
    await writeFile(path.join(directory, 'data', 'secret'), `${'y'.repeat(64)}\n`);
    const store = await openStore(options());
    await store.close();
    expect(store.secrets.active).toBe(secretFingerprint(Buffer.from('y'.repeat(64))));
  });

  test('goes on with its secret where a new one is configured beside it, until a rotation', async () => {
    const [own, next] = ['x'.repeat(32), 'y'.repeat(32)];
    await (await openStore(options({ secret: own }))).close();
    const warned: string[] = [];
    const log = { info: () => {}, warn: (_: object, message: string) => void warned.push(message) };
    const store = await openStore(options({ secret: next, previousSecrets: [own], log }));
    await store.close();
    expect([store.secrets.active, store.secrets.configured]).toEqual(
      [own, next].map(text => secretFingerprint(Buffer.from(text))),
    );
    expect(warned).toEqual([expect.stringContaining('npm run rotate-secret')]);
  });

  test('that cannot be brought up to date releases its directory', async () => {
    const store = await openStore(options());
    await store.database.query(`insert into schema_migrations (version, name, sha256) values (999, 'later', '')`);
    await store.close();
    await expect(openStore(options())).rejects.toMatchObject({ code: 'SCHEMA_NEWER' });
    // A lock that was kept would be DIRECTORY_LOCKED now.
    await expect(openStore(options())).rejects.toMatchObject({ code: 'SCHEMA_NEWER' });
  });
});

describe('a store on a Postgres server', () => {
  test('refuses another secret than its first one, until the fingerprint is removed', async () => {
    const { url, drop } = await createPostgresDatabase();
    const open = (secret: string) => openStore(options({ databaseUrl: url, secret: secret.repeat(32) }));
    const first = await open('a');
    expect(first.feed).toBeDefined();
    await expect(open('b')).rejects.toMatchObject({ code: 'SECRET_DIFFERS' });
    const replica = await open('a');
    await replica.close();
    const [held] = await first.database.query<{ value: string }>(`select value from settings`);
    expect(held!.value).toMatch(/^[0-9a-f]{32}$/);
    await first.database.query(`delete from settings where name = 'secret_fingerprint'`);
    await first.close();
    await (await open('b')).close();
    await drop();
  });
});
