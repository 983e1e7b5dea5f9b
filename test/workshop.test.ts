import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from '../src/kernel/paths.js';
import { temporaryFolder } from './running-server.js';

describe('the build', () => {
  let project: Awaited<ReturnType<typeof temporaryFolder>>;
  const at = (...names: string[]) => path.join(project.path, ...names);
  const outputs = () => readdirSync(at('dist', 'src')).filter(name => name.endsWith('.js'));
  const build = () => {
    const script = "import('./scripts/build.mjs').then(({ build }) => process.exit(build() ? 0 : 1))";
    return spawnSync(process.execPath, ['-e', script], { cwd: project.path, encoding: 'utf8' });
  };

  beforeEach(async () => {
    project = await temporaryFolder();
    mkdirSync(at('scripts'));
    mkdirSync(at('src'));
    cpSync(path.join(ROOT, 'scripts', 'build.mjs'), at('scripts', 'build.mjs'));
    symlinkSync(path.join(ROOT, 'node_modules'), at('node_modules'));
    const { compilerOptions } = JSON.parse(readFileSync(path.join(ROOT, 'tsconfig.json'), 'utf8'));
    const tsconfig = { compilerOptions: { ...compilerOptions, types: [] }, include: ['src'] };
    writeFileSync(at('tsconfig.json'), JSON.stringify(tsconfig));
    writeFileSync(at('src', 'kept.ts'), 'export const kept = 1;\n');
    writeFileSync(at('src', 'other.ts'), 'export const other = 1;\n');
    expect(build()).toMatchObject({ status: 0, stderr: '' });
    expect(outputs()).toEqual(['kept.js', 'other.js']);
  });
  afterEach(() => project.remove());

  test('of a deleted source nothing is left in dist, and what was put there otherwise stays', () => {
    mkdirSync(at('dist', 'pglite-1.2.3'));
    writeFileSync(at('dist', 'pglite-1.2.3', 'PG_VERSION'), '17');
    rmSync(at('src', 'other.ts'));
    expect(build().status).toBe(0);
    expect(readdirSync(at('dist', 'src')).sort()).toEqual(['kept.js', 'kept.js.map']);
    expect(existsSync(at('dist', 'pglite-1.2.3', 'PG_VERSION'))).toBe(true);
  });

  test('an output that somebody deleted is made again, though its source has not changed', () => {
    rmSync(at('dist', 'src', 'other.js'));
    expect(build().status).toBe(0);
    expect(outputs()).toEqual(['kept.js', 'other.js']);
  });

  test('while a source has an error, the build fails and dist stays as it was', () => {
    const before = readFileSync(at('dist', 'src', 'other.js'), 'utf8');
    writeFileSync(at('src', 'other.ts'), "export const other: number = 'two';\n");
    const failed = build();
    expect(failed.status).toBe(1);
    expect(failed.stderr).toContain('src/other.ts(1,14)');
    expect(readFileSync(at('dist', 'src', 'other.js'), 'utf8')).toBe(before);
    writeFileSync(at('src', 'other.ts'), 'export const other = 2;\n');
    expect(build().status).toBe(0);
    expect(readFileSync(at('dist', 'src', 'other.js'), 'utf8')).toContain('other = 2');
  });
});

