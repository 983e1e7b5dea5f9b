import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { parse } from 'graphql';
import sharp from 'sharp';
import type { DarkroomClient } from '../client/index.js';
import { isId } from '../src/kernel/ids.js';
import { ROOT } from '../src/kernel/paths.js';
import { nodeClient } from './node-client.js';
import { type ServerProcess, spawnServer, temporaryFolder } from './running-server.js';

jest.setTimeout(180_000);

const PORTRAIT = readFileSync(path.join(ROOT, 'test', 'fixtures', 'astronaut.png')).toString('base64');
const WANTED = {
  photo: { base64: PORTRAIT },
  specId: 'yi-cun-295x413',
  backgrounds: [{ color: 'blue' }],
  vendor: 'LOCAL',
};

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let server: ServerProcess;
let client: DarkroomClient;
const start = async () => {
  server = await spawnServer(folder.path);
  client = nodeClient(server.url);
};
beforeAll(async () => {
  folder = await temporaryFolder();
  await start();
});
afterAll(async () => {
  await server.kill('SIGTERM');
  await folder.remove();
});

// biome-ignore lint/suspicious/noExplicitAny: an untyped answer
type Answer = any;
const ask = (query: string, variables: object = {}): Promise<Answer> =>
  client.request(parse(query) as TypedDocumentNode<unknown, object>, variables);
const refusal = (asked: Promise<Answer>): Promise<string> =>
  asked.then(
    () => 'it was not refused',
    error => error.errors[0].extensions.code,
  );

