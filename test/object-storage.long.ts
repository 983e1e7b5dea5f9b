import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { BucketConfig } from '../src/config.js';
import { ROOT } from '../src/kernel/paths.js';
import { MIGRATIONS } from '../src/store/migrate.js';
import { ask } from './kill-clients.js';
import { type ServerProcess, spawnServer, temporaryFolder } from './running-server.js';
import { hasS3, S3_LACKS, type S3Server, startS3 } from './s3-server.js';
import { createPostgresDatabase } from './store-setup.js';

const PORTRAIT = new Blob([readFileSync(path.join(ROOT, 'test', 'fixtures', 'astronaut.png'))]);
const SECRET = 'a secret of thirty-two characters at least';
const QUIET = { DARKROOM_SANDBOX: 'off', DARKROOM_ENGINE_WORKERS: '1' };
const TASK = `query ($id: ID!) { task(id: $id) { state failure { code } ... on IdPhotoTask { photos { clean { url bytes } } } } }`;

const variablesOf = (bucket: BucketConfig) => ({
  DARKROOM_ASSETS: `s3://${bucket.bucket}/${bucket.prefix}`,
  DARKROOM_S3_ENDPOINT: bucket.endpoint,
  DARKROOM_S3_ADDRESSING: bucket.addressing,
  DARKROOM_S3_ACCESS_KEY: bucket.accessKeyId,
  DARKROOM_S3_SECRET_KEY: bucket.secretAccessKey,
});

const upload = async (url: string): Promise<string> =>
  (await ask(url, 'mutation ($file: Upload!) { uploadPhoto(file: $file) { id } }', { file: PORTRAIT })).uploadPhoto.id;

const create = async (url: string, assetId: string): Promise<string> =>
  (
    await ask(url, 'mutation ($input: CreateIdPhotoInput!) { createIdPhoto(input: $input) { id } }', {
      input: { photo: { assetId }, specId: 'yi-cun-295x413' },
    })
  ).createIdPhoto.id;

interface Ended {
  state: string;
  failure: { code: string } | null;
  photos?: { clean: { url: string; bytes: number } }[];
}

async function ended(url: string, id: string): Promise<Ended> {
  for (let tries = 0; tries < 600; tries += 1) {
    const { task } = await ask(url, TASK, { id });
    if (task.state !== 'QUEUED' && task.state !== 'RUNNING') return task;
    await sleep(100);
  }
  throw new Error('the task did not end');
}

/** A busy machine may stop an image worker for being slow: asked again, as a client is told to. */
async function make(url: string, assetId: string): Promise<{ id: string; ended: Ended }> {
  for (let tries = 0; ; tries += 1) {
    const id = await create(url, assetId);
    const task = await ended(url, id);
    if (task.failure?.code !== 'ENGINE_TIMEOUT' || tries === 2) return { id, ended: task };
  }
}

const assetOf = async (url: string, id: string): Promise<{ url: string; bytes: number }> =>
  (await ask(url, 'query ($id: ID!) { node(id: $id) { ... on Asset { url bytes } } }', { id })).node;

async function download({ url }: { url: string }): Promise<number> {
  const answer = await fetch(url);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
  return (await answer.arrayBuffer()).byteLength;
}

async function readiness(url: string): Promise<string[]> {
  const { errors = [] } = (await (await fetch(`${url}/health/ready`)).json()) as { errors?: { message: string }[] };
  return errors.map(({ message }) => message);
}

const command = (name: string, words: string[], environment: Record<string, string>) =>
  promisify(execFile)(process.execPath, [path.join(ROOT, 'dist', 'src', 'maintenance', `${name}.js`), ...words], {
    env: { PATH: process.env.PATH, ...environment },
  });

