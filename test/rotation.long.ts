import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AssetLinks } from '../src/assets/links.js';
import { ANYONE } from '../src/audit/acts.js';
import { verifyAudit } from '../src/audit/verify-audit.js';
import { newId } from '../src/kernel/ids.js';
import { ROOT } from '../src/kernel/paths.js';
import { Sealer } from '../src/kernel/seal.js';
import { Secrets, secretFingerprint } from '../src/kernel/secrets.js';
import { SigningKeys } from '../src/kernel/signer.js';
import { inSnapshot } from '../src/maintenance/rows.js';
import { readReceipt } from '../src/personal/receipt.js';
import { aboutOldTask, aboutWebhook } from '../src/sealing/abouts.js';
import { PersonalData } from '../src/sealing/personal-data.js';
import { readRetired } from '../src/sealing/retired-keys.js';
import { followSecret, moveAll, switchSecret } from '../src/sealing/rotation.js';
import type { Database } from '../src/store/database.js';
import { replaceFingerprint } from '../src/store/secret-rows.js';
import { insertWebhook } from '../src/store/webhook-rows.js';
import { newPlace, type Place } from './backup-house.js';
import { ask } from './kill-clients.js';
import { type ServerProcess, spawnServer, temporaryFolder } from './running-server.js';
import { lend } from './shared-house.js';
import { DRIVERS, openTestDatabase } from './store-setup.js';
import { FILE, keysIn, openTaskHouse, type TaskHouse, TENANT } from './task-house.js';

const [OLD, NEW] = ['the secret of before, long enough', 'the secret of now, and long enough'].map(text =>
  Buffer.from(text),
) as [Buffer, Buffer];
const PERSON = { name: '试无名', idNumber: '110101190001011009' };
const clock = { now: () => Date.now() };

async function sealedTask(house: TaskHouse): Promise<string> {
  const id = newId('task');
  const personal = new PersonalData(house.keys, new Sealer(house.secrets, 'seals'));
  await house.create({ id, sealed: await personal.seal({ id, tenantId: TENANT }, PERSON) });
  return id;
}

async function picture(house: TaskHouse): Promise<string> {
  const { ids, commit } = await house.assets.prepare({ tenantId: TENANT, taskId: 'none', files: [FILE] });
  await house.database.transaction(commit);
  return ids[0]!;
}

