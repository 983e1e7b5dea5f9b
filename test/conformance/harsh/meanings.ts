import { type Expected, failed, type HarshCase, harsh, type Kind, review, well } from './case.js';
import { type Body, face, idPhoto, type Line, painting, picture, previews, release, restoration } from './lines.js';
import { answersOfPaintings } from './paintings.js';
import { answer, html, reset } from './replies.js';
import { answersOfRestorations } from './restorations.js';
import type { Reply } from './server.js';

/** What answers say, beyond how they come. */
export function meanings(): HarshCase[] {
  return [
    ...empty(),
    ...idPhotos(),
    ...leqi(),
    ...halfReleased(),
    ...faces(),
    ...answersOfPaintings(),
    ...answersOfRestorations(),
  ];
}

/** A success that holds nothing of what was bought: nobody knows whether it was charged. */
function empty(): HarshCase[] {
  const of = (line: Line, ...bodies: readonly unknown[]) =>
    bodies.map(body =>
      harsh('no result in it', line, JSON.stringify(body), () => ({ [line.submit]: answer(body) }), review(line)),
    );
  const error = { code: 200, error: '制作失败' };
  const jumei = (field: string) => [
    { code: 200, msg: '成功' },
    { code: 200, msg: '成功', data: null },
    { code: 200, msg: '成功', data: '' },
    { code: 200, msg: '成功', data: [] },
    { code: 200, msg: '成功', data: {} },
    { code: 200, msg: '成功', data: { [field]: '' } },
    { code: 200, msg: '成功', data: { [field]: null } },
    error,
  ];
  return [
    ...of(idPhoto(), ...jumei('result'), { code: 200, msg: '成功', data: { result: 'xxx.jpg' } }),
    ...of(painting(), ...jumei('taskId')),
    ...of(
      release(),
      error,
      { code: 200 },
      { code: 200, file_name: '' },
      { code: 200, file_name: null },
      { code: 200, data: {} },
    ),
    ...of(
      restoration(),
      error,
      { code: 200 },
      { code: 200, data: [] },
      { code: 200, data: { img_url: 'x' } },
      { code: 200, data: { mdf: '' } },
    ),
    ...of(face(), { msg: '成功' }, { status: '', msg: '' }, { status: null }, { code: 200, error: '' }),
  ];
}

/** The vendor answered, and said this. */
function says(line: Line, body: Body, ...expected: Expected[]): HarshCase {
  return harsh('codes', line, JSON.stringify(body), () => ({ [line.submit]: answer(body) }), ...expected);
}

const keepAlive = { headers: { connection: 'keep-alive' } };

