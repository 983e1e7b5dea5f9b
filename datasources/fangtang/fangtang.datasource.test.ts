import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../../src/kernel/paths.js';
import type { JobContext, RestorationJob } from '../contract.js';
import {
  failure,
  nothingSealed,
  type ScriptedAnswer,
  type ScriptedServer,
  startScriptedServer,
} from '../kit/scripted-server.js';
import { ENDPOINTS, errnosOf, type FangtangEndpoint } from './codes.js';
import { FangtangDataSource } from './fangtang.datasource.js';
import { PATHS, tokenOf } from './wire.js';

const SECRET = 'test-secret-key';
const THIRD_CODE = 'darkroom-test';
const MDF = '40b37f58db153e5149f0084217977140';
const RESULT = 'https://results.example.com/static/life_img/40b37f58db153e5149f008421797714001100.jpg';
/** A JPEG of 640 x 480 with little more than a frame header. In it are a line break and a line like a boundary, on purpose. */
const FRAME = 'ffd8ffc0001108' + '01e0' + '0280' + '03012200021101031101';
const PHOTO = Buffer.from(`${FRAME}${Buffer.from('\r\n--darkroom\r\n').toString('hex')}ffd9`, 'hex');

const fixture = (name: string) =>
  JSON.parse(readFileSync(path.join(ROOT, 'datasources/fangtang/fixtures', `${name}.json`), 'utf8'));
const answers = (name: string, headers: Record<string, string> = {}): ScriptedAnswer => ({
  body: fixture(name),
  headers,
});

let server: ScriptedServer;
let source: FangtangDataSource;
let time: number;
const photos: Uint8Array[] = [];

beforeEach(async () => {
  server = await startScriptedServer();
  time = 1_629_962_357_400;
  photos.splice(0, photos.length, PHOTO);
  source = new FangtangDataSource(
    { thirdCode: THIRD_CODE, secretKey: SECRET, baseUrl: server.url, packageUnits: undefined, sandbox: false },
    { now: () => time },
  );
});

afterEach(async () => {
  await source.close();
  await server.close();
});

const context: JobContext = {
  signal: new AbortController().signal,
  photo: async () => photos[0]!,
  original: () => Promise.reject(new Error('no vendor gets it')),
  photoUrl: async () => '',
  open: nothingSealed,
  report: () => {},
  sent: () => {},
};

const restorationOf = (steps: RestorationJob['steps']) =>
  ({ operation: 'RESTORATION', job: { steps }, photos: { photo: 'asset_1' }, part: 0 }) as const;
const restore = (steps: RestorationJob['steps'] = 'SR') =>
  source.capabilities.RESTORATION.submit(restorationOf(steps), context);
const poll = () => source.capabilities.RESTORATION.poll!(restorationOf('SR'), MDF, context);

/** A call that reaches each endpoint. */
const callTo: Record<FangtangEndpoint, () => Promise<unknown>> = {
  upload: () => restore(),
  status: poll,
  download: poll,
  nums: () => source.quota(context.signal),
};

/** Gives this answer at one endpoint, and good ones at the others, which a poll calls first. */
function answerAt(endpoint: FangtangEndpoint, answer: ScriptedAnswer | (() => ScriptedAnswer)): void {
  server.answer = ({ target }) => {
    if (target !== PATHS[endpoint]) return answers('status-200-done');
    return typeof answer === 'function' ? answer() : answer;
  };
}
const asked = (endpoint: FangtangEndpoint) => server.received.filter(({ target }) => target === PATHS[endpoint]).length;

