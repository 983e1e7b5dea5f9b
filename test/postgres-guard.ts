import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A process of its own, for a Postgres in a temporary folder. Its input is a pipe from the process that started that
 * Postgres, and ends when that process is gone, also after `kill -9`. Then the Postgres ends and its folder goes.
 */
process.stdin.resume();
process.stdin.once('end', async () => {
  const folder = process.argv[2]!;
  const pidFile = path.join(folder, 'data', 'postmaster.pid');
  if (existsSync(pidFile)) await end(Number(readFileSync(pidFile, 'utf8').split('\n', 1)[0]));
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

async function end(pid: number): Promise<void> {
  try {
    process.kill(pid, 'SIGQUIT');
    for (let tries = 0; tries < 100; tries++) {
      await sleep(50);
      process.kill(pid, 0);
    }
  } catch {
    // No such process (any more).
  }
}
