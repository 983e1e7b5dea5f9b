import { DarkroomError } from '../../src/kernel/errors.js';
import type { IdPhotoJob, JobContext } from '../contract.js';
import { failure, nothingSealed, type ScriptedServer, startScriptedServer } from '../kit/scripted-server.js';
import makeAnswers from './fixtures/make.json';
import { LeqiDataSource } from './leqi.datasource.js';

let server: ScriptedServer;
const opened: LeqiDataSource[] = [];

beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(() => server.close());
beforeEach(() => {
  server.received.length = 0;
  server.answer = () => makeAnswers['200'];
});
afterEach(() => Promise.all(opened.splice(0).map(source => source.close())));

function open(photoAs?: 'url' | 'base64'): LeqiDataSource {
  const source = new LeqiDataSource({
    appCode: 'made-up-app-code',
    baseUrl: server.url,
    specIds: new Map(),
    customSpecId: 7,
    photoAs,
    packageUnits: undefined,
    sandbox: false,
  });
  opened.push(source);
  return source;
}

const reachable: JobContext = {
  signal: new AbortController().signal,
  photo: async () => Uint8Array.from([0xff, 0xd8, 0xff, 0xfb]),
  original: () => Promise.reject(new Error('no vendor gets it')),
  photoUrl: async id => `https://photos.example.com/assets/${id}?signature=a%2Bb`,
  open: nothingSealed,
  report: () => undefined,
  sent: () => {},
};
const throwing = (code: 'PUBLIC_URL_NEEDED' | 'PHOTO_GONE'): JobContext => ({
  ...reachable,
  photoUrl: async () => {
    throw new DarkroomError(code);
  },
});
/** Of a house without a public address. */
const unreachable = throwing('PUBLIC_URL_NEEDED');

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
      { kind: 'solid', hex: '#438EDB' },
    ],
  },
};
const make = (context: JobContext, photoAs?: 'url' | 'base64') =>
  open(photoAs).capabilities.ID_PHOTO.submit(
    { operation: 'ID_PHOTO', job, photos: { photo: 'asset_1' }, part: 0 },
    context,
  );
const sent = () => {
  const { file, pic_url } = JSON.parse(server.received[0]!.body) as { file?: string; pic_url?: string };
  return { file, pic_url };
};

const URL_OF_OURS = 'https://photos.example.com/assets/asset_1?signature=a%2Bb';
const BASE64 = '/9j/+w==';
test.each([
  ['nothing set, and we can be reached', undefined, reachable, { pic_url: URL_OF_OURS }],
  ['nothing set, and we cannot be reached', undefined, unreachable, { file: BASE64 }],
  ['LEQI_PHOTO_AS=url', 'url', reachable, { pic_url: URL_OF_OURS }],
  ['LEQI_PHOTO_AS=base64', 'base64', reachable, { file: BASE64 }],
] as const)('with %s the photo goes as a URL, or as base64 without a header', async (_, photoAs, context, expected) => {
  expect(await make(context, photoAs)).toMatchObject({ state: 'DONE', billed: 'NO' });
  expect(sent()).toEqual(expected);
});

test('with LEQI_PHOTO_AS=url an address that Leqi cannot reach stops it before any call', async () => {
  await expect(make(unreachable, 'url')).rejects.toMatchObject({ code: 'PUBLIC_URL_NEEDED' });
  expect(server.received).toHaveLength(0);
});

test('another trouble with the photo is not taken for an address that cannot be reached', async () => {
  await expect(make(throwing('PHOTO_GONE'))).rejects.toMatchObject({ code: 'PHOTO_GONE' });
  expect(server.received).toHaveLength(0);
});

test.each(['422', '506'] as const)('a photo as base64 that is refused with %s names the way out', async code => {
  server.answer = () => makeAnswers[code];
  const asBytes = await failure(make(unreachable));
  expect([asBytes.code, asBytes.facts.billed]).toEqual(['INVALID_INPUT', 'NO']);
  expect(asBytes.message).toContain('DARKROOM_PUBLIC_URL');
  expect((await failure(make(reachable))).message).not.toContain('DARKROOM_PUBLIC_URL');
});

test('a photo is fitted to what the gateway takes, unless it can only go as a URL', () => {
  expect(open().capabilities.ID_PHOTO.photoLimits).toEqual({ maxBytes: 2_000_000 });
  expect(open('url').capabilities.ID_PHOTO.photoLimits).toBeUndefined();
});