(hasS3 ? describe : describe.skip)(`servers on a bucket${S3_LACKS}`, () => {
  let s3: S3Server;
  const servers: ServerProcess[] = [];
  const closing: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    s3 = await startS3();
  });
  afterAll(() => s3.close());
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.kill('SIGKILL');
    for (const close of closing.splice(0).reverse()) await close();
  });

  const start = async (folder: string, environment: Record<string, string>) => {
    const server = await spawnServer(folder, { ...QUIET, ...environment });
    servers.push(server);
    return server;
  };
  const newFolder = async () => {
    const folder = await temporaryFolder();
    closing.push(() => folder.remove());
    return folder.path;
  };

  test('two replicas share one bucket and no disk; while it hangs nothing is lost, and readiness says so', async () => {
    const { url: DATABASE_URL, drop } = await createPostgresDatabase(MIGRATIONS);
    closing.push(drop);
    const bucket = await s3.newBucket('shop');
    const shared = { ...variablesOf(bucket), DATABASE_URL, DARKROOM_SECRET: SECRET, DARKROOM_ENCRYPT_ASSETS: 'yes' };
    const api = await start(await newFolder(), { ...shared, DARKROOM_ROLE: 'api' });
    const worker = await start(await newFolder(), { ...shared, DARKROOM_ROLE: 'worker' });
    expect([await readiness(api.url), await readiness(worker.url)]).toEqual([[], []]);
    const photo = await upload(api.url);
    const { ended: made } = await make(api.url, photo);
    expect(made).toMatchObject({ state: 'SUCCEEDED' });
    const { clean } = made.photos![0]!;
    expect(await download(clean)).toBe(clean.bytes);

    s3.freeze();
    const during = await create(api.url, photo);
    await expect(upload(api.url)).rejects.toThrow(/STORAGE_UNAVAILABLE/);
    let said: string[] = [];
    for (let tries = 0; said.length === 0 && tries < 60; tries += 1) said = await readiness(api.url);
    expect(said).toEqual([expect.stringMatching(/^BUCKET_UNAVAILABLE: /)]);
    s3.thaw();
    const after = await ended(api.url, during);
    if (after.failure?.code !== 'ENGINE_TIMEOUT') expect(after).toMatchObject({ state: 'SUCCEEDED' });
    for (const secret of [bucket.secretAccessKey, bucket.accessKeyId])
      expect(api.log() + worker.log()).not.toContain(secret);
  }, 180_000);

  test('a house moves from its disk to a bucket, leads links on to it, and is backed up and restored from there', async () => {
    const folder = await newFolder();
    const bucket = await s3.newBucket('one');
    const onDisk = await start(folder, {});
    const photo = await upload(onDisk.url);
    await onDisk.kill('SIGTERM');

    const { DARKROOM_ASSETS, ...reach } = variablesOf(bucket);
    const moved = await command('move-assets', ['--to', DARKROOM_ASSETS], { DARKROOM_DATA_DIR: folder, ...reach });
    expect(moved.stdout).toContain('is the place of the pictures now');
    await expect(start(folder, {})).rejects.toThrow(/DARKROOM_ASSETS/);

    const inBucket = { ...reach, DARKROOM_ASSETS, DARKROOM_ASSET_LINKS: 'presigned' };
    const server = await start(folder, inBucket);
    const whole = await assetOf(server.url, photo);
    const onward = await fetch(whole.url, { redirect: 'manual' });
    expect(onward.status).toBe(302);
    expect(onward.headers.get('location')).toMatch(`${bucket.endpoint}/${bucket.bucket}/one/assets/`);
    expect(await download(whole)).toBe(whole.bytes);
    await server.kill('SIGTERM');

    const backup = path.join(await newFolder(), 'backup');
    await command('maintain', ['backup', '--with-secret', backup], { DARKROOM_DATA_DIR: folder, ...inBucket });
    const elsewhere = { ...inBucket, DARKROOM_ASSETS: `s3://${bucket.bucket}/restored` };
    const restored = await newFolder();
    const said = await command('maintain', ['restore', backup], { DARKROOM_DATA_DIR: restored, ...elsewhere });
    expect(said.stdout).toContain('Pictures that were put back: 2.');
    const again = await start(restored, elsewhere);
    expect(await download(await assetOf(again.url, photo))).toBe(whole.bytes);

    const checked = await command('bucket', ['check'], { DARKROOM_DATA_DIR: restored, ...elsewhere });
    expect(checked.stdout.match(/^ok/gm)).toHaveLength(5);
    const rules = await command('bucket', ['lifecycle'], { DARKROOM_DATA_DIR: restored, ...elsewhere });
    const { Rules } = JSON.parse(rules.stdout) as { Rules: { Filter: { Prefix: string }; Status: string }[] };
    expect(Rules.length).toBeGreaterThan(0);
    for (const { Filter, Status } of Rules)
      expect({ Filter, Status }).toMatchObject({ Filter: { Prefix: expect.any(String) }, Status: 'Enabled' });
  }, 180_000);

  test('a wrong key and a bucket that there is not stop the start, and no value is printed', async () => {
    const folder = await newFolder();
    const right = variablesOf(await s3.newBucket());
    const secret = 'not-the-secret-of-anybody';
    await expect(start(folder, { ...right, DARKROOM_S3_SECRET_KEY: secret })).rejects.toThrow(
      /^(?=.*The bucket refuses the access key)(?!.*not-the-secret)/s,
    );
    await expect(start(folder, { ...right, DARKROOM_ASSETS: 's3://no-such-bucket' })).rejects.toThrow(
      /There is no such bucket/,
    );
  }, 180_000);
});
