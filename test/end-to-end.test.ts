import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { parse } from 'graphql';
import sharp from 'sharp';
import { fetch } from 'undici';
import {
  CreateIdPhotoDocument,
  type CreateIdPhotoInput,
  FindColorsDocument,
  FindSpecsDocument,
  type TaskFieldsFragment,
  TaskUpdatedDocument,
} from '../client/generated.js';
import { type DarkroomClient, RequestError } from '../client/index.js';
import { ROOT } from '../src/kernel/paths.js';
import { nodeClient } from './node-client.js';
import { plainPng, pngHeader } from './plain-png.js';
import { type ServerProcess, spawnServer, temporaryFolder } from './running-server.js';

const PORTRAIT = readFileSync(path.join(ROOT, 'test', 'fixtures', 'astronaut.png'));
const YI_CUN = 'yi-cun-295x413';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let server: ServerProcess;
let client: DarkroomClient;

beforeAll(async () => {
  folder = await temporaryFolder();
  server = await spawnServer(folder.path);
  client = nodeClient(server.url);
});
afterAll(async () => {
  await server.kill('SIGTERM');
  await folder.remove();
});

// Queries that no part of the client needs are written as they stand; their answers are looked at field by field.
// biome-ignore lint/suspicious/noExplicitAny: an untyped answer
const ask = (query: string, variables: object = {}): Promise<any> =>
  client.request(parse(query) as TypedDocumentNode<unknown, object>, variables);
const portrait = () => new Blob([PORTRAIT]);

async function refusal(
  work: Promise<unknown>,
): Promise<{ code?: string; fields?: { path: string; allowed: string }[]; userMessage?: string }> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(RequestError);
  return (error as RequestError).errors[0]!.extensions!;
}

const create = (input: Partial<CreateIdPhotoInput>) =>
  client
    .mutate(CreateIdPhotoDocument, {
      input: { photo: { upload: portrait() }, specId: input.customSize ? null : YI_CUN, ...input },
    })
    .then(answer => answer.task);

async function finish(id: string): Promise<TaskFieldsFragment> {
  let last: TaskFieldsFragment | undefined;
  for await (const { taskUpdated } of client.subscribe(TaskUpdatedDocument, { id, afterSequence: null }))
    last = taskUpdated;
  return last!;
}

async function photosOf(task: TaskFieldsFragment) {
  if (!('photos' in task)) throw new Error('not an IdPhotoTask');
  return Promise.all(task.photos.map(async photo => ({ ...photo, file: await client.download(photo.clean!.url!) })));
}

test('a portrait goes in by multipart, its task is followed by subscription, and an ID photo of the spec comes out', async () => {
  const task = await create({ backgrounds: [{ color: 'blue' }] });
  expect(task.state).toBe('QUEUED');
  const states: string[] = [];
  const percents: number[] = [];
  for await (const { taskUpdated } of client.subscribe(TaskUpdatedDocument, { id: task.id, afterSequence: null })) {
    states.push(taskUpdated.state);
    percents.push(taskUpdated.progress.percent ?? 0);
  }
  expect(states.at(-1)).toBe('SUCCEEDED');
  expect(percents).toEqual([...percents].sort((a, b) => a - b));
  const [photo, ...others] = await photosOf(await finish(task.id));
  expect(others).toEqual([]);
  expect(photo).toMatchObject({
    widthPx: 295,
    heightPx: 413,
    dpi: 300,
    warnings: [],
    background: { kind: 'SOLID', hex: '#438EDB' },
  });
  expect(photo!.file.length).toBe(photo!.clean!.bytes);
  // JFIF with a density of 300 x 300 dots per inch, as upload checkers read it.
  expect(Buffer.from(photo!.file.subarray(0, 18)).toString('hex')).toBe('ffd8ffe000104a46494600010101012c012c');
});

test('several backgrounds in one task come back in their order, a transparent one as PNG', async () => {
  const task = await create({
    backgrounds: [{ color: '#00aa00' }, { gradient: { from: 'blue', to: '#FFFFFF' } }, { color: 'transparent' }],
  });
  const photos = await photosOf(await finish(task.id));
  expect(
    photos.map(({ background, clean }) => [background.kind, background.hex, background.hexEnd, clean!.mime]),
  ).toEqual([
    ['SOLID', '#00AA00', null, 'image/jpeg'],
    ['GRADIENT', '#438EDB', '#FFFFFF', 'image/jpeg'],
    ['TRANSPARENT', null, null, 'image/png'],
  ]);
});

