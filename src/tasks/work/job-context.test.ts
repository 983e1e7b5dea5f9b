import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Call, Capability, DataSource, Operation } from '../../../datasources/contract.js';
import { plainPng } from '../../../test/plain-png.js';
import { JOB, openTaskHouse, type TaskHouse, TENANT } from '../../../test/task-house.js';
import { ANYONE } from '../../audit/acts.js';
import { newId } from '../../kernel/ids.js';
import { ROOT } from '../../kernel/paths.js';
import { Sealer } from '../../kernel/seal.js';
import { aboutOldTask } from '../../sealing/abouts.js';
import { PersonalData } from '../../sealing/personal-data.js';
import type { Task } from '../../store/task.js';
import { createJobContext } from './job-context.js';

const PORTRAIT = readFileSync(path.join(ROOT, 'test', 'fixtures', 'astronaut.png'));
let house: TaskHouse;
let asset: string;
let sealer: Sealer;
let personal: PersonalData;
beforeAll(async () => {
  house = await openTaskHouse();
  sealer = new Sealer(house.secrets, 'seals');
  personal = new PersonalData(house.keys, sealer);
  asset = (await house.assets.storeUpload(TENANT, PORTRAIT, ANYONE)).id;
});
afterAll(() => house.close());

interface Setting {
  task?: Partial<Task>;
  link?: string;
  origins?: string[];
  photoLimits?: { maxBytes: number };
  inProcess?: boolean;
}

function open({
  task = {},
  link = 'https://photos.example.com/a',
  origins = [],
  photoLimits,
  inProcess,
}: Setting = {}) {
  const links: [string, boolean][] = [];
  const fits: object[] = [];
  const capability: Capability<Operation> = {
    bills: true,
    parts: () => 1,
    units: () => 1,
    fit: () => ({ refused: [], ignored: [] }),
    submit: () => Promise.reject(new Error('nothing is sent')),
    ...(photoLimits && { photoLimits }),
  };
  const limits = { concurrency: 1, requestsPerSecond: 1 };
  const source: DataSource = {
    vendor: 'LEQI',
    sandbox: false,
    inProcess: inProcess ?? false,
    capabilities: {},
    origins,
    limits,
  };
  const context = createJobContext(
    {
      assets: house.assets,
      fitter: {
        fit: async (bytes, asked) => {
          fits.push(asked);
          return { bytes: bytes.subarray(0, 100_000) };
        },
      },
      personal,
      link: (id, sandbox) => {
        links.push([id, sandbox]);
        return link;
      },
    },
    { operation: 'ID_PHOTO', input: JOB, tenantId: TENANT, sealed: null, ...task } as Task,
    source,
    capability,
    new AbortController().signal,
    { report: () => {}, sent: () => {} },
  );
  return { context, links, fits };
}

test('an original is read by what works in this process, and by no vendor', async () => {
  const sent = plainPng(90);
  const { id } = await house.assets.storeUpload(TENANT, sent, ANYONE);
  await expect(open({}).context.original(id)).rejects.toMatchObject({ code: 'INTERNAL' });
  expect(Buffer.from(await open({ inProcess: true }).context.original(id))).toEqual(sent);
});

