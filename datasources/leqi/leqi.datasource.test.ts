import type { Answer, IdPhotoJob, JobContext, ReleaseJob } from '../contract.js';
import { VendorHttp } from '../kit/http.js';
import {
  failure,
  nothingSealed,
  type ScriptedAnswer,
  type ScriptedServer,
  startScriptedServer,
} from '../kit/scripted-server.js';
import { codesOf, judge } from './codes.js';
import fetchAnswers from './fixtures/fetch.json';
import makeAnswers from './fixtures/make.json';
import { LeqiDataSource } from './leqi.datasource.js';

const APP_CODE = 'made-up-app-code';
const DAY_MS = 24 * 3_600_000;
const fixtures = { make: makeAnswers, fetch: fetchAnswers } as const;

let server: ScriptedServer;
let leqi: LeqiDataSource;

beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(() => server.close());
beforeEach(() => {
  server.received.length = 0;
  leqi = new LeqiDataSource({
    appCode: APP_CODE,
    baseUrl: server.url,
    specIds: new Map([['yi-cun-295x413', 1]]),
    customSpecId: 7,
    photoAs: undefined,
    packageUnits: undefined,
    sandbox: false,
  });
});
afterEach(() => leqi.close());

const context = {
  signal: new AbortController().signal,
  photo: () => Promise.reject(new Error('Leqi fetches the photo itself')),
  original: () => Promise.reject(new Error('no vendor gets it')),
  photoUrl: async id => `https://photos.example.com/assets/${id}?expires=1&signature=a%2Bb`,
  open: nothingSealed,
  report: () => undefined,
  sent: () => {},
} satisfies JobContext;

const job: IdPhotoJob = {
  specId: null,
  options: {
    widthPx: 413,
    heightPx: 579,
    dpi: 300,
    headRatio: 0.62,
    topMargin: 0.085,
    backgrounds: [
      { kind: 'solid', hex: '#FFFFFF' },
      { kind: 'gradient', from: '#438EDB', to: '#D0E3F6' },
    ],
  },
};
const releaseJob: ReleaseJob = {
  photos: ['bg0', 'bg1&x=1 二'].map((name, index) => ({
    photoId: `photo_${index}`,
    taskId: 'task_1',
    vendorRef: `89a58bd0${name}`,
  })),
};

const make = (over: Partial<IdPhotoJob> = {}) =>
  leqi.capabilities.ID_PHOTO.submit(
    { operation: 'ID_PHOTO', job: { ...job, ...over }, photos: { photo: 'asset_1' }, part: 0 },
    context,
  );
const release = (part = 0) =>
  leqi.capabilities.RELEASE.submit({ operation: 'RELEASE', job: releaseJob, photos: {}, part }, context);

function done(answer: Answer) {
  if (answer.state !== 'DONE') throw new Error('the vendor still works on it');
  return answer;
}

const play = (answer: ScriptedAnswer) => {
  server.answer = () => answer;
};
const sentBody = () => JSON.parse(server.received[0]!.body) as Record<string, unknown>;

