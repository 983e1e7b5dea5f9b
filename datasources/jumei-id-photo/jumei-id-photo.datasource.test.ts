import { readFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { ROOT } from '../../src/kernel/paths.js';
import type { IdPhotoJob, JobContext } from '../contract.js';
import { failure, nothingSealed, type ScriptedServer, startScriptedServer } from '../kit/scripted-server.js';
import type { IdPhotoCode } from './codes.js';
import type { JumeiIdPhotoConfig } from './config.js';
import { JumeiIdPhotoDataSource, photoLimits } from './jumei-id-photo.datasource.js';

const SIGNED_URL = 'https://photos.example.com/in/asset_1?expires=1&signature=s%2B1';
const JOB: IdPhotoJob = {
  specId: 'yi-cun-295x413',
  options: {
    widthPx: 295,
    heightPx: 413,
    dpi: 300,
    headRatio: 0.62,
    topMargin: 0.085,
    backgrounds: [
      { kind: 'solid', hex: '#438EDB' },
      { kind: 'solid', hex: '#00AAFF' },
    ],
  },
};

const fixture = (name: string) =>
  JSON.parse(readFileSync(path.join(ROOT, 'datasources/jumei-id-photo/fixtures', `${name}.json`), 'utf8'));

let server: ScriptedServer;
let photo: Buffer;
const opened: JumeiIdPhotoDataSource[] = [];
beforeAll(async () => {
  photo = await picture(300, 400);
});
beforeEach(async () => {
  server = await startScriptedServer();
  server.answer = () => ({ body: fixture('200') });
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map(source => source.close()));
  await server.close();
});

const picture = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#808080' } })
    .jpeg()
    .toBuffer();

function capabilityOf(config: Partial<JumeiIdPhotoConfig> = {}) {
  const source = new JumeiIdPhotoDataSource({
    url: `${server.url}/id-photo/create`,
    login: { appCode: 'test-app-code' },
    paramsIn: 'form',
    specMode: 'custom',
    packageUnits: undefined,
    sandbox: false,
    ...config,
  });
  opened.push(source);
  return source.capabilities.ID_PHOTO!;
}

function submit(config: Partial<JumeiIdPhotoConfig> = {}, job: IdPhotoJob = JOB, part = 0, bytes = photo) {
  const context: JobContext = {
    signal: new AbortController().signal,
    photo: async () => bytes,
    original: () => Promise.reject(new Error('no vendor gets it')),
    photoUrl: async () => SIGNED_URL,
    open: nothingSealed,
    report: () => {},
    sent: () => {},
  };
  return capabilityOf(config).submit({ operation: 'ID_PHOTO', job, photos: { photo: 'asset_1' }, part }, context);
}

const sentForm = () => Object.fromEntries(new URLSearchParams(server.received[0]!.body));

describe('what is sent', () => {
  test('one background, the size beside spec 12, and the photo as plain base64', async () => {
    await submit();
    expect(server.received).toHaveLength(1);
    expect(server.received[0]).toMatchObject({ method: 'POST', target: '/id-photo/create' });
    expect(sentForm()).toEqual({
      base64: photo.toString('base64'),
      spec: '12',
      size: '295x413',
      bgColor: '#438EDB',
      dpi: '300',
    });
    expect(server.received[0]!.body).toMatch(/^base64=%2F9j%2F/);
  });

  test('each part is the background of its number, and the # of a hex is encoded', async () => {
    await submit({}, JOB, 1);
    expect(server.received[0]!.body).toContain('&bgColor=%2300AAFF&');
  });

  test('a hex is that hex on the wire, also where our catalogue has a name for it; a gradient has only its name', async () => {
    const blue = [
      { kind: 'solid', hex: '#438edb' },
      { kind: 'gradient', from: '#438EDB', to: '#D0E3F6' },
    ] as const;
    const job = { ...JOB, options: { ...JOB.options, backgrounds: blue } };
    await submit({}, job, 0);
    await submit({}, job, 1);
    await submit({ specMode: 'id' }, { ...job, specId: null }, 0);
    expect(server.received.map(({ body }) => /bgColor=([^&]*)/.exec(body)?.[1])).toEqual([
      '%23438EDB',
      'blue_gradual',
      '%23438EDB',
    ]);
  });

  test("beside a number of the vendor's table a colour goes by the only name that it has there", async () => {
    await submit({ specMode: 'id' });
    expect(sentForm()).toMatchObject({ spec: '1', bgColor: 'blue' });
  });

  test('every parameter of the guide', async () => {
    const options = { ...JOB.options, minKb: 10, maxKb: 100, dpi: 350 };
    const jumei = { beautyDegree: 2, faceRatio: 0.4, faceCenterRange: 0.45, topEmpty: { min: 10, max: 30 } };
    await submit({ paramsIn: 'json' }, { ...JOB, options, jumei });
    expect(JSON.parse(server.received[0]!.body)).toEqual({
      base64: photo.toString('base64'),
      spec: '12',
      size: '295x413',
      bgColor: '#438EDB',
      dpi: 350,
      fileSize: '10,100',
      beautyDegree: '2.0',
      faceRatio: 0.4,
      faceCenterRange: 0.45,
      topEmpty: '10,30',
    });
  });

  test.each([
    [{ maxKb: 100 }, '1,100'],
    [{ minKb: 100 }, '100,10000'],
  ])('an open end of the file size is closed: %j', async (limits, fileSize) => {
    await submit({}, { ...JOB, options: { ...JOB.options, ...limits } });
    expect(sentForm().fileSize).toBe(fileSize);
  });

  test('in a query the photo is a URL of ours, and there is no body', async () => {
    await submit({ paramsIn: 'query' });
    const { target, body } = server.received[0]!;
    expect(target).toContain(`?url=${encodeURIComponent(SIGNED_URL)}&spec=12&`);
    expect(body).toBe('');
  });

  test('a spec by its number has no size, and a custom size goes as spec 12', async () => {
    await submit({ specMode: 'id' });
    expect(sentForm()).toMatchObject({ spec: '1' });
    expect(sentForm()).not.toHaveProperty('size');
    server.received.length = 0;
    await submit({ specMode: 'id' }, { ...JOB, specId: null });
    expect(sentForm()).toMatchObject({ spec: '12', size: '295x413' });
  });

  test('each background is a call and a unit', () => {
    const { parts, units, bills } = capabilityOf();
    expect([parts(JOB), units(JOB), bills]).toEqual([2, 2, true]);
  });

  test('a photo that was not fitted is never sent', async () => {
    const wide = await picture(photoLimits.maxSide + 1, 64);
    const heavy = Buffer.concat([photo, Buffer.alloc(photoLimits.maxBytes)]);
    for (const bytes of [wide, heavy, Buffer.from('no JPEG')]) {
      const { code, facts } = await failure(submit({}, JOB, 0, bytes));
      expect([code, facts.billed]).toEqual(['INVALID_INPUT', 'NO']);
    }
    expect(server.received).toHaveLength(0);
  });
});

