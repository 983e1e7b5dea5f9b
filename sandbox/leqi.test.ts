import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { MAGIC } from './magic.js';
import { type IdPhotoOrder, type Sandbox, type SandboxPictures, startSandbox } from './sandbox.js';
import { breachKinds, control, fakePictures, holdPauses, type Json, jpegHeader } from './test-clients.js';

let sandbox: Sandbox;
let photos: http.Server;
let photo: Buffer = Buffer.alloc(0);
/** What the sandbox had made since the start of the test. */
const orders: IdPhotoOrder[] = [];
beforeAll(async () => {
  const pictures: SandboxPictures = {
    ...fakePictures,
    idPhotos: (file, order) => {
      orders.push(order);
      return fakePictures.idPhotos(file, order);
    },
  };
  sandbox = await startSandbox({ pictures, seed: 1 });
  photos = http.createServer((_request, response) => response.end(photo));
  await new Promise<void>(resolve => photos.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await sandbox.close();
  await new Promise(resolve => photos.close(resolve));
});
beforeEach(() => {
  photo = jpegHeader(800, 1000);
  orders.length = 0;
  return control(sandbox, '/reset', {});
});

const headers = () => ({
  authorization: `APPCODE ${sandbox.environment.LEQI_APP_CODE}`,
  'content-type': 'application/json',
});
const picUrl = () => `http://127.0.0.1:${(photos.address() as AddressInfo).port}/photo.jpg?signature=1`;
const post = (body: object | string, over: Record<string, string> = {}) =>
  fetch(`${sandbox.environment.LEQI_BASE_URL}/aliyun_api/pic_handle_3`, {
    method: 'POST',
    headers: { ...headers(), ...over },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const make = async (parameters: object = {}): Promise<Json> =>
  (await (await post({ spec_id: 1, pic_url: picUrl(), ...parameters })).json()) as Json;
const release = (name: string, prefix = '') =>
  fetch(`${sandbox.environment.LEQI_BASE_URL}${prefix}/get_pic_3?file_name=${encodeURIComponent(name)}`, {
    headers: headers(),
  });
const plain = (rgb: number, name = 'a') => ({ start_color: rgb, color_name: name, enc_color: rgb });
const picture = async (url: string) => Buffer.from(await (await fetch(url)).arrayBuffer()).toString('latin1');
const billed = () => sandbox.state().vendors.LEQI.calls.fetch?.billed ?? 0;

test('six backgrounds come watermarked in one free call, in their order, with a print sheet each', async () => {
  const colors = [1, 2, 3, 4, 5].map(rgb => plain(rgb * 0x111111, `c${rgb}`));
  const gradient = { start_color: 4427483, color_name: 'gradient', enc_color: 16777215 };
  const made = await make({ background_color: [...colors, gradient], file_size_min: 20, file_size_max: 50 });
  expect([made.code, made.one_sheet_num]).toEqual([200, 8]);
  expect(made.final_pic_name).toHaveLength(6);
  expect(made.final_pic_name[5]!).toMatch(/^[0-9a-f]{32}gradient$/);
  const preview = await picture(made.wm_pic_url[5]!);
  expect(preview).toContain('[{"kind":"gradient","from":"#438EDB","to":"#FFFFFF"},20,50] watermarked');
  expect(await picture(made.print_wm_pic_url[0]!)).toContain('"#111111"},20,50] watermarked sheet of 8');
  expect(sandbox.state().vendors.LEQI.calls.make).toEqual({ requests: 1, billed: 0, repeats: 0 });
  expect(breachKinds(sandbox)).toEqual([]);
});

test('the clean picture and its sheet are bought by name, one unit each time, and a second time is a breach', async () => {
  const name = (await make({ print_type: 2 })).final_pic_name[0]!;
  const bought = (await (await release(name)).json()) as Json;
  expect(bought.code).toBe(200);
  expect(await picture(bought.file_name)).not.toContain('watermarked');
  expect(await picture(bought.file_name_list)).toContain('sheet of 10');
  expect([billed(), breachKinds(sandbox)]).toEqual([1, []]);
  await release(name);
  expect([billed(), breachKinds(sandbox)]).toEqual([2, ['BOUGHT_TWICE']]);
});

test('an unknown name is refused without a charge', async () => {
  expect(await (await release('nothing')).json()).toMatchObject({ code: 422 });
  expect(billed()).toBe(0);
});

test('previews go after an hour, names and clean pictures after seven days', async () => {
  const HOUR = 3_600_000;
  const made = await make({ background_color: [plain(1), plain(2, 'b')] });
  const clean = ((await (await release(made.final_pic_name[0]!)).json()) as Json).file_name;
  expect(Number(new URL(made.wm_pic_url[0]!).searchParams.get('Expires')) * 1000).toBeLessThanOrEqual(
    sandbox.clock.now() + HOUR,
  );
  await control(sandbox, '/clock', { advanceMs: HOUR });
  const preview = await fetch(made.wm_pic_url[0]!);
  expect([preview.status, await preview.text()]).toEqual([403, expect.stringContaining('0002-00000069')]);
  expect((await fetch(clean)).status).toBe(200);
  await control(sandbox, '/clock', { advanceMs: 7 * 24 * HOUR });
  expect((await fetch(clean)).status).toBe(403);
  expect(await (await release(made.final_pic_name[1]!)).json()).toMatchObject({ code: 422 });
});

test('a signed URL has to be sent as it was given', async () => {
  const url = (await make()).wm_pic_url[0]!;
  expect(url).toContain('result_wm%2F');
  expect((await fetch(url.replace('%2F', '/'))).status).toBe(403);
  expect(breachKinds(sandbox)).toEqual(['ALTERED_URL']);
});

test('the path of get_pic_3 can have the prefix that the guide leaves out', async () => {
  const name = (await make()).final_pic_name[0]!;
  expect((await release(name, '/aliyun_api')).status).toBe(404);
  await control(sandbox, '/settings', { leqiPrefix: true, leqiWrapped: true });
  const refused = await release(name);
  expect([refused.status, refused.headers.get('x-ca-error-code')]).toEqual([404, 'I404NF']);
  expect(await (await release(name, '/aliyun_api')).json()).toMatchObject({
    code: 200,
    data: { file_name: expect.stringMatching(/^http/) },
  });
  expect(breachKinds(sandbox)).toEqual([]);
});

test.each(MAGIC.filter(row => row.vendor === 'LEQI').map(row => [row.value, row.code] as const))(
  'the colour %s gives code %s',
  async (value, code) => {
    const made = await make({ background_color: [plain(Number.parseInt(value.slice(1), 16))] });
    expect([String(made.code), typeof made.error]).toEqual([code, 'string']);
    expect(breachKinds(sandbox)).toEqual([]);
  },
);

test.each([
  ['no spec_id', { spec_id: undefined }, 422],
  ['a spec_id as text', { spec_id: '1' }, 422],
  ['an unknown spec_id', { spec_id: 99 }, 400],
  ['too wide', { width_px: 1051, height_px: 100 }, 422],
  ['too high', { width_px: 100, height_px: 1501 }, 422],
  ['a width alone', { width_px: 100 }, 422],
  ['seven backgrounds', { background_color: [1, 2, 3, 4, 5, 6, 7].map(rgb => plain(rgb, `c${rgb}`)) }, 422],
  ['two of one name', { background_color: [plain(1), plain(2)] }, 422],
  ['a colour as hex', { background_color: [{ ...plain(1), start_color: '#000001' }] }, 422],
  ['seven ratios', { ratios: [-1, -1, -1, -1, -1, -1, -1] }, 422],
  ['a ratio over 1', { ratios: [0.5, 1.2, -1, -1, -1, -1, -1, -1] }, 422],
  ['a minimum above its maximum', { file_size_min: 50, file_size_max: 20 }, 422],
  ['print_type 3', { print_type: 3 }, 422],
  ['pose_fix as a boolean', { pose_fix: true }, 422],
  ['fair_level as text', { fair_level: 'high' }, 423],
  ['fair_level with a point', { fair_level: 2.5 }, 423],
  ['a fair_level over 5', { fair_level: 6 }, 422],
  ['clothes that are no name', { clothes: '../boy' }, 422],
  ['no photo', { pic_url: undefined }, 422],
  ['base64 of no picture', { pic_url: undefined, file: 'aGVsbG8=' }, 506],
  ['an unreachable photo', { pic_url: 'http://127.0.0.1:1/photo.jpg' }, 507],
])('%s is refused and a breach', async (_name, parameters, code) => {
  expect(Number((await make(parameters)).code)).toBe(code);
  expect(breachKinds(sandbox)).toHaveLength(1);
});

test('the photo may come as base64 in place of a URL', async () => {
  const made = await make({ pic_url: undefined, file: jpegHeader(800, 1000).toString('base64') });
  expect([made.code, made.wm_pic_url.length]).toEqual([200, 1]);
  expect(breachKinds(sandbox)).toEqual([]);
});

test('clothes stand in the name of the photo, as in the samples of the guide', async () => {
  const made = await make({ clothes: 'api_20240521-3-boy', fair_level: 5 });
  expect(made.final_pic_name[0]).toMatch(/^[0-9a-f]{32}clothes_api_20240521-3-boywhite$/);
  const bought = (await (await release(made.final_pic_name[0]!)).json()) as Json;
  expect(await picture(bought.file_name)).not.toContain('watermarked');
  expect(breachKinds(sandbox)).toEqual([]);
});

test('a photo without a face is 507, as text, and no breach', async () => {
  photo = jpegHeader(800, 1000, 'nobody');
  expect((await make()).code).toBe('507');
  expect(breachKinds(sandbox)).toEqual([]);
});

test('a file size that cannot be met is 507', async () => {
  expect((await make({ file_size_max: 1 })).code).toBe('507');
});

test('beauty takes its time', async () => {
  const pauses = holdPauses(5_000);
  const made = make({ need_origin_beauty: 1 });
  await pauses.begun;
  // The order is taken, and nothing is made yet.
  expect(sandbox.state().vendors.LEQI.calls.make).toMatchObject({ requests: 1 });
  expect(orders).toEqual([]);
  pauses.end();
  expect((await made).code).toBe(200);
  expect(orders).toHaveLength(1);
});

test('the gateway refuses a missing and a wrong AppCode, another content type is 400, and an unknown field is noted', async () => {
  const codeOf = async (login: string) => (await post({}, { authorization: login })).headers.get('x-ca-error-code');
  expect(await codeOf('APPCODE wrong')).toBe('A400AC');
  const none = await fetch(`${sandbox.environment.LEQI_BASE_URL}/aliyun_api/pic_handle_3`, { method: 'POST' });
  expect([none.status, none.headers.get('x-ca-error-code'), await none.text()]).toEqual([400, 'A400MA', '']);
  expect(await (await post('spec_id=1', { 'content-type': 'text/plain' })).json()).toMatchObject({ code: 400 });
  expect((await make({ colour: 1 })).code).toBe(200);
  expect(breachKinds(sandbox)).toEqual(['LOGIN', 'LOGIN', 'CONTENT_TYPE', 'UNKNOWN_PARAMETER']);
});

test('with the package used up previews still come, and the clean picture does not', async () => {
  await control(sandbox, '/quota', { vendor: 'LEQI', units: 0 });
  const made = await make();
  expect(made.code).toBe(200);
  const refused = await release(made.final_pic_name[0]!);
  expect([refused.status, refused.headers.get('x-ca-error-code')]).toEqual([403, 'B403MQ']);
});
