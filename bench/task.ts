import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { firstEvent } from './first-event.js';
import { numberOption } from './measure.js';
import { peersInstalled } from './servers.js';
import { readTask } from './task-read.js';
import { vendorJob } from './vendor-job.js';

/**
 * What a task costs on a server with an embedded database: to read one, from the mutation to the first event, and the whole
 * of an ID photo of a vendor. The first two beside what it cannot be cheaper than, in one run. `--rounds 5`, `--requests 3000` a round.
 */
export async function run(args: readonly string[]): Promise<void> {
  const rounds = numberOption(args, 'rounds', 5);
  const requests = numberOption(args, 'requests', 3_000);
  const withPeers = peersInstalled();
  const folder = await mkdtemp(path.join(tmpdir(), 'darkroom-task-'));
  try {
    await readTask(folder, requests, rounds, withPeers);
    await firstEvent(folder, 10 * rounds, withPeers);
    await vendorJob(folder, rounds);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
