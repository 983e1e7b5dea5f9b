import { again, type Expected, failed, type HarshCase, harsh, type Kind, type Moment, well } from './case.js';
import { type Body, HOUR_MS, restoration } from './lines.js';
import { answer } from './replies.js';
import type { Reply } from './server.js';

const line = restoration();
const PAST_DEADLINE_MS = 6 * 60_000;
const asked = { upload: 1, status: '1+' } as const;
const downloaded = { upload: 1, status: '1+', download: '1+' } as const;
const running = (calls: Expected['calls']): Expected => ({ state: 'RUNNING', billed: 'open YES', delivered: 0, calls });
const open = (over: Partial<Expected>): Expected => ({
  state: 'NEEDS_REVIEW',
  billed: 'open YES',
  delivered: 0,
  calls: asked,
  ...over,
});
const refusal = (errno: unknown, msg = ''): Body => ({ code: 9000, errno, msg });
const status = (value: unknown) => answer({ code: 200, data: { msg: '', status: value } });

/** Of Fangtang's calls: the upload, and the questions how it stands and where the result is. */
export function answersOfRestorations(): HarshCase[] {
  return [...uploads(), ...questions(), ...statuses(), ...negative()];
}

/** A failed upload is not charged, as the guide says. */
function uploads(): HarshCase[] {
  const says = (body: Body, expected: Expected) =>
    harsh('codes', line, `upload ${JSON.stringify(body)}`, () => ({ upload: answer(body) }), expected);
  const good = (origin: string) => answer(line.good(origin, 0).upload);
  const unpaid = (errno: unknown, code: string) => says(refusal(errno), failed(line, code, 'NO'));
  return [
    unpaid(9005, 'INVALID_INPUT'),
    unpaid('9009', 'INVALID_INPUT'),
    unpaid(9101, 'QUOTA_EXHAUSTED'),
    unpaid(9007, 'VENDOR_ERROR'),
    unpaid(undefined, 'VENDOR_ERROR'),
    says({ code: '9000', errno: '9001' }, failed(line, 'INVALID_INPUT', 'NO')),
    // Neither the success nor the failure of the guide.
    says({ code: 1, msg: '' }, failed(line, 'VENDOR_ERROR', 'UNKNOWN')),
    harsh(
      'codes',
      line,
      'upload 9006 once',
      origin => ({ upload: [answer(refusal(9006, '上傳失敗')), good(origin)] }),
      well(line, { billed: 'FAILED NO, SUCCEEDED YES' }, { upload: 1 }),
    ),
    harsh(
      'codes',
      line,
      'upload 9999 by a clock that is an hour off',
      origin => ({
        upload: [
          answer(refusal(9999, '請求參數token不合法'), {
            headers: { date: new Date(Date.now() + HOUR_MS).toUTCString() },
          }),
          good(origin),
        ],
      }),
      well(line, {}, { upload: 1 }),
    ),
  ];
}

function questions(): HarshCase[] {
  const once = (call: 'status' | 'download', detail: string, reply: Reply) =>
    harsh(
      'negative answer',
      line,
      `${call} ${detail} once`,
      origin => ({ [call]: [reply, answer(line.good(origin, 0)[call])] }),
      again(line, call),
    );
  return [
    ...(['status', 'download'] as const).flatMap(call => [
      ...[9002, '9002', 500, 9004].map(errno =>
        once(call, JSON.stringify(errno), answer(refusal(errno, '圖片不存在'))),
      ),
      once(call, 'without data', answer({ code: 200 })),
      once(call, 'with an empty list', answer({ code: 200, data: [] })),
    ]),
    // A refused token is made anew at once.
    harsh(
      'negative answer',
      line,
      'download 9999 once',
      origin => ({ download: [answer(refusal(9999)), answer(line.good(origin, 0).download)] }),
      well(line, {}, { download: 1 }),
    ),
    harsh(
      'negative answer',
      line,
      'status 9999 once',
      origin => ({ status: [answer(refusal(9999)), answer(line.good(origin, 0).status)] }),
      well(line, {}, { status: 1 }),
    ),
    once('download', 'url: ""', answer({ code: 200, data: { url: '' } })),
    once('download', 'url: null', answer({ code: 200, data: { url: null } })),
  ];
}

