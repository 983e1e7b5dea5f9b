import { writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { setPriority } from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { DarkroomError } from '../kernel/errors.js';
import type { WatchdogOptions } from './watchdog.js';
import { receiveMessages, sendMessage } from './wire.js';
import { type FromWorker, type ToWorker, WIRE_FD, type WorkerArguments } from './worker-process.js';

type Work = (job: unknown, onProgress: (value: unknown) => void) => Promise<unknown>;

const STDERR = 2;
const NICE = 10;

/**
 * The worker's side of the pool: one job at a time, progress messages, then one answer. The process ends with its
 * parent.
 */
export function serveJobs(work: Work): void {
  const { parentPid, memoryMb } = JSON.parse(process.argv[2] ?? '') as WorkerArguments;
  yieldToServer();
  surviveSignals();
  // Name and code only: the message of an error may quote the picture, and the parent logs what is written here.
  process.on('uncaughtException', (error: NodeJS.ErrnoException) => {
    writeSync(STDERR, `${error.name} ${error.code ?? ''}\n`);
    process.exit(1);
  });
  const workerData: WatchdogOptions = { parentPid, memoryMb };
  new Worker(path.join(__dirname, 'watchdog.js'), { workerData });
  const pipe = new Socket({ fd: WIRE_FD, readable: true, writable: true });
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
  };
  receiveMessages(
    pipe,
    message => void serve(message as ToWorker),
    () => process.exit(1),
  );
  answer({ kind: 'ready' });
}

/**
 * Lets the server go first where there are no more cores than workers. On Linux it holds for this thread and for those
 * that come later, the decoders' among them; elsewhere for the process.
 */
function yieldToServer(): void {
  try {
    setPriority(NICE);
  } catch {
    // A sandbox forbids the call. The engine works without it.
  }
}

/** Ctrl-C and process managers signal the whole group. The server first completes what runs, then it ends its workers. */
function surviveSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
}