describe('photoUrl', () => {
  test.each([
    ['http://127.0.0.1:4000/a'],
    ['http://localhost:4000/a'],
    ['http://darkroom.local/a'],
    ['http://darkroom.lan/a'],
    ['http://api.internal/a'],
    ['http://192.168.1.7/a'],
    ['http://10.0.0.8/a'],
    ['http://[::1]:4000/a'],
    ['http://[fd00::1]/a'],
    ['http://169.254.169.254/a'],
  ])('%s cannot be reached from out there', async link => {
    await expect(open({ link }).context.photoUrl(asset)).rejects.toMatchObject({ code: 'PUBLIC_URL_NEEDED' });
    // A vendor with a public origin of its own stands out there all the same.
    const origins = ['https://vendor.example.com'];
    await expect(open({ link, origins }).context.photoUrl(asset)).rejects.toMatchObject({ code: 'PUBLIC_URL_NEEDED' });
  });

  test.each([
    ['https://photos.example.com/a', []],
    ['https://203.0.114.9/a', []],
    ['https://locals.example.com/a', []],
    ['http://127.0.0.1:4000/a', ['http://127.0.0.1:9000']],
    ['http://192.168.1.7/a', ['https://vendor.example.com', 'http://vendor.lan']],
  ])('%s can be reached by a vendor at %j', async (link, origins) => {
    expect(await open({ link, origins }).context.photoUrl(asset)).toBe(link);
  });

  test('no smaller copy is made for a vendor that cannot reach us', async () => {
    const { context, fits } = open({ link: 'http://127.0.0.1:4000/a', photoLimits: { maxBytes: 100_000 } });
    await expect(context.photoUrl(asset)).rejects.toMatchObject({ code: 'PUBLIC_URL_NEEDED' });
    expect(fits).toEqual([]);
  });

  test('is of the photo itself where the vendor has no limits', async () => {
    const { context, links } = open();
    await context.photoUrl(asset);
    expect(new Set(links.map(link => link.join(' ')))).toEqual(new Set([`${asset} false`]));
  });

  test('is of a fitted photo where it has, which ends when the photo does', async () => {
    const { context, links, fits } = open({ photoLimits: { maxBytes: 100_000 } });
    await context.photoUrl(asset);
    const [fitted] = links.at(-1)!;
    expect(fitted).not.toBe(asset);
    const rows = await house.assets.find(TENANT, [asset, fitted]);
    expect(rows.find(({ id }) => id === fitted)).toMatchObject({ kind: 'INPUT', bytes: 100_000, purgedAt: null });
    expect(new Set(rows.map(({ expiresAt }) => expiresAt.getTime())).size).toBe(1);
    expect(fits).toEqual([{ maxBytes: 100_000 }]);
  });
});

describe('photo', () => {
  test('is as it is kept, or fitted to the limits of the vendor', async () => {
    expect((await open().context.photo(asset)).byteLength).toBe(PORTRAIT.byteLength);
    expect((await open({ photoLimits: { maxBytes: 100_000 } }).context.photo(asset)).byteLength).toBe(100_000);
  });

  test('of another tenant is none', async () => {
    await expect(open({ task: { tenantId: 'another' } }).context.photo(asset)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

describe('open', () => {
  const CALL: Call<'FACE_VERIFICATION'> = {
    operation: 'FACE_VERIFICATION',
    job: {},
    photos: { photo: 'asset_1' },
    part: 0,
  };
  const person = { name: '试无名', idNumber: '110101190001011009' };
  const id = newId('task');
  let task: Partial<Task>;
  beforeAll(async () => {
    const sealed = await personal.seal({ id, tenantId: TENANT }, person);
    task = { id, sealed, operation: 'FACE_VERIFICATION' };
  });

  test('gives what was sealed for this task', async () => {
    expect(await open({ task }).context.open(CALL)).toEqual(person);
  });

  test('gives what was sealed before tasks had keys, as long as such a task is open', async () => {
    const old = { tenantId: TENANT, operation: 'FACE_VERIFICATION' } as const;
    const sealed = sealer.seal(JSON.stringify(person), aboutOldTask(old));
    expect(await open({ task: { ...old, id: newId('task'), sealed } }).context.open(CALL)).toEqual(person);
    await expect(open({ task: { ...old, sealed, operation: 'RESTORATION' } }).context.open(CALL)).rejects.toMatchObject(
      { code: 'INTERNAL' },
    );
  });

  test('of another tenant does not open', async () => {
    const moved = { ...task, tenantId: 'another' };
    await expect(open({ task: moved }).context.open(CALL)).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  test('of another task does not open, whether that has a key or none', async () => {
    const other = newId('task');
    const moved = { ...task, id: other };
    await expect(open({ task: moved }).context.open(CALL)).rejects.toMatchObject({ code: 'PERSONAL_DATA_GONE' });
    await personal.seal({ id: other, tenantId: TENANT }, person);
    await expect(open({ task: moved }).context.open(CALL)).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  test('says that there is nothing to open where the data were erased', async () => {
    await expect(open().context.open(CALL)).rejects.toMatchObject({ code: 'PERSONAL_DATA_GONE' });
    await personal.forget(id);
    await expect(open({ task }).context.open(CALL)).rejects.toMatchObject({ code: 'PERSONAL_DATA_GONE' });
  });
});
