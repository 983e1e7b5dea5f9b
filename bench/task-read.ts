import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { quantile } from './measure.js';
import { CONNECTIONS, cpuOfRequests, dataOf } from './requests.js';
import { type Peer, startDarkroom, startPeer } from './servers.js';

const FIELDS = 'id state stage sequence updatedAt progress { percent }';
export const BUFFER = '{ spec(id: "yi-cun-295x413") { id title } }';

/** `task(id)` beside the store's own read of such a row in a process of its own, and beside a buffer over HTTP. */
export async function readTask(folder: string, requests: number, rounds: number, withPeers: boolean): Promise<void> {
  const darkroom = await startDarkroom(path.join(folder, 'read'), {
    scopes: 'paintings:create,tasks:read,tasks:manage',
    env: { DARKROOM_SANDBOX: 'on' },
  });
  const store = fork(path.join(__dirname, 'store-process.js'), [path.join(folder, 'store')]);
  const buffer = withPeers ? await bufferOf(folder) : undefined;
  const found = { request: [] as number[], store: [] as number[], above: [] as number[], buffer: [] as number[] };
  try {
    await once(store, 'message');
    const body = JSON.stringify({ query: `{ task(id: "${await endedTask(darkroom)}") { ${FIELDS} } }` });
    // The first round warms up.
    for (let round = 0; round <= rounds; round++) {
      const request = await cpuOfRequests(darkroom, body, requests);
      store.send({ reads: requests, atOnce: CONNECTIONS });
      const [{ us }] = (await once(store, 'message')) as [{ us: number }];
      const plain = buffer && (await cpuOfRequests(buffer, JSON.stringify({ query: BUFFER }), requests));
      if (round === 0) continue;
      found.request.push(request);
      found.store.push(us);
      found.above.push(request - us);
      if (plain !== undefined) found.buffer.push(plain);
    }
  } finally {
    for (const child of [store, darkroom.child, buffer?.child]) child?.kill('SIGKILL');
  }
  console.log(`\n${'task(id)'.padEnd(26)}CPU us, median   least`);
  print('Darkroom', found.request);
  print("the store's own read", found.store);
  print('above the store', found.above);
  if (withPeers) print('a buffer over HTTP', found.buffer);
}

/** As long as the answer is about. */
export async function bufferOf(folder: string): Promise<Peer> {
  const file = path.join(folder, 'one.json');
  await writeFile(file, JSON.stringify([{ id: 'yi-cun-295x413', title: 'x'.repeat(120) }]));
  return startPeer('raw-buffer', [file]);
}

/** Nothing happens to it any more. */
async function endedTask(darkroom: Peer): Promise<string> {
  const { generatePainting } = await dataOf<{ generatePainting: { id: string } }>(
    darkroom,
    'mutation { generatePainting(input: { text: "[slow]", style: WATERCOLOR, vendor: SANDBOX }) { id } }',
  );
  // Its vendor has taken it, and says nothing more for a while.
  for (let stage = ''; stage !== 'VENDOR_PROCESSING'; await delay(20))
    ({ stage } = (
      await dataOf<{ task: { stage: string } }>(darkroom, `{ task(id: "${generatePainting.id}") { stage } }`)
    ).task);
  await dataOf(darkroom, `mutation { cancelTask(id: "${generatePainting.id}") { id } }`);
  return generatePainting.id;
}

function print(name: string, values: readonly number[]): void {
  const [median, least] = [quantile(values, 0.5), Math.min(...values)];
  console.log(`  ${name.padEnd(24)}${median.toFixed(0).padStart(14)}${least.toFixed(0).padStart(8)}`);
}
