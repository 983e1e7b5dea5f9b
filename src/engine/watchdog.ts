import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';

/**
 * A thread beside the work of a worker process. It ends the process when that has taken too much memory, and when its
 * parent is gone: both happen while the main thread decodes or loops, and then nothing else would notice.
 */

export interface WatchdogOptions {
  parentPid: number;
  memoryMb: number;
}

const INTERVAL_MS = 100;
const STDERR = 2;
const { parentPid, memoryMb } = workerData as WatchdogOptions;

setInterval(() => {
  const passed = process.memoryUsage.rss() > memoryMb * 1e6;
  if (passed) writeSync(STDERR, `more than ${memoryMb} MB of memory\n`);
  if (passed || process.ppid !== parentPid) process.kill(process.pid, 'SIGKILL');
}, INTERVAL_MS);
