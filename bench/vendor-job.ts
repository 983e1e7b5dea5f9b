import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { ROOT } from '../src/kernel/paths.js';
import { upload } from './first-event.js';
import { mainThreadUs, quantile } from './measure.js';
import { dataOf } from './requests.js';
import { type Peer, startDarkroom } from './servers.js';

const IDLE_MS = 3_000;
/** The vendor takes its time for each. */
const AT_ONCE = 8;
const JOBS = 24;
const CREATE =
  'mutation ($input: CreateIdPhotoInput!) { createIdPhoto(input: $input, waitSeconds: 60) { state failure { code } photos { id } } }';

/**
 * CPU of the main thread for an ID photo of a vendor on loopback, from the mutation to the photo that is kept: the vendor
 * and the pixels are other processes. Less what the server takes while nothing happens.
 */
export async function vendorJob(folder: string, rounds: number): Promise<void> {
  const vendor = fork(path.join(ROOT, 'dist', 'sandbox', 'main.js'), ['--port', '0'], { stdio: 'pipe' });
  const variables = await variablesOf(vendor);
  const darkroom = await startDarkroom(path.join(folder, 'vendor'), {
    scopes: 'photos:create,tasks:read',
    env: {
      ...variables,
      DARKROOM_SANDBOX: 'off',
      DARKROOM_ALLOW_EMBEDDED_BILLING: 'yes',
      DARKROOM_AIGC_PROVIDER: 'bench',
    },
  });
  try {
    const assetId = await upload(darkroom);
    const pid = darkroom.child.pid!;
    const found: number[] = [];
    // The first round warms up.
    for (let round = 0; round <= rounds; round++) {
      const idle = await idlePerMs(pid);
      const [before, begun] = [mainThreadUs(pid), performance.now()];
      await makePhotos(darkroom, assetId);
      const us = mainThreadUs(pid) - before - idle * (performance.now() - begun);
      if (round > 0) found.push(us / JOBS / 1_000);
    }
    console.log(`\n${'an ID photo of a vendor'.padEnd(26)}ms, median   least`);
    const cells = [quantile(found, 0.5), Math.min(...found)];
    console.log(`  ${'CPU of the main thread'.padEnd(24)}${cells.map(cell => cell.toFixed(1).padStart(10)).join('')}`);
  } finally {
    darkroom.child.kill('SIGKILL');
    vendor.kill('SIGKILL');
  }
}

async function makePhotos(darkroom: Peer, assetId: string): Promise<void> {
  let left = JOBS;
  const input = { photo: { assetId }, specId: 'yi-cun-295x413', vendor: 'JUMEI_ID_PHOTO' };
  const caller = async () => {
    while (left-- > 0) {
      const { createIdPhoto: task } = await dataOf<{ createIdPhoto: { state: string } }>(darkroom, CREATE, { input });
      if (task.state !== 'SUCCEEDED') throw new Error(JSON.stringify(task));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, caller));
}

async function variablesOf({ stdout }: ChildProcess): Promise<Record<string, string>> {
  let said = '';
  while (!said.endsWith('\n')) said += (await once(stdout!, 'data'))[0];
  return Object.fromEntries([...said.matchAll(/^export (\w+)=(.*)$/gm)].map(([, name, value]) => [name!, value!]));
}

async function idlePerMs(pid: number): Promise<number> {
  const [before, begun] = [mainThreadUs(pid), performance.now()];
  await new Promise(resolve => setTimeout(resolve, IDLE_MS));
  return (mainThreadUs(pid) - before) / (performance.now() - begun);
}
