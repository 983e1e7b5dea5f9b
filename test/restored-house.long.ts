import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { TaskUpdatedDocument, VerifyFaceDocument } from '../client/generated.js';
import { ROOT } from '../src/kernel/paths.js';
import { newPlace, type Place } from './backup-house.js';
import { startCountingVendor } from './counting-vendor.js';
import { ask, colorOf, type Listed, listTasks } from './kill-clients.js';
import { nodeClient } from './node-client.js';
import { findIn } from './personal-traces.js';
import { type ServerProcess, spawnServer, temporaryFolder } from './running-server.js';
import { DRIVERS } from './store-setup.js';

const PORTRAIT = path.join(ROOT, 'test', 'fixtures', 'astronaut.png');
const DAY_MS = 86_400_000;
const JOBS = 12;
/** As many calls as the vendor takes at once, so that what comes after them waits. */
const HELD = 4;

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const clean of cleanUps.splice(0).reverse()) await clean();
});
async function place(...given: Parameters<typeof newPlace>): Promise<Place> {
  const made = await newPlace(...given);
  cleanUps.push(() => made.remove());
  return made;
}
async function start({ dataDirectory, environment }: Place, more: Record<string, string>): Promise<ServerProcess> {
  await mkdir(dataDirectory, { recursive: true });
  const server = await spawnServer(dataDirectory, { DARKROOM_ENGINE_WORKERS: '1', ...environment, ...more });
  cleanUps.push(() => server.kill('SIGKILL'));
  return server;
}
async function backupFolder(): Promise<string> {
  const folder = await temporaryFolder();
  cleanUps.push(() => folder.remove());
  return path.join(folder.path, 'backup');
}

async function order(url: string, assetId: string, number: number): Promise<string> {
  const { changeBackground } = await ask(
    url,
    'mutation ($input: ChangeBackgroundInput!) { changeBackground(input: $input) { id } }',
    {
      input: {
        photo: { assetId },
        background: { color: colorOf(number) },
        vendor: 'FANGTANG',
        idempotencyKey: `order ${number}`,
        reference: `order ${number}`,
      },
    },
  );
  return changeBackground.id;
}

const isPaid = (attempts: Listed['attempts']) => attempts.some(({ billed }) => billed === 'YES');

async function untilSettled(url: string, isOpenToo: (task: Listed) => boolean = () => false): Promise<Listed[]> {
  for (;;) {
    const tasks = await listTasks(url);
    if (!tasks.some(task => task.state === 'QUEUED' || task.state === 'RUNNING' || isOpenToo(task))) return tasks;
    await sleep(100);
  }
}