describe('what comes back', () => {
  test('a picture at an unchanged URL', async () => {
    expect(await submit({}, JOB, 1)).toEqual({
      state: 'DONE',
      pictures: [{ role: 'CLEAN', from: { url: fixture('200').data.result }, dpi: 300, index: 1 }],
      billed: 'YES',
      vendorTaskId: fixture('200').taskNo,
    });
  });

  test('`charge` says what was billed, where it stands, and a code may be text', async () => {
    server.answer = () => ({ body: { ...fixture('200'), code: '200', charge: false } });
    expect((await submit()).billed).toBe('NO');
    for (const [charge, billed] of [
      [true, 'YES'],
      [false, 'NO'],
    ] as const) {
      server.answer = () => ({ body: { ...fixture('205'), charge } });
      expect((await failure(submit())).facts.billed).toBe(billed);
    }
  });

  test.each([
    [true, 'YES'],
    [false, 'NO'],
  ])('maintenance with `charge: %s` is billed %s and not sent again', async (charge, billed) => {
    server.answer = () => ({ body: { ...fixture('500'), charge } });
    const { facts } = await failure(submit());
    expect(facts).toMatchObject({ billed, safeToRetry: false });
    expect(facts).not.toHaveProperty('evidence');
  });

  test('where nobody says whether it was charged, the error holds what is known, with its source', async () => {
    server.answer = () => ({ body: fixture('205') });
    expect((await failure(submit())).facts.evidence).toMatch(/charge: true.*showdoc\.com\.cn\/jumdata\/\d+/);
    server.answer = () => ({ body: fixture('400') });
    expect((await failure(submit())).facts).not.toHaveProperty('evidence');
  });

  test.each([
    [
      'in another order, with fields that no guide has',
      { data: { extra: null, size: ['1'], result: 'URL' }, success: true, code: 200 },
    ],
    ['with a code as text, without taskNo, msg and size', { code: '200', data: { result: 'URL' } }],
    ['with data as text', { code: 200, taskNo: 7, data: '{"result":"URL"}' }],
    ['with an error beside the photo', { code: 200, error: '', data: { result: 'URL' } }],
  ])('a photo %s is a photo', async (_, body) => {
    const result = 'https://results.example.com/a.jpg?e=1&s=a%2Bb%3D';
    server.answer = () => ({ body: JSON.stringify(body).replaceAll('URL', result) });
    expect(await submit()).toMatchObject({ state: 'DONE', pictures: [{ from: { url: result } }], billed: 'YES' });
  });

  test.each([
    ['//results.example.com/a.jpg', 'https://results.example.com/a.jpg'],
    [' https://results.example.com/a.jpg\n', 'https://results.example.com/a.jpg'],
    ['http://results.example.com/a.jpg', 'http://results.example.com/a.jpg'],
  ])('%j is the address %s', async (result, url) => {
    server.answer = () => ({ body: { ...fixture('200'), data: { result } } });
    expect(await submit()).toMatchObject({ pictures: [{ from: { url } }] });
  });

  test.each([
    [undefined, 'UNKNOWN', true],
    [true, 'YES', true],
    [false, 'NO', false],
  ])('a success without a photo and with `charge: %s` is billed %s', async (charge, billed, outcomeUnknown) => {
    for (const rest of [{ error: 'busy' }, { data: null }, { data: {} }, { data: '' }, { data: { result: '' } }]) {
      server.answer = () => ({ body: { code: 200, charge, ...rest } });
      const { code, facts } = await failure(submit());
      expect({ code, ...facts }).toMatchObject({
        code: 'VENDOR_UNAVAILABLE',
        billed,
        safeToRetry: false,
        outcomeUnknown,
      });
    }
  });

  const CODES = {
    '201': ['INVALID_INPUT', 'UNKNOWN', false],
    '202': ['NO_FACE', 'UNKNOWN', false],
    '203': ['INVALID_INPUT', 'UNKNOWN', false],
    '204': ['TOO_MANY_PIXELS', 'UNKNOWN', false],
    '205': ['NO_FACE', 'UNKNOWN', false],
    '206': ['NO_FACE', 'UNKNOWN', false],
    '207': ['INVALID_INPUT', 'UNKNOWN', false],
    '208': ['CONTENT_BLOCKED', 'UNKNOWN', false],
    '209': ['INVALID_INPUT', 'UNKNOWN', false],
    '210': ['INVALID_INPUT', 'UNKNOWN', false],
    '400': ['INVALID_INPUT', 'NO', false],
    '500': ['VENDOR_UNAVAILABLE', 'UNKNOWN', false],
    '501': ['VENDOR_UNAVAILABLE', 'UNKNOWN', false],
    '999': ['VENDOR_ERROR', 'UNKNOWN', false],
  } as const satisfies Record<IdPhotoCode, unknown>;

  test.each(Object.entries(CODES))(
    'code %s is %j, with the words of the vendor for the operator',
    async (vendorCode, [code, billed, safeToRetry]) => {
      const { taskNo, msg } = fixture(vendorCode);
      for (const status of [200, 500]) {
        server.received.length = 0;
        server.answer = () => ({ status, body: fixture(vendorCode) });
        const error = await failure(submit());
        expect({ code: error.code, ...error.facts }).toEqual({
          code,
          vendorCode,
          billed,
          safeToRetry,
          requestId: taskNo,
          vendorMessage: msg,
          ...(billed === 'UNKNOWN' ? { evidence: expect.stringContaining('No public page') } : {}),
        });
        expect(error.message).not.toContain(msg);
        expect(server.received).toHaveLength(1);
      }
    },
  );

  test('a vendor that cannot fetch the photo from us is a matter of DARKROOM_PUBLIC_URL', async () => {
    server.answer = () => ({ body: fixture('203') });
    expect((await failure(submit({ paramsIn: 'query' }))).code).toBe('PUBLIC_URL_NEEDED');
  });

  test('a code that no guide has is not explained, and may have been charged', async () => {
    server.answer = () => ({ body: { code: 777, msg: '?', taskNo: '1' } });
    const { code, facts } = await failure(submit());
    expect([code, facts.billed, facts.vendorCode]).toEqual(['VENDOR_ERROR', 'UNKNOWN', '777']);
  });

  test.each([
    ['HTML', 200, '<html></html>'],
    ['nothing', 200, ''],
    ['success without data', 200, { code: 200, msg: '成功', taskNo: '9' }],
    ['success without a picture', 200, { code: 200, taskNo: '9', data: { result: '', size: [] } }],
    ['success with something that is no address', 200, { code: 200, taskNo: '9', data: { result: 'javascript:1' } }],
    ['JSON without a code', 200, { ok: true, taskNo: '9' }],
    ['success under HTTP 502', 502, fixture('200')],
  ])('%s may have been charged and is not sent again', async (_, status, body) => {
    server.answer = () => ({ status, headers: { 'x-request-id': 'f00d' }, body });
    const { code, facts } = await failure(submit());
    expect({ code, ...facts }).toMatchObject({
      code: 'VENDOR_UNAVAILABLE',
      billed: 'UNKNOWN',
      safeToRetry: false,
      outcomeUnknown: true,
      requestId: 'f00d',
    });
    expect(server.received).toHaveLength(1);
  });

  test('a lost answer is not known, and the request is not sent again', async () => {
    server.answer = () => 'drop';
    const { code, facts } = await failure(submit());
    expect([code, facts.billed, facts.safeToRetry]).toEqual(['OUTCOME_UNKNOWN', 'UNKNOWN', false]);
    expect(server.received).toHaveLength(1);
  });

  test('no error tells the login', async () => {
    server.answer = () => ({ body: { code: 999, msg: 'AppCode test-app-code', taskNo: '1' } });
    const error = await failure(submit());
    expect(JSON.stringify([error.message, error.facts, error.stack])).not.toContain('test-app-code');
  });
});
