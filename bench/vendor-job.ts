import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import path from 'node:path';
import { ROOT } from '../src/kernel/paths.js';
import { upload } from './first-event.js';
import { mainThreadUs, quantile } from './measure.js';
import { openServer } from './poll-stores.js';
import { dataOf } from './requests.js';
import { type Peer, startDarkroom } from './servers.js';

const IDLE_MS = 3_000;
/** The vendor takes its time for each. */
const AT_ONCE = 8;
const JOBS = 16;
const ENV = {
  DARKROOM_SANDBOX: 'off',
  DARKROOM_ALLOW_EMBEDDED_BILLING: 'yes',
  DARKROOM_AIGC_PROVIDER: 'bench',
};
const CREATE =
  'mutation ($input: CreateIdPhotoInput!) { createIdPhoto(input: $input, waitSeconds: 60) { state failure { code } photos { id } } }';

/**
 * CPU of the main thread for an ID photo of a vendor on loopback, from the mutation to the photo that is kept: the vendor
 * and the pixels are other processes. Less what the server takes while nothing happens. Embedded, Postgres works on that
 * thread as well.
 */
export async function vendorJob(folder: string, rounds: number): Promise<void> {
  const vendor = fork(path.join(ROOT, 'dist', 'sandbox', 'main.js'), ['--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const postgres = await openServer();
  try {
    const variables = { ...(await variablesOf(vendor)), ...ENV };
    console.log(`\n${'an ID photo of a vendor'.padEnd(26)}ms of the main thread, median   least`);
    for (const [name, store] of [
      ['embedded', {}],
      ['Postgres', { DATABASE_URL: postgres.url, DARKROOM_SECRET: randomBytes(32).toString('hex') }],
    ] as const) {
      const env = { ...variables, ...store };
      const found = await timesOf(path.join(folder, name), env, rounds);
      const cells = [quantile(found, 0.5), Math.min(...found)];
      console.log(`  ${name.padEnd(44)}${cells.map(cell => cell.toFixed(1).padStart(8)).join('')}`);
    }
  } finally {
    vendor.kill('SIGKILL');
    await postgres.close();
  }
}

/** Milliseconds a photo, one a round. */
async function timesOf(data: string, env: Record<string, string>, rounds: number): Promise<number[]> {
  const darkroom = await startDarkroom(data, { scopes: 'photos:create,tasks:read', env });
  const found: number[] = [];
  try {
    const assetId = await upload(darkroom);
    const pid = darkroom.child.pid!;
    // The first round warms up.
    for (let round = 0; round <= rounds; round++) {
      const idle = await idlePerMs(pid);
      const [before, begun] = [mainThreadUs(pid), performance.now()];
      await makePhotos(darkroom, assetId);
      const us = mainThreadUs(pid) - before - idle * (performance.now() - begun);
      if (round > 0) found.push(us / JOBS / 1_000);
    }
  } finally {
    darkroom.child.kill('SIGKILL');
  }
  return found;
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
  // A pipe that nobody empties would stop it.
  stdout!.resume();
  return Object.fromEntries([...said.matchAll(/^export (\w+)=(.*)$/gm)].map(([, name, value]) => [name!, value!]));
}

async function idlePerMs(pid: number): Promise<number> {
  const [before, begun] = [mainThreadUs(pid), performance.now()];
  await new Promise(resolve => setTimeout(resolve, IDLE_MS));
  return (mainThreadUs(pid) - before) / (performance.now() - begun);
}
