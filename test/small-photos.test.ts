import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { parse } from 'graphql';
import sharp from 'sharp';
import type { DarkroomClient } from '../client/index.js';
import { ROOT } from '../src/kernel/paths.js';
import { nodeClient } from './node-client.js';
import { type ServerProcess, spawnServer, temporaryFolder } from './running-server.js';

/** The image work of four vendors, on a machine that may be busy. */
jest.setTimeout(180_000);

const PORTRAIT = readFileSync(path.join(ROOT, 'test', 'fixtures', 'astronaut.png')).toString('base64');
/** The smallest size that a caller can ask for, and the sizes of small photos in use. */
const SMALLEST = { widthPx: 48, heightPx: 60 };

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let server: ServerProcess;
let client: DarkroomClient;
beforeAll(async () => {
  folder = await temporaryFolder();
  // The sandbox serves the vendors that are not configured.
  server = await spawnServer(folder.path);
  client = nodeClient(server.url);
});
afterAll(async () => {
  await server.kill('SIGTERM');
  await folder.remove();
});

// biome-ignore lint/suspicious/noExplicitAny: an untyped answer
type Answer = any;
const ask = (query: string, variables: object = {}): Promise<Answer> =>
  client.request(parse(query) as TypedDocumentNode<unknown, object>, variables);

const FIELDS = `
  id state warnings failure { code message }
  ... on IdPhotoTask {
    sheetCount
    photos { id widthPx heightPx clean { id url widthPx heightPx } preview { widthPx heightPx } sheetPreview { widthPx } }
  }
  ... on PrintSheetTask { count sheet { widthPx heightPx } }
`;

async function done(id: string): Promise<Answer> {
  for (;;) {
    const { task } = await ask(`query ($id: ID!) { task(id: $id) { ${FIELDS} } }`, { id });
    if (task.state !== 'QUEUED' && task.state !== 'RUNNING') return task;
    await new Promise(resolve => setTimeout(resolve, 200));
  }
}

async function run(mutation: string, type: string, input: object): Promise<Answer> {
  const query = `mutation ($input: ${type}!) { task: ${mutation}(input: $input) { id } }`;
  return done((await ask(query, { input })).task.id);
}
const idPhoto = (vendor: string, over: object = {}) =>
  run('createIdPhoto', 'CreateIdPhotoInput', {
    photo: { base64: PORTRAIT },
    customSize: SMALLEST,
    vendor,
    ...over,
  });
const printSheet = (photoId: string) => run('createPrintSheet', 'CreatePrintSheetInput', { items: [{ photoId }] });

async function expectSmallPhoto(photo: Answer): Promise<void> {
  expect(photo.clean).toMatchObject({ widthPx: 48, heightPx: 60 });
  expect(await sharp(await client.download(photo.clean.url)).metadata()).toMatchObject({ width: 48, height: 60 });
  const sheet = await printSheet(photo.id);
  expect([sheet.state, sheet.failure]).toEqual(['SUCCEEDED', null]);
  expect(sheet.count).toBeGreaterThan(50);
}

test.each(['LOCAL', 'JUMEI_ID_PHOTO'])(
  '%s makes a photo of 48 x 60, and a print sheet can be made of it',
  async vendor => {
    const task = await idPhoto(vendor);
    expect([task.state, task.failure, task.warnings]).toEqual(['SUCCEEDED', null, []]);
    await expectSmallPhoto(task.photos[0]);
  },
);

test('LEQI previews a photo of 48 x 60 and sells it, and a print sheet can be made of it', async () => {
  const task = await idPhoto('LEQI');
  expect([task.state, task.failure]).toEqual(['SUCCEEDED', null]);
  expect(task.photos[0].preview).toEqual({ widthPx: 48, heightPx: 60 });
  expect(task.sheetCount).toBeGreaterThan(50);
  const release = await run('releasePhotos', 'ReleasePhotosInput', { photoIds: [task.photos[0].id] });
  expect([release.state, release.failure]).toEqual(['SUCCEEDED', null]);
  await expectSmallPhoto((await done(task.id)).photos[0]);
});

test('LEQI makes 五寸 by its one pixel, in clothes; the task says that the size differs and how many are on a sheet', async () => {
  const leqi = { clothes: 'api_20240521-3-boy', fairLevel: 3, printType: 'COMPACT' };
  const oneInch = await idPhoto('LEQI', { customSize: null, specId: 'yi-cun-295x413', leqi });
  expect([oneInch.state, oneInch.warnings, oneInch.sheetCount]).toEqual(['SUCCEEDED', [], 10]);
  const fiveInch = await idPhoto('LEQI', { customSize: null, specId: 'wu-cun-1051x1500', leqi });
  expect([fiveInch.state, fiveInch.warnings]).toEqual(['SUCCEEDED', ['SIZE_DIFFERS']]);
  expect(fiveInch.photos[0].preview).toEqual({ widthPx: 1050, heightPx: 1500 });
});

test('an option of Leqi out of its range is refused before anything is kept, by its path', async () => {
  const refused = idPhoto('LEQI', { leqi: { fairLevel: 6, clothes: '../boy' } });
  await expect(refused).rejects.toMatchObject({
    errors: [
      {
        extensions: {
          fields: [
            { path: 'input.leqi.fairLevel', code: 'RANGE' },
            { path: 'input.leqi.clothes', code: 'FORMAT' },
          ],
        },
      },
    ],
  });
});
