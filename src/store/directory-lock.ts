import { createHash, randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { OperatorError } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';

/**
 * One owner for each data directory. Two processes on one embedded database silently lose rows, and no layer below
 * notices.
 *
 * A process first creates a claim, a file whose name is never used again, and only then reads the claims of others. Of
 * two processes that start at once, the later one to claim sees the earlier claim, so both can never win. Since no name
 * is used twice, anyone may remove the claim of a dead process at any time. (With a single lock file, a process could
 * find its owner dead and then remove the lock that another process has just taken.)
 *
 * The name of a claim identifies its process: time, pid, start time of the process (pids are reused), host and boot.
 * Claims of another host (on a shared volume) cannot be checked and count as alive.
 */
export interface DirectoryLock {
  release(): Promise<void>;
}

interface Claim {
  file: string;
  /** Earlier claims win. Milliseconds, then the random part. */
  order: string;
  pid: number;
  startTime: string;
  host: string;
  boot: string;
}

const PATTERN = /^lock\.(\d{15})\.(\d+)\.(\w+)\.([0-9a-f]{8})\.([0-9a-f]{8})\.([0-9a-f]{16})$/;

/**
 * Locks the directory (created with mode 0700 where missing), or throws DIRECTORY_LOCKED with the pid of the owner,
 * within a second.
 */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const own = await ownClaim();
  const ownPath = path.join(directory, own.file);
  const handle: FileHandle = await open(ownPath, 'wx', 0o600);
  await handle.close();
  const release = () => rm(ownPath, { force: true });
  try {
    const deadline = performance.now() + LIMITS.store.lockRaceMs;
    for (;;) {
      const others = await liveClaims(directory, own);
      const [first] = others;
      if (!first) return { release };
      // An earlier claim belongs to the owner or to the one who becomes it. A later claimant sees our claim and
      // withdraws, unless it read the directory before our claim was there. Then it stays, and it is the owner.
      if (first.order < own.order || performance.now() > deadline) throw locked(directory, first, own);
      await sleep(10);
    }
  } catch (error) {
    await release();
    throw error;
  }
}

function locked(directory: string, owner: Claim, own: Claim): OperatorError {
  const elsewhere =
    owner.host === own.host
      ? ''
      : ` on another host. If that host is gone, remove the file ${path.join(directory, owner.file)}`;
  return new OperatorError(
    'DIRECTORY_LOCKED',
    `The data directory ${directory} is in use by process ${owner.pid}${elsewhere}.`,
  );
}

async function ownClaim(): Promise<Claim> {
  const claim = {
    order: `${String(Date.now()).padStart(15, '0')}.${randomBytes(8).toString('hex')}`,
    pid: process.pid,
    startTime: (await processState(process.pid))?.startTime ?? 'unknown',
    host: digest(os.hostname()),
    boot: digest(await bootId()),
  };
  const [time, nonce] = claim.order.split('.');
  return { ...claim, file: `lock.${time}.${claim.pid}.${claim.startTime}.${claim.host}.${claim.boot}.${nonce}` };
}

/** The claims of other live processes, earliest first. Removes the claims of dead ones. */
async function liveClaims(directory: string, own: Claim): Promise<Claim[]> {
  const claims: Claim[] = [];
  for (const file of await readdir(directory)) {
    const [, time, pid, startTime, host, boot, nonce] = PATTERN.exec(file) ?? [];
    if (!time || !pid || !startTime || !host || !boot || file === own.file) continue;
    const claim: Claim = { file, order: `${time}.${nonce}`, pid: Number(pid), startTime, host, boot };
    if (await isAlive(claim, own)) claims.push(claim);
    else await rm(path.join(directory, file), { force: true });
  }
  return claims.sort((a, b) => (a.order < b.order ? -1 : 1));
}

async function isAlive(claim: Claim, own: Claim): Promise<boolean> {
  if (claim.host !== own.host) return true;
  if (claim.boot !== own.boot) return false;
  if (claim.pid === own.pid) return claim.startTime === own.startTime;
  try {
    process.kill(claim.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // alive, but another user's
  }
  const state = await processState(claim.pid);
  if (!state || claim.startTime === 'unknown') return true;
  return state.startTime === claim.startTime && !state.ended;
}

/** Read from Linux' /proc. Undefined elsewhere: there only the pid can be checked. */
async function processState(pid: number): Promise<{ startTime: string; ended: boolean } | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => undefined);
  if (stat === undefined) return undefined;
  // The second field is the name of the program in brackets. It may itself hold blanks and brackets.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state] = fields;
  const startTime = fields[19];
  return startTime === undefined ? undefined : { startTime, ended: state === 'Z' || state === 'X' };
}

async function bootId(): Promise<string> {
  return readFile('/proc/sys/kernel/random/boot_id', 'latin1').catch(() => 'unknown');
}

function digest(text: string): string {
  return createHash('sha256').update(text.trim()).digest('hex').slice(0, 8);
}
