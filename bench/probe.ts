import { monitorEventLoopDelay } from 'node:perf_hooks';

/** What a server tells of its own process. Times are since the last time that it told. */
export interface Reading {
  cpuUs: number;
  /** The longest time that its event loop was held. */
  holdMs: number;
  /** What is in use after a collection: objects, and buffers beside them. Only where it was asked for. */
  heapKb: number;
  rssKb: number;
}

const RESOLUTION_MS = 1;

/** Loaded into each server beside its own program (`--require`), so that all are measured by the same means. */
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delay.enable();
let last = process.cpuUsage();

process.on('message', (message: { read?: 'times' | 'memory' }) => {
  if (message.read === undefined) return;
  const { user, system } = process.cpuUsage(last);
  const holdMs = Math.max(0, delay.max / 1e6 - RESOLUTION_MS);
  let heapKb = 0;
  if (message.read === 'memory') {
    (globalThis as { gc?: () => void }).gc?.();
    const { heapUsed, external } = process.memoryUsage();
    heapKb = (heapUsed + external) / 1_000;
  }
  process.send!({ reading: { cpuUs: user + system, holdMs, heapKb, rssKb: process.memoryUsage.rss() / 1_000 } });
  // What telling took is not counted.
  last = process.cpuUsage();
  delay.reset();
});

// A bench that was interrupted leaves no server behind.
process.on('disconnect', () => process.exit());