describe('making previews', () => {
  test('is one free call for all backgrounds', () => {
    const { bills, parts, units } = leqi.capabilities.ID_PHOTO;
    expect([bills, parts(job), units(job)]).toEqual([false, 1, 0]);
  });

  test('sends exactly what the guide asks for, a size of our own with the number for custom sizes', async () => {
    play(makeAnswers['200']);
    await make();
    const [request] = server.received;
    expect(request).toMatchObject({ method: 'POST', target: '/aliyun_api/pic_handle_3' });
    expect(request!.headers).toMatchObject({
      authorization: `APPCODE ${APP_CODE}`,
      'content-type': 'application/json',
    });
    expect(request!.body).toBe(
      '{"pic_url":"https://photos.example.com/assets/asset_1?expires=1&signature=a%2Bb","spec_id":7,"width_px":413,"height_px":579,' +
        '"background_color":[{"start_color":16777215,"color_name":"bg0","enc_color":16777215},' +
        '{"start_color":4427483,"color_name":"bg1","enc_color":13689846}]}',
    );
  });

  test('sends a spec that the operator mapped by its number alone', async () => {
    play(makeAnswers['200']);
    await make({ specId: 'yi-cun-295x413' });
    expect(sentBody().spec_id).toBe(1);
    expect(sentBody()).not.toHaveProperty('width_px');
    expect(sentBody()).not.toHaveProperty('height_px');
  });

  test('sends a spec that is not mapped by its size', async () => {
    play(makeAnswers['200']);
    await make({ specId: 'er-cun-413x579' });
    expect(sentBody()).toMatchObject({ spec_id: 7, width_px: 413, height_px: 579 });
  });

  test('sends all of its own options, ratios as exactly 8 numbers with -1 for an open one', async () => {
    play(makeAnswers['200']);
    await make({
      options: { ...job.options, minKb: 20, maxKb: 100 },
      leqi: {
        ratios: { headHeight: { min: 0.5, max: 0.7 }, topHeight: { min: 0.05, max: 0.15 } },
        printType: 2,
        horizontalAlignment: 1,
        poseFix: true,
        originBeauty: false,
        clothes: 'api_20240521-3-boy',
        fairLevel: 3,
      },
    });
    expect(sentBody()).toMatchObject({
      file_size_min: 20,
      file_size_max: 100,
      ratios: [0.5, 0.7, -1, -1, 0.05, 0.15, -1, -1],
      print_type: 2,
      hor_align_type: 1,
      pose_fix: 1,
      need_origin_beauty: 0,
      clothes: 'api_20240521-3-boy',
      fair_level: 3,
    });
  });

  test('五寸, one pixel over the limit, is sent without that pixel, and the task says so', async () => {
    play(makeAnswers['200']);
    const fiveInch = { ...job.options, widthPx: 1051, heightPx: 1500 };
    const { facts } = done(await make({ specId: 'wu-cun-1051x1500', options: fiveInch }));
    expect(sentBody()).toMatchObject({ width_px: 1050, height_px: 1500 });
    expect(facts).toEqual({ sheetCount: 8, warnings: ['SIZE_DIFFERS'] });
    // A spec that the operator mapped has the size that Leqi gives it.
    expect(done(await make({ specId: 'yi-cun-295x413', options: fiveInch })).facts).toEqual({ sheetCount: 8 });
  });

  test('gives a preview and a sheet preview for each background, in their order, with untouched signed URLs', async () => {
    play(makeAnswers['200']);
    const now = Date.now();
    const clock = jest.spyOn(Date, 'now').mockReturnValue(now);
    const { pictures, facts, billed } = done(await make());
    clock.mockRestore();
    expect(billed).toBe('NO');
    expect(facts).toEqual({ sheetCount: 8 });
    expect(pictures.map(({ role, index, watermarked }) => [role, index, watermarked])).toEqual([
      ['PREVIEW', 0, true],
      ['SHEET_PREVIEW', 0, true],
      ['PREVIEW', 1, true],
      ['SHEET_PREVIEW', 1, true],
    ]);
    const body = makeAnswers['200'].body;
    const expiresAt = new Date(1_569_317_426_000);
    expect(pictures[0]!.from).toEqual({ url: body.wm_pic_url[0], expiresAt });
    expect(pictures[3]!.from).toEqual({ url: body.print_wm_pic_url[1], expiresAt });
    expect(pictures[2]!.vendorRef).toBe(body.final_pic_name[1]);
    expect(pictures[2]!.releaseUntil).toEqual(new Date(now + 7 * DAY_MS));
  });

  test('a preview whose URL does not say when it expires is taken to last a day, as the family reports', async () => {
    const unsigned = 'https://example.com/a.jpg';
    const lists = { wm_pic_url: [unsigned, unsigned], print_wm_pic_url: [unsigned, unsigned] };
    play({ body: { ...makeAnswers['200'].body, ...lists } });
    const now = Date.now();
    const clock = jest.spyOn(Date, 'now').mockReturnValue(now);
    const { pictures } = done(await make());
    clock.mockRestore();
    expect(pictures.map(({ from }) => from)).toEqual(
      Array(4).fill({ url: unsigned, expiresAt: new Date(now + DAY_MS) }),
    );
  });

  test.each([
    ['wrapped in data', (data: object): unknown => data],
    ['wrapped in data as text', (data: object) => JSON.stringify(data)],
  ])('takes an answer without print sheets, %s', async (_, wrapped) => {
    const { print_wm_pic_url: __, one_sheet_num: ___, ...body } = makeAnswers['200'].body;
    play({ body: { code: '200', data: wrapped(body) } });
    const { pictures, facts } = done(await make());
    expect(pictures.map(({ role }) => role)).toEqual(['PREVIEW', 'PREVIEW']);
    expect(facts).toBeUndefined();
  });

  test('a print sheet that is missing in its place takes no other one away; of a short list none is taken', async () => {
    const { body } = makeAnswers['200'];
    const rolesOf = async (sheets: unknown) => {
      play({ body: { ...body, print_wm_pic_url: sheets } });
      return done(await make()).pictures.map(({ role, index }) => `${role} ${index}`);
    };
    expect(await rolesOf(['', body.print_wm_pic_url[1]])).toEqual(['PREVIEW 0', 'PREVIEW 1', 'SHEET_PREVIEW 1']);
    expect(await rolesOf([body.print_wm_pic_url[1]])).toEqual(['PREVIEW 0', 'PREVIEW 1']);
  });

  test.each([
    ['one photo fewer', { final_pic_name: ['a'] }],
    ['no previews', { wm_pic_url: [] }],
    ['previews that are no URLs', { wm_pic_url: ['javascript:alert(1)', 'ftp://example.com/a'] }],
  ])('lists of different lengths are an error: %s', async (_, over) => {
    play({ body: { ...makeAnswers['200'].body, ...over } });
    const error = await failure(make());
    expect(error.code).toBe('VENDOR_ERROR');
    expect(error.facts).toMatchObject({ billed: 'NO', safeToRetry: false });
  });

  test.each(['drop' as const, { body: '<html>' }, { status: 504, headers: { 'x-ca-error-code': 'D504TO' }, body: '' }])(
    'a lost answer cost nothing, so it may be asked for again; not by this class, though: %j',
    async answer => {
      play(answer);
      const error = await failure(make());
      expect(error.code).toBe('VENDOR_UNAVAILABLE');
      expect(error.facts).toMatchObject({ billed: 'NO', safeToRetry: true, outcomeUnknown: true });
      expect(server.received).toHaveLength(1);
    },
  );

  test('waits longer for origin beauty, which adds up to 40 s', async () => {
    play(makeAnswers['200']);
    const request = jest.spyOn(VendorHttp.prototype, 'request');
    await make();
    await make({ leqi: { originBeauty: true } });
    expect(request.mock.calls.map(([{ answerMs }]) => answerMs)).toEqual([30_000, 75_000]);
    request.mockRestore();
  });

  test('a refused login names the variable', async () => {
    play(makeAnswers['401']);
    expect((await failure(make())).message).toContain('LEQI_APP_CODE');
  });
});

