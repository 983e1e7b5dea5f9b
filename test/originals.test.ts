import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { ROOT } from '../src/kernel/paths.js';
import { openPglite } from '../src/store/drivers/pglite.js';
import { type ServerProcess, spawnServer, temporaryFolder } from './running-server.js';
import { silentLog } from './store-setup.js';
import { ask as askServer, ended, type Keys, makeKeys, makeTaskToken, SECRET } from './token-house.js';

jest.setTimeout(150_000);

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let server: ServerProcess;
let keys: Keys;
/** As a phone sends it: lying on its side, in Display P3, with where it was taken. */
let sent: Buffer;
beforeAll(async () => {
  folder = await temporaryFolder();
  const house = path.join(folder.path, 'house');
  mkdirSync(house, { mode: 0o700 });
  const database = await openPglite({ directory: house, log: silentLog });
  keys = await makeKeys(database);
  await database.close();
  server = await spawnServer(house, { DARKROOM_SECRET: SECRET });
  sent = await sharp(readFileSync(path.join(ROOT, 'test', 'fixtures', 'astronaut.png')))
    .rotate(-90)
    .withIccProfile('p3')
    .withExif({
      IFD0: { Software: 'Camera 1.0' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '31/1 13/1 4949/100' },
    })
    .withMetadata({ orientation: 6 })
    .jpeg({ quality: 90 })
    .toBuffer();
}, 150_000);
afterAll(async () => {
  await server.kill('SIGTERM');
  await folder.remove();
});

// biome-ignore lint/suspicious/noExplicitAny: an untyped answer
const ask = async (key: string | undefined, query: string, variables = {}): Promise<any> => {
  const { data, codes } = await askServer(server.url, key, query, variables);
  expect(codes).toEqual([]);
  return data;
};

const PROOF = `version sourceSha256 orientation operations cropLeft cropTop cropWidth cropHeight widthPx heightPx
  kernel encoder quality dpi bytes`;
const ORIGINAL = 'original { url mime bytes widthPx heightPx sha256 }';
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const bytesAt = async (url: string) => Buffer.from(await (await fetch(url)).arrayBuffer());

/** A photo that is cropped, scaled and encoded alone, of the photo that was sent. */
async function makePhoto(reference: string, photo = sent): Promise<string> {
  const { task } = await ask(
    keys.all,
    `mutation ($photo: String!) { task: createIdPhoto(input: {
       photo: { base64: $photo }, customSize: { widthPx: 295, heightPx: 413 }, edit: NONE, reference: "${reference}" }) { id } }`,
    { photo: photo.toString('base64') },
  );
  expect(await ended(server.url, keys.all, task.id)).toBe('SUCCEEDED');
  return task.id;
}

const warningsOf = async (id: string) => (await ask(keys.all, `{ task(id: "${id}") { warnings } }`)).task.warnings;

const taskOf = async (key: string, id: string) =>
  (
    await ask(
      key,
      `{ task(id: "${id}") { ... on IdPhotoTask {
        source { id url truncated heightPx ${ORIGINAL} } photos { proof { ${PROOF} } clean { url ${ORIGINAL} } } } } }`,
    )
  ).task;

/** `npm run verify`, with files as a person has them. */
function verify(files: Record<'photo' | 'proof' | 'source', Buffer | string>) {
  const names = (['photo', 'proof', 'source'] as const).map(name => {
    const file = path.join(folder.path, name);
    writeFileSync(file, files[name]);
    return file;
  });
  const command = path.join(ROOT, 'dist', 'src', 'maintenance', 'verify.js');
  const { status, stdout } = spawnSync(process.execPath, [command, ...names], { encoding: 'utf8' });
  return { status, said: stdout.trim() };
}

