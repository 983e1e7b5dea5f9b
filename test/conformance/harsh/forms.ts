import { again, type HarshCase, harsh, type Kind, review, well } from './case.js';
import { type Body, type Line } from './lines.js';
import {
  after,
  answer,
  chunked,
  cut,
  encoded,
  halved,
  hangUp,
  html,
  inGbk,
  raw,
  reset,
  untilClose,
} from './replies.js';
import type { Reply } from './server.js';

type Form = readonly [kind: Kind, detail: string, reply: (body: Body) => Reply];

const DATA_AS_TEXT = 'data as text';
const typed = (type: string | undefined) => (body: Body) => answer(body, { headers: { 'content-type': type } });

/** Odd, and readable all the same: as if the answer were the guide's own. */
const READABLE: readonly Form[] = [
  ['encoded', 'gzip', body => encoded(body, 'gzip')],
  ['encoded', 'gzip, spelled x-GZIP', body => encoded(body, 'gzip', 'x-GZIP')],
  ['encoded', 'br', body => encoded(body, 'br')],
  ['encoded', 'deflate', body => encoded(body, 'deflate')],
  ['encoded', 'deflate without its header', body => encoded(body, 'raw deflate')],
  ['encoded', 'gzip in name only', body => answer(body, { headers: { 'content-encoding': 'gzip' } })],
  ['encoded', 'identity', body => answer(body, { headers: { 'content-encoding': 'identity' } })],
  ['charset', 'a byte order mark', body => answer(`\uFEFF${JSON.stringify(body)}`)],
  [
    'charset',
    'GBK, declared',
    body => answer(inGbk(body), { headers: { 'content-type': 'application/json;charset=GBK' } }),
  ],
  ['charset', 'GBK, undeclared', body => answer(inGbk(body))],
  [
    'charset',
    'GBK with a backslash inside a letter',
    // The second byte of this letter is that of a backslash.
    body => answer(inGbk({ ...body, note: '運' }), { headers: { 'content-type': 'application/json; charset=gb2312' } }),
  ],
  ['content type', 'text/html', typed('text/html;charset=utf-8')],
  ['content type', 'text/plain', typed('text/plain')],
  ['content type', 'octet-stream', typed('application/octet-stream')],
  ['content type', 'none', typed(undefined)],
  ['framing', 'chunks of a byte', body => chunked(body, 1)],
  ['framing', 'a trailer', body => chunked(body, 100, { trailer: 'x-checksum: 1\r\n' })],
  ['framing', 'slow chunks', body => chunked(body, 60, { pauseMs: 5 })],
  ['framing', 'until the connection ends', body => untilClose(body)],
  ['framing', 'HTTP/1.0', body => untilClose(body, '1.0')],
  ['framing', '102 before', body => after('HTTP/1.1 102 Processing\r\n\r\n', answer(body))],
  [
    'framing',
    '103 before',
    body => after('HTTP/1.1 103 Early Hints\r\nlink: </a.css>; rel=preload\r\n\r\n', answer(body)),
  ],
  ['spelling', 'numbers as text and text as numbers', body => answer(retyped(body))],
  ['spelling', DATA_AS_TEXT, body => answer({ ...body, data: JSON.stringify(body.data) })],
  ['spelling', '200.0', body => answer(JSON.stringify(body).replace(/:200,/g, ':200.0,'))],
  ['spelling', 'in reverse order', body => answer(reversed(body))],
  ['spelling', 'with line breaks', body => answer(`\r\n${JSON.stringify(body, undefined, 4)}\r\n`)],
  [
    'spelling',
    'a key twice',
    body => answer(JSON.stringify(body).replace('{', '{"msg":"first",').replace('{', '{"msg":"again",')),
  ],
  [
    'spelling',
    'fields that no guide names',
    body => answer({ traceId: 1, success: true, ...body, extra: { list: [null] } }),
  ],
];

