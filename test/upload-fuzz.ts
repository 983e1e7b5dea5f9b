import { startToyServer } from './server-fixture.js';
import { filePart, intrinsicNames, mapPart, multipartBody, operations, send } from './upload-fixture.js';

interface FuzzResult {
  /** Status 0: no answer within 5 s, or the connection broke. */
  readonly answers: readonly { seed: number; status: number; reason: string | undefined }[];
  readonly intrinsicsUnchanged: boolean;
  readonly alive: boolean;
}

const SAMPLES = [
  multipartBody([operations(), mapPart(), filePart()]),
  multipartBody([filePart(), operations(), mapPart()]),
  multipartBody([
    operations('mutation($files: [Upload!]!) { uploads(files: $files) { text } }', { files: [null, null] }),
    mapPart({ a: ['variables.files.0'], b: ['variables.files.1'] }),
    filePart('a', Buffer.alloc(70_000, 'a')),
    filePart('b'),
  ]),
];

/** For POST /photos. */
const FORMS = [
  multipartBody([filePart('photo')]),
  multipartBody([
    { name: 'operation', content: 'weigh' },
    filePart('photo', Buffer.alloc(70_000, 'a')),
    { name: 'input', content: '{"photos":[],"size":{"widthPx":295}}' },
    { name: 'waitSeconds', content: '5' },
  ]),
];

const PHOTO_FORMS = new Map([
  ['upload', { query: 'mutation ($photo: Upload!) { made: upload(file: $photo) { bytes } }', takesInput: false }],
  ['weigh', { query: 'mutation ($input: JSON!) { made: weigh(input: $input) { bytes } }', takesInput: true }],
]);

/** What parsers stumble over, put in at random places. */
const TOKENS = [
  '\r\n',
  '\n',
  '\r',
  '--',
  '--darkroom-boundary',
  '\r\n--darkroom-boundary\r\n',
  '\r\n--darkroom-boundary--',
  ':',
  ';',
  '"',
  '\0',
  'name="',
  'filename="',
  "filename*=UTF-8''%",
  'content-type: multipart/mixed; boundary=x',
  '__proto__',
  'variables.__proto__.x',
  'constructor',
  '{',
  '}',
  '[',
  'null',
  '\\',
  '\ud83d',
  'charset=utf-16le',
  'a'.repeat(20_000),
];

/** Sends `count` mutations of good bodies to a real server, each third to POST /photos. The same seed gives the same bodies. */
export async function fuzzUploads(options: { seed: number; count: number }): Promise<FuzzResult> {
  const server = await startToyServer({ photoForms: PHOTO_FORMS });
  const before = intrinsicNames();
  const answers: { seed: number; status: number; reason: string | undefined }[] = [];
  try {
    for (let i = 0; i < options.count; i++) {
      const seed = options.seed + i;
      const isForm = i % 3 === 2;
      const body = mutate(seed, isForm ? FORMS : SAMPLES);
      const answer = await send(server, body, undefined, isForm ? '/photos' : '/graphql').catch(() => ({
        status: 0,
        message: 'no answer',
      }));
      answers.push({ seed, status: answer.status, reason: answer.message });
    }
    const alive = (await fetch(`${server.origin}/health/live`)).status === 200;
    return { answers, alive, intrinsicsUnchanged: intrinsicNames() === before };
  } finally {
    await server.close();
  }
}

function mutate(seed: number, samples: readonly Buffer[]): Buffer {
  const random = randomFrom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  let body = Buffer.from(samples[below(samples.length)] as Buffer);
  for (let rounds = 1 + below(3); rounds > 0; rounds--) {
    const at = below(body.length);
    const length = below(40);
    const token = Buffer.from(TOKENS[below(TOKENS.length)] as string);
    switch (below(6)) {
      case 0:
        if (body.length > 0) body[at] = below(256);
        break;
      case 1:
        body = Buffer.concat([body.subarray(0, at), body.subarray(at + length)]);
        break;
      case 2:
        body = Buffer.concat([body.subarray(0, at), token, body.subarray(at)]);
        break;
      case 3:
        body = Buffer.concat([body.subarray(0, at), token, body.subarray(at + token.length)]);
        break;
      case 4:
        body = Buffer.concat([body.subarray(0, at + length), body.subarray(at)]);
        break;
      default:
        body = body.subarray(0, at);
    }
  }
  return body;
}

/** mulberry32: small, seeded, good enough to pick places. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