describe.each(DRIVERS)('the secret is rotated on %s', driver => {
  let database: Database;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  /** A server that was started with these secrets. */
  const start = async (...known: Buffer[]) => {
    const secrets = new Secrets(known);
    await followSecret({ database, secrets });
    const given = { database: lend(database), dataDirectory: folder.path, secrets, encryptAssets: true };
    return openTaskHouse({}, {}, { ...given, retired: await readRetired(database, secrets) });
  };
  const commandOf = (...known: Buffer[]) => {
    const secrets = new Secrets(known);
    return { database, secrets, keys: keysIn(folder.path, secrets) };
  };
  beforeEach(async () => {
    folder = await temporaryFolder();
    database = await openTestDatabase(driver);
    await replaceFingerprint(database, secretFingerprint(OLD));
  });
  afterEach(async () => {
    await database.close();
    await folder.remove();
  });

  test('what was sealed, signed and written under the old one is known under the new one alone', async () => {
    const before = await start(OLD);
    const [task, asset] = [await sealedTask(before), await picture(before)];
    const old = newId('task');
    const about = { tenantId: TENANT, operation: 'ID_PHOTO' };
    const sealed = new Sealer(before.secrets, 'seals').seal(JSON.stringify(PERSON), aboutOldTask(about));
    await before.create({ id: old, sealed });
    const hook = { id: newId('webhook'), tenantId: TENANT, apiKeyId: null, url: 'https://hooks.example/' };
    const secret = new Sealer(before.secrets, 'seals').seal('whsec_x', aboutWebhook(TENANT, hook.id));
    await insertWebhook(database, { ...hook, events: ['TASK_FAILED'], followsAll: true, secret }, 1);
    await before.create({ reference: 'person 1' });
    const consent = { purpose: 'x', noticeVersion: '1', givenBy: 'PERSON', guardian: null, givenAt: null } as const;
    const agree = (house: TaskHouse, taskId: string) =>
      database.transaction(sql =>
        house.consents.keep(sql, TENANT, taskId, house.consents.newId(), { ...consent, reference: 'form 1' }),
      );
    await agree(before, (await before.create()).id);
    await before.consents.withdraw(TENANT, { reference: 'form 1' }, ANYONE);
    const { jws } = await before.erasure.eraseReference(TENANT, 'person 1', ANYONE);
    await before.close();

    expect(await switchSecret(commandOf(NEW, OLD))).toBe(true);
    expect(await switchSecret(commandOf(NEW, OLD))).toBe(false);
    // Two keys, the text of version 1, the webhook's secret.
    expect(await moveAll(commandOf(NEW, OLD))).toEqual({ moved: 4, lost: 0 });
    expect(await moveAll(commandOf(NEW, OLD))).toEqual({ moved: 0, lost: 0 });

    const after = await start(NEW);
    const personal = new PersonalData(after.keys, new Sealer(after.secrets, 'seals'));
    for (const id of [task, old]) expect(await personal.open(await after.tasks.require(TENANT, id))).toEqual(PERSON);
    expect((await after.assets.bytesOf(TENANT, asset)).byteLength).toBe(FILE.bytes.byteLength);
    const [held] = await after.webhooks.list(TENANT);
    expect(new Sealer(after.secrets, 'seals').open(held!.secret, aboutWebhook(TENANT, hook.id))).toBe('whsec_x');
    expect(readReceipt(after.signing.all, jws)).toBeDefined();
    expect(readReceipt([after.signing.present], jws)).toBeUndefined();
    // Entries of before are found by the reference, which their HMAC does not show.
    const trail = await after.audit.trail(TENANT, { reference: 'person 1' }, 10);
    expect(trail.map(({ act }) => act)).toContain('REFERENCE_ERASED');
    // What was withdrawn stays so, though of its reference an HMAC is left.
    await expect(agree(after, old)).rejects.toMatchObject({ code: 'CONSENT_WITHDRAWN' });
    await after.create({ reference: 'person 1' });
    await after.audit.chain();
    expect(await after.audit.trail(TENANT, { reference: 'person 1' }, 10)).toHaveLength(trail.length + 1);
    const verdicts = await inSnapshot(database, sql => verifyAudit(sql, after.signing.all));
    expect(verdicts).toMatchObject([{ breaks: [] }]);
    await after.close();
    await expect(moveAll(commandOf(OLD))).resolves.toMatchObject({ moved: 0, lost: 5 });
  });

  test('and again: what is left of each secret is kept under the newest', async () => {
    const third = Buffer.from('a third secret, of the same length');
    const before = await start(OLD);
    await before.create({ reference: 'person 2' });
    await before.close();
    await switchSecret(commandOf(NEW, OLD));
    await moveAll(commandOf(NEW, OLD));
    await switchSecret(commandOf(third, NEW));
    await moveAll(commandOf(third, NEW));
    const after = await start(third);
    expect(await after.audit.trail(TENANT, { reference: 'person 2' }, 10)).toHaveLength(1);
    const known = after.signing.all.map(({ keyId }) => keyId);
    expect(known).toEqual([third, NEW, OLD].map(each => new SigningKeys(new Secrets([each])).present.keyId));
    await after.close();
  });

  test('a replica that has both goes on with the old one until the switch, and then takes the new one', async () => {
    const replica = await start(NEW, OLD);
    expect(replica.secrets.active).toBe(secretFingerprint(OLD));
    const links = new AssetLinks(replica.secrets, () => 'http://localhost', clock);
    const id = newId('asset');
    const queryOf = (url: string) => Object.fromEntries(new URL(url).searchParams);
    const given = queryOf(links.sign(id).url);
    expect(new AssetLinks(new Secrets([OLD]), () => '', clock).verify(id, given)).toBe('OK');
    await switchSecret(commandOf(NEW, OLD));
    expect(await followSecret({ database, secrets: replica.secrets })).toBe(true);
    expect(await followSecret({ database, secrets: replica.secrets })).toBe(false);
    expect(new AssetLinks(new Secrets([NEW]), () => '', clock).verify(id, queryOf(links.sign(id).url))).toBe('OK');
    // One that was given out before holds, as long as the secret of before is known.
    expect(links.verify(id, given)).toBe('OK');
    await replica.close();
  });

  test('is refused while a replica does not know the new one, and with secrets that are not its own', async () => {
    const replica = `insert into replicas (id, host, beat, secrets) values ('r', 'host-7', 1, $1::text[])`;
    await database.query(replica, [[secretFingerprint(OLD)]]);
    await expect(switchSecret(commandOf(NEW, OLD))).rejects.toThrow(/host-7/);
    await database.query(`update replicas set secrets = $1::text[]`, [[OLD, NEW].map(secretFingerprint)]);
    await expect(switchSecret(commandOf(NEW))).rejects.toMatchObject({ code: 'SECRET_DIFFERS' });
    expect(await switchSecret(commandOf(NEW, OLD))).toBe(true);
  });
});

