import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../../test/eventually.js';
import { fakeTimeouts } from '../../test/fake-time.js';
import type { Hold } from '../../test/fixtures/unruly-worker.js';
import { isAlive } from '../../test/processes.js';
import { DarkroomError } from '../kernel/errors.js';
import { type PoolOptions, WorkerPool } from './pool.js';

const dist = path.join(__dirname, '..', '..');
const script = path.join(dist, 'test', 'fixtures', 'unruly-worker.js');
const folder = mkdtempSync(path.join(tmpdir(), 'pool-'));
let pool: WorkerPool;
let warnings: string[];
let details: object[];

function start(options: Partial<PoolOptions> = {}) {
  warnings = [];
  details = [];
  pool = new WorkerPool({
    script,
    reads: [dist + path.sep, path.join(dist, '..', 'package.json'), folder + path.sep],
    workers: 1,
    queue: 100,
    queueCost: 1_000,
    costAtOnce: 100,
    jobMs: 20_000,
    heapMb: 64,
    memoryMb: 400,
    idleMs: 60_000,
    log: {
      info() {},
      warn: (detail, message) => {
        details.push(detail);
        warnings.push(message);
      },
    },
    ...options,
  });
}

let holds = 0;
/** A job that ends when it is let go. */
function held(): { job: Hold; release(): void } {
  const until = path.join(folder, `${holds++}`);
  return { job: { until }, release: () => writeFileSync(until, '') };
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    value => `no error but ${String(value)}`,
    (error: unknown) => (DarkroomError.is(error) ? error.code : error),
  );