function idPhotos(): HarshCase[] {
  const line = idPhoto();
  const two = idPhoto(2);
  const good = (origin: string, more: object = {}) => answer({ ...line.good(origin, 0).create, ...more });
  const refused = (code: number, ours: string, billed: string, more: Body = {}) =>
    says(line, { code, msg: '失败', taskNo: '1', ...more }, failed(line, ours, billed, { vendorCode: String(code) }));
  const halfOf = (second: Reply, expected: Expected, detail: string) =>
    harsh(
      'some of several',
      two,
      `the second call: ${detail}`,
      origin => ({ create: [good(origin), second] }),
      expected,
    );
  const half = { delivered: 1, calls: { create: 2, result: 1 } };
  return [
    refused(500, 'VENDOR_UNAVAILABLE', 'UNKNOWN'),
    refused(501, 'VENDOR_UNAVAILABLE', 'UNKNOWN'),
    refused(500, 'VENDOR_UNAVAILABLE', 'YES', { charge: true }),
    refused(205, 'NO_FACE', 'UNKNOWN'),
    refused(205, 'NO_FACE', 'NO', { charge: false }),
    refused(999, 'VENDOR_ERROR', 'UNKNOWN'),
    refused(777, 'VENDOR_ERROR', 'UNKNOWN'),
    refused(400, 'INVALID_INPUT', 'NO'),
    refused(201, 'INVALID_INPUT', 'UNKNOWN', { data: {} }),
    refused(208, 'CONTENT_BLOCKED', 'UNKNOWN', { data: null }),
    harsh(
      'codes',
      line,
      'charge: false with a photo',
      origin => ({ create: good(origin, { charge: false }) }),
      well(line, { billed: 'SUCCEEDED NO' }),
    ),
    harsh('codes', line, 'charge: "true"', origin => ({ create: good(origin, { charge: 'true' }) }), well(line)),
    harsh(
      'picture: other',
      idPhoto(1, { maxKb: 30 }),
      'more KB than asked',
      (_origin, { large }) => ({ 'result/0': picture(large) }),
      well(line, { warnings: ['FILE_SIZE_DIFFERS', 'SIZE_DIFFERS'] }),
    ),
    harsh(
      'picture: other',
      idPhoto(1, { minKb: 60, maxKb: 100 }),
      'fewer KB than asked',
      (_origin, { png }) => ({ 'result/0': picture(png, 'image/png') }),
      well(line, { warnings: ['FILE_SIZE_DIFFERS', 'FORMAT_DIFFERS'] }),
    ),
    halfOf(reset, review(two, { ...half, billed: 'SUCCEEDED YES, LOST UNKNOWN' }), 'reset'),
    halfOf(
      answer({ code: 500, msg: '维护' }),
      well(two, { ...half, failed: 1, billed: 'SUCCEEDED YES, FAILED UNKNOWN' }),
      '500',
    ),
    halfOf(
      answer({ code: 205, msg: '失败' }),
      well(two, { ...half, failed: 1, billed: 'SUCCEEDED YES, FAILED UNKNOWN' }),
      '205',
    ),
    halfOf(html(), review(two, { ...half, billed: 'SUCCEEDED YES, LOST UNKNOWN' }), 'a page'),
    ...(['keep', 'close'] as const).map(end =>
      harsh(
        'framing',
        two,
        `two calls, and after a keep-alive the connection is to ${end}`,
        origin => ({ create: [0, 1].map(part => ({ ...answer(two.good(origin, part).create, keepAlive), end })) }),
        well(two),
      ),
    ),
    harsh(
      'some of several',
      two,
      'the first picture never comes',
      () => ({ 'result/0': html(404) }),
      {
        waits: 3,
        expected: {
          state: 'RUNNING',
          billed: 'open YES, SUCCEEDED YES',
          delivered: 1,
          calls: { create: 2, result: '1+' },
        },
      },
      {
        travelMs: 2 * 3_600_000,
        expected: well(two, {
          delivered: 1,
          failed: 1,
          billed: 'FAILED YES, SUCCEEDED YES',
          calls: { create: 2, result: '1+' },
        }),
      },
    ),
  ];
}

/** Two photos are bought, and something is wrong with the second. */
function halfReleased(): HarshCase[] {
  const two = release(2);
  const half = { delivered: 2, calls: { fetch: 2, result: 2 } };
  const second = (detail: string, reply: Reply, expected: Expected) =>
    harsh(
      'some of several',
      two,
      `the second photo: ${detail}`,
      origin => ({ fetch: [answer(two.good(origin, 0).fetch), reply] }),
      expected,
    );
  return [
    second('reset', reset, review(two, { ...half, failed: 1, billed: 'SUCCEEDED YES, LOST UNKNOWN' })),
    second(
      '422',
      answer({ code: 422, error: '?' }),
      well(two, { ...half, failed: 1, billed: 'SUCCEEDED YES, FAILED NO' }),
    ),
    second(
      '417',
      answer({ code: 417, error: '?' }),
      well(two, { ...half, failed: 1, billed: 'SUCCEEDED YES, FAILED NO' }),
    ),
    second('a page', html(), review(two, { ...half, failed: 1, billed: 'SUCCEEDED YES, LOST UNKNOWN' })),
  ];
}