test('a photo is given as an asset of uploadPhoto or as base64 too, and one upload serves several tasks', async () => {
  const { uploadPhoto: asset } = await ask(
    'mutation ($file: Upload!) { uploadPhoto(file: $file) { id kind mime widthPx heightPx url purgedAt expiresAt } }',
    { file: portrait() },
  );
  expect(asset).toMatchObject({ kind: 'INPUT', mime: 'image/jpeg', widthPx: 512, heightPx: 512, purgedAt: null });
  const first = await create({ photo: { assetId: asset.id } });
  const second = await create({
    photo: { assetId: asset.id },
    specId: null,
    customSize: { widthMm: 35, heightMm: 45 },
    dpi: 600,
  });
  const third = await create({ photo: { base64: `data:image/png;base64,${PORTRAIT.toString('base64')}` } });
  const sizes = await Promise.all(
    [first, second, third].map(async ({ id }) =>
      (await photosOf(await finish(id))).map(({ widthPx, heightPx, dpi }) => [widthPx, heightPx, dpi]),
    ),
  );
  expect(sizes).toEqual([[[295, 413, 300]], [[827, 1063, 600]], [[295, 413, 300]]]);
});

test('the file size that was asked for is met', async () => {
  const photos = await photosOf(await finish((await create({ fileSize: { minKb: 60, maxKb: 70 } })).id));
  expect(photos[0]!.file.length).toBeGreaterThanOrEqual(60 * 1024);
  expect(photos[0]!.file.length).toBeLessThanOrEqual(70 * 1000);
});

test('a file size that cannot be met fails the task with CANNOT_FIT, in the language of the caller', async () => {
  const task = await create({ fileSize: { maxKb: 1 } });
  expect((await finish(task.id)).failure).toMatchObject({ code: 'CANNOT_FIT', userFixable: true });
  const chinese = nodeClient(server.url, { language: 'zh-CN' });
  for await (const { taskUpdated } of chinese.subscribe(TaskUpdatedDocument, { id: task.id, afterSequence: null })) {
    expect(taskUpdated.failure!.userMessage).toBe('无法满足所要求的文件大小。');
  }
});

test('a photo without a face fails its task with NO_FACE', async () => {
  const grey = plainPng(400);
  const task = await create({ photo: { upload: new Blob([grey]) } });
  expect((await finish(task.id)).failure).toMatchObject({ code: 'NO_FACE' });
});

test.each<[string, object, string, string]>([
  ['an unknown spec', { specId: 'yi-cun' }, 'SPEC_NOT_FOUND', 'input.specId'],
  [
    'an unknown colour',
    { backgrounds: [{ color: 'white' }, { color: 'blau' }] },
    'COLOR_NOT_FOUND',
    'input.backgrounds.1.color',
  ],
  [
    'seven backgrounds',
    { backgrounds: ['1', '2', '3', '4', '5', '6', '7'].map(digit => ({ color: `#00000${digit}` })) },
    'BAD_USER_INPUT',
    'input.backgrounds',
  ],
  [
    'a background twice',
    { backgrounds: [{ color: 'white' }, { color: '#ffffff' }] },
    'BAD_USER_INPUT',
    'input.backgrounds.1',
  ],
  [
    'both kinds of background',
    { backgrounds: [{ color: 'white', gradient: { from: 'red', to: 'blue' } }] },
    'BAD_USER_INPUT',
    'input.backgrounds.0',
  ],
  ['a spec and a size', { specId: YI_CUN, customSize: { widthPx: 300, heightPx: 400 } }, 'BAD_USER_INPUT', 'input'],
  ['a size of 0', { customSize: { widthPx: 0, heightPx: 400 } }, 'BAD_USER_INPUT', 'input.customSize.widthPx'],
  [
    'a size of 10,000',
    { customSize: { widthPx: 300, heightPx: 10_000 } },
    'BAD_USER_INPUT',
    'input.customSize.heightPx',
  ],
  ['half a size', { customSize: { widthMm: 35 } }, 'BAD_USER_INPUT', 'input.customSize'],
  ['a dpi of 5', { dpi: 5 }, 'BAD_USER_INPUT', 'input.dpi'],
  ['a head ratio of 2', { headRatio: 2 }, 'BAD_USER_INPUT', 'input.headRatio'],
  [
    'a head that does not fit below its margin',
    { headRatio: 0.8, topMargin: 0.3 },
    'BAD_USER_INPUT',
    'input.topMargin',
  ],
  [
    'a margin and a face centre',
    { topMargin: 0.1, faceCenter: { y: 0.4, x: 0.5 } },
    'BAD_USER_INPUT',
    'input.faceCenter',
  ],
  ['a KB range upside down', { fileSize: { minKb: 50, maxKb: 20 } }, 'BAD_USER_INPUT', 'input.fileSize.minKb'],
  [
    'an asset that is not there',
    { photo: { assetId: 'asset_00000000000000000000000000' } },
    'NOT_FOUND',
    'input.photo.assetId',
  ],
  ['no photo', { photo: {} }, 'BAD_USER_INPUT', 'input.photo'],
  ['base64 that is none', { photo: { base64: 'not base64 at all!' } }, 'BAD_USER_INPUT', 'input.photo.base64'],
  ['a key of 256 characters', { idempotencyKey: 'x'.repeat(256) }, 'BAD_USER_INPUT', 'input.idempotencyKey'],
])('%s is refused before anything is kept, with the field named', async (_what, input, code, field) => {
  const before = await ask('{ tasks(first: 200) { nodes { id } } }');
  const { code: got, fields } = await refusal(create(input as Partial<CreateIdPhotoInput>));
  expect([got, fields?.[0]?.path]).toEqual([code, field]);
  expect(fields![0]!.allowed.length).toBeGreaterThan(3);
  expect(await ask('{ tasks(first: 200) { nodes { id } } }')).toEqual(before);
});