afterEach(async () => {
  jest.useRealTimers();
  await pool.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the worker pool', () => {
  test('answers each of many jobs with its own result, in order on one worker', async () => {
    start();
    const order: number[] = [];
    const jobs = Array.from({ length: 20 }, (_, i) => pool.run<number>(i).then(value => order.push(value)));
    await Promise.all(jobs);
    expect(order).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  test('delivers progress before the result', async () => {
    start();
    const seen: number[] = [];
    await expect(pool.run('steps', { onProgress: (value: number) => seen.push(value) })).resolves.toBe(
      'after three steps',
    );
    expect(seen).toEqual([1, 2, 3]);
  });

  test('passes on the typed error of a job', async () => {
    start();
    await expect(pool.run('refuse')).rejects.toMatchObject({ code: 'NO_FACE', message: 'none here' });
  });

  test('sends arrays there and back', async () => {
    start();
    const bytes = Uint8Array.from({ length: 70_000 }, (_, i) => i % 251);
    await expect(pool.run(bytes)).resolves.toEqual(bytes);
    const mixed = { bands: [bytes, new Uint8Array(0)], matte: new Int16Array([-1, 300]), text: '面 "x"', none: null };
    await expect(pool.run(mixed)).resolves.toEqual(mixed);
  });

  test.each(['SIGSEGV', 'SIGKILL', 'abort', 'exit', 'throw', 'fill the heap', 'fill the memory'])(
    'loses one job, and only that one, when its worker dies by "%s"',
    async how => {
      start({ workers: 2 });
      const { job, release } = held();
      const bystander = pool.run(job);
      const dying = codeOf(pool.run(how));
      const queued = pool.run('next in the queue');
      expect(await dying).toBe('ENGINE_CRASHED');
      // The other worker is still busy, so this one took the place of the dead one, and no deadline had to pass for it.
      await expect(queued).resolves.toBe('next in the queue');
      expect(warnings).toEqual(['image worker ended unexpectedly']);
      expect(JSON.stringify(details)).not.toContain('a fault outside any job');
      release();
      await expect(bystander).resolves.toBe('let go');
    },
  );

  test('works again within a second after a crash', async () => {
    start();
    const pauses: number[] = [];
    // The machine may be busy with other tests, hence the best of three.
    for (let crash = 0; crash < 3; crash++) {
      expect(await codeOf(pool.run('SIGSEGV'))).toBe('ENGINE_CRASHED');
      const died = performance.now();
      await pool.run('next');
      pauses.push(performance.now() - died);
    }
    expect(Math.min(...pauses)).toBeLessThan(1_000);
  });

  test('names in the log what ended a worker', async () => {
    start();
    await codeOf(pool.run('SIGSEGV'));
    await codeOf(pool.run('exit'));
    await codeOf(pool.run('fill the memory'));
    expect(details).toMatchObject([
      { signal: 'SIGSEGV', exitCode: null },
      { signal: null, exitCode: 7 },
      { signal: 'SIGKILL', output: 'more than 400 MB of memory' },
    ]);
  });

  test('logs what a worker writes, and keeps it out of its own output', async () => {
    start();
    const written = jest.spyOn(process.stdout, 'write');
    await pool.run('talk');
    expect(written).not.toHaveBeenCalled();
    written.mockRestore();
    expect(details).toEqual([{ output: expect.stringContaining('from a decoder') }]);
    expect(details).toEqual([{ output: expect.stringContaining('and its warning') }]);
  });

  test('collects what a large picture has left, without being given more to do', async () => {
    start();
    await expect(pool.run('draw')).resolves.toBe(100_000_000);
    // What is collected is freed by another thread.
    while ((await pool.run<number>('what is left')) > 10_000_000) await sleep(10);
  });

  test('gives a worker nothing of our environment, no files but those named, and no process of its own', async () => {
    start();
    await expect(pool.run('look around')).resolves.toEqual({
      environment: ['MALLOC_MMAP_THRESHOLD_', 'MALLOC_TRIM_THRESHOLD_', 'MALLOC_ARENA_MAX'],
      read: 'ERR_ACCESS_DENIED',
      write: 'ERR_ACCESS_DENIED',
      run: 'ERR_ACCESS_DENIED',
    });
  });

  test('starts a script that does not come up once a second, and recovers when it does', async () => {
    const broken = path.join(folder, 'broken.js');
    writeFileSync(broken, "require('node:fs').writeSync(2, 'cannot start'); process.exit(3);");
    start({ script: broken });
    const jobs = [1, 2, 3].map(number => codeOf(pool.run(number)));
    expect(await jobs[0]).toBe('ENGINE_CRASHED');
    const first = performance.now();
    expect(await jobs[1]).toBe('ENGINE_CRASHED');
    expect(performance.now() - first).toBeGreaterThan(950);
    expect(warnings).toEqual(['image worker could not start', 'image worker could not start']);
    expect(details[0]).toMatchObject({ exitCode: 3, output: 'cannot start' });
    writeFileSync(broken, `require(${JSON.stringify(script)});`);
    expect(await jobs[2]).toBe('no error but 3');
  });

  test('ends a worker that hangs at the deadline, fails its job with ENGINE_TIMEOUT and works on', async () => {
    fakeTimeouts();
    start();
    let hangs = () => {};
    const inTheLoop = new Promise<void>(resolve => {
      hangs = resolve;
    });
    const hanging = codeOf(pool.run('hang', { onProgress: hangs }));
    const queued = pool.run('next');
    await inTheLoop;
    jest.advanceTimersByTime(19_999);
    expect(warnings).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(await hanging).toBe('ENGINE_TIMEOUT');
    // The clock stands, so nothing else had to pass before the next job was taken.
    await expect(queued).resolves.toBe('next');
    expect(warnings).toHaveLength(1);
  });
});

describe('the queue of the pool', () => {
  test('refuses a job when the queue is full', async () => {
    start({ queue: 2 });
    const running = pool.run('slow');
    const waiting = [pool.run('a'), pool.run('b')];
    expect(await codeOf(pool.run('c'))).toBe('OVERLOADED');
    await expect(Promise.all([running, ...waiting])).resolves.toEqual(['slowly', 'a', 'b']);
  });

  test('refuses a job when those that wait would cost too much together', async () => {
    start({ queueCost: 50 });
    const running = pool.run('slow', { cost: 90 });
    const waiting = [pool.run('a', { cost: 20 }), pool.run('b', { cost: 30 })];
    expect(await codeOf(pool.run('c', { cost: 1 }))).toBe('OVERLOADED');
    await expect(Promise.all([running, ...waiting])).resolves.toEqual(['slowly', 'a', 'b']);
    await expect(pool.run('c', { cost: 1 })).resolves.toBe('c');
  });

  test('runs at once what is within the cost, and lets nothing overtake a job that waits for it', async () => {
    start({ workers: 2 });
    const { job, release } = held();
    const done: string[] = [];
    const run = (name: string, cost: number) => pool.run<string>(name, { cost }).then(value => done.push(value));
    const first = pool.run(job, { cost: 60 });
    await run('beside the first', 40);
    const rest = [run('large', 1_000), run('small', 1)];
    // An urgent job of no cost goes before them: so the second worker is free, and they wait for the cost alone.
    await pool.run('urgent', { urgent: true });
    expect(done).toEqual(['beside the first']);
    release();
    await Promise.all([first, ...rest]);
    expect(done).toEqual(['beside the first', 'large', 'small']);
  });

  test('takes urgent jobs first, in their order', async () => {
    start();
    const order: string[] = [];
    const run = (name: string, urgent: boolean) => pool.run<string>(name, { urgent }).then(value => order.push(value));
    await Promise.all([run('slow', false), run('a', false), run('b', false), run('c', true), run('d', true)]);
    expect(order).toEqual(['slowly', 'c', 'd', 'a', 'b']);
  });

  test('prefers a worker that holds some of the payload, and sends it the rest alone', async () => {
    start({ workers: 2 });
    const by = new WeakSet<object>();
    const holders: object[] = [];
    const whole = () => pool.run('whole', { held: { by, rest: 'the rest' }, onTaken: worker => holders.push(worker) });
    const { job, release } = held();
    const busy = pool.run(job);
    expect(await whole()).toBe('whole');
    release();
    await busy;
    // Both are free, and the first one comes first where nothing is preferred.
    by.add(holders[0]!);
    expect(await whole()).toBe('the rest');
    expect(holders[1]).toBe(holders[0]);
  });

  test('makes the payload of a job when a worker takes it; one that cannot be made fails alone', async () => {
    start();
    const { job, release } = held();
    const running = pool.run(job);
    let made = 0;
    const photo = async () => ++made;
    const waiting = [
      pool.run(photo),
      codeOf(pool.run(() => Promise.reject(new DarkroomError('PHOTO_GONE')))),
      pool.run(photo),
    ];
    await new Promise(setImmediate);
    expect(made).toBe(0);
    release();
    await running;
    expect(await Promise.all(waiting)).toEqual([1, 'PHOTO_GONE', 2]);
  });

  test('drops a waiting job on abort, and ignores the result of a running one', async () => {
    start();
    const reason = new Error('the caller left');
    const controllers = [new AbortController(), new AbortController()] as const;
    const running = codeOf(pool.run('slow', { signal: controllers[0].signal }));
    const waiting = codeOf(pool.run('exit', { signal: controllers[1].signal }));
    for (const controller of controllers) controller.abort(reason);
    expect(await running).toBe(reason);
    expect(await waiting).toBe(reason);
    await expect(pool.run('after')).resolves.toBe('after');
    expect(warnings).toEqual([]);
    expect(await codeOf(pool.run('late', { signal: controllers[0].signal }))).toBe(reason);
  });
});

describe('the end of the pool and of its workers', () => {
  test('a close fails all jobs with STOPPING', async () => {
    start();
    let hangs = (_pid: number) => {};
    const inTheLoop = new Promise<number>(resolve => {
      hangs = resolve;
    });
    const running = codeOf(pool.run('hang', { onProgress: hangs }));
    const waiting = codeOf(pool.run('a'));
    const worker = await inTheLoop;
    await pool.close();
    expect(isAlive(worker)).toBe(false);
    expect([await running, await waiting, await codeOf(pool.run('b'))]).toEqual(['STOPPING', 'STOPPING', 'STOPPING']);
    expect(warnings).toEqual([]);
  });

  test('spare workers end after their idle time, and new ones start when work comes', async () => {
    fakeTimeouts();
    start({ workers: 2 });
    const both = () => Promise.all([pool.run<number>('slow pid'), pool.run<number>('slow pid')]);
    const first = await both();
    expect(new Set(first).size).toBe(2);
    jest.advanceTimersByTime(59_999);
    expect(first.filter(isAlive)).toHaveLength(2);
    jest.advanceTimersByTime(60_000);
    await eventually(() => first.filter(isAlive).length === 1);
    const second = await both();
    expect(second.filter(pid => first.includes(pid))).toHaveLength(1);
    expect(warnings).toEqual([]);
  });
});
