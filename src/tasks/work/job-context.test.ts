import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Call, Capability, DataSource, Operation } from '../../../datasources/contract.js';
import { JOB, openTaskHouse, type TaskHouse, TENANT } from '../../../test/task-house.js';
import { ANYONE } from '../../audit/acts.js';
import { ROOT } from '../../kernel/paths.js';
import { Sealer } from '../../kernel/seal.js';
import type { Task } from '../../store/task.js';
import { createJobContext, sealedAbout } from './job-context.js';

const PORTRAIT = readFileSync(path.join(ROOT, 'test', 'fixtures', 'astronaut.png'));
let house: TaskHouse;
let asset: string;
beforeAll(async () => {
  house = await openTaskHouse();
  asset = (await house.assets.storeUpload(TENANT, PORTRAIT, ANYONE)).id;
});
afterAll(() => house.close());

const sealer = new Sealer(Buffer.alloc(32, 7));

interface Setting {
  task?: Partial<Task>;
  link?: string;
  origins?: string[];
  photoLimits?: { maxBytes: number };
}

function open({ task = {}, link = 'https://photos.example.com/a', origins = [], photoLimits }: Setting = {}) {
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
  const source: DataSource = { vendor: 'LEQI', sandbox: false, capabilities: {}, origins, limits };
  const context = createJobContext(
    {
      assets: house.assets,
      fitter: {
        fit: async (bytes, asked) => {
          fits.push(asked);
          return { bytes: bytes.subarray(0, 100_000) };
        },
      },
      sealer,
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
  const about = sealedAbout(TENANT, 'FACE_VERIFICATION');
  const sealed = sealer.seal(JSON.stringify(person), about);

  test('gives what was sealed for this tenant and this operation', () => {
    const task = { sealed, operation: 'FACE_VERIFICATION' } as Partial<Task>;
    expect(open({ task }).context.open(CALL)).toEqual(person);
  });

  test.each([
    ['another tenant', { tenantId: 'another', operation: 'FACE_VERIFICATION' }],
    ['another operation', { operation: 'RESTORATION' }],
  ] as const)('of %s does not open', (_, over) => {
    const { context } = open({ task: { sealed, ...over } as Partial<Task> });
    expect(() => context.open(CALL)).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
  });

  test('throws where there is nothing to open: the data were erased', () => {
    expect(() => open().context.open(CALL)).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
  });
});
