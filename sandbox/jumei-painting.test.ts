import { MAGIC } from './magic.js';
import { type Sandbox, startSandbox } from './sandbox.js';
import { breachKinds, control, fakePictures, type Json, jumeiForm, jumeiQuery } from './test-clients.js';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ pictures: fakePictures, seed: 1 });
});
afterAll(() => sandbox.close());
beforeEach(() => control(sandbox, '/reset', {}));

const login = () => ({
  key: sandbox.environment.JUMEI_PAINTING_APP_KEY!,
  secret: sandbox.environment.JUMEI_PAINTING_APP_SECRET!,
});
const submit = (parameters: Record<string, string> = {}) =>
  jumeiQuery(
    sandbox.environment.JUMEI_PAINTING_SUBMIT_URL!,
    { text: '睡莲', resolution: '1024*1536', style: '油画', ...parameters },
    login(),
  );
const query = async (taskId: string): Promise<Json> =>
  (await jumeiQuery(sandbox.environment.JUMEI_PAINTING_QUERY_URL!, { taskId }, login())).body;
const taskIdOf = (text: string) => /"taskId":(\d+)/.exec(text)?.[1] ?? '';
const paint = async (parameters?: Record<string, string>) => taskIdOf((await submit(parameters)).text);
const billed = () => sandbox.state().vendors.JUMEI_PAINTING.calls.submit?.billed ?? 0;

test('a painting waits in the queue, comes as labelled pictures, and takes a unit an image', async () => {
  const taskId = await paint({ num: '3' });
  expect((await query(taskId)).data).toMatchObject({ status: 0, img: '', imgUrls: [] });
  await control(sandbox, '/clock', { advanceMs: 120_000 });
  const { data } = await query(taskId);
  expect(data.status).toBe(1);
  expect(data.imgUrls).toHaveLength(3);
  expect(data.img).toBe(data.imgUrls[0]!.image);
  expect(data.createTime).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
  const picture = Buffer.from(await (await fetch(data.imgUrls[2]!.image)).arrayBuffer()).toString('utf8');
  expect(picture).toContain('AI PAINTING 3 OF 3');
  expect(billed()).toBe(3);
  expect(breachKinds(sandbox)).toEqual([]);
});

test('its id is an integer that a JS number cannot hold, and a rounded one is told from an unknown one', async () => {
  const taskId = await paint();
  const rounded = String(Number(taskId));
  expect(rounded).not.toBe(taskId);
  expect((await query('17')).code).toBe(201);
  expect(breachKinds(sandbox)).toEqual([]);
  expect((await query(rounded)).code).toBe(201);
  expect(breachKinds(sandbox)).toEqual(['LOST_DIGITS']);
});

test.each(
  MAGIC.filter(row => row.vendor === 'JUMEI_PAINTING' && row.call === 'submit' && /^\d+$/.test(row.code)).map(
    row => [row.value, row.code] as const,
  ),
)('a text with %s is answered with code %s, unbilled', async (value, code) => {
  expect((await submit({ text: `睡莲 ${value}` })).body.code).toBe(Number(code));
  expect(billed()).toBe(0);
});

test('maintenance may have cost a submission, so the same one again is a breach; a question costs nothing', async () => {
  await submit({ text: '[500]' });
  await submit({ text: '[501]' });
  await query(await paint({ text: '[query 500]' }));
  expect(breachKinds(sandbox)).toEqual([]);
  await submit({ text: '[500]' });
  expect(breachKinds(sandbox)).toEqual(['SENT_AGAIN_AFTER_LOSS']);
});

test.each(
  MAGIC.filter(row => row.vendor === 'JUMEI_PAINTING' && row.call === 'query').map(
    row => [row.value, row.code] as const,
  ),
)('a text with %s makes the first query fail with %s', async (value, code) => {
  const taskId = await paint({ text: value });
  expect((await query(taskId)).code).toBe(Number(code));
  expect((await query(taskId)).code).toBe(200);
});

