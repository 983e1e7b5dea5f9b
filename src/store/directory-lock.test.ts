import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { type DirectoryLock, lockDirectory } from './directory-lock.js';

const TAKER = path.join(__dirname, '..', '..', 'test', 'lock-taker.js');

let directory: string;
const children: ChildProcess[] = [];

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'darkroom-lock-'));
});

afterEach(async () => {
  await Promise.all(children.splice(0).map(end));
  await rm(directory, { recursive: true, force: true });
});

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** A process that waits. `go` lets it lock the directory, and resolves with its output. */
async function startLockingProcess(): Promise<{ child: ChildProcess; go(): Promise<string> }> {
  const child = spawn(process.execPath, [TAKER, directory], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  const next = async () => String((await lines.next()).value);
  expect(await next()).toBe('ready');
  return {
    child,
    go: () => {
      child.stdin!.write('go\n');
      return next();
    },
  };
}

/** Renames the one claim in the directory. */
async function renameClaim(change: (parts: string[]) => void): Promise<void> {
  const [claim] = await readdir(directory);
  const parts = claim!.split('.');
  change(parts);
  await rename(path.join(directory, claim!), path.join(directory, parts.join('.')));
}

test('the second opener is refused at once and told the pid', async () => {
  const owner = await startLockingProcess();
  expect(await owner.go()).toBe('won');
  // The time that two starters have to sort themselves out never ends: an owner is not waited for.
  jest.spyOn(performance, 'now').mockReturnValue(0);
  await expect(lockDirectory(directory)).rejects.toMatchObject({
    code: 'DIRECTORY_LOCKED',
    message: expect.stringContaining(`process ${owner.child.pid}`),
  });
  jest.restoreAllMocks();
});

test('one process cannot open a directory twice', async () => {
  const lock = await lockDirectory(directory);
  await expect(lockDirectory(directory)).rejects.toMatchObject({ code: 'DIRECTORY_LOCKED' });
  await lock.release();
});

test('a released directory can be taken again and holds nothing of the lock', async () => {
  await (await lockDirectory(directory)).release();
  expect(await readdir(directory)).toEqual([]);
  await (await lockDirectory(directory)).release();
});

test('a missing directory is made, for this user only', async () => {
  const inner = path.join(directory, 'a', 'b');
  const lock = await lockDirectory(inner);
  expect((await readdir(inner)).length).toBe(1);
  await lock.release();
});

test('the claim of a killed process is removed', async () => {
  const owner = await startLockingProcess();
  expect(await owner.go()).toBe('won');
  await end(owner.child);
  const lock = await lockDirectory(directory);
  expect(await readdir(directory)).toHaveLength(1);
  await lock.release();
});

test('a pid that another process has got meanwhile does not hold the directory', async () => {
  const first = await lockDirectory(directory);
  await renameClaim(parts => {
    parts[3] = '1'; // our own live pid with another start time
  });
  const second = await lockDirectory(directory);
  await second.release();
  await first.release();
});

test('a claim from before the last boot does not hold the directory', async () => {
  await lockDirectory(directory);
  await renameClaim(parts => {
    parts[5] = '00000000';
  });
  await (await lockDirectory(directory)).release();
});

test('a claim of another host holds, since nobody here can look, and the file to remove is named', async () => {
  await lockDirectory(directory);
  await renameClaim(parts => {
    parts[2] = '999999';
    parts[4] = '00000000';
  });
  const [claim] = await readdir(directory);
  await expect(lockDirectory(directory)).rejects.toMatchObject({
    code: 'DIRECTORY_LOCKED',
    message: expect.stringContaining(claim!),
  });
});

test('of ten processes that start at once on the claim of a dead one, one gets the directory', async () => {
  const dead = await startLockingProcess();
  expect(await dead.go()).toBe('won');
  await end(dead.child);
  const takers = await Promise.all(Array.from({ length: 10 }, startLockingProcess));
  const said = await Promise.all(takers.map(taker => taker.go()));
  expect(said.sort()).toEqual([...Array(9).fill('DIRECTORY_LOCKED'), 'won']);
});

test('of twenty openers in one process, round after round, one gets the directory', async () => {
  for (let round = 0; round < 20; round++) {
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => lockDirectory(directory)));
    const locks = results.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []));
    expect(locks).toHaveLength(1);
    await Promise.all(locks.map((lock: DirectoryLock) => lock.release()));
  }
});
