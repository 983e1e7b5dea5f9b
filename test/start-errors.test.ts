import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { ROOT } from '../src/kernel/paths.js';
import { lockDirectory } from '../src/store/directory-lock.js';
import { openStore } from '../src/store/open-store.js';
import { temporaryFolder } from './running-server.js';
import { createPostgresDatabase, silentLog } from './store-setup.js';

/** What is wrong here; none of it may be printed. */
const PASSWORD = 'hunter2';
const SECRET = `${PASSWORD}-`.repeat(5);

interface Ended {
  code: number | null;
  lines: string[];
}

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
  await writeFile(path.join(folder.path, 'file'), '');
  await mkdir(path.join(folder.path, 'junk', 'database'), { recursive: true });
  await writeFile(path.join(folder.path, 'junk', 'database', 'PG_VERSION'), 'junk');
  await writeFile(path.join(folder.path, 'secret'), SECRET);
  await mkdir(path.join(folder.path, 'damaged'));
  await writeFile(path.join(folder.path, 'damaged', 'manifest.json'), 'junk');
});
afterAll(() => folder.remove());
const within = (...names: string[]) => path.join(folder.path, ...names);

/** Runs a built program with these variables, until it ends by itself. */
async function run(program: string, words: string[], environment: Record<string, string>): Promise<Ended> {
  const child: ChildProcess = spawn(process.execPath, [path.join(ROOT, 'dist', program), ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      DARKROOM_PORT: '0',
      DARKROOM_DATA_DIR: within('data'),
      DARKROOM_LOG_LEVEL: 'silent',
      ...environment,
    },
  });
  const ended = new Promise<number | null>(resolve => child.once('close', resolve));
  // A start that goes well would wait for ever.
  const tooLong = setTimeout(() => child.kill('SIGKILL'), 60_000);
  const [code, out, errors] = await Promise.all([ended, text(child.stdout!), text(child.stderr!)]);
  clearTimeout(tooLong);
  return { code, lines: `${out}${errors}`.trim().split('\n') };
}
const start = (environment: Record<string, string>) => run('src/main.js', [], environment);
const maintain = (words: string[], environment: Record<string, string> = {}) =>
  run('src/maintenance/maintain.js', words, environment);

function expectLines({ code, lines }: Ended, ...expected: (string | RegExp)[]): void {
  expect(lines.filter(line => /^\s+at |node_modules|node:internal/.test(line))).toEqual([]);
  expect(lines.filter(line => line.includes(PASSWORD))).toEqual([]);
  expect(lines).toEqual(
    expected.map(line => (typeof line === 'string' ? expect.stringContaining(line) : expect.stringMatching(line))),
  );
  expect(code).toBe(1);
}

