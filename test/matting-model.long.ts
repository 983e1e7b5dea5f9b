import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import type { Logger } from 'pino';
import sharp from 'sharp';
import { Engine } from '../src/engine/engine.js';
import { KNOWN_MODELS, parseDescription, requireRuntime } from '../src/engine/matting-description.js';
import { ROOT } from '../src/kernel/paths.js';
import { openMattingModel, tryMattingModel } from '../src/operator-files.js';
import { temporaryFolder } from './running-server.js';
import { type TinyModel, tinyOnnx } from './tiny-onnx.js';

const SIDE = 64;
/** Everything is the person. */
const ALL: TinyModel = { side: SIDE, colours: [0, 0, 0], bias: 20 };
const log = { info() {}, warn() {} } as unknown as Logger;
const hashOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let models = 0;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());

/** What differs from a description that is right. */
interface Changes {
  sha256?: string;
  memoryMb?: unknown;
  input?: object;
  output?: object;
}

function described(onnx: Buffer, { input, output, ...changes }: Changes = {}) {
  return {
    title: 'made by a test',
    licence: 'MIT',
    sha256: hashOf(onnx),
    memoryMb: 200,
    ...changes,
    input: {
      name: 'input',
      width: SIDE,
      height: SIDE,
      layout: 'NCHW',
      colours: 'RGB',
      mean: [0.5, 0.5, 0.5],
      std: [0.5, 0.5, 0.5],
      ...input,
    },
    output: { name: 'output', range: [0, 1], ...output },
  };
}

/** A model with its description, in files of its own. */
async function written(onnx: Buffer, changes?: Changes): Promise<string> {
  const file = path.join(folder.path, `hunter2-${models++}.onnx`);
  await writeFile(file, onnx);
  await writeFile(file.replace('.onnx', '.json'), JSON.stringify(described(onnx, changes)));
  return file;
}

async function withEngine<Result>(file: string, use: (engine: Engine) => Promise<Result>): Promise<Result> {
  const engine = new Engine({ workers: 1, log, mattingModel: openMattingModel(file) });
  try {
    return await use(engine);
  } finally {
    await engine.close();
  }
}

describe('a photo', () => {
  const PORTRAIT = readFileSync(path.join(ROOT, 'test', 'fixtures', 'astronaut.png'));
  const OPTIONS = { widthPx: 295, heightPx: 413, dpi: 300, headRatio: 0.62, topMargin: 0.085, allowBodyCut: true };
  const BLUE = { ...OPTIONS, backgrounds: [{ kind: 'solid' as const, hex: '#0000FF' }] };

  /** Beside the head: 0..255 of red, green and blue. */
  async function besideHead(engine: Engine): Promise<number[]> {
    const [photo] = await engine.render('portrait', async () => PORTRAIT, BLUE);
    const pixel = { left: 10, top: 200, width: 1, height: 1 };
    return [...(await sharp(photo!.bytes).extract(pixel).raw().toBuffer())];
  }

  test('is cut out as the model says, by the rest of the same engine', async () => {
    const [red, green] = await withEngine(await written(tinyOnnx(ALL)), besideHead);
    // The room behind the astronaut stays where everything is the person.
    expect(red! + green!).toBeGreaterThan(250);
    const own = new Engine({ workers: 1, log });
    const [ownRed, ownGreen] = await besideHead(own).finally(() => own.close());
    expect(ownRed! + ownGreen!).toBeLessThan(20);
  });
});

describe('a start', () => {
  const refusal = async (file: string) => {
    const error = await withEngine(file, engine => tryMattingModel(engine, log)).then(
      () => undefined,
      (reason: Error) => reason,
    );
    return { name: error?.name, message: error?.message };
  };
  /** What an operator may not read in it: names of files, and what is in them. */
  const SECRET = /hunter2|made by a test/;

  test('takes a model that runs as described', async () => {
    expect(await refusal(await written(tinyOnnx(ALL)))).toEqual({});
  });

  test.each<[string, string, () => Promise<string>]>([
    ['not there', 'the file is not there', async () => path.join(folder.path, 'hunter2.onnx')],
    ['of another kind', 'does not end with .onnx', async () => path.join(folder.path, 'hunter2.pt')],
    [
      'without a description',
      'there is no description beside it',
      async () => {
        const file = path.join(folder.path, 'hunter2-alone.onnx');
        await writeFile(file, tinyOnnx(ALL));
        return file;
      },
    ],
    [
      'with a description that is no JSON',
      'its description is not JSON',
      async () => {
        const file = await written(tinyOnnx(ALL));
        await writeFile(file.replace('.onnx', '.json'), 'hunter2');
        return file;
      },
    ],
    ['with other bytes', 'sha256', () => written(tinyOnnx(ALL), { sha256: hashOf(Buffer.from('hunter2')) })],
    [
      'with a field that is wrong',
      'memoryMb is wrong or missing',
      () => written(tinyOnnx(ALL), { memoryMb: 'hunter2' }),
    ],
    ['with an unknown field', 'input has unknown fields', () => written(tinyOnnx(ALL), { input: { hunter2: 1 } })],
    ['that is no ONNX', 'the runtime cannot load it', () => written(Buffer.from('hunter2'))],
    ['with another input', 'its input has another name', () => written(tinyOnnx({ ...ALL, input: 'hunter2' }))],
    ['with another output', 'no output of the name', () => written(tinyOnnx({ ...ALL, output: 'hunter2' }))],
    ['of another size', 'does not run on a picture', () => written(tinyOnnx(ALL), { input: { width: 96 } })],
    ['of another layout', 'does not run on a picture', () => written(tinyOnnx(ALL), { input: { layout: 'NHWC' } })],
    ['with two answers a pixel', 'not one number', () => written(tinyOnnx({ ...ALL, channels: 2 }))],
    [
      'that takes more memory than it says',
      'memoryMb',
      () =>
        written(tinyOnnx({ ...ALL, side: 2_048, channels: 400 }), {
          memoryMb: 1,
          input: { width: 2_048, height: 2_048 },
        }),
    ],
  ])('refuses a model %s', async (_, words, make) => {
    const { name, message } = await refusal(await make());
    expect(name).toBe('ConfigError');
    expect(message).toMatch(/^DARKROOM_MATTING_MODEL: expected an ONNX model with its description beside it; /);
    expect(message).toContain(words);
    expect(message).not.toMatch(SECRET);
  });

  test('refuses a model without the package that runs it, and says how to install that', () => {
    expect(() => requireRuntime(folder.path)).toThrow('run `npm ci --prefix optional/onnxruntime`');
    expect(() => requireRuntime()).not.toThrow();
  });

  test('of the server ends with one line', async () => {
    const file = await written(tinyOnnx(ALL), { sha256: hashOf(Buffer.from('x')) });
    const { code, lines } = await run('src/main.js', [], { DARKROOM_MATTING_MODEL: file });
    expect(code).toBe(1);
    expect(lines).toEqual([
      'Darkroom cannot start: wrong configuration',
      expect.stringMatching(/^ {2}DARKROOM_MATTING_MODEL: .*; its sha256 is not that of its description$/),
    ]);
    expect(existsSync(path.join(folder.path, 'data', 'database'))).toBe(false);
  });
});