test.each([
  ['text', Buffer.from('hello, I am not a photo'), 'NOT_AN_IMAGE'],
  ['GIF', Buffer.from('474946383961010001000000003b', 'hex'), 'UNSUPPORTED_FORMAT'],
  ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'UNSUPPORTED_FORMAT'],
  ['HEIC', Buffer.from('0000001866747970686569630000000068656963', 'hex'), 'HEIC_NOT_SUPPORTED'],
  ['nothing', Buffer.alloc(0), 'EMPTY_FILE'],
  [
    'a PNG that says 30,000 x 30,000',
    Buffer.concat([pngHeader(30_000, 30_000), plainPng(400).subarray(33)]),
    'TOO_MANY_PIXELS',
  ],
  ['half a JPEG', Buffer.from('ffd8ffe000104a464946', 'hex'), 'CORRUPT_IMAGE'],
])('%s instead of a photo is refused by its content', async (_what, bytes, code) => {
  expect((await refusal(create({ photo: { upload: new Blob([bytes]) } }))).code).toBe(code);
});

test('a file over the limit is refused, not cut', async () => {
  expect((await refusal(create({ photo: { upload: new Blob([PORTRAIT, Buffer.alloc(20_000_000)]) } }))).code).toBe(
    'FILE_TOO_LARGE',
  );
});

test('the same key with the same input gives the same task, sent again or not; another input is a conflict', async () => {
  const input = { idempotencyKey: 'order-17', reference: 'order-17', labels: ['class 3b'] };
  const [first, ...others] = await Promise.all(Array.from({ length: 5 }, () => create(input)));
  expect(others.map(({ id }) => id)).toEqual(Array(4).fill(first!.id));
  expect((await refusal(create({ ...input, dpi: 350 }))).code).toBe('IDEMPOTENCY_CONFLICT');
  const { tasks } = await ask(
    '{ tasks(filter: { reference: "order-17", labels: ["class 3b"] }) { nodes { id reference labels } } }',
  );
  expect(tasks.nodes).toEqual([{ id: first!.id, reference: 'order-17', labels: ['class 3b'] }]);
  await finish(first!.id);
});

