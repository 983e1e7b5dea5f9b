import path from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { LoopHold } from '../loop-hold.js';

/** What the server tells of itself when it is asked, over its channel to the test. */
export interface Measured {
  /** How long its event loop was held at most, since it was asked last. */
  holdMs: number;
}

// Loaded before the server by `--require`. Workers of the server get the flag too, and are not measured.
if (isMainThread && path.basename(process.argv[1] ?? '') === 'main.js' && process.send) {
  const hold = new LoopHold().unref();
  process.on('message', () => process.send?.({ holdMs: hold.worstMs() } satisfies Measured));
  // A test that dies leaves no server behind.
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel?.unref();
}