describe('npm test', () => {
  const run = (...args: string[]) => {
    const { stdout, stderr, status } = spawnSync(process.execPath, ['scripts/test.mjs', ...args], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    return { stdout, stderr, status, lines: stdout.trim().split('\n') };
  };
  const listed = (...args: string[]) =>
    run('--listTests', ...args)
      .lines.map(file => path.relative(path.join(ROOT, 'dist'), file))
      .sort();

  test('takes tests by their sources: a test, the source beside one, a folder, a pattern, a long one', () => {
    expect(listed('src/specs/colors.test.ts')).toEqual(['src/specs/colors.test.js']);
    expect(listed('src/specs/colors.ts', path.join(ROOT, 'src', 'kernel', 'seal.ts'))).toEqual([
      'src/kernel/seal.test.js',
      'src/specs/colors.test.js',
    ]);
    const beside = readdirSync(path.join(ROOT, 'src', 'specs'), { recursive: true, encoding: 'utf8' }).filter(name =>
      name.endsWith('.test.ts'),
    );
    expect(listed('src/specs')).toEqual(beside.map(name => `src/specs/${name.replace('.ts', '.js')}`).sort());
    expect(listed('specs/colo')).toEqual(['src/specs/colors.test.js']);
    expect(listed('test/kill.long.ts')).toEqual(['test/kill.long.js']);
  });

  test('ends with the count, also of a run by name', () => {
    const whole = run('src/specs/colors.test.ts');
    expect(whole).toMatchObject({ status: 0, stderr: expect.stringContaining('PASS dist/src/specs/colors.test.js') });
    expect(whole.lines.at(-1)).toMatch(/^\d+ passed, 0 failed$/);
    const named = run('-t', 'has a hex', 'src/specs/colors.test.ts');
    expect(named.lines.at(-1)).toMatch(/^\d+ passed, 0 failed, \d+ skipped$/);
  });

  test.each([
    ['a file that is not there', 'src/specs/colours.ts', 'There is no src/specs/colours.ts.'],
    ['a source without a test beside it', 'src/specs/rows.ts', 'src/specs/rows.ts has no test beside it.'],
    ['a pattern that nothing matches', 'no-such-test', 'No tests found'],
  ])('%s fails, and says so', (_what, argument, message) => {
    const { status, stdout, stderr, lines } = run(argument);
    expect(status).toBe(1);
    expect(stdout + stderr).toContain(message);
    expect(lines.at(-1)).toBe('0 passed, 1 failed');
  });
});

describe('the Postgres of a run', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeEach(async () => {
    folder = await temporaryFolder();
    // Under root, Postgres runs as another user.
    chmodSync(folder.path, 0o755);
  });
  afterEach(() => folder.remove());

  const inAProcess = (script: string) =>
    spawn(process.execPath, ['-e', `const postgres = require('./dist/test/postgres-start.js'); ${script}`], {
      cwd: ROOT,
      env: { PATH: process.env.PATH, TMPDIR: folder.path },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  const accepts = (port: number) =>
    new Promise<boolean>(resolve => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });

  test('ends when the run is killed, and leaves no folder', async () => {
    const child = inAProcess('postgres.startBroker().then(postgres.testPostgresUrl).then(console.log);');
    const [url] = (await once(createInterface(child.stdout), 'line')) as [string];
    const port = Number(new URL(url).port);
    expect(await accepts(port)).toBe(true);
    child.kill('SIGKILL');
    while ((await accepts(port)) || readdirSync(folder.path).length > 0) await sleep(50);
  });

  test('does not start where no test asks for it', async () => {
    const child = inAProcess(
      `const { readdirSync } = require('node:fs');
       postgres.startBroker().then(() => {
         console.log(readdirSync(process.env.TMPDIR).length);
         return postgres.stopBroker();
       });`,
    );
    const [[files], [code]] = await Promise.all([once(createInterface(child.stdout), 'line'), once(child, 'exit')]);
    expect({ files, code }).toEqual({ files: '0', code: 0 });
  });
});

describe('`.env`', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeAll(async () => {
    folder = await temporaryFolder();
    for (const name of ['scripts', 'dist']) mkdirSync(path.join(folder.path, name));
    for (const name of ['tsconfig.json', 'scripts/run.mjs', 'scripts/env-file.mjs', 'scripts/build.mjs'])
      cpSync(path.join(ROOT, name), path.join(folder.path, name));
    writeFileSync(path.join(folder.path, 'scripts', 'ready.mjs'), '');
    writeFileSync(
      path.join(folder.path, 'dist', 'tell.js'),
      'const { DARKROOM_PORT, DARKROOM_ROLE } = process.env; console.log(process.argv.slice(2).join(), DARKROOM_PORT, DARKROOM_ROLE)',
    );
  });
  afterAll(() => folder.remove());

  const run = (environment: Record<string, string> = {}) =>
    spawnSync(process.execPath, ['scripts/run.mjs', 'tell.js', 'a', '--b'], {
      cwd: folder.path,
      env: { PATH: process.env.PATH, ...environment },
      encoding: 'utf8',
    }).stdout.trim();

  test('is read by every command that the server has, and the environment goes before it', () => {
    expect(run()).toBe('a,--b undefined undefined');
    writeFileSync(path.join(folder.path, '.env'), 'DARKROOM_PORT=4001\nDARKROOM_ROLE="api" # quoted\n');
    expect(run()).toBe('a,--b 4001 api');
    expect(run({ DARKROOM_PORT: '4002' })).toBe('a,--b 4002 api');
  });
});
