import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../../src/kernel/paths.js';
import type { JobContext, PaintingJob } from '../contract.js';
import { failure, nothingSealed, type ScriptedServer, startScriptedServer } from '../kit/scripted-server.js';
import type { PaintingCode } from './codes.js';
import type { JumeiPaintingConfig } from './config.js';
import { JumeiPaintingDataSource } from './jumei-painting.datasource.js';

const JOB: PaintingJob = { text: '睡莲 *', style: 'low poly ', resolution: '1024*1536', count: 2 };
const TASK_ID = '1704859393485930497';

const fixture = (name: string) =>
  JSON.parse(readFileSync(path.join(ROOT, 'datasources/jumei-painting/fixtures', `${name}.json`), 'utf8'));

let server: ScriptedServer;
const opened: JumeiPaintingDataSource[] = [];
beforeEach(async () => {
  server = await startScriptedServer();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map(source => source.close()));
  await server.close();
});

function painting(config: Partial<JumeiPaintingConfig> = {}, job: PaintingJob = JOB) {
  const source = new JumeiPaintingDataSource({
    submitUrl: `${server.url}/ai-draw/submit`,
    queryUrl: `${server.url}/ai-draw/query`,
    login: { key: 'test-app-key', secret: 'test-app-secret' },
    paramsIn: 'form',
    packageUnits: undefined,
    sandbox: false,
    ...config,
  });
  opened.push(source);
  const context: JobContext = {
    signal: new AbortController().signal,
    photo: async () => new Uint8Array(),
    original: () => Promise.reject(new Error('no vendor gets it')),
    photoUrl: async () => '',
    open: nothingSealed,
    report: () => {},
    sent: () => {},
  };
  const call = { operation: 'PAINTING', job, photos: {}, part: 0 } as const;
  const capability = source.capabilities.PAINTING!;
  return {
    capability,
    submit: () => capability.submit(call, context),
    poll: (taskId = TASK_ID) => capability.poll!(call, taskId, context),
  };
}

describe('submitting', () => {
  test.each([
    ['form', '/ai-draw/submit', 'text=%E7%9D%A1%E8%8E%B2%20%2A&resolution=1024%2A1536&style=low%20poly&num=2'],
    ['query', '/ai-draw/submit?text=%E7%9D%A1%E8%8E%B2%20%2A&resolution=1024%2A1536&style=low%20poly&num=2', ''],
    ['json', '/ai-draw/submit', '{"text":"睡莲 *","resolution":"1024*1536","style":"low poly","num":"2"}'],
  ] as const)(
    '%s: all four parameters as text, `*` encoded, the style without its blank',
    async (paramsIn, target, body) => {
      server.answer = () => ({ body: fixture('submit-200') });
      await painting({ paramsIn }).submit();
      const [request] = server.received;
      expect(request).toMatchObject({ method: 'POST', target });
      expect(Buffer.from(request!.body, 'latin1').toString()).toBe(body);
    },
  );

  test('the job is pending under an id that is read as text', async () => {
    for (const taskId of [`"${TASK_ID}"`, TASK_ID]) {
      server.answer = () => ({ body: `{"code":200,"msg":"成功","taskNo":"1","data":{"taskId":${taskId}}}` });
      expect(await painting().submit()).toEqual({ state: 'PENDING', vendorTaskId: TASK_ID, billed: 'YES' });
    }
  });

  test('each image is a unit of one call', () => {
    const { capability } = painting();
    expect([capability.parts(JOB), capability.units(JOB), capability.bills]).toEqual([1, 2, true]);
  });

  const CODES = {
    '201': ['VENDOR_ERROR', 'UNKNOWN'],
    '202': ['CONTENT_BLOCKED', 'UNKNOWN'],
    '400': ['INVALID_INPUT', 'NO'],
    '500': ['VENDOR_UNAVAILABLE', 'UNKNOWN'],
    '501': ['VENDOR_UNAVAILABLE', 'UNKNOWN'],
    '999': ['VENDOR_ERROR', 'UNKNOWN'],
  } as const satisfies Record<PaintingCode, unknown>;

  test.each(Object.entries(CODES))('code %s is %j and is never sent again', async (vendorCode, [code, billed]) => {
    server.answer = () => ({ body: fixture(vendorCode) });
    const error = await failure(painting().submit());
    expect({ code: error.code, ...error.facts }).toEqual({
      code,
      vendorCode,
      billed,
      safeToRetry: false,
      requestId: fixture(vendorCode).taskNo,
      vendorMessage: fixture(vendorCode).msg,
      ...(billed === 'UNKNOWN' ? { evidence: expect.stringMatching(/showdoc\.com\.cn\/jumdata\/\d+/) } : {}),
    });
    expect(server.received).toHaveLength(1);
  });

  test("the caller's text is masked in the vendor's message", async () => {
    server.answer = () => ({ body: { code: 202, msg: `文本拦截: ${JOB.text}`, taskNo: '1' } });
    expect((await failure(painting().submit())).facts.vendorMessage).toBe('文本拦截: ***');
  });

  test.each([
    ['HTML', '<html></html>'],
    ['nothing', ''],
    ['success without a task id', { code: 200, msg: '成功', taskNo: '9', data: {} }],
    ['success without data', { code: 200, msg: '成功', taskNo: '9', data: null }],
    ['an error under code 200', { code: 200, error: 'busy' }],
  ])('%s may have been charged', async (_, body) => {
    server.answer = () => ({ headers: { 'x-request-id': 'f00d' }, body });
    const { code, facts } = await failure(painting().submit());
    expect({ code, ...facts }).toMatchObject({
      code: 'VENDOR_UNAVAILABLE',
      billed: 'UNKNOWN',
      safeToRetry: false,
      outcomeUnknown: true,
      requestId: 'f00d',
    });
    expect(server.received).toHaveLength(1);
  });

  test('a lost answer leaves the outcome unknown, and the request is not sent again', async () => {
    server.answer = () => 'drop';
    const { code, facts } = await failure(painting().submit());
    expect([code, facts.billed, facts.safeToRetry]).toEqual(['OUTCOME_UNKNOWN', 'UNKNOWN', false]);
    expect(server.received).toHaveLength(1);
  });
});