function statuses(): HarshCase[] {
  const at = (kind: Kind, detail: string, replies: Reply | Reply[], ...moments: (Expected | Moment)[]) =>
    harsh(kind, line, detail, () => ({ status: replies }), ...moments);
  const unlisted = (value: unknown, vendorCode: string) =>
    at(
      'unlisted status',
      `status ${JSON.stringify(value)}`,
      status(value),
      open({ vendorCode, code: 'VENDOR_ERROR', calls: { upload: 1, status: 1 } }),
      {
        waits: 2,
        expected: open({ vendorCode, calls: { upload: 1, status: 3 } }),
      },
    );
  return [
    at('slow work', 'status 100 twice', [status(100), status(100), status(200)], well(line, {}, { status: 2 })),
    at('slow work', 'status "100" twice', [status('100'), status('100'), status('200')], well(line, {}, { status: 2 })),
    at(
      'slow work',
      'status 100 for ever',
      status(100),
      { waits: 1, expected: running({ upload: 1, status: 1 }) },
      { travelMs: PAST_DEADLINE_MS, expected: open({ code: 'VENDOR_UNAVAILABLE', calls: { upload: 1, status: 2 } }) },
      { travelMs: 600_000, waits: 1, expected: open({ code: 'VENDOR_UNAVAILABLE', calls: { upload: 1, status: 4 } }) },
      { travelMs: 30 * HOUR_MS, waits: 3, expected: open({ code: 'VENDOR_RESULT_EXPIRED' }) },
      { travelMs: 30 * HOUR_MS, waits: 3, quiet: true, expected: open({ code: 'VENDOR_RESULT_EXPIRED' }) },
    ),
    at(
      'slow work',
      'done after the deadline',
      [status(100), status(100), status(100), status(200)],
      { waits: 1, expected: running({ upload: 1, status: 1 }) },
      { travelMs: PAST_DEADLINE_MS, expected: open({ calls: { upload: 1, status: 2 } }) },
      { expected: well(line, {}, { status: 3 }) },
    ),
    unlisted(2, 'status 2'),
    unlisted('2', 'status 2'),
    unlisted(0, 'status 0'),
    unlisted(500, 'status 500'),
    at(
      'unlisted status',
      'status 2, and done later',
      [status(2), status(2), status(200)],
      open({ vendorCode: 'status 2' }),
      {
        expected: well(line, { calls: { upload: 1, status: 3, download: 1, result: 1 } }),
      },
    ),
  ];
}

function negative(): HarshCase[] {
  const times = (call: 'status' | 'download', count: number): Expected['calls'] =>
    call === 'status' ? { upload: 1, status: count } : { upload: 1, status: count, download: count };
  const refused = (call: 'status' | 'download', code: string) => {
    const parked = (calls: Expected['calls']) => open({ code, vendorCode: '9002', calls });
    const before = [
      { waits: 2, expected: running(times(call, 2)) },
      { travelMs: PAST_DEADLINE_MS, expected: parked(times(call, 3)) },
    ];
    const forgotten = open({ code: 'VENDOR_RESULT_EXPIRED', calls: call === 'status' ? asked : downloaded });
    const forEver = [
      { travelMs: 600_000, waits: 1, expected: parked(times(call, 5)) },
      { travelMs: 30 * HOUR_MS, waits: 3, expected: forgotten },
      { travelMs: 30 * HOUR_MS, waits: 3, quiet: true, expected: forgotten },
    ];
    const late = well(line, {}, call === 'status' ? { status: 4 } : { status: 4, download: 4 });
    const refusals = Array<Reply>(4).fill(answer(refusal(9002, '圖片不存在')));
    return [
      harsh('negative answer', line, `${call} 9002 for ever`, () => ({ [call]: refusals }), ...before, ...forEver),
      harsh(
        'negative answer',
        line,
        `${call} 9002 until after the deadline`,
        origin => ({ [call]: [...refusals, answer(line.good(origin, 0)[call])] }),
        ...before,
        { expected: late },
      ),
    ];
  };
  return [...refused('status', 'VENDOR_NOT_FOUND'), ...refused('download', 'VENDOR_RESULT_EXPIRED')];
}