const COMMAND = path.join(ROOT, 'dist', 'src', 'maintenance', 'rotate-secret.js');

function startCommand(environment: Record<string, string>): { child: ChildProcess; ended: Promise<[number, string]> } {
  const child = spawn(process.execPath, [COMMAND], { env: { PATH: process.env.PATH, ...environment } });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', chunk => {
      output += chunk;
    });
  return { child, ended: new Promise(resolve => child.once('close', code => resolve([code ?? -1, output]))) };
}

test('1,000 keys are rotated beside two replicas at work, by a command that is killed again and again', async () => {
  const place = await newPlace('postgres', 'newest');
  const servers: ServerProcess[] = [];
  let database: Database | undefined;
  try {
    await mkdir(place.dataDirectory, { recursive: true });
    const of = (secret: Buffer, previous?: Buffer) => ({
      ...place.environment,
      DARKROOM_SECRET: String(secret),
      ...(previous === undefined ? {} : { DARKROOM_PREVIOUS_SECRETS: String(previous) }),
      DARKROOM_ENCRYPT_ASSETS: 'yes',
      DARKROOM_SANDBOX: 'off',
      DARKROOM_ENGINE_WORKERS: '1',
    });
    const command = of(NEW, OLD);
    database = await place.open();
    await replaceFingerprint(database, secretFingerprint(OLD));
    const { ids, tasks } = await seed(place, database);
    for (const _ of [1, 2]) servers.push(await spawnServer(place.dataDirectory, of(NEW, OLD)));

    const photo = new Blob([await readFile(path.join(ROOT, 'test', 'fixtures', 'astronaut.png'))]);
    const upload = 'mutation ($file: Upload!) { uploadPhoto(file: $file) { id url } }';
    const made: { id: string; url: string }[] = [];
    const once = async (index: number) => {
      const { url } = servers[index % 2]!;
      made.push((await ask(url, upload, { file: photo })).uploadPhoto);
      // What one replica made, the other one serves.
      const link = new URL(made.at(-1)!.url);
      link.port = new URL(servers[(index + 1) % 2]!.url).port;
      expect((await fetch(link)).status).toBe(200);
    };
    await once(0);
    let rotating = true;
    const requests = (async () => {
      for (let index = 1; rotating; index += 1) await once(index);
    })();
    for (let kills = 0; kills < 4; kills += 1) {
      const { child, ended } = startCommand(command);
      await sleep(400 + kills * 150);
      child.kill('SIGKILL');
      await ended;
    }
    const began = performance.now();
    const [code, output] = await startCommand(command).ended;
    const seconds = (performance.now() - began) / 1_000;
    rotating = false;
    await requests;
    expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining('it may go') });
    expect(seconds).toBeLessThan(60);

    // The old one is of no use any more, and the new one opens everything.
    const [alone, old] = [
      keysIn(place.dataDirectory, new Secrets([NEW])),
      keysIn(place.dataDirectory, new Secrets([OLD])),
    ];
    for (const id of [...ids, ...made.map(({ id }) => id)]) {
      expect(await alone.find(id)).toHaveLength(32);
      await expect(old.find(id)).rejects.toMatchObject({ code: 'INTERNAL' });
    }
    for (const server of servers.splice(0)) await server.kill('SIGTERM');
    servers.push(await spawnServer(place.dataDirectory, of(NEW)));
    const { node } = await ask(servers[0]!.url, 'query ($id: ID!) { node(id: $id) { ... on Asset { url } } }', {
      id: made[0]!.id,
    });
    expect((await fetch(node.url)).status).toBe(200);
    const personal = new PersonalData(alone, new Sealer(new Secrets([NEW]), 'seals'));
    const rows = await database.query<{ id: string; tenantId: string; operation: string; sealed: string }>(
      'select id, tenant_id as "tenantId", operation, sealed from tasks where id = any($1::text[])',
      [tasks],
    );
    for (const row of rows) expect(await personal.open(row)).toEqual(PERSON);
    expect(rows).toHaveLength(tasks.length);
  } finally {
    for (const server of servers) await server.kill('SIGKILL');
    await database?.close();
    await place.remove();
  }
}, 180_000);

