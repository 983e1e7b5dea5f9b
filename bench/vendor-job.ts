import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { ROOT } from '../src/kernel/paths.js';
import { upload } from './first-event.js';
import { mainThreadUs, quantile } from './measure.js';
import { dataOf } from './requests.js';
import { startDarkroom } from './servers.js';

const IDLE_MS = 3_000;
const WARM_UP = 3;
const CREATE =
  'mutation ($input: CreateIdPhotoInput!) { createIdPhoto(input: $input, waitSeconds: 60) { state failure { code } photos { id } } }';

/**
 * CPU of the main thread for an ID photo of a vendor on loopback, from the mutation to the photo that is kept: the vendor
 * and the pixels are other processes. One after the other, less what the server takes while nothing happens.
 */
export async function vendorJob(folder: string, jobs: number): Promise<void> {
  const vendor = fork(path.join(ROOT, 'dist', 'sandbox', 'main.js'), ['--port', '0'], { stdio: 'pipe' });
  const darkroom = await startDarkroom(path.join(folder, 'vendor'), {
    scopes: 'photos:create,tasks:read',
    env: { DARKROOM_SANDBOX: 'off', ...(await variablesOf(vendor)) },
  });
  try {
    const assetId = await upload(darkroom);
    const pid = darkroom.child.pid!;
    const used: number[] = [];
    const took: number[] = [];
    let idle = 0;
    for (let n = -WARM_UP; n < jobs; n++) {
      if (n === 0) idle = await idlePerMs(pid);
      const [before, begun] = [mainThreadUs(pid), performance.now()];
      const input = { photo: { assetId }, specId: 'yi-cun-295x413', vendor: 'JUMEI_ID_PHOTO' };
      const { createIdPhoto: task } = await dataOf<{ createIdPhoto: { state: string } }>(darkroom, CREATE, { input });
      if (task.state !== 'SUCCEEDED') throw new Error(JSON.stringify(task));
      const ms = performance.now() - begun;
      if (n < 0) continue;
      used.push(mainThreadUs(pid) - before - idle * ms);
      took.push(ms);
    }
    console.log(`\n${'an ID photo of a vendor'.padEnd(26)}ms, median     p90`);
    print(
      'main thread, CPU',
      used.map(us => us / 1_000),
    );
    print('all of it, by the clock', took);
  } finally {
    darkroom.child.kill('SIGKILL');
    vendor.kill('SIGKILL');
  }
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

function print(name: string, values: readonly number[]): void {
  console.log(
    `  ${name.padEnd(24)}${[0.5, 0.9].map(share => quantile(values, share).toFixed(1).padStart(10)).join('')}`,
  );
}
