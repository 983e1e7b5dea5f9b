import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { receiveMessages, sendMessage } from './wire.js';

/** What is written for the messages, as one piece. */
function written(...messages: unknown[]): Buffer {
  const stream = new PassThrough();
  for (const message of messages) sendMessage(stream, message);
  return stream.read() as Buffer;
}

/** What is read from the bytes when they come in pieces of this size. */
async function read(bytes: Buffer, pieceBytes: number) {
  const stream = new PassThrough();
  const messages: unknown[] = [];
  const broken: unknown[] = [];
  receiveMessages(
    stream,
    message => messages.push(message),
    error => broken.push(error),
  );
  for (let at = 0; at < bytes.length; at += pieceBytes) stream.write(bytes.subarray(at, at + pieceBytes));
  stream.end();
  await new Promise(resolve => stream.once('end', resolve));
  return { messages, broken };
}

function framed(text: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(Buffer.byteLength(text));
  return Buffer.concat([length, Buffer.from(text)]);
}

const anyMessage = fc.letrec(tie => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string({ unit: 'binary' }),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter(value => !Object.is(value, -0)),
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array({ maxLength: 40 }),
    fc.int16Array({ maxLength: 40 }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

test('any message comes out as it went in, in pieces of any size', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyMessage, { maxLength: 3 }), fc.integer({ min: 1, max: 50 }), async (sent, piece) => {
      expect(await read(Buffer.concat(sent.map(each => written(each))), piece)).toEqual({
        messages: sent,
        broken: [],
      });
    }),
  );
});

test('a part of a larger buffer is sent as that part', async () => {
  const part = Buffer.from('0123456789').subarray(3, 6);
  const { messages } = await read(written({ part }), 64);
  expect(messages).toEqual([{ part: Uint8Array.from(part) }]);
});

test('an array of another kind is refused by the sender', () => {
  expect(() => written({ values: new Float32Array(3) })).toThrow('a message cannot hold a Float32Array');
});

test.each([
  ['a text of no length', Buffer.alloc(4)],
  ['a text of 4 GB', Buffer.alloc(4, 0xff)],
  ['no JSON', framed('{"a":')],
  ['an array of a terabyte', framed('{"$array":"Uint8Array","length":1000000000000}')],
  ['arrays that are large together', framed(`[${Array(3).fill('{"$array":"Int16Array","length":50000000}').join()}]`)],
  ['an array of a negative length', framed('{"$array":"Uint8Array","length":-1}')],
  ['an array whose length is no number', framed('{"$array":"Uint8Array","length":"x"}')],
])('%s ends the reading, once', async (_what, bytes) => {
  const { messages, broken } = await read(Buffer.concat([bytes, bytes]), 64);
  expect(messages).toEqual([]);
  expect(broken).toHaveLength(1);
});

test('a message cannot reach a prototype', async () => {
  const { messages } = await read(framed('{"__proto__":{"polluted":true},"$array":"constructor","length":1}'), 64);
  expect(Object.getPrototypeOf(messages[0])).toBe(Object.prototype);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});