describe('on the wire', () => {
  test('an upload is these bytes, the same each time', async () => {
    server.answer = () => answers('upload-200');
    expect(await restore('SR_REPAIR')).toEqual({ state: 'PENDING', vendorTaskId: MDF, billed: 'YES' });
    await restore('SR_REPAIR');
    const [first, second] = server.received;
    expect(first).toMatchObject({ method: 'POST', target: '/api/third/photo/upload' });
    expect(first!.headers.token).toBe(`${createHash('md5').update(`${SECRET}1629962357`).digest('hex')},1629962357`);
    const type = first!.headers['content-type']!;
    const boundary = /^multipart\/form-data; boundary=(darkroom-[0-9a-f]{40})$/.exec(type)![1];
    expect(first!.body).toBe(
      [
        `--${boundary}`,
        'Content-Disposition: form-data; name="third_code"',
        '',
        THIRD_CODE,
        `--${boundary}`,
        'Content-Disposition: form-data; name="repair_type"',
        '',
        'sr,repair',
        `--${boundary}`,
        'Content-Disposition: form-data; name="file"; filename="photo.jpg"',
        'Content-Type: image/jpeg',
        '',
        PHOTO.toString('latin1'),
        `--${boundary}--`,
        '',
      ].join('\r\n'),
    );
    expect(second).toEqual(first);
  });

  test.each([
    ['SR', 'sr'],
    ['SR_REPAIR', 'sr,repair'],
    ['SR_REPAIR_COLOR', 'sr,repair,colour'],
  ] as const)('the steps %s are repair_type %s', async (steps, type) => {
    server.answer = () => answers('upload-200');
    await restore(steps);
    expect(server.received[0]!.body).toContain(`name="repair_type"\r\n\r\n${type}\r\n`);
    expect(server.received[0]!.body).not.toContain('rgb');
  });

  test('a background is repair_type bg with the colour as three numbers', async () => {
    server.answer = () => answers('upload-200');
    const job = { background: { kind: 'solid', hex: '#438EDB' } } as const;
    await source.capabilities.BACKGROUND.submit(
      { operation: 'BACKGROUND', job, photos: { photo: 'asset_1' }, part: 0 },
      context,
    );
    expect(server.received[0]!.body).toContain('name="repair_type"\r\n\r\nbg\r\n');
    expect(server.received[0]!.body).toContain('name="rgb"\r\n\r\n67,142,219\r\n');
  });

  test('each call has a token of its own second', async () => {
    server.answer = () => answers('nums-200');
    await source.quota(context.signal);
    time += 1_000;
    await source.quota(context.signal);
    expect(server.received.map(({ headers }) => headers.token)).toEqual([
      tokenOf(SECRET, 1_629_962_357),
      tokenOf(SECRET, 1_629_962_358),
    ]);
  });

  test('a photo that was not fitted is not sent', async () => {
    for (const photo of [Buffer.from('GIF89a'), Buffer.concat([PHOTO, Buffer.alloc(6_000_000)])]) {
      photos[0] = photo;
      await expect(restore()).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    }
    expect(server.received).toHaveLength(0);
  });
});

describe('what comes back', () => {
  test('status 100 is pending and costs one request', async () => {
    server.answer = () => answers('status-200-pending');
    expect(await poll()).toEqual({ state: 'PENDING', vendorTaskId: MDF, billed: 'YES' });
    expect(server.received).toHaveLength(1);
    expect(server.received[0]!.body).toContain(`name="mdf"\r\n\r\n${MDF}\r\n`);
  });

  test('data as the text of an object is read like the object', async () => {
    server.answer = () => ({ body: { code: 200, data: JSON.stringify({ status: 100 }) } });
    expect(await poll()).toMatchObject({ state: 'PENDING' });
  });

  test('status 200 is followed by the download call, whose URL is the result as it came', async () => {
    server.answer = ({ target }) => answers(target === PATHS.status ? 'status-200-done' : 'download-200');
    expect(await poll()).toEqual({
      state: 'DONE',
      vendorTaskId: MDF,
      billed: 'YES',
      pictures: [{ role: 'CLEAN', from: { url: RESULT } }],
    });
    expect(server.received.map(({ target }) => target)).toEqual([PATHS.status, PATHS.download]);
  });

  test.each(['http://photo.example.com/a%2Fb.jpg', 'HTTPS://photo.example.com/a.jpg'])(
    'the result URL %s stays as the vendor prints it',
    async url => {
      answerAt('download', { body: { code: 200, data: { url } } });
      expect(await poll()).toMatchObject({ pictures: [{ from: { url } }] });
    },
  );

  test.each(['ftp://photo.example.com/a.jpg', 'javascript:alert(1)', '/static/a.jpg', 'https://'])(
    'the result URL %s is none: it is asked for again',
    async url => {
      answerAt('download', { body: { code: 200, data: { url } } });
      expect((await failure(poll())).facts).toMatchObject({ billed: 'NO', safeToRetry: true });
    },
  );

  test.each([
    [2, 'status 2'],
    ['2', 'status 2'],
    [2010, 'status 2010'],
    ['failed', 'status failed'],
    ['失敗\n of https://a.example', 'status (not a code)'],
  ])('a state that the guide does not have (%j) is told as it came', async (status, vendorCode) => {
    server.answer = () => ({ body: { code: 200, data: { status } } });
    expect(await poll()).toEqual({ state: 'UNEXPLAINED', vendorTaskId: MDF, billed: 'YES', vendorCode });
    expect(server.received).toHaveLength(1);
  });

  test.each([{}, { status: null }, { status: '' }, { status: '100' }])(
    'an answer without a state is not done yet, as one with 100: %j',
    async data => {
      server.answer = () => ({ body: { code: 200, data } });
      expect(await poll()).toMatchObject({ state: 'PENDING' });
    },
  );

  test('numbers may come as text, and text as numbers', async () => {
    answerAt('nums', { body: { code: '200', data: { nums: '98' } } });
    expect(await source.quota(context.signal)).toBe(98);
    answerAt('upload', { body: { code: '200', data: { mdf: 12_345 } } });
    expect(await restore()).toMatchObject({ vendorTaskId: '12345' });
  });

  test('the count of uploads left is the quota', async () => {
    server.answer = () => answers('nums-200');
    expect(await source.quota(context.signal)).toBe(98);
  });
});

