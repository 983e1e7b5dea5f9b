import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { parse } from 'graphql';
import sharp from 'sharp';
import { DarkroomClient } from '../client/client.js';
import { ROOT } from '../src/kernel/paths.js';
import { type ServerProcess, spawnServer, temporaryFolder } from './running-server.js';

/** The image work of some photos, on a machine that may be busy. */
jest.setTimeout(180_000);

const PORTRAIT = path.join(ROOT, 'test', 'fixtures', 'astronaut.png');
const US_VISA = 'mei-guo-qian-zheng-602x602';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let server: ServerProcess;
let client: DarkroomClient;
beforeAll(async () => {
  folder = await temporaryFolder();
  server = await spawnServer(folder.path);
  client = new DarkroomClient(server.url);
});
afterAll(async () => {
  await server.kill('SIGTERM');
  await folder.remove();
});

// biome-ignore lint/suspicious/noExplicitAny: an untyped answer
type Answer = any;
const ask = (query: string, variables: object = {}): Promise<Answer> =>
  client.request(parse(query) as TypedDocumentNode<unknown, object>, variables);

const REPORT = `report {
  verdict stage widthPx heightPx
  head { crown { x y } chin { x y } leftEye { x y } rightEye { x y } }
  checks { code name verdict severity measured min max unit found source ruleId rule { id titleEn } standard reason hint }
}`;
const FIELDS = `id state vendor failure { code message } parts { wanted delivered }
  ... on PhotoCheckTask { spec { id } source { id } ${REPORT} }
  ... on IdPhotoTask { photos { id reportAbsence clean { id } geometry { headRatio } ${REPORT} } }`;

async function run(mutation: string, type: string, input: object): Promise<Answer> {
  const { task } = await ask(`mutation ($input: ${type}!) { task: ${mutation}(input: $input) { id } }`, { input });
  for (;;) {
    const answer = await ask(`query ($id: ID!) { task(id: $id) { ${FIELDS} } }`, { id: task.id });
    if (answer.task.state !== 'QUEUED' && answer.task.state !== 'RUNNING') return answer.task;
    await new Promise(resolve => setTimeout(resolve, 200));
  }
}
/** A vendor's photo gets its report when it is asked for; a machine that is busy says UNAVAILABLE meanwhile, and is asked again. */
async function reportedPhoto(id: string): Promise<Answer> {
  for (;;) {
    const { node } = await ask(`query ($id: ID!) { node(id: $id) { ... on IdPhoto { reportAbsence ${REPORT} } } }`, {
      id,
    });
    if (node.reportAbsence !== 'UNAVAILABLE') return node;
    await new Promise(resolve => setTimeout(resolve, 500));
  }
}
const check = (bytes: Uint8Array, input: object) =>
  run('checkPhoto', 'CheckPhotoInput', { photo: { base64: Buffer.from(bytes).toString('base64') }, ...input });
const named = ({ report }: Answer, code: string) => report.checks.find((each: Answer) => each.code === code);

test('a photo is judged by the bytes that were sent, by the rule of the document, and what cannot be seen is named', async () => {
  const photo = await sharp(PORTRAIT)
    .withExif({ IFD0: { Software: 'Adobe Photoshop 27.1' } })
    .withDensity(96)
    .jpeg({ quality: 70 })
    .toBuffer();
  const task = await check(photo, { specId: US_VISA });
  expect(task).toMatchObject({ state: 'SUCCEEDED', vendor: 'LOCAL', spec: { id: US_VISA }, parts: { delivered: 1 } });
  expect(task.report).toMatchObject({ verdict: 'FAIL', stage: 'FINISHED', widthPx: 512, heightPx: 512 });
  expect(named(task, 'WIDTH_PX')).toMatchObject({
    ...{ verdict: 'FAIL', severity: 'REQUIRED', measured: 512, min: 600, max: 1200, unit: 'PX', source: 'RULE' },
    ...{ ruleId: 'us-visa', rule: { id: 'us-visa' }, name: 'Width', hint: expect.stringContaining('size') },
  });
  expect(named(task, 'FILE_BYTES')).toMatchObject({ verdict: 'PASS', measured: photo.byteLength, hint: null });
  expect(named(task, 'DPI')).toMatchObject({ measured: 96 });
  expect(named(task, 'EDITED')).toMatchObject({ verdict: 'ADVICE', found: 'Adobe Photoshop 27.1' });
  expect(named(task, 'NATURAL_COLOR')).toMatchObject({ standard: 'ISO/IEC 29794-5:2025, natural colour' });
  expect(named(task, 'HEADWEAR')).toMatchObject({ verdict: 'NOT_JUDGED', reason: 'NO_MODEL', measured: null });
  expect(named(task, 'RECENCY')).toMatchObject({ verdict: 'NOT_JUDGED', reason: 'NOT_IN_PICTURE' });
});

function expectNear(head: Answer, other: Answer, pixels: number): void {
  for (const point of ['crown', 'chin', 'leftEye', 'rightEye']) {
    const apart = Math.hypot(head[point].x - other[point].x, head[point].y - other[point].y);
    expect([point, apart, apart < pixels]).toEqual([point, apart, true]);
  }
}