const PHOTOS = `photos {
  id releaseExpiresAt matteQuality
  clean { id url sha256 widthPx heightPx dpi watermarked } preview { id url sha256 widthPx heightPx dpi watermarked }
}`;
const FIELDS = `id state failure { code } ... on IdPhotoTask { ${PHOTOS} } ... on ReleaseTask { reference ${PHOTOS} } ... on PrintSheetTask { count }`;
async function done(id: string): Promise<Answer> {
  for (;;) {
    const { task } = await ask(`query ($id: ID!) { task(id: $id) { ${FIELDS} } }`, { id });
    if (task.state !== 'QUEUED' && task.state !== 'RUNNING') return task;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}
async function create(mutation: string, type: string, input: object): Promise<string> {
  return (await ask(`mutation ($input: ${type}!) { task: ${mutation}(input: $input) { id } }`, { input })).task.id;
}
const idPhoto = async (over: object) =>
  done(await create('createIdPhoto', 'CreateIdPhotoInput', { ...WANTED, ...over }));
const release = (input: object) => create('releasePhotos', 'ReleasePhotosInput', input);
const sheetOf = (item: object) => create('createPrintSheet', 'CreatePrintSheetInput', { items: [item] });
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** The ids of all pictures that lie in their places. What a kill left half done is set aside. */
const stored = () =>
  readdirSync(path.join(folder.path, 'assets'), { recursive: true })
    .map(String)
    .filter(file => !file.startsWith('quarantine'))
    .map(file => path.basename(file))
    .filter(name => isId('asset', name));

test('a preview first, nothing that shows the clean photo, and the same photo once it is released', async () => {
  const now = (await idPhoto({ release: 'NOW' })).photos[0];
  expect([now.preview, now.releaseExpiresAt]).toEqual([null, null]);
  const before = new Set(stored());

  const later = await idPhoto({ release: 'LATER', reference: 'customer 7' });
  const [photo] = later.photos;
  expect([later.state, photo.clean]).toEqual(['SUCCEEDED', null]);
  expect(photo.preview).toMatchObject({ widthPx: 295, heightPx: 413, dpi: 300, watermarked: true });
  expect(photo.matteQuality).toBe(now.matteQuality);
  const daysLeft = (Date.parse(photo.releaseExpiresAt) - Date.now()) / 86_400_000;
  expect(daysLeft).toBeGreaterThan(6.9);
  const shown = await client.download(photo.preview.url);
  const pixels = (bytes: Uint8Array) => sharp(bytes).raw().toBuffer();
  const [preview, clean] = await Promise.all([shown, await client.download(now.clean.url)].map(pixels));
  const changed = preview!.filter((value, i) => Math.abs(value - clean![i]!) > 40).length / clean!.length;
  expect(changed).toBeGreaterThan(0.1);

  // Of the photo there are the source with its original, the preview, and one more file: the clean one to the byte.
  const { exportPerson } = await ask('query { exportPerson(reference: "customer 7") { assets { id } } }');
  const exported = exportPerson.assets.map(({ id }: { id: string }) => id);
  const secret = stored().filter(id => !before.has(id) && !exported.includes(id));
  expect([exported.length, secret.length]).toEqual([2, 2]);
  const hashOf = (id: string) => sha256(readFileSync(path.join(folder.path, 'assets', id.slice(6, 8), id)));
  const held = secret.find(id => hashOf(id) === now.clean.sha256)!;
  expect(held).toBeDefined();

  expect(await ask('query ($id: ID!) { node(id: $id) { id } }', { id: held })).toEqual({ node: null });
  expect(await refusal(idPhoto({ photo: { assetId: held } }))).toBe('NOT_FOUND');
  expect(await refusal(sheetOf({ assetId: held }))).toBe('NOT_FOUND');
  expect(await refusal(sheetOf({ photoId: photo.id }))).toBe('BAD_USER_INPUT');
  expect(await refusal(sheetOf({ assetId: photo.preview.id }))).toBe('BAD_USER_INPUT');
  const link = photo.preview.url.replace(photo.preview.id, held);
  expect((await fetch(link)).status).toBe(403);

  const released = await done(await release({ photoIds: [photo.id], reference: 'order 1' }));
  expect([released.state, released.reference]).toEqual(['SUCCEEDED', 'order 1']);
  expect(released.photos[0].clean).toMatchObject({ sha256: now.clean.sha256, dpi: 300, watermarked: false });
  expect(sha256(await client.download(released.photos[0].clean.url))).toBe(now.clean.sha256);
  expect((await done(later.id)).photos[0]).toMatchObject({
    releaseExpiresAt: null,
    clean: { sha256: now.clean.sha256 },
  });
  expect((await done(await sheetOf({ photoId: photo.id }))).count).toBe(10);
  expect(await ask('query ($id: ID!) { node(id: $id) { id } }', { id: held })).toEqual({ node: null });
});

test('a quote of it is free, and a photo that came clean is not on sale', async () => {
  const [photo] = (await idPhoto({ release: 'LATER' })).photos;
  const quote = 'query ($ids: [ID!]) { quote(input: { operation: { release: $ids } }) { vendor units } }';
  expect((await ask(quote, { ids: [photo.id] })).quote).toEqual({ vendor: 'LOCAL', units: 0 });
  const [clean] = (await idPhoto({})).photos;
  expect(await refusal(release({ photoIds: [clean.id] }))).toBe('BAD_USER_INPUT');
});

test.each([
  ['LEQI', 'NOW'],
  ['JUMEI_ID_PHOTO', 'LATER'],
])('%s cannot release %s, and says so before anything is kept', async (vendor, when) => {
  const before = stored().length;
  expect(await refusal(idPhoto({ vendor, release: when }))).toBe('OPTION_NOT_SUPPORTED');
  expect(stored()).toHaveLength(before);
});

test('LEQI is released by the same order number in the same way', async () => {
  const [photo] = (await idPhoto({ vendor: 'LEQI', release: 'LATER' })).photos;
  const ids = await Promise.all(
    Array.from({ length: 5 }, () => release({ photoIds: [photo.id], reference: 'order 2' })),
  );
  expect(new Set(ids).size).toBe(1);
  expect((await done(ids[0]!)).state).toBe('SUCCEEDED');
  expect(await release({ photoIds: [photo.id], reference: 'order 2' })).toBe(ids[0]);
  expect(await refusal(release({ photoIds: [photo.id], reference: 'order 3' }))).toBe('ALREADY_RELEASED');
});

test('20 releases at once, kill -9, and the order number again: one task, one photo', async () => {
  const [photo] = (await idPhoto({ release: 'LATER' })).photos;
  const before = stored().length;
  const asked = { photoIds: [photo.id], reference: 'order 4' };
  const tries = await Promise.allSettled(
    Array.from({ length: 20 }, async (_, index) => {
      const id = await release(asked);
      if (index === 0) await server.kill('SIGKILL');
      return id;
    }),
  );
  await start();
  const id = await release(asked);
  for (const one of tries) if (one.status === 'fulfilled') expect(one.value).toBe(id);
  expect(await done(id)).toMatchObject({ state: 'SUCCEEDED', photos: [{ clean: { dpi: 300 } }] });
  expect(await release(asked)).toBe(id);
  expect(await refusal(release({ ...asked, reference: 'order 5' }))).toBe('ALREADY_RELEASED');
  expect(stored()).toHaveLength(before + 1);
});
