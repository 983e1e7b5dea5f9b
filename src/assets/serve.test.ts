import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { keysIn } from '../../test/task-house.js';
import { DarkroomError } from '../kernel/errors.js';
import { newId } from '../kernel/ids.js';
import { LIMITS } from '../kernel/limits.js';
import { Secrets } from '../kernel/secrets.js';
import { DiskFiles } from './disk-files.js';
import { AssetLinks } from './links.js';
import { Pictures } from './pictures.js';
import { type ServedAsset, type ServeParts, serveAsset } from './serve.js';

const id = newId('asset');
const clock = { time: Date.UTC(2026, 10, 21, 12, 0, 1), now: () => clock.time };
const start = clock.time;
const links = new AssetLinks(new Secrets([Buffer.alloc(32, 1)]), () => 'https://photos.example', clock);
let directory: string;
let parts: ServeParts;

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'darkroom-serve-'));
  const files = new DiskFiles(directory);
  await files.write(id, Buffer.from('photo'));
  const pictures = new Pictures(files, keysIn(directory), false);
  parts = {
    open: picture => pictures.open(picture),
    links,
    clock,
    // As a job does that had to wait for a worker.
    thumbnail: async (_id, bytes, widthPx) => {
      await bytes();
      return { bytes: Buffer.from(`${await bytes()} of ${widthPx}`), mime: 'image/webp' };
    },
    errorOfMissing: async () => new DarkroomError('PHOTO_MISSING'),
    find: async asset =>
      asset === id
        ? { id, tenantId: 'default', kind: 'INPUT', mime: 'image/jpeg', sha256: 'ab'.repeat(32) }
        : undefined,
  };
});

afterEach(() => {
  clock.time = start;
});

afterAll(() => rm(directory, { recursive: true }));

function queryOf(asset: string): Record<string, string> {
  return Object.fromEntries(new URL(links.sign(asset).url).searchParams);
}

async function bodyOf({ body }: ServedAsset): Promise<string> {
  return (await buffer(body)).toString();
}

test('a good link gives the file with headers that let a browser do nothing but save or show it', async () => {
  clock.time += 10_000;
  const answer = await serveAsset(parts, id, queryOf(id));
  expect(answer.headers).toEqual({
    'content-type': 'image/jpeg',
    'content-length': '5',
    'content-disposition': `attachment; filename="${id}.jpg"`,
    'cache-control': expect.stringMatching(/^private, max-age=\d+, immutable$/),
    'content-security-policy': "default-src 'none'; sandbox",
    'cross-origin-resource-policy': 'cross-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    etag: `"${'ab'.repeat(32)}"`,
  });
  const age = Number(/max-age=(\d+)/.exec(answer.headers['cache-control']!)![1]);
  expect(age).toBe((links.sign(id).expiresAt.getTime() - clock.time) / 1_000);
  expect(await bodyOf(answer)).toBe('photo');
});

test('a wrong link and an expired one are refused, and neither says whether the asset exists', async () => {
  const query = queryOf(id);
  const find = jest.fn(parts.find);
  const wrong = serveAsset({ ...parts, find }, id, { ...query, signature: 'x'.repeat(43) });
  await expect(wrong).rejects.toMatchObject({ code: 'LINK_INVALID' });
  clock.time += 2 * LIMITS.asset.urlMs;
  await expect(serveAsset({ ...parts, find }, id, query)).rejects.toMatchObject({ code: 'LINK_EXPIRED' });
  expect(find).not.toHaveBeenCalled();
});

test('a good link to a purged asset, or to a file that should be there and is not, says which', async () => {
  const gone = newId('asset');
  const purged = serveAsset(parts, gone, queryOf(gone));
  const lost = serveAsset(
    { ...parts, find: async () => ({ ...(await parts.find(id))!, id: gone }) },
    gone,
    queryOf(gone),
  );
  await expect(purged).rejects.toMatchObject({ code: 'PHOTO_GONE' });
  await expect(lost).rejects.toMatchObject({ code: 'PHOTO_MISSING' });
});

test('a kind of file that we do not make is sent as mere bytes', async () => {
  const find = async () => ({ id, tenantId: 'default', kind: 'RESULT' as const, mime: 'text/html', sha256: 'x' });
  const answer = await serveAsset({ ...parts, find }, id, queryOf(id));
  expect(answer.headers).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-disposition': `attachment; filename="${id}.bin"`,
  });
  await bodyOf(answer);
});

test('a link to a small copy gives that, and its width cannot be changed, added or taken away', async () => {
  const small = Object.fromEntries(new URL(links.sign(id, 128).url).searchParams);
  const answer = await serveAsset(parts, id, small);
  expect(await bodyOf(answer)).toBe('photo of 128');
  expect(answer.headers).toMatchObject({
    'content-type': 'image/webp',
    'content-length': '12',
    etag: `"${'ab'.repeat(32)}-128"`,
  });
  const { width: _, ...whole } = small;
  for (const query of [{ ...small, width: '512' }, whole, { ...queryOf(id), width: '128' }])
    await expect(serveAsset(parts, id, query)).rejects.toMatchObject({ code: 'LINK_INVALID' });
});

test('where links lead on, only a whole picture of ours does: no small copy, no original, nothing for a vendor', async () => {
  const leadOn = jest.fn(async (_asset: { id: string }, fileName: string) => `https://bucket.example/${fileName}`);
  const leading = { ...parts, leadOn };
  const answer = await serveAsset(leading, id, queryOf(id));
  expect(answer).toMatchObject({
    status: 302,
    headers: { location: `https://bucket.example/${id}.jpg`, 'cache-control': 'no-store' },
  });
  expect(await bodyOf(answer)).toBe('');
  const original = async () => ({ ...(await parts.find(id))!, kind: 'ORIGINAL' as const });
  const through = Object.fromEntries(new URL(links.signThrough(id).url).searchParams);
  const small = Object.fromEntries(new URL(links.sign(id, 128).url).searchParams);
  leadOn.mockClear();
  for (const [given, query] of [
    [{ ...leading, find: original }, queryOf(id)],
    [leading, through],
    [leading, small],
  ] as const)
    expect((await serveAsset(given, id, query)).status).toBeUndefined();
  expect(leadOn).not.toHaveBeenCalled();
  // A sealed one.
  const own = await serveAsset({ ...parts, leadOn: async () => undefined }, id, queryOf(id));
  expect(await bodyOf(own)).toBe('photo');
  // It is signed: nobody makes the one of the other.
  const { through: _, ...without } = through;
  for (const query of [without, { ...queryOf(id), through: '1' }])
    await expect(serveAsset(leading, id, query)).rejects.toMatchObject({ code: 'LINK_INVALID' });
});