describe('polling', () => {
  test('goes to the other address, with the id digit by digit', async () => {
    server.answer = () => ({ body: fixture('query-200-pending') });
    expect(await painting().poll()).toEqual({ state: 'PENDING', vendorTaskId: TASK_ID, billed: 'YES' });
    expect(server.received[0]).toMatchObject({ method: 'POST', target: '/ai-draw/query', body: `taskId=${TASK_ID}` });
  });

  test.each([
    ['2', 'status 2'],
    [-1, 'status -1'],
    ['失敗', 'status (not a code)'],
  ])('a status that the guide does not have (%j) is told as it came', async (status, vendorCode) => {
    const pending = fixture('query-200-pending');
    server.answer = () => ({ body: { ...pending, data: { ...pending.data, status } } });
    expect(await painting().poll()).toEqual({
      state: 'UNEXPLAINED',
      vendorTaskId: TASK_ID,
      billed: 'YES',
      vendorCode,
    });
  });

  test('a finished job gives every picture of the list, each with the AI label', async () => {
    server.answer = () => ({ body: fixture('query-200-done') });
    const expiresAt = expect.any(Date);
    expect(await painting().poll()).toEqual({
      state: 'DONE',
      vendorTaskId: TASK_ID,
      billed: 'YES',
      pictures: fixture('query-200-done').data.imgUrls.map(({ image }: { image: string }, place: number) => ({
        role: 'CLEAN',
        from: { url: image, expiresAt },
        aiLabel: true,
        contentId: `${TASK_ID}-${place + 1}`,
      })),
    });
  });

  const DAY = 86_400_000;
  const inShanghai = (ms: number) => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
  test.each([
    ['years ago', '2023-09-21 22:15:41', 0],
    ['garbage', '2023-99-99 25:61:61', 0],
    ['a number', 1_700_000_000, 0],
    ['missing', undefined, 0],
    ['now, read in the zone of Greenwich', inShanghai(Date.now() - 8 * 3_600_000), 0],
    ['five hours ahead', inShanghai(Date.now() + 5 * 3_600_000), 5 * 3_600_000],
    ['centuries ahead', '9999-12-31 23:59:59', DAY],
  ])('pictures live three months from now, never less: createTime %s', async (_, createTime, ahead) => {
    const done = fixture('query-200-done');
    server.answer = () => ({ body: { ...done, data: { ...done.data, createTime } } });
    const before = Date.now();
    const answer = await painting().poll();
    if (answer.state !== 'DONE') throw new Error(answer.state);
    const from = answer.pictures[0]?.from as { expiresAt: Date };
    const lives = from.expiresAt.getTime() - 90 * DAY - before;
    expect(lives).toBeGreaterThanOrEqual(ahead - 60_000);
    expect(lives).toBeLessThan(ahead + 60_000);
    expect(painting().capability.expiryMs).toBe(30 * DAY);
  });

  test.each([
    ['missing', undefined],
    ['null', null],
    ['empty', []],
    ['empty text', ''],
    ['a list without an address', [{ image: '' }, {}]],
  ])('`img` is the result where `imgUrls` is %s', async (_, imgUrls) => {
    const done = fixture('query-200-done');
    server.answer = () => ({ body: { ...done, data: { ...done.data, imgUrls } } });
    expect(await painting({}, { ...JOB, count: 1 }).poll()).toMatchObject({
      state: 'DONE',
      billed: 'YES',
      pictures: [{ from: { url: done.data.img }, aiLabel: true }],
    });
    expect(await painting().poll()).toMatchObject({ facts: { warnings: ['FEWER_IMAGES'] } });
  });

  test('an answer with data as text, in another order, with plain addresses and fields that no guide has, is read', async () => {
    const data = JSON.stringify({
      status: '1',
      extra: 1,
      imgUrls: ['https://r.example/1.png', { image: '//r.example/2.png' }],
    });
    server.answer = () => ({ body: { data, code: '200' } });
    expect(await painting().poll()).toMatchObject({
      state: 'DONE',
      pictures: [{ from: { url: 'https://r.example/1.png' } }, { from: { url: 'https://r.example/2.png' } }],
    });
  });

  test('fewer images than ordered are a warning', async () => {
    server.answer = () => ({ body: fixture('query-200-done') });
    expect(await painting({}, { ...JOB, count: 3 }).poll()).toMatchObject({
      state: 'DONE',
      facts: { warnings: ['FEWER_IMAGES'] },
    });
  });

  test.each(['1', 1])('status %j is done', async status => {
    const done = fixture('query-200-done');
    server.answer = () => ({ body: { ...done, data: { ...done.data, status, createTime: 'soon' } } });
    expect(await painting().poll()).toMatchObject({ state: 'DONE', pictures: [{ from: { url: done.data.img } }, {}] });
  });

  test.each([0, '0', null])('status %j is not', async status => {
    const done = fixture('query-200-done');
    server.answer = () => ({ body: { ...done, data: { ...done.data, status } } });
    expect((await painting().poll()).state).toBe('PENDING');
  });

  const CODES = {
    '201': ['VENDOR_NOT_FOUND', false],
    '202': ['CONTENT_BLOCKED', false],
    '400': ['INVALID_INPUT', false],
    '500': ['VENDOR_UNAVAILABLE', true],
    '501': ['VENDOR_UNAVAILABLE', true],
    '999': ['VENDOR_ERROR', false],
  } as const satisfies Record<PaintingCode, unknown>;

  test.each(Object.entries(CODES))('code %s is %j', async (vendorCode, [code, safeToRetry]) => {
    server.answer = () => ({ body: fixture(vendorCode) });
    const error = await failure(painting().poll());
    expect([error.code, error.facts.safeToRetry, error.facts.vendorCode]).toEqual([code, safeToRetry, vendorCode]);
    expect(server.received).toHaveLength(1);
  });

  test.each(Object.keys(CODES))(
    'code %s to a question says nothing of the charge for the job, whatever its `charge`',
    async vendorCode => {
      for (const charge of [undefined, true, false]) {
        server.answer = () => ({ body: { ...fixture(vendorCode), charge } });
        expect((await failure(painting().poll())).facts.billed).toBe('UNKNOWN');
      }
    },
  );

  test.each([
    ['HTML', '<html></html>'],
    ['nothing', ''],
    ['done without a picture', { code: 200, taskNo: '9', data: { status: 1, img: 'x', imgUrls: [] } }],
    ['an error under code 200', { code: 200, error: 'busy' }],
    [
      'done with something that is no address',
      { code: 200, taskNo: '9', data: { status: 1, imgUrls: [{ image: 'x' }] } },
    ],
    ['success without data', { code: 200, taskNo: '9' }],
  ])('%s costs nothing and is safe to retry, but is not retried here', async (_, body) => {
    server.answer = () => ({ body });
    const { code, facts } = await failure(painting().poll());
    expect([code, facts.billed, facts.safeToRetry]).toEqual(['VENDOR_UNAVAILABLE', 'NO', true]);
    expect(server.received).toHaveLength(1);
  });

  test('a lost answer is safe to retry, but is not retried here', async () => {
    server.answer = () => 'drop';
    const { code, facts } = await failure(painting().poll());
    expect([code, facts.billed, facts.safeToRetry]).toEqual(['VENDOR_UNAVAILABLE', 'NO', true]);
    expect(server.received).toHaveLength(1);
  });
});