/** Nobody can tell from these whether the vendor did the work. */
const UNREADABLE: readonly Form[] = [
  ['unreadable', 'a page', () => html()],
  ['unreadable', 'a page at 502', () => html(502)],
  ['unreadable', 'a page at 504', () => html(504)],
  ['unreadable', 'nothing', () => answer('')],
  ['unreadable', '204', () => raw('HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n')],
  ['unreadable', 'half of the JSON', body => halved(body)],
  ['unreadable', 'a list', body => answer([body])],
  ['unreadable', 'null', () => answer('null')],
  ['unreadable', 'an empty object', () => answer({})],
  ['unreadable', 'a word', () => answer('success', { headers: { 'content-type': 'text/plain' } })],
  [
    'unreadable',
    'an encoding that nobody knows',
    () => answer(Buffer.from('28b52ffd0458a1000068656c6c6f', 'hex'), { headers: { 'content-encoding': 'zstd' } }),
  ],
  ['unreadable', 'half of the gzip', body => halvedGzip(body)],
  ['unreadable', 'gzip of 3 MB', body => encoded({ ...body, pad: ' '.repeat(3_000_000) }, 'gzip')],
  ['unreadable', '3 MB', body => answer({ ...body, pad: ' '.repeat(3_000_000) })],
  [
    'unreadable',
    'a redirect to a login',
    () => answer('', { status: 302, headers: { location: 'https://login.example/', 'content-type': 'text/html' } }),
  ],
  ['unreadable', 'a good answer at 500', body => answer(body, { status: 500 })],
  // It has to be read over (RFC 9110, 15.2), but our HTTP client takes an unasked 100 for a fault.
  ['lost on the way', '100 before', body => after('HTTP/1.1 100 Continue\r\n\r\n', answer(body))],
  ['lost on the way', 'cut', body => cut(body)],
  ['lost on the way', 'a length that is too short', body => answer(body, { headers: { 'content-length': '20' } })],
  ['lost on the way', 'cut and reset', body => cut(body, 0.5, 'reset')],
  ['lost on the way', 'reset before the answer', () => reset],
  ['lost on the way', 'closed before the answer', () => hangUp],
  ['lost on the way', 'within the headers', () => raw('HTTP/1.1 200 OK\r\ncontent-ty')],
  ['lost on the way', 'not HTTP', () => raw('SSH-2.0-OpenSSH_8.9\r\n')],
  ['lost on the way', 'chunks without an end', body => raw(chunkedWithoutEnd(body))],
  [
    'lost on the way',
    'two lengths',
    () => raw('HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 5\r\nconnection: close\r\n\r\n{}\r\n\r\n'),
  ],
];

/** Every call of a line answers in every form, once. */
export function forms(line: Line, call: string): HarshCase[] {
  const good = (origin: string) => line.good(origin, 0)[call]!;
  const lost = call === line.submit && line.bills ? review(line) : again(line, call);
  const asWell = READABLE.filter(([, detail]) => detail !== DATA_AS_TEXT || 'data' in good('')).map(
    ([kind, detail, reply]) =>
      harsh(kind, line, `${call}: ${detail}`, origin => ({ [call]: reply(good(origin)) }), well(line)),
  );
  const asLost = UNREADABLE.map(([kind, detail, reply]) =>
    harsh(kind, line, `${call}: ${detail}`, origin => ({ [call]: [reply(good(origin)), answer(good(origin))] }), lost),
  );
  const optional = line.optional[call]!;
  if (optional.length === 0) return [...asWell, ...asLost];
  const bare = harsh(
    'missing fields',
    line,
    `${call}: without ${optional.join(', ')}`,
    origin => ({ [call]: answer(without(good(origin), optional)) }),
    well(line),
  );
  return [...asWell, bare, ...asLost];
}

/** `code` and `status` in the other type. */
function retyped(body: Body): unknown {
  const other = (key: string, value: unknown): unknown => {
    if (key !== 'code' && key !== 'status' && key !== 'one_sheet_num') return value;
    if (typeof value === 'number') return String(value);
    return typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
  };
  return JSON.parse(JSON.stringify(body, other));
}

function reversed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, each]) => [key, reversed(each)]),
  );
}

/** `data.msg` is a field within a field. */
export function without(body: Body, paths: readonly string[]): Body {
  const copy = JSON.parse(JSON.stringify(body)) as Record<string, Record<string, unknown>>;
  for (const path of paths) {
    const [first = '', second] = path.split('.');
    if (second === undefined) delete copy[first];
    else delete copy[first]?.[second];
  }
  return copy;
}

function halvedGzip(body: Body): Reply {
  const { pieces } = encoded(body, 'gzip');
  const bytes = pieces[1] as Buffer;
  return answer(bytes.subarray(0, Math.floor(bytes.length / 2)), { headers: { 'content-encoding': 'gzip' } });
}

function chunkedWithoutEnd(body: Body): Buffer {
  const { pieces } = chunked(body, 20);
  return Buffer.concat(pieces.slice(0, 3).filter(Buffer.isBuffer));
}