describe('buying clean photos', () => {
  test('is one billed call and one unit for each photo', () => {
    const { bills, parts, units } = leqi.capabilities.RELEASE;
    expect([bills, parts(releaseJob), units(releaseJob)]).toEqual([true, 2, 2]);
  });

  test('asks by the vendor’s name of the photo, percent-encoded', async () => {
    play(fetchAnswers['200']);
    await release(1);
    expect(server.received).toMatchObject([
      { method: 'GET', target: '/get_pic_3?file_name=89a58bd0bg1%26x%3D1%20%E4%BA%8C', body: '' },
    ]);
    expect(server.received[0]!.headers.authorization).toBe(`APPCODE ${APP_CODE}`);
  });

  test.each(['200', '200 in data'] as const)('gives the clean photo and its sheet (%s)', async name => {
    play(fetchAnswers[name]);
    const { pictures, billed } = done(await release(1));
    expect(billed).toBe('YES');
    const expiresAt = new Date(1_718_868_273_000);
    const { file_name: clean, file_name_list: sheet } = fetchAnswers['200'].body;
    expect(pictures).toEqual([
      { role: 'CLEAN', from: { url: clean, expiresAt }, watermarked: false, index: 1 },
      { role: 'SHEET', from: { url: sheet, expiresAt }, watermarked: false, index: 1 },
    ]);
  });

  test('reads a sheet in a list, and takes a clean photo without a sheet', async () => {
    const { file_name, file_name_list } = fetchAnswers['200'].body;
    play({ body: { code: 200, file_name, file_name_list: [file_name_list] } });
    expect(done(await release()).pictures).toHaveLength(2);
    play({ body: { code: 200, file_name } });
    expect(done(await release()).pictures).toHaveLength(1);
  });

  test.each([
    [{ code: 200 }],
    [{ code: 200, error: '' }],
    [{ code: 200, error: '获取失败' }],
    [{ code: 200, data: { error: '获取失败' } }],
  ])('a success without a photo is an error, and nobody says whether it is charged: %j', async body => {
    play({ body });
    const error = await failure(release());
    expect(error.code).toBe('VENDOR_ERROR');
    expect(error.facts).toMatchObject({ billed: 'UNKNOWN', safeToRetry: false, outcomeUnknown: true });
  });

  test('an http URL stays as the vendor prints it, and one that does not say when it expires lasts 7 days', async () => {
    play({ body: { code: 200, file_name: 'http://example.com/a%2Fb.jpg' } });
    const now = Date.now();
    const clock = jest.spyOn(Date, 'now').mockReturnValue(now);
    const { pictures } = done(await release());
    clock.mockRestore();
    expect(pictures[0]!.from).toEqual({ url: 'http://example.com/a%2Fb.jpg', expiresAt: new Date(now + 7 * DAY_MS) });
  });

  test.each([
    { status: 404, headers: { 'x-ca-error-code': 'I404NF' }, body: '' },
    { status: 400, headers: { 'x-ca-error-message': 'Invalid Url' }, body: '' },
    { status: 404, body: 'no such page' },
  ])(
    'tries the prefixed path once where the gateway does not know the printed one, and stays with it: %j',
    async unknown => {
      server.answer = ({ target }) => (target.startsWith('/aliyun_api/') ? fetchAnswers['200'] : unknown);
      expect(done(await release()).facts?.vendorMessage).toContain('/aliyun_api/get_pic_3');
      expect(done(await release()).facts).toBeUndefined();
      expect(server.received.map(({ target }) => target.split('?')[0])).toEqual([
        '/get_pic_3',
        '/aliyun_api/get_pic_3',
        '/aliyun_api/get_pic_3',
      ]);
    },
  );

  test('fails if the gateway knows neither path, and begins with the printed one again', async () => {
    play({ status: 404, headers: { 'x-ca-error-code': 'I404NF' }, body: '' });
    expect((await failure(release())).code).toBe('VENDOR_NOT_FOUND');
    expect((await failure(release())).facts.billed).toBe('NO');
    expect(server.received.map(({ target }) => target.split('?')[0])).toEqual([
      '/get_pic_3',
      '/aliyun_api/get_pic_3',
      '/get_pic_3',
      '/aliyun_api/get_pic_3',
    ]);
  });

  test.each([
    ['a dropped connection', 'drop' as const, 'OUTCOME_UNKNOWN'],
    ['HTML', { body: '<html>' }, 'VENDOR_UNAVAILABLE'],
    ['an empty body', { body: '' }, 'VENDOR_UNAVAILABLE'],
    ['JSON without a code', { body: { message: 'ok' } }, 'VENDOR_UNAVAILABLE'],
    ['an HTTP error with code 200', { status: 500, body: fetchAnswers['200'].body }, 'VENDOR_UNAVAILABLE'],
    [
      'a gateway that waited too long',
      { status: 504, headers: { 'x-ca-error-code': 'D504TO' }, body: '' },
      'VENDOR_UNAVAILABLE',
    ],
  ])('%s may have been charged, and nothing is sent again', async (_, answer, code) => {
    play(answer);
    const error = await failure(release());
    expect(error.code).toBe(code);
    expect(error.facts).toMatchObject({ billed: 'UNKNOWN', safeToRetry: false, outcomeUnknown: true });
    expect(server.received).toHaveLength(1);
  });
});

