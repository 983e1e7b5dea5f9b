import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { Engine } from '../src/engine/engine.js';
import { ROOT } from '../src/kernel/paths.js';
import { isAlive } from './processes.js';

let parent: ChildProcessByStdio<null, Readable, null>;

/** A process with a pool, at the head of its own group, once its worker has begun: the number of the worker, and the lines to come. */
async function parentOf(job: string): Promise<{ worker: number; lines: string[] }> {
  parent = spawn(process.execPath, [path.join(__dirname, 'fixtures', 'pool-parent.js'), job], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  const reader = createInterface(parent.stdout);
  const [worker] = (await once(reader, 'line')) as [string];
  reader.on('line', line => lines.push(line));
  return { worker: Number(worker), lines };
}

async function isGoneWithin(pid: number, ms: number): Promise<boolean> {
  const until = performance.now() + ms;
  while (isAlive(pid) && performance.now() < until) await sleep(10);
  return !isAlive(pid);
}

describe('a worker and its parent', () => {
  afterEach(() => {
    if (parent.exitCode === null && parent.signalCode === null) process.kill(-parent.pid!, 'SIGKILL');
  });

  test.each(['hang', 'work'])('a worker that is told to "%s" dies with a parent that is killed', async job => {
    const { worker } = await parentOf(job);
    expect(isAlive(worker)).toBe(true);
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    expect(await isGoneWithin(worker, 3_000)).toBe(true);
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'a %s to the whole group lets the work be completed; then the worker ends',
    async signal => {
      const { worker, lines } = await parentOf('work');
      process.kill(-parent.pid!, signal);
      expect((await once(parent, 'close'))[0]).toBe(0);
      expect(lines).toEqual(['worked on']);
      expect(isAlive(worker)).toBe(false);
    },
  );
});

const onLinux = process.platform === 'linux' ? describe : describe.skip;
onLinux('the workers of the engine', () => {
  const portrait = readFileSync(path.join(ROOT, 'test', 'fixtures', 'astronaut.png'));
  const all = () => readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
  // Tests of other files have run in this process, and may have left a guard behind.
  let others: readonly string[] = [];
  beforeEach(() => {
    others = all();
  });
  const children = () => all().filter(child => !others.includes(child));

  test('cost one photo when they crash, are nicer than the server, and leave nothing behind', async () => {
    const warnings: object[] = [];
    const engine = new Engine({ workers: 2, log: { info() {}, warn: details => warnings.push(details) } });
    const photos = [1, 2].map(number => engine.analyse(`${number}`, async () => portrait));
    while (children().length < 2) await sleep(10);
    const [first] = children().map(Number);
    const word = (file: string) => readFileSync(`/proc/${first}/${file}`, 'utf8').trim();
    // It is set beside the start of the worker.
    for (let tries = 0; tries < 100 && word('oom_score_adj') !== '500'; tries++) await sleep(50);
    expect(word('oom_score_adj')).toBe('500');
    expect(Number(word('coredump_filter'))).toBe(0);
    // What the C library is told of its memory, and nothing of the server's environment.
    const environment = word('environ').split('\0').filter(Boolean);
    expect(environment.filter(variable => !variable.startsWith('MALLOC_'))).toEqual([]);
    const nice = Number(word('stat').split(') ')[1]!.split(' ')[16]);
    expect(nice).toBe(10);
    process.kill(first!, 'SIGSEGV');
    const ends = await Promise.allSettled(photos);
    expect(ends.map(end => (end.status === 'fulfilled' ? 'made' : end.reason.code)).sort()).toEqual([
      'ENGINE_CRASHED',
      'made',
    ]);
    await expect(engine.analyse('3', async () => portrait)).resolves.toMatchObject({ faces: 1 });
    expect(warnings).toMatchObject([{ signal: 'SIGSEGV' }]);
    await engine.close();
    expect(children()).toEqual([]);
  });
});
