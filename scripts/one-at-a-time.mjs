import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';

/**
 * Runs `work` while no other process of this folder does: two that install or build at once delete each other's files.
 * The lock is a file with the pid of its holder; one that a process left that has ended is taken over.
 */
export function oneAtATime(file, work) {
  let told = false;
  while (!take(file)) {
    if (!told) console.error('Another script installs or builds here; waiting for it …');
    told = true;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  }
  const free = () => rmSync(file, { force: true });
  process.once('exit', free);
  try {
    return work();
  } finally {
    process.off('exit', free);
    free();
  }
}

function take(file) {
  try {
    const lock = openSync(file, 'wx');
    writeSync(lock, String(process.pid));
    closeSync(lock);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (!isHeld(file)) rmSync(file, { force: true });
    return false;
  }
}

function isHeld(file) {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    // Just made, and its pid not yet written.
    if (pid === 0) return true;
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
