import type { JobContext } from '../contract.js';
import {
  failure,
  nothingSealed,
  type ScriptedAnswer,
  type ScriptedServer,
  startScriptedServer,
} from '../kit/scripted-server.js';
import { FangtangDataSource } from './fangtang.datasource.js';
import uploaded from './fixtures/upload-200.json';
import refusal from './fixtures/upload-9999.json';
import { tokenOf } from './wire.js';

const SECRET = 'test-secret-key';
const UPLOADED: ScriptedAnswer = { body: uploaded };
const refused = (headers: Record<string, string>): ScriptedAnswer => ({ body: refusal, headers });

let server: ScriptedServer;
let source: FangtangDataSource;
let time: number;

beforeEach(async () => {
  server = await startScriptedServer();
  time = 1_629_962_357_400;
  source = new FangtangDataSource(
    { thirdCode: 'darkroom-test', secretKey: SECRET, baseUrl: server.url, packageUnits: undefined, sandbox: false },
    { now: () => time },
  );
});
afterEach(async () => {
  await source.close();
  await server.close();
});

const context: JobContext = {
  signal: new AbortController().signal,
  // A JPEG of 640 x 480 with little more than a frame header.
  photo: async () => Buffer.from('ffd8ffc000110801e0028003012200021101031101ffd9', 'hex'),
  original: () => Promise.reject(new Error('no vendor gets it')),
  photoUrl: async () => '',
  open: nothingSealed,
  report: () => {},
  sent: () => {},
};
const restore = () =>
  source.capabilities.RESTORATION.submit(
    { operation: 'RESTORATION', job: { steps: 'SR' }, photos: { photo: 'asset_1' }, part: 0 },
    context,
  );

test('a refused token is sent once more by the clock of the answer, and the difference is kept', async () => {
  const ahead = 10 * 60_000;
  const headers = { date: new Date(time + ahead).toUTCString() };
  const good = tokenOf(SECRET, Math.floor((time + ahead) / 1_000));
  server.answer = request => (request.headers.token === good ? UPLOADED : refused(headers));
  expect(await restore()).toMatchObject({ state: 'PENDING' });
  expect(server.received).toHaveLength(2);
  expect(server.received[1]!.body).toBe(server.received[0]!.body);
  await restore();
  expect(server.received).toHaveLength(3);
});

test('a refused token is sent once more if the upload took longer than the token lives', async () => {
  let first = true;
  server.answer = () => {
    if (!first) return UPLOADED;
    first = false;
    time += 150_000;
    return refused({ date: new Date(time).toUTCString() });
  };
  expect(await restore()).toMatchObject({ state: 'PENDING' });
  expect(server.received[1]!.headers.token).toBe(tokenOf(SECRET, Math.floor(time / 1_000)));
});

test('a refused token is not sent a third time', async () => {
  const headers = { date: new Date(time + 3_600_000).toUTCString() };
  server.answer = () => refused(headers);
  expect((await failure(restore())).code).toBe('VENDOR_AUTH');
  expect(server.received).toHaveLength(2);
});
