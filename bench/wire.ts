import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { numberOption, quantile } from './measure.js';
import { ask, cpuOfRequests } from './requests.js';
import { DARKROOM, type Peer, peersInstalled, startDarkroom, startPeer } from './servers.js';

const NAMES = ['raw-buffer', 'raw-jit', 'mercurius-jit', 'mercurius', 'yoga', 'apollo-express'];

const WARM_UP_MS = 4_000;

const NODE = 'id title titleEn widthPx heightPx dpi widthMm heightMm backgrounds { id hex }';

/** Requests that every server answers alike. */
const WORKS: Readonly<Record<string, { body: object; share: number }>> = {
  'the list, cached': { body: { query: `{ specs(first: 200) { totalCount nodes { ${NODE} } } }` }, share: 0.3 },
  // Who asks is no part of the catalogue: such an answer is made anew for each request.
  'the list, not cached': {
    body: { query: `{ viewer { kind } specs(first: 200) { totalCount nodes { ${NODE} } } }` },
    share: 0.3,
  },
  'one object': { body: { query: '{ spec(id: "yi-cun-295x413") { id title widthPx heightPx } }' }, share: 1 },
};

/**
 * CPU of the server for each request, beside its peers in one run: `--rounds 5`, `--requests 3000` a round. The peers
 * have neither keys, rates nor limits; Darkroom has all of them, as in production.
 */
export async function run(args: readonly string[]): Promise<void> {
  const rounds = numberOption(args, 'rounds', 5);
  const requests = numberOption(args, 'requests', 3_000);
  const withPeers = peersInstalled();
  const folder = await mkdtemp(path.join(tmpdir(), 'darkroom-wire-'));
  const peers: Peer[] = [];
  try {
    const darkroom = await startDarkroom(path.join(folder, 'data'), {
      scopes: 'catalogue:read',
      env: { DARKROOM_SANDBOX: 'off' },
    });
    peers.push(darkroom);
    const catalogue = path.join(folder, 'catalogue.json');
    await writeFile(catalogue, JSON.stringify(await readCatalogue(darkroom)));
    if (withPeers) for (const name of NAMES) peers.push(await startPeer(name, [catalogue]));
    await requireEqual(peers);
    for (const [name, work] of Object.entries(WORKS)) {
      const figures = await measure(peers, JSON.stringify(work.body), Math.round(requests * work.share), rounds);
      print(name, figures);
    }
  } finally {
    for (const { child } of peers) child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  }
}

async function readCatalogue(darkroom: Peer): Promise<unknown> {
  const body = JSON.stringify({ query: `{ specs(first: 200) { nodes { ${NODE} } } }` });
  return JSON.parse(await ask(darkroom, body)).data.specs.nodes;
}

/** What is compared has to be the same answer. */
async function requireEqual(peers: readonly Peer[]): Promise<void> {
  for (const [name, { body }] of Object.entries(WORKS)) {
    const answers = new Map<string, string>();
    for (const peer of peers)
      answers.set(peer.name, JSON.stringify(JSON.parse(await ask(peer, JSON.stringify(body))).data));
    const [first, ...others] = [...answers];
    const other = others.find(([, answer]) => answer !== first![1]);
    if (other) throw new Error(`${name}: ${other[0]} answers otherwise than ${first![0]}`);
  }
}

/** Medians of interleaved rounds, in CPU microseconds a request. */
async function measure(
  peers: readonly Peer[],
  body: string,
  requests: number,
  rounds: number,
): Promise<Map<string, number>> {
  const found = new Map<string, number[]>(peers.map(({ name }) => [name, []]));
  // V8 compiles what is called often, on threads that count: a server is at its pace after some ten thousand requests.
  for (const peer of peers)
    for (const until = performance.now() + WARM_UP_MS; performance.now() < until; )
      await cpuOfRequests(peer, body, 500);
  for (let round = 0; round < rounds; round++)
    for (const peer of peers) found.get(peer.name)!.push(await cpuOfRequests(peer, body, requests));
  return new Map([...found].map(([name, values]) => [name, quantile(values, 0.5)]));
}

function print(work: string, figures: ReadonlyMap<string, number>): void {
  const own = figures.get(DARKROOM)!;
  console.log(`\n${work.padEnd(26)}CPU us a request    Darkroom has`);
  for (const [name, value] of [...figures].sort((a, b) => a[1] - b[1]))
    console.log(
      `  ${name.padEnd(24)}${value.toFixed(0).padStart(10)}${name === DARKROOM ? '' : `${(own / value).toFixed(2)} x`.padStart(16)}`,
    );
}