describe('a wrong configuration is told by name, before anything is written', () => {
  afterEach(() => expect(existsSync(within('data'))).toBe(false));

  test('all that is wrong at once, a line each', async () => {
    const ended = await start({
      DARKROOM_PROT: '4000',
      LEQI_APPCODE: PASSWORD,
      DARKROOM_PORT: 'eighty',
      DATABASE_URL: `mysql://u:${PASSWORD}@h/d`,
      DARKROOM_SECRET: PASSWORD,
      DARKROOM_KEEP_INPUTS: 'long',
      DARKROOM_SANDBOX: 'maybe',
      NODE_ENV: 'prod',
      DARKROOM_ROUTE_ID_PHOTO: 'FANGTANG',
      DARKROOM_ROUTE_BACKGROUND: 'LOCAL,LOCAL',
      FEGINE_APP_CODE: `${PASSWORD} 密码`,
    });
    expectLines(
      ended,
      'Darkroom cannot start: wrong configuration',
      'DARKROOM_PROT: there is no such variable',
      'LEQI_APPCODE: there is no such variable',
      'DARKROOM_PORT: expected a port from 0',
      'DATABASE_URL: expected a URL such as postgresql://',
      'DARKROOM_SECRET: expected at least 32 characters',
      'DARKROOM_KEEP_INPUTS: expected a duration',
      'DARKROOM_SANDBOX: expected auto, on, off',
      'NODE_ENV: expected production, development, test',
      'DARKROOM_ROUTE_ID_PHOTO: expected those whom AUTO may choose for ID_PHOTO, each once, separated by commas: JUMEI_ID_PHOTO, LOCAL',
      'DARKROOM_ROUTE_BACKGROUND: expected those whom AUTO may choose for BACKGROUND, each once',
      'FEGINE_APP_CODE: expected the AppCode',
    );
  });

  test.each(['--help', '--port'])('%s, as all arguments, is refused and has no silent effect', async word => {
    expectLines(
      await run('src/main.js', [word, '5000'], {}),
      'Darkroom cannot start: wrong configuration',
      `${word}: it takes no arguments, but the variables of .env.example`,
    );
  });

  test.each<[string, Record<string, string>, string]>([
    [
      'a file of a secret that is not there',
      { DARKROOM_SECRET_FILE: '/nowhere' },
      'DARKROOM_SECRET_FILE: the file cannot be read',
    ],
    [
      'a value and its file',
      { DARKROOM_SECRET: SECRET, DARKROOM_SECRET_FILE: '/nowhere' },
      'DARKROOM_SECRET and DARKROOM_SECRET_FILE are both set',
    ],
    [
      'a database without a secret',
      { DATABASE_URL: `postgresql://u:${PASSWORD}@h/d` },
      'DARKROOM_SECRET: needed with DATABASE_URL',
    ],
    ['a role without a database', { DARKROOM_ROLE: 'worker' }, 'DARKROOM_ROLE: worker needs DATABASE_URL'],
    [
      'a list of trusted documents that is not there',
      { DARKROOM_TRUSTED_DOCUMENTS: '/nowhere' },
      'DARKROOM_TRUSTED_DOCUMENTS: expected a manifest of persisted documents; the file cannot be read',
    ],
    [
      'a list of trusted documents that is none',
      { DARKROOM_TRUSTED_DOCUMENTS: path.join(ROOT, 'package.json') },
      'DARKROOM_TRUSTED_DOCUMENTS: expected a manifest of persisted documents; each entry has to be an id and a document',
    ],
  ])('%s', async (_, environment, expected) => {
    expectLines(await start(environment), 'Darkroom cannot start: wrong configuration', expected);
  });

  test('a vendor that charges, in production, on the embedded database', async () => {
    const environment = { NODE_ENV: 'production', FEGINE_APP_CODE: PASSWORD };
    expectLines(
      await start(environment),
      'Darkroom cannot start: wrong configuration',
      'DARKROOM_ALLOW_EMBEDDED_BILLING: FEGINE can charge',
    );
  });

  test.each<[string, Record<string, string>, string]>([
    ['LEQI', { LEQI_BASE_URL: 'https://vendor.example' }, 'LEQI_APP_CODE: missing; LEQI_BASE_URL is set.'],
    ['FANGTANG', { FANGTANG_SECRET_KEY: PASSWORD }, 'FANGTANG_THIRD_CODE: missing; FANGTANG_SECRET_KEY is set.'],
  ])('half of %s', async (_, environment, expected) => {
    expectLines(await start(environment), `Darkroom cannot start: ${expected}`);
  });
});

describe('a data directory that cannot be one is told with its path', () => {
  // Neither root nor anybody else may write there.
  const forbidden = process.platform === 'darwin' ? '/System/darkroom' : '/sys/darkroom';

  test.each<[string, () => string, RegExp]>([
    ['a file', () => within('file'), /file: it is not a directory \(EEXIST\)$/],
    ['below a file', () => within('file', 'data'), /data: a part of the path is a file \(ENOTDIR\)$/],
    ['not to be written', () => forbidden, /\/darkroom: (this user may not|its disk is read-only|it is not there)/],
    [
      'with something else for a database',
      () => within('junk'),
      /junk\/database does not open: .* restore a backup\.$/,
    ],
  ])(
    '%s',
    async (_, directory, expected) => {
      const ended = await start({ DARKROOM_DATA_DIR: directory() });
      expectLines(ended, expected);
      expect(ended.lines[0]).toMatch(/^Darkroom cannot start: /);
    },
    90_000,
  );

  test('in use', async () => {
    const lock = await lockDirectory(within('data'));
    expectLines(
      await start({}),
      `Darkroom cannot start: The data directory ${within('data')} is in use by process ${process.pid}.`,
    );
    await lock.release();
  });
});

describe('a port that cannot be had is told by its variable', () => {
  let other: Server;
  beforeAll(done => {
    other = createServer().listen(0, '127.0.0.1', done);
  });
  afterAll(done => {
    other.close(done);
  });

  test('taken', async () => {
    const { port } = other.address() as AddressInfo;
    expectLines(
      await start({ DARKROOM_PORT: String(port) }),
      `Darkroom cannot start: DARKROOM_PORT: ${port} is taken; set another one, or 0 for any`,
    );
  }, 90_000);
});

