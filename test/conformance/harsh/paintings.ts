import { again, type Expected, failed, type HarshCase, harsh, type Kind, type Moment, well } from './case.js';
import { type Body, DAY_MS, HOUR_MS, hangzhouTime, type Line, painting } from './lines.js';
import { answer } from './replies.js';
import type { Reply } from './server.js';

const line = painting();
const MINUTE_MS = 60_000;
const PAST_DEADLINE_MS = 11 * MINUTE_MS;

/** Of the two calls of painting: what is submitted, and the question how it stands. */
export function answersOfPaintings(): HarshCase[] {
  return [...submissions(), ...negative(), ...statuses(), ...results(), ...times()];
}

function submissions(): HarshCase[] {
  const says = (body: Body, expected: Expected) =>
    harsh('codes', line, JSON.stringify(body), () => ({ submit: answer(body) }), expected);
  const id = (detail: string, json: string, sent: RegExp): HarshCase => ({
    ...harsh(
      'ids and times',
      line,
      `taskId: ${detail}`,
      () => ({ submit: answer(`{"code":200,"msg":"","data":{"taskId":${json}}}`) }),
      well(line),
    ),
    sends: { query: sent },
  });
  return [
    says({ code: 202, msg: '文本拦截' }, failed(line, 'CONTENT_BLOCKED', 'UNKNOWN')),
    says({ code: 500, msg: '服务商维护' }, failed(line, 'VENDOR_UNAVAILABLE', 'UNKNOWN')),
    says({ code: '501', msg: '官方数据源维护' }, failed(line, 'VENDOR_UNAVAILABLE', 'UNKNOWN')),
    says({ code: 400, msg: '参数错误' }, failed(line, 'INVALID_INPUT', 'NO')),
    says({ code: 202, msg: '', charge: false }, failed(line, 'CONTENT_BLOCKED', 'NO')),
    says({ code: 1234, msg: '' }, failed(line, 'VENDOR_ERROR', 'UNKNOWN')),
    id('17 digits', '17073590624123457', /17073590624123457/),
    id('19 digits as a number', '1707359062412345679', /1707359062412345679/),
    id('a short number', '42', /taskId=42|"taskId":"42"/),
    id('with dashes', '"7f3c-11ee-a1b2"', /7f3c-11ee-a1b2/),
  ];
}

/** `later` is what is asked and found from then on; by default the vendor goes on as it began. */
function question(
  kind: Kind,
  detail: string,
  replies: (origin: string) => Reply | Reply[],
  ...moments: (Expected | Moment)[]
) {
  return harsh(kind, line, detail, origin => ({ query: replies(origin) }), ...moments);
}

const good = (origin: string, of: Line = line) => answer(of.good(origin, 0).query);
const asked = { submit: 1, query: '1+' } as const;
const running = (calls: Expected['calls']): Expected => ({ state: 'RUNNING', billed: 'open YES', delivered: 0, calls });
const open = (over: Partial<Expected>): Expected => ({
  state: 'NEEDS_REVIEW',
  billed: 'open YES',
  delivered: 0,
  calls: asked,
  ...over,
});

/** It comes to a person at the deadline, is asked slowly, and is not asked any more once the vendor has forgotten it. */
function endless(kind: Kind, detail: string, body: Body, over: Partial<Expected>): HarshCase {
  return question(
    kind,
    detail,
    () => answer(body),
    { waits: 3, expected: running({ submit: 1, query: 3 }) },
    { travelMs: PAST_DEADLINE_MS, expected: open({ ...over, calls: { submit: 1, query: 4 } }) },
    { travelMs: 2 * HOUR_MS, waits: 2, expected: open({ ...over, calls: { submit: 1, query: 7 } }) },
    { travelMs: 40 * DAY_MS, waits: 3, expected: open({ code: 'VENDOR_RESULT_EXPIRED' }) },
    { travelMs: 20 * DAY_MS, waits: 3, quiet: true, expected: open({ code: 'VENDOR_RESULT_EXPIRED' }) },
  );
}

function negative(): HarshCase[] {
  const once = (code: number | string, msg = '') =>
    question(
      'negative answer',
      `query ${code} once`,
      origin => [answer({ code, msg }), good(origin)],
      again(line, 'query'),
    );
  const late = (code: number) =>
    question(
      'negative answer',
      `query ${code} until after the deadline`,
      origin => [...Array<Reply>(3).fill(answer({ code, msg: '' })), good(origin)],
      { waits: 1, expected: running({ submit: 1, query: 1 }) },
      { travelMs: PAST_DEADLINE_MS, expected: open({ calls: { submit: 1, query: 2 } }) },
      { expected: well(line, {}, { query: 3 }) },
    );
  return [
    ...[201, '201', 400, 401, 403, 500, 501, 999, 1234].map(code => once(code)),
    once(201, 'taskId不存在'),
    endless(
      'negative answer',
      'query 201 for ever',
      { code: 201, msg: 'taskId不存在' },
      { code: 'VENDOR_NOT_FOUND', vendorCode: '201' },
    ),
    endless(
      'negative answer',
      'query 400 for ever',
      { code: 400, msg: '参数错误' },
      { code: 'INVALID_INPUT', vendorCode: '400' },
    ),
    endless(
      'negative answer',
      'query 999 for ever',
      { code: 999, msg: '其他' },
      { code: 'VENDOR_ERROR', vendorCode: '999' },
    ),
    late(201),
    late(400),
    question(
      'negative answer',
      'query 202: the text is blocked',
      () => answer({ code: 202, msg: '文本拦截' }),
      failed(line, 'CONTENT_BLOCKED', 'YES', { calls: { submit: 1, query: 1 } }),
    ),
  ];
}