test('of a source only that is judged which making a photo of it cannot mend', async () => {
  const source = await check(readFileSync(PORTRAIT), { specId: 'yi-cun-295x413', stage: 'SOURCE' });
  const codes = source.report.checks
    .filter(({ verdict }: Answer) => verdict !== 'NOT_JUDGED')
    .map((c: Answer) => c.code);
  expect(codes).toEqual(expect.arrayContaining(['SHARPNESS', 'EYES_OPEN', 'YAW', 'SHADOW']));
  for (const code of ['WIDTH_PX', 'DPI', 'FILE_BYTES', 'HEAD_HEIGHT', 'ROLL', 'BACKGROUND_COLOR'])
    expect(codes).not.toContain(code);
  // The visa's rule forbids to change the background.
  const visa = await run('checkPhoto', 'CheckPhotoInput', {
    photo: { assetId: source.source.id },
    specId: US_VISA,
    stage: 'SOURCE',
  });
  expect(named(visa, 'BACKGROUND_EVENNESS')).toMatchObject({ verdict: expect.stringMatching(/FAIL|ADVICE/) });
  // One was looked at levelled and the other as the head leans: the head is where it is.
  expectNear(source.report.head, visa.report.head, 6);
});

test('a picture without a face has a report that says so', async () => {
  const wall = await sharp({ create: { width: 600, height: 800, channels: 3, background: '#ccd' } })
    .jpeg()
    .toBuffer();
  const task = await check(wall, { customSize: { widthPx: 600, heightPx: 800 } });
  expect(task).toMatchObject({ state: 'SUCCEEDED', spec: null, report: { verdict: 'FAIL', head: null } });
  expect(named(task, 'FACE')).toMatchObject({ verdict: 'FAIL', found: 'NO_FACE' });
  expect(named(task, 'WIDTH_PX')).toMatchObject({ verdict: 'PASS', source: 'SPEC' });
  expect(named(task, 'HEAD_HEIGHT')).toMatchObject({ verdict: 'NOT_JUDGED', reason: 'NO_FACE' });
});

test('an ID photo carries the same report, and its file is judged alike', async () => {
  const photo = { base64: readFileSync(PORTRAIT).toString('base64') };
  const made = await run('createIdPhoto', 'CreateIdPhotoInput', { photo, specId: 'yi-cun-295x413', vendor: 'LOCAL' });
  const [own] = made.photos;
  const again = await run('checkPhoto', 'CheckPhotoInput', {
    photo: { assetId: own.clean.id },
    specId: 'yi-cun-295x413',
  });
  for (const code of ['SHADOW', 'MOUTH_CLOSED', 'SINGLE_FACE', 'CENTRING'])
    expect([code, named(own, code).verdict]).toEqual([code, named(again, code).verdict]);
  expectNear(own.report.head, again.report.head, 8);
  const { crown, chin } = own.report.head;
  expect((chin.y - crown.y) / 413).toBeCloseTo(own.geometry.headRatio, 3);
  expect(named(again, 'WIDTH_PX')).toMatchObject({ verdict: 'PASS', measured: 295 });
  expect(named(again, 'HEAD_HEIGHT').measured).toBeGreaterThan(0.55);
  const sold = await run('createIdPhoto', 'CreateIdPhotoInput', { photo, specId: 'yi-cun-295x413', vendor: 'SANDBOX' });
  const bought = await reportedPhoto(sold.photos[0].id);
  expect(bought).toMatchObject({ reportAbsence: null, report: { stage: 'FINISHED' } });
  expect(named(bought, 'WIDTH_PX')).toMatchObject({ verdict: 'PASS', measured: 295, source: 'SPEC' });
  const { task } = await ask(`query ($id: ID!) { task(id: $id) { ${FIELDS} } }`, { id: sold.id });
  expect(task.photos[0].report).toEqual(bought.report);
});

test('what is paid for is delivered, so a vendor takes no request that may fail by its report', async () => {
  const photo = { base64: readFileSync(PORTRAIT).toString('base64') };
  const wish = { photo, specId: US_VISA, backgrounds: [{ color: 'white' }], require: 'RULES' };
  await expect(run('createIdPhoto', 'CreateIdPhotoInput', { ...wish, vendor: 'SANDBOX' })).rejects.toMatchObject({
    errors: [{ extensions: { code: 'OPTION_NOT_SUPPORTED', fields: [{ path: 'input.require' }] } }],
  });
});

test('names and hints come in the language of the request', async () => {
  const query = `mutation ($input: CheckPhotoInput!) { checkPhoto(input: $input) { id } }`;
  const photo = { base64: readFileSync(PORTRAIT).toString('base64') };
  const { checkPhoto } = await ask(query, { input: { photo, specId: US_VISA } });
  for (;;) {
    const answer = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'accept-language': 'zh-CN' },
      body: JSON.stringify({ query: `{ task(id: "${checkPhoto.id}") { state ... on PhotoCheckTask { ${REPORT} } } }` }),
    });
    const { data } = (await answer.json()) as Answer;
    if (data.task.state === 'SUCCEEDED') {
      expect(named(data.task, 'WIDTH_PX')).toMatchObject({ name: '宽度', hint: '请按要求的尺寸制作。' });
      expect(named(data.task, 'HEADWEAR').hint).toMatch(/^未判断/);
      return;
    }
    await new Promise(resolve => setTimeout(resolve, 200));
  }
});

test('what is asked for has to be said, once', async () => {
  const photo = { base64: readFileSync(PORTRAIT).toString('base64') };
  await expect(run('checkPhoto', 'CheckPhotoInput', { photo })).rejects.toMatchObject({
    errors: [{ extensions: { code: 'BAD_USER_INPUT', fields: [{ path: 'input', code: 'EXACTLY_ONE' }] } }],
  });
  await expect(run('checkPhoto', 'CheckPhotoInput', { photo, specId: 'none' })).rejects.toMatchObject({
    errors: [{ extensions: { code: 'SPEC_NOT_FOUND' } }],
  });
});
