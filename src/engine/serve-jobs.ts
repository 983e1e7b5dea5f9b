import { writeSync } from 'node:fs';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { DarkroomError } from '../kernel/errors.js';
import type { WatchdogOptions } from './watchdog.js';
import { openWire, sendMessage } from './wire.js';
import { type FromWorker, type ToWorker, WIRE_FD, type WorkerArguments } from './worker-process.js';

type Work = (job: unknown, onProgress: (value: unknown) => void) => Promise<unknown>;

const STDERR = 2;
/** Beyond it, what jobs have left is collected. The planes of a first ID photo take about 30 MB. */
const LEFT_BYTES = 64_000_000;

/**
 * The worker's side of the pool: one job at a time, progress messages, then one answer. The process ends with its
 * parent.
 */
export function serveJobs(work: Work): void {
  const { parentPid, memoryMb } = workerArguments();
  surviveSignals();
  // Name and code only: the message of an error may quote the picture, and the parent logs what is written here.
  process.on('uncaughtException', (error: NodeJS.ErrnoException) => {
    writeSync(STDERR, `${error.name} ${error.code ?? ''}\n`);
    process.exit(1);
  });
  const workerData: WatchdogOptions = { parentPid, memoryMb };
  new Worker(path.join(__dirname, 'watchdog.js'), { workerData });
  const pipe = openWire(WIRE_FD, message => void serve(message as ToWorker));
  for (const end of ['end', 'error', 'close']) pipe.on(end, () => process.exit(0));
  const answer = (message: FromWorker) => sendMessage(pipe, message);
  const serve = async ({ id, job }: ToWorker) => {
    try {
      answer({ id, kind: 'done', value: await work(job, value => answer({ id, kind: 'progress', value })) });
    } catch (error) {
      // An error that is not a DarkroomError is a fault of the engine on this picture. Its message may quote the
      // picture, so it does not leave the worker.
      const { code, message, fields } = DarkroomError.is(error) ? error : new DarkroomError('ENGINE_CRASHED');
      answer({ id, kind: 'failed', error: { code, message, fields } });
    }
    freePlanes();
  };
  answer({ kind: 'ready' });
}

/**
 * V8 collects by what its heap holds, and the planes of a picture lie outside of it: those of the last large photo, 72 MB
 * and more, would still be there while the next is decoded.
 */
function freePlanes(): void {
  if (process.memoryUsage().arrayBuffers > LEFT_BYTES) globalThis.gc?.();
}

export function workerArguments(): WorkerArguments {
  return JSON.parse(process.argv[2] ?? '') as WorkerArguments;
}

/** Ctrl-C and process managers signal the whole group. The server first completes what runs, then it ends its workers. */
function surviveSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
}