type Row = [FangtangEndpoint, string, string, 'NO' | 'UNKNOWN', boolean];
const ROWS: Row[] = [
  ['upload', '9999', 'VENDOR_AUTH', 'NO', false],
  ['upload', '9101', 'QUOTA_EXHAUSTED', 'NO', false],
  ['upload', '9001', 'INVALID_INPUT', 'NO', false],
  ['upload', '9005', 'INVALID_INPUT', 'NO', false],
  ['upload', '9006', 'VENDOR_UNAVAILABLE', 'NO', true],
  ['upload', '9009', 'INVALID_INPUT', 'NO', false],
  ['upload', '500', 'VENDOR_UNAVAILABLE', 'NO', false],
  ['status', '9999', 'VENDOR_AUTH', 'NO', false],
  ['status', '9002', 'VENDOR_NOT_FOUND', 'NO', false],
  ['status', '500', 'VENDOR_UNAVAILABLE', 'NO', true],
  ['download', '9999', 'VENDOR_AUTH', 'NO', false],
  ['download', '9002', 'VENDOR_RESULT_EXPIRED', 'NO', false],
  ['download', '500', 'VENDOR_UNAVAILABLE', 'NO', true],
  ['nums', '9999', 'VENDOR_AUTH', 'NO', false],
  ['nums', '9002', 'VENDOR_AUTH', 'NO', false],
  ['nums', '500', 'VENDOR_UNAVAILABLE', 'NO', true],
];