/** Open tasks with a key each, which no server works on, and keys of pictures. */
async function seed(place: Place, database: Database): Promise<{ ids: string[]; tasks: string[] }> {
  const secrets = new Secrets([OLD]);
  const given = { database: lend(database), dataDirectory: place.dataDirectory, secrets, encryptAssets: true };
  const house = await openTaskHouse({}, {}, given);
  const [tasks, assets]: [string[], string[]] = [[], []];
  for (let index = 0; index < 50; index += 1) {
    tasks.push(...(await Promise.all(Array.from({ length: 10 }, () => sealedTask(house)))));
    assets.push(...(await Promise.all(Array.from({ length: 10 }, () => picture(house)))));
  }
  await database.query(`update task_queue set due_at = now() + interval '1 hour'`);
  await house.close();
  return { ids: [...tasks, ...assets], tasks };
}

test('an embedded house gets a new secret by the command, and goes on where that was interrupted', async () => {
  const folder = await temporaryFolder();
  const file = path.join(folder.path, 'secret');
  const environment = { DARKROOM_DATA_DIR: folder.path };
  const start = () =>
    spawnServer(folder.path, { DARKROOM_ENCRYPT_ASSETS: 'yes', DARKROOM_SANDBOX: 'off', DARKROOM_ENGINE_WORKERS: '1' });
  let server = await start();
  try {
    const photo = new Blob([await readFile(path.join(ROOT, 'test', 'fixtures', 'astronaut.png'))]);
    const { uploadPhoto } = await ask(server.url, 'mutation ($file: Upload!) { uploadPhoto(file: $file) { id url } }', {
      file: photo,
    });
    // Beside a server it is refused.
    expect(await startCommand(environment).ended).toMatchObject([1, expect.stringContaining('is in use by process')]);
    await server.kill('SIGTERM');
    const first = (await readFile(file, 'utf8')).trim();
    const served = async () => {
      const link = new URL(uploadPhoto.url);
      link.port = new URL(server.url).port;
      return (await fetch(link)).status;
    };

    const [code, output] = await startCommand(environment).ended;
    // The key of the photo, and that of its original.
    expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining('put under it: 2') });
    const second = (await readFile(file, 'utf8')).trim();
    expect(second).not.toBe(first);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(`${file}.previous`, 'utf8')).toBe(`${first}\n`);
    server = await start();
    // A link that was given out before holds.
    expect(await served()).toBe(200);
    await server.kill('SIGTERM');

    // Without the secret of before the link ends, and the photo opens all the same.
    await rm(`${file}.previous`);
    server = await start();
    expect(await served()).toBe(403);
    const { node } = await ask(server.url, 'query ($id: ID!) { node(id: $id) { ... on Asset { url } } }', {
      id: uploadPhoto.id,
    });
    expect((await fetch(node.url)).status).toBe(200);
    await server.kill('SIGTERM');

    // As if the command had died once the files were written: it makes no third one.
    await writeFile(`${file}.previous`, `${second}\n`);
    await writeFile(file, 'f'.repeat(64));
    expect((await startCommand(environment).ended)[0]).toBe(0);
    expect(await readFile(file, 'utf8')).toBe('f'.repeat(64));
    await rm(`${file}.previous`);
    server = await start();
    expect(server.log()).not.toContain('another one than before');
  } finally {
    await server.kill('SIGKILL');
    await folder.remove();
  }
}, 120_000);