test.each(DRIVERS)(
  'of 12 jobs on %s, some sent before the backup and some after it, none is billed again by the restored house',
  async driver => {
    const vendor = await startCountingVendor();
    cleanUps.push(() => vendor.close());
    const variables = { ...vendor.environment('r0'), DARKROOM_SANDBOX: 'off' };
    const from = await place(driver);
    let server = await start(from, variables);
    const { uploadPhoto } = await ask(server.url, 'mutation ($file: Upload!) { uploadPhoto(file: $file) { id } }', {
      file: new Blob([await readFile(PORTRAIT)]),
    });
    const held = Array.from({ length: HELD }, () => vendor.hold('r0', 3));
    const ids: string[] = [];
    for (let number = 1; number <= JOBS; number += 1) ids.push(await order(server.url, uploadPhoto.id, number));
    const uploads = await Promise.all(held);

    // Embedded: the server dies with what it has in hand. Postgres: it goes on while the backup is made.
    if (driver === 'pglite') await server.kill('SIGKILL');
    const backup = await backupFolder();
    expect(await from.run('backup', backup)).toMatchObject({ code: 0, stderr: '' });
    const sentBefore = vendor.charged.size;
    expect(sentBefore).toBeGreaterThanOrEqual(HELD);
    expect(sentBefore).toBeLessThan(JOBS);
    for (const upload of uploads) upload.answer();
    if (driver === 'pglite') server = await start(from, variables);
    await untilSettled(server.url);
    const after = await order(server.url, uploadPhoto.id, JOBS + 1);
    await untilSettled(server.url);
    await server.kill('SIGTERM');
    expect([...vendor.charged.values()]).toEqual(Array(JOBS + 1).fill(1));

    const to = await place(driver);
    const restored = await to.run('restore', backup);
    expect(restored).toMatchObject({ code: 0, stderr: '' });
    expect(restored.stdout).toContain('is gone, with its idempotency keys');
    const again = await start(to, variables);
    // What a vendor is asked about ends well, though it waited for a person meanwhile.
    const tasks = await untilSettled(again.url, ({ state, attempts }) => state === 'NEEDS_REVIEW' && isPaid(attempts));
    expect(tasks.map(({ id }) => id).sort()).toEqual([...ids].sort());
    // Longer than the worker needs to look at everything that is due.
    await sleep(1_500);
    expect([...vendor.charged.values()]).toEqual(Array(JOBS + 1).fill(1));

    // Nothing is hidden: what is not known to be charged is in doubt, and each doubt waits for a person.
    for (const { state, attempts } of tasks) {
      expect(['SUCCEEDED', 'NEEDS_REVIEW']).toContain(state);
      expect(attempts.filter(({ billed }) => billed !== 'NO')).toHaveLength(1);
    }
    const { usage } = await ask(
      again.url,
      'query ($from: DateTime!, $to: DateTime!) { usage(from: $from, to: $to) { units unitsInDoubt } }',
      { from: new Date(Date.now() - DAY_MS).toISOString(), to: new Date(Date.now() + DAY_MS).toISOString() },
    );
    expect(usage[0].units + usage[0].unitsInDoubt).toBe(JOBS);
    expect(usage[0].unitsInDoubt).toBe(tasks.filter(({ state }) => state === 'NEEDS_REVIEW').length);

    // A request of the backup that is repeated finds its task; one that came later is unknown, and the log says from when.
    expect(await order(again.url, uploadPhoto.id, 1)).toBe(ids[0]);
    expect(ids).not.toContain(after);
    const { takenAt } = JSON.parse(await readFile(path.join(backup, 'manifest.json'), 'utf8'));
    const told = again
      .log()
      .split('\n')
      .find(line => line.includes('this house was restored'));
    expect(JSON.parse(told!)).toMatchObject({ level: 40, backupOf: takenAt, restoredAt: expect.any(String) });
    expect(vendor.charged.size).toBe(JOBS + 1);
  },
  240_000,
);

const PERSON = { name: '钟离匿名', idNumber: '110101190001010006' };

test.each(DRIVERS)(
  'the name and the number of a task that has ended are in no byte of a backup of %s',
  async driver => {
    const from = await place(driver);
    const server = await start(from, { DARKROOM_SANDBOX: 'on' });
    const client = nodeClient(server.url);
    const { task } = await client.mutate(VerifyFaceDocument, {
      input: {
        ...PERSON,
        photo: { base64: (await readFile(PORTRAIT)).toString('base64') },
        consent: { reference: 'R-1', purpose: '入职', noticeVersion: '1' },
        vendor: 'SANDBOX',
      },
    });
    let state = '';
    for await (const { taskUpdated } of client.subscribe(TaskUpdatedDocument, { id: task.id, afterSequence: null }))
      state = taskUpdated.state;
    expect(state).toBe('SUCCEEDED');
    if (driver === 'pglite') await server.kill('SIGTERM');
    const backup = await backupFolder();
    expect(await from.run('backup', '--with-secret', backup)).toMatchObject({ code: 0 });
    expect(findIn(backup, '', Object.values(PERSON))).toEqual([]);
    // The search itself can find: the consent is kept in plain words.
    expect(findIn(backup, '', ['入职'])).not.toEqual([]);
    // Nor is what was sealed there under a key that lies beside it.
    const rows = await readFile(path.join(backup, 'rows', 'tasks.jsonl'), 'utf8');
    expect(rows).toContain(task.id);
    expect(rows).not.toContain('v1.');
  },
  60_000,
);
