import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { buildSchema, parse, validate } from 'graphql';
import { ROOT } from '../../src/kernel/paths.js';
import { type ServerProcess, spawnServer, temporaryFolder } from '../running-server.js';
import { blocksIn, ELSEWHERE, inlineCommands, RUNS_OF_TESTS, shellCommands } from './commands.js';
import { INLINE } from './run-commands.js';

jest.setTimeout(150_000);

const read = (...names: string[]) => readFileSync(path.join(ROOT, ...names), 'utf8');

describe('the commands of the pages', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const all = [...shellCommands().map(({ command }) => command), ...inlineCommands()];

  test('are many, and each script that they name is there', () => {
    expect(all.length).toBeGreaterThan(50);
    const named = all.flatMap(command =>
      [...command.matchAll(/npm run (?:--silent )?([\w:-]+)/g)].map(each => each[1]!),
    );
    expect(named.filter(name => !(name in scripts))).toEqual([]);
  });

  test('in a sentence: each is run by the long run, by another suite, or is a run of tests', () => {
    const known = [...Object.keys(INLINE), ...Object.keys(ELSEWHERE), ...RUNS_OF_TESTS];
    const ofBlocks = new Set(shellCommands().map(({ command }) => command));
    expect(inlineCommands().filter(command => !known.includes(command) && !ofBlocks.has(command))).toEqual([]);
    expect(known.filter(command => !all.includes(command))).toEqual([]);
  });

  test.each(Object.entries(ELSEWHERE))('%s is what its suite runs', (_, { test: file, words }) => {
    expect(read(file)).toContain(words);
  });
});

describe('the queries of the pages', () => {
  const schema = buildSchema(read('schema', 'schema.graphql'));

  test.each(blocksIn('graphql').map(({ page, text }) => [page, text] as const))('in %s are valid: %s', (_, text) => {
    expect(validate(schema, parse(text)).map(({ message }) => message)).toEqual([]);
  });
});

describe('what asks a server', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let server: ServerProcess;
  beforeAll(async () => {
    folder = await temporaryFolder();
    server = await spawnServer(path.join(folder.path, 'data'), { DARKROOM_SANDBOX: 'off' });
  });
  afterAll(async () => {
    await server.kill('SIGTERM');
    await folder.remove();
  });

  const curls = shellCommands().filter(({ command }) => command.startsWith('curl '));
  const ran = async (program: string, ...words: string[]) => {
    const child = spawn(program, words, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'], timeout: 60_000 });
    let said = '';
    child.stdout.on('data', chunk => {
      said += chunk;
    });
    return new Promise<string>(resolve => child.once('close', () => resolve(said)));
  };
  const here = (text: string) => text.replaceAll('127.0.0.1:4000', new URL(server.url).host);

  test('are the three commands with curl', () => expect(curls.length).toBe(3));

  test.each(curls.map(({ command }) => command))('%s', async command => {
    const answer = JSON.parse(await ran('sh', '-c', here(command).replace('curl ', 'curl -sS ')));
    const task = { id: expect.stringMatching(/^task_/) };
    if (command.includes('/health/')) expect(answer).toMatchObject({ status: 'ready' });
    // After 30 s on a machine that is busy it may still be made.
    else if (command.includes('/photos'))
      expect(answer).toMatchObject({ ...task, state: expect.stringMatching(/^(SUCCEEDED|RUNNING|QUEUED)$/) });
    else expect(answer).toMatchObject({ data: { createIdPhoto: { ...task, state: 'QUEUED' } } });
  });

  test('the program with graphql-ws follows the task of the first one', async () => {
    const [follow] = blocksIn('js').filter(({ page }) => page === 'README.md');
    const made = JSON.parse(await ran('sh', '-c', here(curls[0]!.command).replace('curl ', 'curl -sS ')));
    const program = `const id = ${JSON.stringify(made.data.createIdPhoto.id)};\n${here(follow!.text)}`;
    expect(await ran(process.execPath, '--input-type=module', '-e', program)).toMatch(
      /state: 'SUCCEEDED'[\s\S]*photos: \[ \{ clean: /,
    );
  });
});