describe.each(['make', 'fetch'] as const)('codes of %s', endpoint => {
  const answers: Record<string, ScriptedAnswer & object> = fixtures[endpoint];
  const call = () => (endpoint === 'make' ? make() : release());

  test('each has a fixture', () => {
    expect(Object.keys(answers)).toEqual(expect.arrayContaining(codesOf(endpoint)));
  });

  test.each(codesOf(endpoint))('%s is the error of the table, not billed, and sent once', async code => {
    play(answers[code]!);
    const error = await failure(call());
    const { error: words } = answers[code]!.body as { error: string };
    expect(error.code).toBe(judge(endpoint, code).code);
    expect(error.facts).toMatchObject({
      vendorCode: code,
      billed: 'NO',
      safeToRetry: false,
      requestId: `REQ-${endpoint.toUpperCase()}-${code}`,
      vendorMessage: words,
    });
    expect(error.message).not.toContain(words);
    expect(server.received).toHaveLength(1);
  });

  test('a code that no guide explains may have been charged, at the endpoint that charges', async () => {
    play({ body: { code: 999, error: '?' } });
    const error = await failure(call());
    expect(error.code).toBe('VENDOR_ERROR');
    expect(error.facts).toMatchObject({
      vendorCode: '999',
      billed: endpoint === 'make' ? 'NO' : 'UNKNOWN',
      safeToRetry: false,
    });
  });
});
