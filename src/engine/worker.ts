import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { DarkroomError } from '../kernel/errors.js';
import { labelGenerated } from './ai-label.js';
import { analyse } from './analyse.js';
import { changeBackground } from './background.js';
import { configureSharp, normalise } from './decode.js';
import { fitWithin } from './fit.js';
import type { EngineJob } from './jobs.js';
import { placeholder } from './placeholder.js';
import type { FromWorker, ToWorker } from './pool.js';
import { printSheet } from './print-sheet.js';
import { receive } from './receive.js';
import { renderPhotos } from './render.js';
import { repair } from './repair.js';
import { enlargeBand, joinBands, planEnlargement } from './super-resolution.js';
import { watermark } from './watermark.js';

// The worker's side of the protocol of the pool: one job at a time, progress messages, then one answer.

const port = parentPort;
if (!port) throw new Error('this script runs in a worker thread only');
configureSharp();
lowerPriority();

const answer = (message: FromWorker) => port.postMessage(message);

async function work(id: number, job: EngineJob): Promise<unknown> {
  switch (job.kind) {
    case 'normalise':
      return normalise(job.bytes);
    case 'analyse':
      return analyse(job.bytes, job.frameSize);
    case 'render':
      return renderPhotos(job.analysis, job.options, value => answer({ id, kind: 'progress', value }));
    case 'change background':
      return changeBackground(job.bytes, job.analysis, job.background);
    case 'plan enlargement':
      return planEnlargement(job.bytes);
    case 'enlarge band':
      return enlargeBand(job.bytes, job.plan, job.band);
    case 'join bands':
      return joinBands(job.bands, job.plan);
    case 'repair':
      return repair(job.bytes);
    case 'watermark':
      return watermark(job.bytes, job.text);
    case 'print sheet':
      return printSheet(job.bytes, job.options);
    case 'label generated':
      return labelGenerated(job.bytes, job.content);
    case 'placeholder':
      return placeholder(job.text);
    case 'fit':
      return fitWithin(job.bytes, job.limits);
    case 'receive':
      return receive(job.bytes, job.keepMetadata);
  }
}

port.on('message', async ({ id, job }: ToWorker) => {
  try {
    answer({ id, kind: 'done', value: await work(id, job as EngineJob) });
  } catch (error) {
    // An error that is not a DarkroomError is a fault of the engine on this picture. Its message may quote the picture,
    // so it does not leave the worker.
    const { code, message, fields } = DarkroomError.is(error) ? error : new DarkroomError('ENGINE_CRASHED');
    answer({ id, kind: 'failed', error: { code, message, fields } });
  }
});

/**
 * Lets the main thread go first where there are no more cores than workers. While eight photos run, the longest wait of
 * its event loop fell from 25-40 to 11-15 ms.
 * Linux only: there each thread has a priority of its own. Elsewhere the call would slow down the whole process.
 */
function lowerPriority(): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(Number(readlinkSync('/proc/thread-self').split('/').pop()), 10);
  } catch {
    // There is no /proc, or a sandbox forbids the call. The engine works without it.
  }
}
