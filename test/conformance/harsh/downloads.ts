import type { Operation, TaskWarning } from '../../../datasources/contract.js';
import { booked, type Expected, type HarshCase, harsh, type Moment, usualCalls, well } from './case.js';
import { DAY_MS, HOUR_MS, type Line, picture } from './lines.js';
import type { Pictures } from './pictures.js';
import { after, answer, chunked, cut, encoded, halved, hangUp, html, raw, reset, untilClose } from './replies.js';
import type { Reply } from './server.js';

type PictureReply = (pictures: Pictures) => Reply;

/** The same picture on an odd way. */
const ODD: readonly (readonly [detail: string, PictureReply])[] = [
  ['octet-stream', ({ photo }) => picture(photo, 'application/octet-stream')],
  ['image/jpg', ({ photo }) => picture(photo, 'image/jpg')],
  ['text/plain', ({ photo }) => picture(photo, 'text/plain')],
  ['no content type', ({ photo }) => answer(photo, { headers: { 'content-type': undefined } })],
  ['gzip', ({ photo }) => encoded(photo, 'gzip')],
  ['br', ({ photo }) => encoded(photo, 'br')],
  ['deflate', ({ photo }) => encoded(photo, 'deflate')],
  ['chunks', ({ photo }) => chunked(photo, 4_096)],
  ['slowly', ({ photo }) => chunked(photo, 8_192, { pauseMs: 10 })],
  ['until the connection ends', ({ photo }) => untilClose(photo, '1.1', 'image/jpeg')],
  ['103 before', ({ photo }) => after('HTTP/1.1 103 Early Hints\r\nlink: </a>; rel=preload\r\n\r\n', picture(photo))],
];

/** Not what was asked for, and paid: delivered with a warning where the job says what it wanted. */
const OTHER: readonly (readonly [detail: string, PictureReply, warning: TaskWarning])[] = [
  ['48x60', ({ tiny }) => picture(tiny), 'SIZE_DIFFERS'],
  ['600x800', ({ large }) => picture(large), 'SIZE_DIFFERS'],
  ['PNG', ({ png }) => picture(png, 'image/png'), 'FORMAT_DIFFERS'],
  ['PNG as image/jpeg', ({ png }) => picture(png), 'FORMAT_DIFFERS'],
  ['WebP', ({ webp }) => picture(webp, 'image/webp'), 'FORMAT_DIFFERS'],
  ['GIF', ({ gif }) => picture(gif, 'image/gif'), 'FORMAT_DIFFERS'],
];
/** What an operation asks of its pictures. Of previews nothing is told, and of a restoration nothing was asked. */
const ASKED: Partial<Record<Operation, readonly TaskWarning[]>> = {
  ID_PHOTO: ['SIZE_DIFFERS', 'FORMAT_DIFFERS'],
  RELEASE: ['SIZE_DIFFERS', 'FORMAT_DIFFERS'],
  PAINTING: ['SIZE_DIFFERS'],
};

/** No picture this time. */
const SPOILT: readonly (readonly [detail: string, PictureReply])[] = [
  ['corrupt', ({ photo }) => picture(Buffer.concat([photo.subarray(0, 700), Buffer.alloc(2_000, 0x55)]))],
  ['noise', () => picture(Buffer.alloc(3_000, 0x5a))],
  ['a page', () => html()],
  ['a page as image/jpeg', () => html(200, 'image/jpeg')],
  ['cut', ({ photo }) => cut(photo, 0.5, 'close', 'image/jpeg')],
  ['cut and reset', ({ photo }) => cut(photo, 0.5, 'reset', 'image/jpeg')],
  ['half of it', ({ photo }) => halved(photo, 'image/jpeg')],
  ['nothing', () => answer('', { headers: { 'content-type': 'image/jpeg' } })],
  ['204', () => raw('HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n')],
  ['404', () => html(404)],
  [
    '403',
    () =>
      answer('<Error><Code>AccessDenied</Code></Error>', {
        status: 403,
        headers: { 'content-type': 'application/xml' },
      }),
  ],
  ['410', () => html(410)],
  ['500', () => html(500)],
  ['503', () => answer('', { status: 503, headers: { 'retry-after': '5' } })],
  ['JSON', () => answer({ code: 500, msg: 'busy' })],
  ['a redirect to a page', () => answer('', { status: 302, headers: { location: '/result/login' } })],
  ['a redirect to nowhere', () => answer('', { status: 302 })],
  ['a redirect in a circle', () => answer('', { status: 302, headers: { location: '/result/round' } })],
  ['a length of 50 MB', () => raw('HTTP/1.1 200 OK\r\ncontent-type: image/jpeg\r\ncontent-length: 50000000\r\n\r\n')],
  ['half of the gzip', ({ photo }) => halvedGzip(photo)],
  [
    'an encoding that nobody knows',
    () => answer(Buffer.from('28b52ffd0458a1000068656c6c6f', 'hex'), { headers: { 'content-encoding': 'zstd' } }),
  ],
  ['reset', () => reset],
  ['closed', () => hangUp],
];

/** Where redirects lead. */
const ELSEWHERE = {
  'result/login': html(),
  'result/round': answer('', { status: 302, headers: { location: '/result/round' } }),
};
const HOPS: Readonly<Record<string, number>> = { 'a redirect to a page': 1, 'a redirect in a circle': 5 };

