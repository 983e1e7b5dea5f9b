import 'reflect-metadata';
import { readdirSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { pino } from 'pino';
import { startDarkroom } from '../src/compose.js';
import { readConfig } from '../src/config.js';
import { CONFIGURABLE } from '../src/configurable.js';
import { treeRssMb } from './processes.js';

/** What the server says of itself, once every sample. */
export interface SoakSample {
  /** With the workers of the engine. */
  rssMb: number;
  heapMb: number;
  /** Open file descriptors; 0 where the system does not tell. */
  files: number;
  timers: number;
  /** Of the event loop since the sample before, in ms. */
  loopP99Ms: number;
  loopMaxMs: number;
}

const SAMPLE_MS = 2_000;
const MB = 1_000_000;

const config = readConfig(process.env, CONFIGURABLE);
const log = pino({ level: 'error', base: null }, pino.destination({ fd: 2, sync: true }));
process.on('disconnect', () => process.exit(1));

async function main(): Promise<void> {
  const darkroom = await startDarkroom(config, log);
  process.on('SIGTERM', () => void darkroom.stop().then(() => process.exit()));
  process.send!({ url: darkroom.url });
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  setInterval(() => {
    const { heapUsed } = process.memoryUsage();
    const sample: SoakSample = {
      rssMb: treeRssMb(),
      heapMb: heapUsed / MB,
      files: process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0,
      timers: process.getActiveResourcesInfo().filter(kind => kind === 'Timeout').length,
      // The histogram holds whole intervals: its resolution is in every value.
      loopP99Ms: Math.max(0, delay.percentile(99) / 1e6 - 5),
      loopMaxMs: Math.max(0, delay.max / 1e6 - 5),
    };
    delay.reset();
    process.send!(sample);
  }, SAMPLE_MS);
}

void main();
