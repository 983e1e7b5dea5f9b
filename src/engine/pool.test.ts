import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { fakeTimeouts } from '../../test/fake-time.js';
import { DarkroomError } from '../kernel/errors.js';
import { WorkerPool } from './pool.js';

const script = path.join(__dirname, '..', '..', 'test', 'fixtures', 'unruly-worker.js');
let pool: WorkerPool;
let warnings: string[];

function start(options: { workers?: number; queue?: number; jobMs?: number; heapMb?: number; idleMs?: number } = {}) {
  warnings = [];
  pool = new WorkerPool({
    script,
    workers: 1,
    queue: 100,
    jobMs: 20_000,
    heapMb: 64,
    idleMs: 60_000,
    log: { info() {}, warn: (_details, message) => warnings.push(message) },
    ...options,
  });
}

/** A job that ends when it is let go. */
function held(): { job: Int32Array; release(): void } {
  const job = new Int32Array(new SharedArrayBuffer(4));
  return {
    job,
    release: () => {
      Atomics.store(job, 0, 1);
      Atomics.notify(job, 0);
    },
  };
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

  test.each(['exit', 'throw', 'fill the heap'])(
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
      expect(warnings).toHaveLength(1);
      release();
      await expect(bystander).resolves.toBe('let go');
    },
  );

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

  test('takes urgent jobs first, in their order', async () => {
    start();
    const order: string[] = [];
    const run = (name: string, urgent: boolean) => pool.run<string>(name, { urgent }).then(value => order.push(value));
    await Promise.all([run('slow', false), run('a', false), run('b', false), run('c', true), run('d', true)]);
    expect(order).toEqual(['slowly', 'c', 'd', 'a', 'b']);
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
    const running = codeOf(pool.run('hang'));
    const waiting = codeOf(pool.run('a'));
    await pool.close();
    expect([await running, await waiting, await codeOf(pool.run('b'))]).toEqual(['STOPPING', 'STOPPING', 'STOPPING']);
    expect(warnings).toEqual([]);
  });

  test('spare workers end after their idle time, and new ones start when work comes', async () => {
    fakeTimeouts();
    const ended = jest.spyOn(Worker.prototype, 'terminate');
    start({ workers: 2 });
    const both = () => Promise.all([pool.run('slow'), pool.run('slow')]);
    await both();
    jest.advanceTimersByTime(59_999);
    expect(ended).not.toHaveBeenCalled();
    jest.advanceTimersByTime(60_000);
    expect(ended).toHaveBeenCalledTimes(1);
    await expect(both()).resolves.toEqual(['slowly', 'slowly']);
    expect(warnings).toEqual([]);
    ended.mockRestore();
  });
});