describe('a database that cannot be used is told without its user and password', () => {
  let database: Awaited<ReturnType<typeof createPostgresDatabase>>;
  beforeAll(async () => {
    database = await createPostgresDatabase();
  });
  afterAll(() => database.drop());
  const at = (change: (url: URL) => void) => {
    const url = new URL(database.url);
    change(url);
    return { DATABASE_URL: url.href, DARKROOM_SECRET: SECRET };
  };

  test.each<[string, (url: URL) => void, string]>([
    [
      'nobody answers',
      url => Object.assign(url, { port: '1', password: PASSWORD }),
      'DATABASE_URL: no answer from 127.0.0.1:1 (ECONNREFUSED).',
    ],
    ['there is no such role', url => Object.assign(url, { username: PASSWORD }), 'DATABASE_URL: the login is refused'],
    [
      'there is no such database',
      url => Object.assign(url, { pathname: `/${PASSWORD}` }),
      'DATABASE_URL: the server has no database of this name',
    ],
  ])('%s', async (_, change, expected) => {
    expectLines(await start(at(change)), `Darkroom cannot start: ${expected}`);
  });

  test('it was first used with another secret', async () => {
    const store = await openStore({
      databaseUrl: database.url,
      dataDirectory: within('shared'),
      secret: 'o'.repeat(40),
      log: silentLog,
      onStopped: () => undefined,
    });
    await store.close();
    expectLines(await start(at(() => undefined)), 'Darkroom cannot start: DARKROOM_SECRET is not the one');
  }, 150_000);
});

describe('backup, restore, move-to-postgres and migrate', () => {
  test.each<[string, () => string[], () => Record<string, string>, string]>([
    [
      'a wrong variable',
      () => ['backup', within('to')],
      () => ({ DARKROOM_PORT: 'eighty', DARKROOM_SECRET: SECRET }),
      'DARKROOM_PORT: expected a port',
    ],
    [
      'nothing to back up',
      () => ['backup', within('to')],
      () => ({ DARKROOM_DATA_DIR: within('none') }),
      `There is no data in`,
    ],
    [
      'a backup into a folder that is there',
      () => ['backup', folder.path],
      () => ({ DARKROOM_DATA_DIR: within('junk') }),
      'exists already; name a new one.',
    ],
    [
      'a folder that is no backup',
      () => ['restore', folder.path],
      () => ({ DARKROOM_DATA_DIR: within('none') }),
      'is no backup',
    ],
    [
      'a move without a target',
      () => ['move-to-postgres'],
      () => ({ DARKROOM_SECRET: SECRET }),
      'DATABASE_URL: expected the empty database to move into',
    ],
    [
      'a move with another secret',
      () => ['move-to-postgres'],
      () => ({
        DARKROOM_DATA_DIR: folder.path,
        DARKROOM_SECRET: 'o'.repeat(40),
        DATABASE_URL: `postgresql://u:${PASSWORD}@127.0.0.1:1/d`,
      }),
      'DARKROOM_SECRET: expected the secret of the embedded store',
    ],
    [
      'a move of what does not open',
      () => ['move-to-postgres'],
      () => ({
        DARKROOM_DATA_DIR: within('junk'),
        DARKROOM_SECRET: SECRET,
        DATABASE_URL: `postgresql://u:${PASSWORD}@127.0.0.1:1/d`,
      }),
      'junk/database does not open',
    ],
    [
      'a backup whose manifest was changed',
      () => ['restore', within('damaged')],
      () => ({ DARKROOM_DATA_DIR: within('none') }),
      'The backup is damaged: manifest.json is not as it was written.',
    ],
    ['a migration of nothing', () => ['migrate'], () => ({}), 'DATABASE_URL: expected the database whose schema'],
    [
      'a migration of what does not answer',
      () => ['migrate'],
      () => ({ DATABASE_URL: `postgresql://u:${PASSWORD}@127.0.0.1:1/d`, DARKROOM_SECRET: SECRET }),
      'DATABASE_URL: no answer from 127.0.0.1:1 (ECONNREFUSED).',
    ],
    [
      'a migration with a wrong address',
      () => ['migrate'],
      () => ({ DATABASE_URL: `mysql://u:${PASSWORD}@127.0.0.1:1/d`, DARKROOM_SECRET: SECRET }),
      'DATABASE_URL: expected a URL such as postgresql://',
    ],
  ])(
    '%s is told in one line',
    async (_, words, environment, expected) => {
      expectLines(await maintain(words(), environment()), expected);
    },
    90_000,
  );
});