function leqi(): HarshCase[] {
  const made = previews();
  const two = previews(2);
  const bought = release();
  const make = (detail: string, kind: Kind, line: Line, change: (good: Body) => unknown, expected: Expected) =>
    harsh(kind, line, detail, origin => ({ make: answer(change(line.good(origin, 0).make!)) }), expected);
  const fetch = (detail: string, kind: Kind, change: (good: Body, origin: string) => unknown, expected: Expected) =>
    harsh(kind, bought, detail, origin => ({ fetch: answer(change(bought.good(origin, 0).fetch!, origin)) }), expected);
  const withoutSheet = well(bought, { delivered: 1, calls: { fetch: 1, result: 1 } });
  return [
    make('answers under data', 'spelling', made, ({ code, ...data }) => ({ code, data }), well(made)),
    make(
      'without the print sheets',
      'missing fields',
      made,
      ({ print_wm_pic_url: _, ...rest }) => rest,
      well(made, { delivered: 1, calls: { make: 1, result: 1 } }),
    ),
    make(
      'print sheets: null',
      'missing fields',
      made,
      good => ({ ...good, print_wm_pic_url: null }),
      well(made, { delivered: 1, calls: { make: 1, result: 1 } }),
    ),
    make(
      'single texts instead of lists',
      'spelling',
      made,
      good => ({
        ...good,
        final_pic_name: (good.final_pic_name as string[])[0],
        wm_pic_url: (good.wm_pic_url as string[])[0],
      }),
      well(made),
    ),
    make(
      'one print sheet of two',
      'some of several',
      two,
      good => ({ ...good, print_wm_pic_url: ['', (good.print_wm_pic_url as string[])[1]] }),
      well(two, { delivered: 3, calls: { make: 1, result: 3 } }),
    ),
    says(made, { code: 507, error: '证件照制作失败' }, failed(made, 'NO_FACE', 'NO')),
    says(made, { code: '507', error: '证件照制作失败' }, failed(made, 'NO_FACE', 'NO')),
    says(made, { code: 423, error: 'fair_level' }, failed(made, 'INVALID_INPUT', 'NO')),
    says(made, { code: 799, error: '?' }, failed(made, 'VENDOR_ERROR', 'NO')),
    fetch('answers under data', 'spelling', ({ code, ...data }) => ({ code, data }), well(bought)),
    fetch(
      'lists instead of texts',
      'spelling',
      good => ({ code: 200, file_name: [good.file_name], file_name_list: [good.file_name_list] }),
      well(bought),
    ),
    fetch('without a print sheet', 'missing fields', good => ({ code: 200, file_name: good.file_name }), withoutSheet),
    fetch('print sheet: ""', 'missing fields', good => ({ ...good, file_name_list: '' }), withoutSheet),
    fetch('print sheet: null', 'missing fields', good => ({ ...good, file_name_list: null }), withoutSheet),
    fetch('error: "" beside the photo', 'spelling', good => ({ ...good, error: '' }), well(bought)),
    says(bought, { code: 799, error: '?' }, failed(bought, 'VENDOR_ERROR', 'UNKNOWN')),
    says(bought, { code: 422, error: '?' }, failed(bought, 'INVALID_INPUT', 'NO')),
    fetch(
      'Expires has passed, and the picture comes the second time',
      'ids and times',
      (_good, origin) => ({
        code: 200,
        file_name: `${origin}/result/clean-0?Expires=1569317426`,
        file_name_list: `${origin}/result/clean-sheet-0?Expires=1569317426`,
      }),
      well(bought),
    ),
  ];
}

function faces(): HarshCase[] {
  const line = face();
  const says1 = (body: Body, expected: Expected) => says(line, body, expected);
  const outcome = (name: string) => well(line, { outcome: name });
  return [
    says1({ status: 1 }, outcome('MATCH')),
    says1({ status: ' 1 ' }, outcome('MATCH')),
    says1({ status: 2, msg: '' }, outcome('UNCERTAIN')),
    says1({ status: -1, msg: '' }, outcome('IDENTITY_MISMATCH')),
    says1({ status: '-4', msg: '相片质量校验不合格' }, failed(line, 'NO_FACE', 'YES')),
    says1({ status: -2 }, failed(line, 'VENDOR_NOT_FOUND', 'YES')),
    says1({ status: '203', msg: '异常情况!' }, failed(line, 'VENDOR_UNAVAILABLE', 'UNKNOWN')),
    says1({ status: '01', msg: '' }, failed(line, 'VENDOR_ERROR', 'UNKNOWN')),
    says1({ status: '0', msg: '' }, failed(line, 'VENDOR_ERROR', 'UNKNOWN')),
    says1({ status: 500, msg: '' }, failed(line, 'VENDOR_ERROR', 'UNKNOWN')),
  ];
}
