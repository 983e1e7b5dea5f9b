import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openPglite } from '../src/store/drivers/pglite.js';
import { silentLog } from './store-setup.js';

const WRITER = path.join(__dirname, 'store-writer.js');

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'darkroom-crash-'));
});

afterEach(() => rm(directory, { recursive: true, force: true }));

interface Writer {
  child: ChildProcess;
  /** The numbers it has said so far. */
  acknowledged(): number[];
  kill(): Promise<void>;
}

function startWriter(): Writer {
  const child = spawn(process.execPath, [WRITER, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout!.on('data', chunk => {
    said += chunk;
  });
  return {
    child,
    // What stands after the last line end may be half a number.
    acknowledged: () => said.split('\n').slice(0, -1).map(Number),
    kill: async () => {
      const closed = once(child, 'close');
      child.kill('SIGKILL');
      await closed;
    },
  };
}

/** Moments in milliseconds, the same in every run. */
function moments(count: number, longest: number): number[] {
  let state = 20_261_121;
  return Array.from({ length: count }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return (state / 2 ** 31) * longest;
  });
}

test('a process killed in the middle of its commits loses no acknowledged row, ten times over', async () => {
  let last = 0;
  for (const moment of moments(10, 150)) {
    const writer = startWriter();
    while (writer.acknowledged().length === 0) {
      expect(writer.child.exitCode).toBeNull();
      await sleep(5);
    }
    await sleep(moment);
    await writer.kill();
    const acknowledged = writer.acknowledged();
    expect(acknowledged[0]).toBeGreaterThan(last);
    last = acknowledged.at(-1)!;
  }
  const database = await openPglite({ directory, log: silentLog });
  const [row] = await database.query<{ count: number; newest: number; half: number }>(
    `select count(*) as count, max(number) as newest, count(*) filter (where length(filling) <> 500) as half from written`,
  );
  // Numbers go up one by one over all lives of the writer, so a hole would show. One more than said is fine.
  expect(row!.newest).toBeGreaterThanOrEqual(last);
  expect(row!.count).toBe(row!.newest);
  expect(row!.half).toBe(0);
  await database.close();
}, 150_000);

test('a first start killed at any moment is followed by one that works', async () => {
  for (const moment of moments(3, 700)) {
    const writer = startWriter();
    await sleep(moment);
    await writer.kill();
    const next = startWriter();
    while (next.acknowledged().length === 0) {
      expect(next.child.exitCode).toBeNull();
      await sleep(5);
    }
    await next.kill();
    await rm(directory, { recursive: true });
  }
}, 150_000);
