import { LIMITS } from '../src/kernel/limits.js';
import { eventually } from './eventually.js';
import { startToyServer, type ToyServer } from './server-fixture.js';
import {
  BOUNDARY,
  filePart,
  intrinsicNames,
  mapPart,
  multipartBody,
  operations,
  type Part,
  send,
  sendAndAbort,
  sendSlowly,
} from './upload-fixture.js';

const LIST = 'mutation($files: [Upload!]!) { uploads(files: $files) { filename text } }';
const SWAPPED = 'mutation($a: Upload!, $b: Upload!) { swapped(first: $a, second: $b) { text } }';

describe('uploads by the GraphQL multipart request spec', () => {
  let server: ToyServer;
  beforeAll(async () => {
    server = await startToyServer();
  });
  afterAll(() => server.close());

  it('takes a single file', async () => {
    const { data } = await send(server, [operations(), mapPart(), filePart()]);
    expect(data).toEqual({ upload: { filename: 'photo.jpg', mimetype: 'image/jpeg', bytes: 7, text: 'a photo' } });
  });

  it('takes a list of files', async () => {
    const { data } = await send(server, [
      operations(LIST, { files: [null, null] }),
      mapPart({ a: ['variables.files.0'], b: ['variables.files.1'] }),
      filePart('a', 'alpha', 'a.jpg'),
      filePart('b', 'bravo', '证件照.png'),
    ]);
    expect(data).toEqual({
      uploads: [
        { filename: 'a.jpg', text: 'alpha' },
        { filename: '证件照.png', text: 'bravo' },
      ],
    });
  });

  it('takes one file in two places', async () => {
    const { data } = await send(server, [
      operations(LIST, { files: [null, null] }),
      mapPart({ a: ['variables.files.0', 'variables.files.1'] }),
      filePart('a', 'alpha'),
    ]);
    expect(data).toMatchObject({ uploads: [{ text: 'alpha' }, { text: 'alpha' }] });
  });

  it('takes the parts in any order, as mini-programs send them', async () => {
    const parts = [operations(), mapPart(), filePart()];
    for (const order of [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ]) {
      const { data } = await send(
        server,
        order.map(index => parts[index] as Part),
      );
      expect([order, data]).toEqual([order, { upload: expect.objectContaining({ text: 'a photo' }) }]);
    }
  });

  it('takes form fields beside, and files that the map does not name', async () => {
    const { data } = await send(server, [
      { name: 'token', content: 'x' },
      filePart('extra'),
      operations(),
      mapPart(),
      filePart(),
    ]);
    expect(data).toMatchObject({ upload: { text: 'a photo' } });
  });

  it('does not hang when a resolver reads the second file first', async () => {
    const { data } = await send(server, [
      operations(SWAPPED, { a: null, b: null }),
      mapPart({ a: ['variables.a'], b: ['variables.b'] }),
      filePart('a', Buffer.alloc(3_000_000, 'a')),
      filePart('b', Buffer.alloc(3_000_000, 'b')),
    ]);
    expect(data).toEqual({ swapped: [{ text: 'a'.repeat(50) }, { text: 'b'.repeat(50) }] });
  });

  it('reads nothing without a preflight header', async () => {
    const { status, code } = await send(server, [operations(), mapPart(), filePart()], {});
    expect([status, code]).toEqual([400, 'BAD_REQUEST']);
    const malformed = await send(server, Buffer.from('not multipart at all'), {});
    expect(malformed.message).toContain('apollo-require-preflight');
    for (const header of ['apollo-require-preflight', 'x-apollo-operation-name', 'graphql-require-preflight']) {
      expect((await send(server, [operations(), mapPart(), filePart()], { [header]: 'x' })).status).toBe(200);
    }
  });

  it('takes a file of exactly the limit and refuses one byte more with 413', async () => {
    const atLimit = await send(server, [operations(), mapPart(), filePart('0', Buffer.alloc(LIMITS.upload.fileBytes))]);
    expect(atLimit.data).toMatchObject({ upload: { bytes: LIMITS.upload.fileBytes } });
    const over = await send(server, [
      operations(),
      mapPart(),
      filePart('0', Buffer.alloc(LIMITS.upload.fileBytes + 1)),
    ]);
    expect([over.status, over.code]).toEqual([413, 'FILE_TOO_LARGE']);
  });

  it('takes a body of exactly the limit and refuses one byte more with 413, with and without a declared length', async () => {
    const bodyWith = (bytes: number) =>
      multipartBody([
        operations(),
        mapPart(),
        ...[16_000_000, 16_000_000, 16_000_000, bytes].map((size, i) => filePart(String(i), Buffer.alloc(size))),
      ]);
    const rest = LIMITS.upload.bodyBytes - bodyWith(0).length;
    const most = bodyWith(rest);
    expect(most.length).toBe(LIMITS.upload.bodyBytes);
    expect((await send(server, most)).status).toBe(200);
    const body = bodyWith(rest + 1);
    const declared = await send(server, body);
    expect([declared.status, declared.code]).toEqual([413, 'FILE_TOO_LARGE']);
    const chunked = await fetch(`${server.origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}`, 'apollo-require-preflight': '1' },
      body: new Blob([new Uint8Array(body)]).stream(),
      duplex: 'half',
    } as RequestInit);
    expect(chunked.status).toBe(413);
  });

  it('refuses too many files, text parts and map paths, and takes as many as the limit', async () => {
    const files = (count: number) => [
      operations(LIST, { files: Array(count).fill(null) }),
      mapPart(Object.fromEntries(Array.from({ length: count }, (_, i) => [i, [`variables.files.${i}`]]))),
      ...Array.from({ length: count }, (_, i) => filePart(String(i))),
    ];
    expect((await send(server, files(LIMITS.upload.files))).status).toBe(200);
    expect(await send(server, files(LIMITS.upload.files + 1))).toMatchObject({ status: 400, code: 'BAD_MULTIPART' });
    const texts = (count: number) => [
      operations(),
      mapPart(),
      filePart(),
      ...Array.from({ length: count - 2 }, (_, i) => ({ name: `t${i}`, content: 'x' })),
    ];
    expect((await send(server, texts(LIMITS.upload.fields))).status).toBe(200);
    expect((await send(server, texts(LIMITS.upload.fields + 1))).code).toBe('BAD_MULTIPART');
    // A part without a disposition is neither a file nor a text, and is skipped.
    const skipped = (count: number) =>
      Buffer.concat([
        Buffer.from(`--${BOUNDARY}\r\nx: y\r\n\r\n${'a'.repeat(20_000)}\r\n`.repeat(count)),
        multipartBody([operations(), mapPart(), filePart()]),
      ]);
    const room = LIMITS.upload.files + LIMITS.upload.fields - 3;
    expect((await send(server, skipped(room))).status).toBe(200);
    expect(await send(server, skipped(room + 1))).toMatchObject({ status: 400, code: 'BAD_MULTIPART' });
    const paths = (count: number) => [
      operations(LIST, { files: Array(count).fill(null) }),
      mapPart({ a: Array.from({ length: count }, (_, i) => `variables.files.${i}`) }),
      filePart('a'),
    ];
    expect((await send(server, paths(LIMITS.upload.mapEntries))).status).toBe(200);
    expect((await send(server, paths(LIMITS.upload.mapEntries + 1))).code).toBe('BAD_MULTIPART');
  });

  it('takes a text part of exactly the limit and refuses one byte more with 413', async () => {
    const text = (bytes: number) => [operations(), mapPart(), filePart(), { name: 'note', content: 'x'.repeat(bytes) }];
    expect((await send(server, text(LIMITS.upload.fieldBytes))).status).toBe(200);
    expect((await send(server, text(LIMITS.upload.fieldBytes + 1))).status).toBe(413);
  });

  it('refuses an empty file', async () => {
    expect(await send(server, [operations(), mapPart(), filePart('0', '')])).toMatchObject({
      status: 400,
      code: 'EMPTY_FILE',
    });
  });

  const before = intrinsicNames();
  it.each([
    ['__proto__', 'variables.__proto__.polluted'],
    ['constructor', 'variables.constructor.prototype.polluted'],
    ['an inherited method', 'variables.toString.polluted'],
    ['the prototype itself', 'variables.__proto__'],
    ['the end of the prototype chain, which is null', 'variables.__proto__.__proto__'],
    ['the query', 'query'],
    ['the root', 'variables'],
    ['a length', 'variables.list.length'],
    ['a value that is not null', 'variables.text'],
    ['a missing variable', 'variables.other'],
    ['a part of a string', 'variables.text.0'],
    ['nothing', ''],
    ['an empty key', 'variables.'],
  ])('refuses a map that leads to %s, and leaves the built-ins as they were', async (_name, path) => {
    const answer = await send(server, [
      operations(undefined, { file: null, text: 'x', list: [] }),
      mapPart({ '0': ['variables.file', path] }),
      filePart(),
    ]);
    expect(answer).toMatchObject({ status: 400, code: 'BAD_MULTIPART' });
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(intrinsicNames()).toBe(before);
  });

  it.each<[string, Buffer | Part[]]>([
    ['no operations', [mapPart(), filePart()]],
    ['no map', [operations(), filePart()]],
    ['an empty map', [operations(), mapPart({}), filePart()]],
    ['a map that is no object', [operations(), mapPart([['variables.file']]), filePart()]],
    ['a map entry that is no list', [operations(), mapPart({ '0': 'variables.file' }), filePart()]],
    ['a path that is no text', [operations(), mapPart({ '0': [0] }), filePart()]],
    ['a file that never comes', [operations(), mapPart()]],
    [
      'a batch',
      [{ name: 'operations', content: '[{"query":"{ hello }"}]' }, mapPart({ '0': ['0.variables.file'] }), filePart()],
    ],
    ['operations that are not JSON', [{ name: 'operations', content: '{' }, mapPart(), filePart()]],
    [
      'operations nested 100,000 deep',
      [{ name: 'operations', content: '['.repeat(100_000) + ']'.repeat(100_000) }, mapPart(), filePart()],
    ],
    [
      'a poisoned key in operations',
      [
        { name: 'operations', content: '{"query":"{ hello }","variables":{"file":null,"__proto__":{"a":1}}}' },
        mapPart(),
        filePart(),
      ],
    ],
    [
      'a poisoned key that is written with an escape',
      [
        { name: 'operations', content: '{"query":"{ hello }","variables":{"file":null,"_\\u005Fproto__":{"a":1}}}' },
        mapPart(),
        filePart(),
      ],
    ],
    [
      'a poisoned key that is all escapes',
      [
        {
          name: 'operations',
          content: `{"query":"{ hello }","variables":{"file":null,"${[...'__proto__'].map(char => `\\u00${char.charCodeAt(0).toString(16)}`).join('')}":1}}`,
        },
        mapPart(),
        filePart(),
      ],
    ],
    ['operations twice', [operations(), operations(), mapPart(), filePart()]],
    ['two files of one name', [operations(), mapPart(), filePart(), filePart()]],
    ['a part without a name', [{ content: 'x' }, operations(), mapPart(), filePart()]],
    ['a file without a name', [{ filename: 'a.jpg', content: 'x' }, operations(), mapPart(), filePart()]],
    ['an empty body', Buffer.alloc(0)],
    ['garbage', Buffer.from('garbage')],
    ['another boundary', multipartBody([operations(), mapPart(), filePart()], 'other')],
    ['a premature end in a file', multipartBody([operations(), mapPart(), filePart()]).subarray(0, -20)],
    ['a premature end in a header', multipartBody([operations(), mapPart(), filePart()]).subarray(0, -60)],
    ['a malformed part header', Buffer.from(`--${BOUNDARY}\r\n(bad): header\r\n\r\n`)],
    ['two malformed part headers', Buffer.from(`--${BOUNDARY}\r\n(\r\n\r\n--${BOUNDARY}\r\n(\r\n\r\n`)],
    [
      'a malformed part header while a file is open',
      Buffer.concat([multipartBody([filePart()]).subarray(0, -4), Buffer.from('\r\n(\r\n\r\n')]),
    ],
    [
      'a file cut off after a closing delimiter',
      Buffer.concat([multipartBody([operations()]), multipartBody([filePart()]).subarray(0, -20)]),
    ],
    ['a part header without an end', Buffer.from(`--${BOUNDARY}\r\ncontent-disposition: ${'x'.repeat(40_000)}`)],
  ])('answers 400 to %s, and lives', async (_name, body) => {
    expect(await send(server, body)).toMatchObject({ status: 400, code: 'BAD_MULTIPART' });
    expect((await fetch(`${server.origin}/health/live`)).status).toBe(200);
  });

  it('answers 400 to a content-type without a boundary', async () => {
    for (const type of ['multipart/form-data', 'multipart/form-data; boundary=', 'multipart/form-data; boundary="']) {
      const { status } = await send(server, [operations()], { 'content-type': type, 'apollo-require-preflight': '1' });
      expect([type, status]).toEqual([type, 400]);
    }
  });

  it('lets a slow client read the 413 and finish sending', async () => {
    const body = multipartBody([operations(), mapPart(), filePart('0', Buffer.alloc(24_000_000))]);
    const { answer, error } = await sendSlowly(server, body, 21_000_000);
    expect(answer).toContain('HTTP/1.1 413');
    expect(answer).toContain('FILE_TOO_LARGE');
    expect(error).toBeUndefined();
  });

  it('frees what an aborted upload had sent', async () => {
    const body = multipartBody([operations(), mapPart(), filePart('0', Buffer.alloc(2_000_000))]);
    const sockets = () => process.getActiveResourcesInfo().filter(name => name === 'TCPSocketWrap').length;
    const before = sockets();
    for (let i = 0; i < 20; i++) await sendAndAbort(server, body, Math.floor((body.length * i) / 20));
    await eventually(() => sockets() <= before);
    expect((await send(server, [operations(), mapPart(), filePart()])).status).toBe(200);
  });
});
