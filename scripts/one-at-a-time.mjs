import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/**
 * Runs `work` while no other process of this folder does: two that install or build at once delete each other's files.
 * The lock is a file with the pid of its holder; one that a process left that has ended is taken over.
 */
export function oneAtATime(file, work) {
  let told = false;
  while (!take(file)) {
    if (!told) console.error(`Another script installs or builds here (${file}); waiting for it …`);
    told = true;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  }
  const free = () => {
    if (holderOf(file) === process.pid) rmSync(file, { force: true });
  };
  process.once('exit', free);
  try {
    return work();
  } finally {
    process.off('exit', free);
    free();
  }
}

function take(file) {
  // Linked into place, so that nobody sees a lock without its pid.
  const own = `${file}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    const holder = holderOf(file);
    if (holder !== undefined && !isAlive(holder)) discard(file, holder);
    return false;
  } finally {
    rmSync(own, { force: true });
  }
}

/** Takes the lock of a process that has ended out of the way; another waiter may have done so, and hold it by now. */
function discard(file, holder) {
  const aside = `${file}.${process.pid}.old`;
  try {
    renameSync(file, aside);
    if (holderOf(aside) !== holder) linkSync(aside, file);
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

/** Undefined where there is no lock. */
function holderOf(file) {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function isAlive(pid) {
  // Our own pid in a lock that we do not hold is that of a process before us: pids begin anew in a container.
  if (pid === process.pid || !(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