test('a painting can be stuck, slow, or short of an image', async () => {
  const [stuck, slow, fewer] = [
    await paint({ text: '[stuck]' }),
    await paint({ text: '[slow]' }),
    await paint({ text: '[fewer]', num: '4' }),
  ];
  await control(sandbox, '/clock', { advanceMs: 599_000 });
  expect((await query(slow)).data.status).toBe(0);
  await control(sandbox, '/clock', { advanceMs: 86_400_000 });
  expect((await query(slow)).data.status).toBe(1);
  expect((await query(stuck)).data.status).toBe(0);
  expect((await query(fewer)).data.imgUrls).toHaveLength(3);
});

test.each([
  ['101 characters', { text: '睡'.repeat(101) }, 'OUT_OF_RANGE'],
  ['no text', { text: '' }, 'MISSING_PARAMETER'],
  ['another resolution', { resolution: '1024x1024' }, 'OUT_OF_RANGE'],
  ['another style', { style: '国画' }, 'OUT_OF_RANGE'],
  ['seven images', { num: '7' }, 'OUT_OF_RANGE'],
])('%s is refused and a breach', async (_name, parameters, kind) => {
  expect((await submit(parameters)).body.code).toBe(400);
  expect(breachKinds(sandbox)).toEqual([kind]);
});

test('a hundred code points pass, whatever their length in UTF-16', async () => {
  expect((await submit({ text: '𠮷'.repeat(100), style: 'low poly ' })).body.code).toBe(200);
});

test('a wrong secret is refused', async () => {
  const answer = await jumeiQuery(
    sandbox.environment.JUMEI_PAINTING_QUERY_URL!,
    { taskId: '1' },
    { ...login(), secret: 'x' },
  );
  expect([answer.status, answer.body.error_code]).toEqual([401, 'APIG.0303']);
});

test('the keys of the other product do not open this one', async () => {
  const { JUMEI_ID_PHOTO_APP_KEY: key, JUMEI_ID_PHOTO_APP_SECRET: secret } = sandbox.environment;
  const answer = await jumeiQuery(
    sandbox.environment.JUMEI_PAINTING_QUERY_URL!,
    { taskId: '1' },
    { key: key!, secret: secret! },
  );
  expect(answer.status).toBe(401);
});

test('a package with too few units for all images is refused', async () => {
  await control(sandbox, '/quota', { vendor: 'JUMEI_PAINTING', units: 3 });
  expect((await submit({ num: '4' })).status).toBe(405);
  expect((await submit({ num: '3' })).status).toBe(200);
});

test('the id is gone after a month, the pictures after three', async () => {
  const DAY = 86_400_000;
  const taskId = await paint();
  await control(sandbox, '/clock', { advanceMs: 29 * DAY });
  const image = (await query(taskId)).data.img;
  await control(sandbox, '/clock', { advanceMs: DAY });
  expect((await query(taskId)).code).toBe(201);
  expect((await fetch(image)).status).toBe(200);
  await control(sandbox, '/clock', { advanceMs: 61 * DAY });
  expect((await fetch(image)).status).toBe(403);
});

test('parameters in a form are refused where it takes the query, and the other way round; neither costs anything', async () => {
  const url = sandbox.environment.JUMEI_PAINTING_SUBMIT_URL!;
  const parameters = { text: '睡莲', resolution: '1024*1536', style: '油画' };
  expect(sandbox.environment.JUMEI_PAINTING_PARAMS_IN).toBe('query');
  const refused = await jumeiForm(url, parameters, login());
  expect([refused.status, refused.body.error_msg]).toEqual([400, 'Invalid query parameter: text required']);
  await control(sandbox, '/settings', { jumeiPaintingParamsIn: 'form' });
  expect((await jumeiForm(url, parameters, login())).body.code).toBe(200);
  expect((await jumeiQuery(url, parameters, login())).status).toBe(400);
  expect(billed()).toBe(1);
  expect(breachKinds(sandbox)).toEqual(['WRONG_PLACE', 'WRONG_PLACE']);
});