describe('what goes wrong', () => {
  test('every errno of every endpoint is among these', () => {
    expect(ROWS.map(([endpoint, errno]) => `${endpoint} ${errno}`).sort()).toEqual(
      ENDPOINTS.flatMap(endpoint => errnosOf(endpoint).map(errno => `${endpoint} ${errno}`)).sort(),
    );
  });

  test.each(ROWS)(
    '%s: errno %s is %s, billed %s, safe to retry: %s',
    async (endpoint, errno, code, billed, safeToRetry) => {
      const { msg } = fixture(`${endpoint}-${errno}`);
      // A clock that agrees: a refused token is not worth a second try.
      const headers = { 'x-request-id': 'request-1', date: new Date(time).toUTCString() };
      answerAt(endpoint, answers(`${endpoint}-${errno}`, headers));
      const error = await failure(callTo[endpoint]());
      expect(error.code).toBe(code);
      expect(error.facts).toMatchObject({ vendorCode: errno, billed, safeToRetry, vendorMessage: msg });
      expect(error.facts.requestId).toBe('request-1');
      expect(error.message).not.toContain(msg);
      expect(asked(endpoint)).toBe(1);
    },
  );

  test.each([
    [{ code: 9000, errno: 4711 }, '4711', 'NO'],
    [{ code: 9000, errno: 9002 }, '9002', 'NO'],
    [{ code: '9000' }, '9000', 'NO'],
    [{ code: 9000, errno: 'toString' }, 'toString', 'NO'],
    // A failure with what belongs to a success, and an errno without the code of failure.
    [{ code: 9000, errno: 4711, data: { mdf: MDF } }, '4711', 'NO'],
    [{ code: 123, msg: '?' }, '123', 'UNKNOWN'],
    [{ code: 500, errno: 9005 }, '500', 'UNKNOWN'],
  ])('an upload that failed is not charged, and one with another code may be: %j', async (body, vendorCode, billed) => {
    answerAt('upload', { body });
    const error = await failure(restore());
    expect(error.code).toBe('VENDOR_ERROR');
    expect(error.facts).toMatchObject({ vendorCode, billed, safeToRetry: false });
  });

  test.each(['status', 'download', 'nums'] as const)(
    '%s: an errno or a code that no guide has is VENDOR_ERROR, and costs nothing',
    async endpoint => {
      for (const body of [{ code: 9000, errno: 4711 }, { code: 9000 }, { code: 123, msg: '?' }]) {
        answerAt(endpoint, { body });
        const error = await failure(callTo[endpoint]());
        expect(error.code).toBe('VENDOR_ERROR');
        expect(error.facts).toMatchObject({ billed: 'NO', safeToRetry: true });
      }
    },
  );

  const foreign: [string, ScriptedAnswer][] = [
    ['HTML', { body: '<html>502</html>', headers: { 'content-type': 'text/html' } }],
    ['HTML with 502', { status: 502, body: '<html>502</html>' }],
    ['an empty body', { body: '' }],
    ['half of a JSON', { body: '{"code":200,"da' }],
    ['a list', { body: [] }],
    ['a success without data', { body: { code: 200 } }],
    ['a success without what was asked for', { body: { code: 200, data: {} } }],
    ['a success that speaks of an error', { body: { code: 200, errno: 9006, msg: '上傳失敗', error: '上傳失敗' } }],
    ['a success with an error in its data', { body: { code: 200, data: { errno: 9006, error: '上傳失敗' } } }],
    ['a success over HTTP 500', { status: 500, body: { code: 200, data: { mdf: MDF, url: RESULT, nums: 3 } } }],
  ];
  test.each(foreign)(
    '%s as an answer is VENDOR_UNAVAILABLE, and the outcome of an upload is unknown',
    async (_, answer) => {
      if (answer === 'drop') throw new Error('not here');
      const marked = { ...answer, headers: { ...answer.headers, 'x-request-id': 'request-2' } };
      for (const endpoint of ['upload', 'download', 'nums'] as const) {
        answerAt(endpoint, marked);
        const error = await failure(callTo[endpoint]());
        const lost = endpoint === 'upload';
        expect(error.code).toBe('VENDOR_UNAVAILABLE');
        expect(error.facts).toMatchObject({
          billed: lost ? 'UNKNOWN' : 'NO',
          safeToRetry: !lost,
          requestId: 'request-2',
        });
        expect(error.facts.outcomeUnknown === true).toBe(lost);
        expect(asked(endpoint)).toBe(1);
      }
    },
  );

  test.each([
    [429, 'VENDOR_UNAVAILABLE', 'NO', true],
    [404, 'VENDOR_NOT_FOUND', 'NO', false],
    [413, 'INVALID_INPUT', 'NO', false],
    [403, 'VENDOR_UNAVAILABLE', 'UNKNOWN', false],
    [503, 'VENDOR_UNAVAILABLE', 'UNKNOWN', false],
  ])(
    'an upload that a server in between answers with %i is %s, billed %s',
    async (status, code, billed, safeToRetry) => {
      answerAt('upload', { status, body: 'no', headers: { 'retry-after': '7' } });
      const error = await failure(restore());
      expect(error.code).toBe(code);
      expect(error.facts).toMatchObject({ billed, safeToRetry, retryAfterMs: 7_000 });
    },
  );

  test('an upload whose answer is lost is not sent again, and its outcome is unknown', async () => {
    answerAt('upload', 'drop');
    const error = await failure(restore());
    expect(error.code).toBe('OUTCOME_UNKNOWN');
    expect(error.facts).toMatchObject({ billed: 'UNKNOWN', safeToRetry: false, outcomeUnknown: true });
    expect(server.received).toHaveLength(1);
  });

  test.each(['status', 'download', 'nums'] as const)(
    'a lost answer of %s costs nothing: it may be asked again',
    async endpoint => {
      answerAt(endpoint, 'drop');
      const error = await failure(callTo[endpoint]());
      expect(error.code).toBe('VENDOR_UNAVAILABLE');
      expect(error.facts).toMatchObject({ billed: 'NO', safeToRetry: true, outcomeUnknown: false });
      expect(asked(endpoint)).toBe(1);
    },
  );

  test("the key, the third_code and URLs are masked in the vendor's message", async () => {
    answerAt('upload', {
      body: { code: 9000, errno: 9001, msg: `bad ${SECRET} of ${THIRD_CODE} at https://a.example/?b=1` },
    });
    const { facts } = await failure(restore());
    expect(facts.vendorMessage).toBe('bad *** of *** at (address)');
  });

  test('an mdf that could break a later request is refused', async () => {
    answerAt('upload', { body: { code: 200, data: { mdf: 'a\r\nb' } } });
    expect((await failure(restore())).facts.billed).toBe('UNKNOWN');
  });
});