function statuses(): HarshCase[] {
  const data = (status: unknown, more: Body = {}) => answer({ code: 200, msg: '', data: { status, ...more } });
  const pending = (detail: string, reply: Reply) =>
    question('slow work', detail, origin => [reply, reply, good(origin)], well(line, {}, { query: 2 }));
  return [
    pending('status 0 twice', data(0, { img: '', imgUrls: [], createTime: '' })),
    pending('status "0" twice', data('0', { img: null, imgUrls: null })),
    pending('no status twice', answer({ code: 200, msg: '', data: {} })),
    pending('no data twice', answer({ code: 200, msg: '成功', data: null })),
    pending('done and no picture twice', data(1, { img: '', imgUrls: [] })),
    endless(
      'slow work',
      'status 0 for ever',
      { code: 200, msg: '', data: { status: 0 } },
      { code: 'VENDOR_UNAVAILABLE' },
    ),
    question(
      'slow work',
      'done after the deadline',
      origin => [data(0), data(0), data(0), good(origin)],
      { waits: 1, expected: running({ submit: 1, query: 1 }) },
      { travelMs: PAST_DEADLINE_MS, expected: open({ code: 'VENDOR_UNAVAILABLE', calls: { submit: 1, query: 2 } }) },
      { expected: well(line, {}, { query: 3 }) },
    ),
    question(
      'unlisted status',
      'status 2',
      () => data(2),
      open({ code: 'VENDOR_ERROR', calls: { submit: 1, query: 1 } }),
    ),
    question(
      'unlisted status',
      'status -1',
      () => data(-1),
      open({ code: 'VENDOR_ERROR', calls: { submit: 1, query: 1 } }),
    ),
    question('unlisted status', 'status 2, and a result later', origin => [data(2), data(2), good(origin)], open({}), {
      expected: well(line, { calls: { submit: 1, query: 3, result: 1 } }),
    }),
  ];
}

function results(): HarshCase[] {
  const with_ = (
    detail: string,
    of: Line,
    change: (data: Record<string, unknown>, origin: string) => unknown,
    expected: Expected,
  ) =>
    harsh(
      'spelling',
      of,
      `query: ${detail}`,
      origin => {
        const body = of.good(origin, 0).query!;
        return { query: answer({ ...body, data: change(body.data as Record<string, unknown>, origin) }) };
      },
      expected,
    );
  const six = painting(6);
  const fewer = (count: number) =>
    well(six, { delivered: count, warnings: ['FEWER_IMAGES'], calls: { submit: 1, query: 1, result: count } });
  return [
    with_('img without imgUrls', line, ({ imgUrls: _, ...data }) => data, well(line)),
    with_('img and imgUrls: []', line, data => ({ ...data, imgUrls: [] }), well(line)),
    with_('img and imgUrls: null', line, data => ({ ...data, imgUrls: null }), well(line)),
    with_('img and imgUrls: [{}]', line, data => ({ ...data, imgUrls: [{}] }), well(line)),
    with_('img and imgUrls: [{ image: "" }]', line, data => ({ ...data, imgUrls: [{ image: '' }] }), well(line)),
    with_('imgUrls of texts', line, (data, origin) => ({ ...data, imgUrls: [`${origin}/result/0`] }), well(line)),
    with_('img alone of six', six, ({ imgUrls: _, ...data }) => data, fewer(1)),
    with_('two of six', six, data => ({ ...data, imgUrls: (data.imgUrls as object[]).slice(0, 2) }), fewer(2)),
    with_(
      'six of which one is ""',
      six,
      data => ({ ...data, imgUrls: [...(data.imgUrls as object[]).slice(0, 5), { image: '' }] }),
      fewer(5),
    ),
    with_(
      'two instead of one',
      line,
      (data, origin) => ({ ...data, imgUrls: [{ image: `${origin}/result/0` }, { image: `${origin}/result/0?2` }] }),
      well(line, { delivered: 2, calls: { submit: 1, query: 1, result: 2 } }),
    ),
  ];
}

/** `createTime` lengthens a time and never shortens it: what spoils the first fetch is fetched again all the same. */
function times(): HarshCase[] {
  const at = (detail: string, createTime: () => unknown) =>
    harsh(
      'ids and times',
      line,
      `createTime: ${detail}`,
      (origin, { photo }) => {
        const body = line.good(origin, 0).query!;
        return {
          query: answer({ ...body, data: { ...(body.data as object), createTime: createTime() } }),
          'result/0': [
            answer('', { status: 404 }),
            answer('', { status: 500 }),
            answer(photo, { headers: { 'content-type': 'image/jpeg' } }),
          ],
        };
      },
      well(line, {}, { result: 2 }),
    );
  const past = (ms: number) => () => hangzhouTime(Date.now() - ms);
  return [
    at('a year ago', past(365 * DAY_MS)),
    at('100 days ago', past(100 * DAY_MS)),
    at('1970', () => '1970-01-01 00:00:00'),
    at('in a year', past(-365 * DAY_MS)),
    at('a number', () => Math.floor(Date.now() / 1_000)),
    at('another form', () => '2023/09/21 22:15'),
    at('no time at all', () => 'null'),
    at('the thirteenth month', () => '2023-13-41 22:15:41'),
    at('a minute ahead', past(-MINUTE_MS)),
  ];
}