/** Runs a built program until it ends by itself. */
async function run(program: string, words: string[], environment: Record<string, string> = {}) {
  const child: ChildProcess = spawn(process.execPath, [path.join(ROOT, 'dist', program), ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      DARKROOM_PORT: '0',
      DARKROOM_DATA_DIR: path.join(folder.path, 'data'),
      ...environment,
    },
  });
  const ended = new Promise<number | null>(resolve => child.once('close', resolve));
  const [code, out, errors] = await Promise.all([ended, text(child.stdout!), text(child.stderr!)]);
  return { code, lines: `${out}${errors}`.trim().split('\n') };
}

describe('npm run models', () => {
  const models = (...words: string[]) => run('src/maintenance/models.js', words);
  const kept = () => readdir(path.join(folder.path, 'data', 'models')).catch(() => []);
  const onnx = tinyOnnx(ALL);
  let server: Server;
  let origin: string;
  beforeAll(async () => {
    server = createServer(({ url }, response) => {
      if (url === '/moved') response.writeHead(302, { location: '/tiny.onnx' }).end();
      else if (url === '/tiny.onnx') response.end(onnx);
      else response.writeHead(404).end();
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise(resolve => server.close(resolve)));

  test('every description that comes with Darkroom is whole, with a permissive licence', async () => {
    const files = await readdir(KNOWN_MODELS);
    expect(files).toEqual(['isnet.json', 'modnet.json']);
    for (const file of files) {
      const { licence, url } = parseDescription(readFileSync(path.join(KNOWN_MODELS, file), 'utf8'));
      expect(licence).toBe('Apache-2.0');
      expect(url).toMatch(/^https:/);
    }
    expect((await models('list')).lines.map(line => line.split(' ')[0])).toEqual(['isnet', 'modnet']);
  });

  test('what does not have the hash of its description is not kept', async () => {
    const { code, lines } = await models('get', 'modnet', '--url', `${origin}/tiny.onnx`);
    expect([code, lines]).toEqual([1, [expect.stringContaining(`sha256 ${hashOf(onnx)}`)]]);
    expect(await kept()).toEqual([]);
  });

  test('an address on this machine is fetched from only where the operator typed it', async () => {
    const own = path.join(folder.path, 'own.json');
    await writeFile(own, JSON.stringify({ ...described(onnx), url: `${origin}/moved` }));
    expect(await models('get', own)).toMatchObject({ code: 1, lines: [expect.stringContaining('may not be fetched')] });
    expect(await kept()).toEqual([]);
  });

  test('fetches a model with its description, which then checks out', async () => {
    await mkdir(path.join(folder.path, 'data'), { recursive: true });
    const own = path.join(folder.path, 'own.json');
    await writeFile(own, JSON.stringify(described(onnx)));
    const got = await models('get', own, '--url', `${origin}/moved`);
    const file = path.join(folder.path, 'data', 'models', 'own.onnx');
    expect(got).toMatchObject({ code: 0, lines: [file, expect.stringContaining(`DARKROOM_MATTING_MODEL=${file}`)] });
    expect(await kept()).toEqual(['own.json', 'own.onnx']);
    const checked = await models('check', file);
    expect(checked).toMatchObject({ code: 0, lines: [expect.stringMatching(/^It runs: \d+ ms of CPU/)] });
  });

  test('an address that gives nothing is an error with its status, and an unknown word shows how it is used', async () => {
    const gone = await models('get', 'modnet', '--url', `${origin}/gone`);
    expect(gone).toMatchObject({ code: 1, lines: [expect.stringContaining('404')] });
    expect(await models('fetch')).toMatchObject({ code: 64 });
    expect(await models('get', 'birefnet')).toMatchObject({ code: 1, lines: [expect.stringContaining('see `list`')] });
  });
});
