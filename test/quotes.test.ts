import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { parse } from 'graphql';
import { RequestError } from '../client/index.js';
import { ROOT } from '../src/kernel/paths.js';
import { ALL_OPERATIONS } from '../src/operations/operations.js';
import { nodeClient } from './node-client.js';
import { type ServerProcess, spawnServer, temporaryFolder } from './running-server.js';

const PORTRAIT = readFileSync(path.join(ROOT, 'test', 'fixtures', 'astronaut.png')).toString('base64');
const QUOTE = '{ vendor sandbox units ignoredOptions failover }';

type Answer = Record<string, never>;
type Input = Record<string, unknown>;

/** A server as it is started without a key, and one with the keys of two vendors and no sandbox. Nothing is sent to them. */
let plain: ServerProcess;
let keyed: ServerProcess;
let folders: Awaited<ReturnType<typeof temporaryFolder>>[];
beforeAll(async () => {
  folders = await Promise.all([temporaryFolder(), temporaryFolder()]);
  [plain, keyed] = await Promise.all([
    spawnServer(folders[0]!.path),
    spawnServer(folders[1]!.path, {
      DARKROOM_SANDBOX: 'off',
      FEGINE_APP_CODE: 'f'.repeat(32),
      LEQI_APP_CODE: '1'.repeat(32),
    }),
  ]);
}, 150_000);
afterAll(async () => {
  await Promise.all([plain.kill('SIGTERM'), keyed.kill('SIGTERM')]);
  for (const folder of folders) await folder.remove();
});

const ask = (server: ServerProcess, document: string, variables: Input) =>
  nodeClient(server.url).request(parse(document) as TypedDocumentNode<Answer, Input>, variables) as Promise<
    Record<string, Input>
  >;
const quote = async (server: ServerProcess, { vendor, ...operation }: Input) => {
  const input = { operation, vendor };
  return (await ask(server, `query ($input: QuoteInput!) { quote(input: $input) ${QUOTE} }`, { input })).quote;
};
const refusal = async (server: ServerProcess, input: Input) => {
  const error = await quote(server, input).then(
    () => new Error('it was not refused'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof RequestError)) throw error;
  const [{ message, extensions }] = error.errors as [RequestError['errors'][number]];
  return `${extensions.code}: ${message}`;
};

const ID_PHOTO = { specId: 'yi-cun-295x413', backgrounds: [{ color: 'blue' }] };
const PAINTING = { text: '一只猫', style: 'ANCIENT_CHINESE', count: 2 };
const nobodyElse = { ignoredOptions: [], failover: [] };
const LOCAL = { vendor: 'LOCAL', sandbox: false, units: 0, ...nobodyElse };
const played = (vendor: string, units: number) => ({ vendor, sandbox: true, units, ...nobodyElse });

/** Every operation but RELEASE, which needs a photo. */
const QUOTED: [string, Input, object][] = [
  ['ID_PHOTO', { idPhoto: ID_PHOTO }, LOCAL],
  ['PRINT_SHEET', { printSheet: true }, LOCAL],
  ['PHOTO_CHECK', { photoCheck: true }, LOCAL],
  ['RESTORATION', { restoration: 'SR' }, LOCAL],
  ['BACKGROUND', { background: { color: 'blue' } }, LOCAL],
  ['PAINTING', { painting: PAINTING }, played('JUMEI_PAINTING', 2)],
  ['FACE_VERIFICATION', { faceVerification: true, vendor: 'SANDBOX' }, played('FEGINE', 1)],
];

test('every operation is quoted', () => {
  expect([...QUOTED.map(([operation]) => operation), 'RELEASE'].sort()).toEqual([...ALL_OPERATIONS].sort());
});

test.each(QUOTED)('%s without any key', async (_, input, expected) => {
  expect(await quote(plain, input)).toEqual(expected);
});

test.each<[string, Input, object]>([
  ['face verification', { faceVerification: true }, { vendor: 'FEGINE', sandbox: false, units: 1, ...nobodyElse }],
  [
    'a face verification by name',
    { faceVerification: true, vendor: 'FEGINE' },
    { vendor: 'FEGINE', sandbox: false, units: 1, ...nobodyElse },
  ],
  ['a preview', { idPhoto: ID_PHOTO, vendor: 'LEQI' }, { vendor: 'LEQI', sandbox: false, units: 0 }],
])('%s with the keys of its vendor', async (_, input, expected) => {
  expect(await quote(keyed, input)).toMatchObject(expected);
});