test('a photo without edits is proved by the very file that was sent', async () => {
  const { source, photos } = await taskOf(keys.all, await makePhoto('proof'));
  const { proof, clean } = photos[0];
  expect(proof).toMatchObject({
    version: 2,
    sourceSha256: sha256(sent),
    orientation: 6,
    operations: ['DECODE', 'ORIENT', 'TO_SRGB', 'CROP', 'SCALE', 'ENCODE'],
  });
  const photo = await bytesAt(clean.url);
  const upright = await bytesAt(source.url);
  const text = JSON.stringify(proof);
  expect(verify({ photo, proof: text, source: sent })).toEqual({
    status: 0,
    said: 'The same bytes: DECODE, ORIENT, TO_SRGB, CROP, SCALE, ENCODE, and nothing else.',
  });
  expect(verify({ photo, proof: text, source: upright })).toMatchObject({
    status: 1,
    said: expect.stringMatching(/^The source is another file/),
  });
  const fewer = JSON.stringify({ ...proof, operations: ['DECODE', 'CROP', 'SCALE', 'ENCODE'] });
  expect(verify({ photo, proof: fewer, source: sent })).toMatchObject({
    status: 1,
    said: expect.stringMatching(/operations would be DECODE,ORIENT,TO_SRGB/),
  });
  const edited = await sharp(photo).modulate({ brightness: 1.02 }).jpeg().toBuffer();
  expect(verify({ photo: edited, proof: text, source: sent })).toMatchObject({
    status: 1,
    said: expect.stringMatching(/^It differs/),
  });
});

test('the original is given to whoever may read the photo by scope, as bytes and not as a picture, and to no browser token', async () => {
  const id = await makePhoto('read');
  const { source, photos } = await taskOf(keys.all, id);
  expect(source.original).toMatchObject({ mime: 'image/jpeg', widthPx: 512, heightPx: 512, sha256: sha256(sent) });
  expect(photos[0].clean.original).toBeNull();
  const answer = await fetch(source.original.url);
  expect(answer.headers.get('content-type')).toBe('application/octet-stream');
  expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="asset_\w+\.jpg"$/);
  expect(Buffer.from(await answer.arrayBuffer()).equals(sent)).toBe(true);

  const token = await makeTaskToken(server.url, keys.all, id);
  expect((await taskOf(token, id)).source).toMatchObject({ id: source.id, original: null });
  const other = await ask(keys.school, `{ node(id: "${source.id}") { id ... on Asset { ${ORIGINAL} } } }`);
  expect(other).toEqual({ node: null });

  // Its id, which stands in the link, opens nothing else.
  const originalId = /asset_\w+/.exec(source.original.url)![0];
  expect(await ask(keys.all, `{ node(id: "${originalId}") { id } }`)).toEqual({ node: null });
  const { codes } = await askServer(
    server.url,
    keys.all,
    `mutation { createIdPhoto(input: { photo: { assetId: "${originalId}" }, specId: "yi-cun-295x413" }) { id } }`,
  );
  expect(codes).toEqual(['NOT_FOUND']);
});

test('it is exported with its person, and erased with the photo: the receipt names both', async () => {
  const id = await makePhoto('person 9');
  const { source } = await taskOf(keys.all, id);
  const { exportPerson } = await ask(keys.all, `{ exportPerson(reference: "person 9") { assets { id ${ORIGINAL} } } }`);
  const exported = exportPerson.assets.find((asset: { id: string }) => asset.id === source.id);
  expect((await bytesAt(exported.original.url)).equals(sent)).toBe(true);

  const originalId = /asset_\w+/.exec(source.original.url)![0];
  const { deleteTask } = await ask(keys.all, `mutation { deleteTask(id: "${id}") { receipt { assetIds complete } } }`);
  expect(deleteTask.receipt).toMatchObject({ complete: true });
  expect(deleteTask.receipt.assetIds).toEqual(expect.arrayContaining([source.id, originalId]));
  expect((await fetch(source.original.url)).status).toBe(410);
});

test('a JPEG that was cut off is taken without its last lines, told so, and proved by the file as it was cut', async () => {
  const cut = sent.subarray(0, Math.floor(sent.length * 0.98));
  const id = await makePhoto('cut', cut);
  expect(await warningsOf(id)).toContain('TRUNCATED_IMAGE');
  const { source, photos } = await taskOf(keys.all, id);
  expect(source).toMatchObject({ truncated: true, heightPx: 512, original: { sha256: sha256(cut) } });
  const photo = await bytesAt(photos[0].clean.url);
  expect(verify({ photo, proof: JSON.stringify(photos[0].proof), source: cut }).status).toBe(0);
  expect(await warningsOf(await makePhoto('whole'))).not.toContain('TRUNCATED_IMAGE');
});