/** The first picture of a line comes in other ways than the rest. */
export function downloads(line: Line): HarshCase[] {
  const [first = ''] = line.pictures;
  const at = (script: (pictures: Pictures) => Reply | Reply[]) => (_origin: string, pictures: Pictures) => ({
    ...ELSEWHERE,
    [`result/${first}`]: script(pictures),
  });
  return [
    ...ODD.map(([detail, reply]) => harsh('picture: odd', line, detail, at(reply), well(line, { warnings: [] }))),
    harsh(
      'picture: odd',
      line,
      'a redirect',
      (_origin, { photo }) => ({
        [`result/${first}`]: answer('', { status: 302, headers: { location: '/result/moved?sign=%2B' } }),
        'result/moved': picture(photo),
      }),
      well(line, {}, { result: 1 }),
    ),
    ...OTHER.map(([detail, reply, warning]) =>
      harsh(
        'picture: other',
        line,
        detail,
        at(reply),
        well(line, { warnings: line.bills && ASKED[line.operation]?.includes(warning) ? [warning] : [] }),
      ),
    ),
    ...SPOILT.map(([detail, reply]) =>
      harsh(
        'picture: spoilt once',
        line,
        detail,
        at(pictures => [reply(pictures), picture(pictures.photo)]),
        well(line, {}, { result: 1 + (HOPS[detail] ?? 0) }),
      ),
    ),
  ];
}

/** No picture of a job comes: they are fetched until the vendor deletes them, and then the job has failed. */
export function never(line: Line): HarshCase[] {
  const all = (reply: Reply | Reply[]) => Object.fromEntries(line.pictures.map(name => [`result/${name}`, reply]));
  const waiting: Expected = {
    state: 'RUNNING',
    billed: booked(line, 'open'),
    delivered: 0,
    calls: { ...usualCalls(line), result: '1+' },
  };
  const gone: Expected = {
    ...waiting,
    state: 'FAILED',
    code: 'VENDOR_RESULT_EXPIRED',
    billed: booked(line, 'FAILED'),
  };
  const late = well(line, { calls: waiting.calls });
  const moments = (...then: Moment[]): Moment[] => [{ waits: 3, expected: waiting }, ...then];
  const at = (detail: string, reply: PictureReply, ...then: Moment[]) =>
    harsh('picture: never comes', line, detail, (_origin, pictures) => all(reply(pictures)), ...moments(...then));
  const until = { travelMs: line.keptMs - 600_000, waits: 1, expected: waiting };
  const past = { travelMs: 1_200_000, expected: gone };
  return [
    at('404', () => html(404), until, past),
    at('403', () => html(403), until, past),
    at('a page', () => html(), until, past),
    at('corrupt', ({ photo }) => picture(photo.subarray(0, 2_000)), until, past),
    at('nothing', () => answer(''), until, past),
    at('500', () => html(500), until, past),
    // Our own network may be down: only an answer gives a result up at its time.
    at(
      'reset',
      () => reset,
      until,
      { travelMs: 1_200_000, waits: 1, expected: waiting },
      { travelMs: 25 * HOUR_MS, expected: gone },
    ),
    harsh(
      'picture: never comes',
      line,
      'late, and then it does',
      (_origin, pictures) => all([...Array(6).fill(html(404)), picture(pictures.photo)]),
      ...moments({ travelMs: line.keptMs / 2, expected: late }),
    ),
  ];
}

/** Some pictures of several come and others do not. */
export function partial(line: Line, names: readonly string[], detail: string, reply: PictureReply): HarshCase {
  const kept = line.pictures.length - names.length;
  const calls = { ...usualCalls(line), result: '1+' as const };
  // What is there is visible while the rest is awaited.
  const waiting: Expected = { state: 'RUNNING', billed: booked(line, 'open'), delivered: kept, failed: 0, calls };
  return harsh(
    'some of several',
    line,
    `${detail}: ${names.join(', ')}`,
    (_origin, pictures) => Object.fromEntries(names.map(name => [`result/${name}`, reply(pictures)])),
    { waits: 3, expected: waiting },
    { travelMs: line.keptMs - DAY_MS / 48, waits: 1, expected: waiting },
    {
      travelMs: HOUR_MS,
      expected: well(line, { delivered: kept, failed: names.length, warnings: ['PICTURE_MISSING'], calls }),
    },
  );
}

/** One picture takes its time, and the others are there meanwhile. */
export function slowOne(line: Line, name: string): HarshCase {
  let goOn = () => {};
  const { result: all, ...asked } = usualCalls(line);
  return harsh(
    'some of several',
    line,
    `one slowly: ${name}`,
    (_origin, { photo }) => {
      const held = new Promise<void>(resolve => {
        goOn = resolve;
      });
      const { pieces, end } = picture(photo);
      return { [`result/${name}`]: { pieces: [pieces[0]!, held, ...pieces.slice(1)], end } };
    },
    {
      waits: line.asks.length,
      whileBusy: true,
      expected: {
        state: 'RUNNING',
        billed: booked(line, 'open'),
        delivered: line.pictures.length - 1,
        calls: { ...asked, result: all! },
      },
      atEnd: () => goOn(),
    },
    well(line),
  );
}

function halvedGzip(bytes: Buffer): Reply {
  const whole = encoded(bytes, 'gzip').pieces[1] as Buffer;
  return answer(whole.subarray(0, Math.floor(whole.length / 2)), {
    headers: { 'content-encoding': 'gzip', 'content-type': 'image/jpeg' },
  });
}