test('a caller that can neither subscribe nor poll waits for its photo in the mutation', async () => {
  const { task } = await ask(
    `mutation ($input: CreateIdPhotoInput!) { task: createIdPhoto(input: $input, waitSeconds: 30) {
       id state photos { id clean { bytes thumbnail(widthPx: 100) } } } }`,
    { input: { specId: YI_CUN, photo: { base64: PORTRAIT.toString('base64') } } },
  );
  expect(task).toMatchObject({ state: 'SUCCEEDED', photos: [{ clean: { bytes: expect.any(Number) } }] });
  const small = await fetch(task.photos[0].clean.thumbnail);
  expect(await sharp(await small.arrayBuffer()).metadata()).toMatchObject({ format: 'webp', width: 128 });
  // The photo is a node of its own.
  const { node } = await ask(
    'query ($id: ID!) { node(id: $id) { ... on IdPhoto { id widthPx background { hex } } } }',
    {
      id: task.photos[0].id,
    },
  );
  expect(node).toEqual({ id: task.photos[0].id, widthPx: 295, background: { hex: expect.stringMatching(/^#/) } });
});

test('cancelTask ends a task; task, node and attempts tell about it', async () => {
  const busy = await Promise.all(Array.from({ length: 4 }, () => create({})));
  const last = await create({ specId: null, customSize: { widthPx: 1000, heightPx: 1400 } });
  const { cancelTask } = await ask('mutation ($id: ID!) { cancelTask(id: $id) { id state endedAt } }', { id: last.id });
  expect(cancelTask).toMatchObject({ state: 'CANCELED', endedAt: expect.any(String) });
  await Promise.all(busy.map(({ id }) => finish(id)));
  const { task, node, spec, nothing } = await ask(
    `query ($id: ID!, $canceled: ID!) {
       task(id: $id) { state vendor attempts { number vendor outcome billed } ... on IdPhotoTask { spec { id title } source { kind } photos { clean { sha256 } preview { id } } } }
       node(id: $canceled) { id ... on Task { state } }
       spec: node(id: "${YI_CUN}") { ... on Spec { widthPx } }
       nothing: node(id: "asset_00000000000000000000000000") { id }
     }`,
    { id: busy[0]!.id, canceled: last.id },
  );
  expect(task).toMatchObject({
    state: 'SUCCEEDED',
    vendor: 'LOCAL',
    attempts: [{ number: 1, vendor: 'LOCAL', outcome: 'SUCCEEDED', billed: 'NO' }],
    spec: { title: '一寸' },
    source: { kind: 'INPUT' },
  });
  expect(task.photos).toEqual([{ clean: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }, preview: null }]);
  expect(node).toEqual({ id: last.id, state: 'CANCELED' });
  expect(spec).toEqual({ widthPx: 295 });
  expect(nothing).toBeNull();
  expect((await refusal(ask('mutation ($id: ID!) { cancelTask(id: $id) { id } }', { id: busy[0]!.id }))).code).toBe(
    'TASK_ENDED',
  );
});

test('specs are found by title, pinyin and size, page by page; colours come with both ends of their gradients', async () => {
  const { specs } = await client.request(FindSpecsDocument, { search: '一寸', first: 3 });
  expect(specs!.nodes[0]).toMatchObject({ id: YI_CUN, widthPx: 295, heightPx: 413 });
  for (const search of ['295x413', '35x45', '驾照', 'jiazhao', 'jz']) {
    expect((await client.request(FindSpecsDocument, { search, first: 1 })).specs!.totalCount).toBeGreaterThan(0);
  }
  const rows = new Set<number>();
  for (let after: string | null = null, more = true; more; ) {
    const {
      specs: page,
    }: { specs: { nodes: { rows: number[] }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } } = await ask(
      'query ($after: String) { specs(first: 100, after: $after) { nodes { rows } pageInfo { hasNextPage endCursor } } }',
      { after },
    );
    for (const { rows: some } of page.nodes) for (const row of some) rows.add(row);
    [after, more] = [page.pageInfo.endCursor, page.pageInfo.hasNextPage];
  }
  expect(rows.size).toBe(181);
  expect((await refusal(ask('{ specs(color: "blau") { totalCount } }'))).code).toBe('COLOR_NOT_FOUND');
  expect((await refusal(ask('{ specs(first: 1000) { totalCount } }'))).code).toBe('BAD_USER_INPUT');
  const { colors } = await client.request(FindColorsDocument, {});
  expect(colors).toHaveLength(7);
  expect(colors!.filter(({ hexEnd }) => hexEnd !== null)).toHaveLength(3);
});

test('a link to a picture carries its own permission: changed, it is refused', async () => {
  const { uploadPhoto } = await ask('mutation ($file: Upload!) { uploadPhoto(file: $file) { url } }', {
    file: portrait(),
  });
  const good = await fetch(uploadPhoto.url);
  expect(good.status).toBe(200);
  expect(good.headers.get('x-content-type-options')).toBe('nosniff');
  expect(good.headers.get('content-disposition')).toMatch(/^attachment; filename="asset_[0-9a-z]{26}\.jpg"$/);
  await good.arrayBuffer();
  const bad = await fetch(uploadPhoto.url.replace(/.$/, (last: string) => (last === 'A' ? 'B' : 'A')));
  expect(bad.status).toBe(403);
});

test('a subscription to a task that is not there is an error, not silence', async () => {
  expect(
    (
      await refusal(
        client.subscribe(TaskUpdatedDocument, { id: 'task_00000000000000000000000000', afterSequence: null }).next(),
      )
    ).code,
  ).toBe('NOT_FOUND');
});

test('a second server on the same data directory is refused, by name of the first', async () => {
  await expect(spawnServer(folder.path)).rejects.toThrow(String(server.child.pid));
});

test('a wrong environment variable stops the start: named, with what was expected, exit code not 0', async () => {
  await expect(spawnServer(folder.path, { DARKROOM_PORT: 'eighty' })).rejects.toThrow(
    /code 1: .*DARKROOM_PORT: expected a port/s,
  );
});

test('the log holds no file name, no link signature and no reference of a caller', async () => {
  await server.logged('"operation":"CreateIdPhoto"');
  expect(server.log()).not.toMatch(/signature=|astronaut|order-17|class 3b/);
});