test('a release is quoted for its photos, by who made them, until they are bought', async () => {
  const create = 'mutation ($input: CreateIdPhotoInput!) { createIdPhoto(input: $input) { id } }';
  const made = await ask(plain, create, { input: { ...ID_PHOTO, photo: { base64: PORTRAIT }, vendor: 'LEQI' } });
  const until = async (id: unknown) => {
    for (;;) {
      const read = 'query ($id: ID!) { task(id: $id) { state ... on IdPhotoTask { photos { id } } } }';
      const task = (await ask(plain, read, { id })).task as { state: string; photos: { id: string }[] };
      if (!['QUEUED', 'RUNNING'].includes(task.state)) return task;
      await new Promise(resolve => setTimeout(resolve, 50));
    }
  };
  const { photos } = await until(made.createIdPhoto!.id);
  const release = photos.map(({ id }) => id);
  expect(await quote(plain, { release })).toEqual(played('LEQI', 1));
  expect(await quote(plain, { release, vendor: 'LOCAL' })).toEqual(played('LEQI', 1));

  const buy = 'mutation ($input: ReleasePhotosInput!) { releasePhotos(input: $input) { id } }';
  const sold = await ask(plain, buy, { input: { photoIds: release } });
  expect((await until(sold.releasePhotos!.id)).state).toBe('SUCCEEDED');
  expect(await refusal(plain, { release })).toMatch(/^ALREADY_RELEASED: /);
}, 150_000);

const HINT =
  'to try it without a vendor, ask for `vendor: SANDBOX`, whose outcome is SIMULATED; see the query `vendors`.';

test.each<[string, Input, string]>([
  ['nothing', {}, 'BAD_USER_INPUT: input.operation: EXACTLY_ONE; allowed: idPhoto or release or photoCheck'],
  ['two things', { restoration: 'SR', faceVerification: true }, 'BAD_USER_INPUT: input.operation: EXACTLY_ONE'],
  [
    'a face verification',
    { faceVerification: true },
    `VENDOR_NOT_CONFIGURED: No vendor is configured for FACE_VERIFICATION; ${HINT}`,
  ],
  [
    'a vendor without its key',
    { faceVerification: true, vendor: 'FEGINE' },
    `VENDOR_NOT_CONFIGURED: FEGINE is not configured for FACE_VERIFICATION; ${HINT}`,
  ],
  [
    'LOCAL where it cannot',
    { painting: PAINTING, vendor: 'LOCAL' },
    'VENDOR_NOT_CONFIGURED: LOCAL cannot do PAINTING; see the query `vendors`.',
  ],
  [
    'colour where LOCAL is all there is',
    { restoration: 'SR_REPAIR_COLOR' },
    'OPTION_NOT_SUPPORTED: The vendor cannot honour this request: input.steps',
  ],
  ['a photo that is not there', { release: ['photo_nope'] }, 'NOT_FOUND: There is no such photo.'],
  ['no photo', { release: [] }, 'BAD_USER_INPUT: input.photoIds: COUNT; allowed: 1 to 6, each once'],
  ['a colour that is none', { background: { color: 'mauve' } }, 'COLOR_NOT_FOUND: '],
])('without a key a quote for %s is refused', async (_, input, words) => {
  expect(await refusal(plain, input)).toContain(words);
});

test.each<[string, Input, string]>([
  [
    'nobody has the key for',
    { painting: PAINTING },
    'VENDOR_NOT_CONFIGURED: No vendor is configured for PAINTING; see the query `vendors`.',
  ],
  [
    'a vendor that cannot',
    { painting: PAINTING, vendor: 'LEQI' },
    'VENDOR_NOT_CONFIGURED: LEQI cannot do PAINTING; see the query `vendors`.',
  ],
  [
    'a vendor without its key',
    { restoration: 'SR', vendor: 'FANGTANG' },
    'VENDOR_NOT_CONFIGURED: FANGTANG is not configured for RESTORATION; see',
  ],
  [
    'the sandbox',
    { faceVerification: true, vendor: 'SANDBOX' },
    'VENDOR_NOT_CONFIGURED: The sandbox plays no vendor for FACE_VERIFICATION; see',
  ],
])('with two keys and no sandbox a quote for %s is refused', async (_, input, words) => {
  expect(await refusal(keyed, input)).toContain(words);
});
