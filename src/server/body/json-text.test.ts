import { LoopHold } from '../../../test/loop-hold.js';
import { LIMITS } from '../../kernel/limits.js';
import { JsonText } from './json-text.js';

const { longTextBytes, longTexts, plainJsonBytes } = LIMITS.http;
const LONG = 'Aa0+/_-='.repeat(longTextBytes / 4);

function read(json: string | Buffer, blockBytes = 65_536): { value: unknown; longChars: number } {
  const body = Buffer.from(json as string);
  const text = new JsonText();
  for (let from = 0; from < body.length; from += blockBytes) text.write(body.subarray(from, from + blockBytes));
  return { value: text.restore(JSON.parse(text.end())), longChars: text.longChars };
}
const code = (json: string) => {
  try {
    return read(json).value;
  } catch (error) {
    return (error as { code?: string }).code;
  }
};

const VALUE = {
  query: '{ a(text: "\\"") }',
  '"\\': ['\\', '\\\\', '"', '\n\u2028', '一寸', '\ud83d\ude00', ''],
  photo: LONG,
  deep: [{ photos: [LONG, { again: `${LONG}AA` }] }, [], {}, null, true, -1.5e3],
};

test.each([1, 2, 3, 7, 64, 1_021, 65_536, 10_000_000])('blocks of %i bytes give what JSON.parse gives', blockBytes => {
  for (const json of [JSON.stringify(VALUE), JSON.stringify(VALUE, null, 2)]) {
    expect(read(json, blockBytes)).toEqual({ value: VALUE, longChars: 3 * LONG.length + 2 });
  }
});

test.each([1, 2, 3, 5, 7, 64, 65_536])(
  'long texts that are no base64 are read as JSON.parse reads them, by %i bytes',
  blockBytes => {
    const texts = ['一\ud83d\ude00é', '\\', '\\"', '"\\\\u', '\n\t\b\u0001', '\\u0041'].map(text =>
      text.repeat(longTextBytes / 4),
    );
    const json = JSON.stringify(texts);
    expect(read(json, blockBytes).value).toEqual(texts);
    const ascii = json.replace(/[\u0080-\uffff]/g, char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
    expect(read(ascii, blockBytes).value).toEqual(texts);
  },
);

test.each(['\\x', '\\u12g4', '\\u12'])('an escape that is none of JSON: %s', wrong => {
  expect(code(`["${LONG}${wrong}"]`)).toBe('BAD_REQUEST');
});

test.each([1, 2, 3, 5, 6, 65_536])('the escapes of other encoders, cut at each %i bytes', blockBytes => {
  const plain = JSON.stringify([LONG, `${LONG}\r\n`]);
  const escaped = plain.replaceAll('/', '\\/').replaceAll('+', '\\u002B').replaceAll('=', '\\u003d');
  expect(read(escaped, blockBytes).value).toEqual([LONG, `${LONG}\r\n`]);
});

test('a long text is never what the parser sees, whatever stands around it', () => {
  const text = new JsonText();
  text.write(Buffer.from(JSON.stringify({ a: LONG })));
  expect(text.end()).toMatch(/^\{"a":"[0-9a-f]{24}0"\}$/);
});

test.each([
  ['values', `[${'0,'.repeat(plainJsonBytes)}0]`, 'BODY_TOO_LARGE'],
  ['short texts', JSON.stringify(Array(100).fill('a'.repeat(5_000))), 'BODY_TOO_LARGE'],
  ['blanks', ' '.repeat(plainJsonBytes + 1), 'BODY_TOO_LARGE'],
  ['long texts', JSON.stringify(Array(longTexts + 1).fill(LONG)), 'BODY_TOO_LARGE'],
])('too many %s are refused', (_name, json, expected) => {
  expect(code(json)).toBe(expected);
});

test('a string without an end is left to the parser', () => {
  expect(() => read('{"a": "b')).toThrow(SyntaxError);
  expect(() => read(`{"a": "${LONG}`)).toThrow(SyntaxError);
});

test('28 MB hold the event loop no longer than a block of them takes', async () => {
  const body = Buffer.from(JSON.stringify({ query: '{ a }', variables: { photo: 'A'.repeat(27_000_000) } }));
  const worst: number[] = [];
  // The least of three: a collection of garbage that falls into one of them is not the body's.
  for (let round = 0; round < 3; round += 1) worst.push(await holdOf(body));
  expect(Math.min(...worst)).toBeLessThan(50);
});

async function holdOf(body: Buffer): Promise<number> {
  const hold = new LoopHold();
  try {
    const text = new JsonText();
    for (let from = 0; from < body.length; from += 65_536) {
      text.write(body.subarray(from, from + 65_536));
      await new Promise(setImmediate);
    }
    text.restore(JSON.parse(text.end()));
    return hold.worstMs();
  } finally {
    hold.stop();
  }
}
