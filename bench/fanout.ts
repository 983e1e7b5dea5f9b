import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ROOT } from '../src/kernel/paths.js';
import { Crowd, type Dialect } from './crowd.js';
import { growthChart, type Panel } from './growth-chart.js';
import { numberOption, quantile } from './measure.js';
import type { Reading } from './probe.js';
import { DARKROOM, type Peer, peersInstalled, readProbe, startDarkroom, startPeer } from './servers.js';

const SIZES = [10, 100, 1_000, 2_000, 10_000];
const MOST_SIZE = SIZES.at(-1)!;
/** A key has so many sockets: `LIMITS.webSocket.socketsPerCaller`. */
const SOCKETS_PER_KEY = 20;
const IDLE_MS = 1_500;
const PROBE = ['--expose-gc', '--require', path.join(ROOT, 'dist', 'bench', 'probe.js')];

const TASK =
  'id operation state waitingOn stage sequence progress { percent source } vendor sandbox createdAt updatedAt endedAt';
const FOLLOW = `subscription ($id: ID!) { taskUpdated(id: $id) { ${TASK} } }`;

/** A server whose sockets all follow one thing. */
interface Stand {
  peer: Peer;
  dialect: Dialect;
  /** Makes what is followed, as it stands before its end. */
  begin(): Promise<void>;
  /** Its last event. */
  end(): Promise<void>;
}

/** Of one server with so many sockets, each divided by their number. */
interface Figures {
  eventUs: number;
  connectUs: number;
  subscribeUs: number;
  /** Objects and buffers in use, after a collection. */
  heapKb: number;
  /** In a second in which nothing happens. */
  idleUs: number;
  holdMs: number;
  tellMs: number;
}

/**
 * What an event costs where many sockets follow one task, and what a socket costs: CPU of the server, beside a plain
 * broadcast of `ws` and graphql-ws as it comes, in one run. `--rounds 5`, `--most 10000` sockets, `--chart docs/growth.svg` draws it. The
 * peers know no callers; at Darkroom each 20 sockets have an API key of their own.
 */
export async function run(args: readonly string[]): Promise<void> {
  const rounds = numberOption(args, 'rounds', 5);
  const most = numberOption(args, 'most', MOST_SIZE);
  const sizes = SIZES.filter(size => size <= most);
  const folder = await mkdtemp(path.join(tmpdir(), 'darkroom-fanout-'));
  const stands: Stand[] = [];
  try {
    stands.push(await darkroomStand(folder, Math.max(...sizes)));
    if (peersInstalled()) {
      const row = sampleTask();
      for (const name of ['raw-ws', 'stock-graphql-ws']) stands.push(await peerStand(name, row));
      console.log(`peers     ${await versions()}`);
    }
    const resident = new Map<string, ReadonlyMap<number, number>>();
    for (const stand of stands) resident.set(stand.peer.name, await residentKb(stand, sizes));
    // The first time warms up.
    for (const stand of stands) await measure(stand, Math.min(500, Math.max(...sizes)));
    const found = new Map<number, Map<string, Figures>>();
    for (const size of sizes) {
      const figures = await measureAll(stands, size, size > 2_000 ? Math.ceil(rounds / 2) : rounds);
      found.set(size, figures);
      print(size, figures);
    }
    draw(found);
    printResident(resident);
    const at = args.indexOf('--chart');
    if (at >= 0) await writeFile(args[at + 1]!, growthChart(panelsOf(found)));
  } finally {
    for (const { peer } of stands) peer.child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  }
}

async function darkroomStand(folder: string, sockets: number): Promise<Stand> {
  const peer = await startDarkroom(path.join(folder, 'data'), {
    scopes: 'admin,paintings:create,tasks:read,tasks:manage',
    // A tenant has half of the sockets.
    env: { DARKROOM_SANDBOX: 'on', DARKROOM_MAX_SOCKETS: String(2 * sockets) },
    node: PROBE,
  });
  const ask = async (query: string): Promise<Record<string, unknown>> => {
    const response = await fetch(`http://127.0.0.1:${peer.port}/graphql`, {
      method: 'POST',
      headers: { ...peer.headers, 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    const { data, errors } = (await response.json()) as { data: Record<string, unknown>; errors?: unknown };
    if (errors) throw new Error(JSON.stringify(errors));
    return data;
  };
  const keys: string[] = [];
  while (keys.length * SOCKETS_PER_KEY < sockets) {
    const made = await ask(
      `mutation { createApiKey(input: { name: "reader ${keys.length}", scopes: [TASKS_READ] }) { key } }`,
    );
    keys.push((made.createApiKey as { key: string }).key);
  }
  let id = '';
  return {
    peer,
    dialect: {
      init: n => ({ authorization: `Bearer ${keys[Math.floor(n / SOCKETS_PER_KEY)]}` }),
      subscribe: () => ({ query: FOLLOW, variables: { id } }),
    },
    begin: async () => {
      const made = await ask(
        'mutation { generatePainting(input: { text: "[slow]", style: WATERCOLOR, vendor: SANDBOX }) { id } }',
      );
      ({ id } = made.generatePainting as { id: string });
      // Its vendor has taken it, and says nothing more for a while.
      for (let stage = ''; stage !== 'VENDOR_PROCESSING'; await delay(20))
        stage = ((await ask(`{ task(id: "${id}") { stage } }`)).task as { stage: string }).stage;
    },
    end: async () => {
      await ask(`mutation { cancelTask(id: "${id}") { state } }`);
    },
  };
}

async function peerStand(name: string, row: object): Promise<Stand> {
  const peer = await startPeer(name, [], PROBE);
  const tell = (message: object) => new Promise<void>(resolve => peer.child.send(message, () => resolve()));
  return {
    peer,
    dialect: {
      init: name === 'raw-ws' ? undefined : () => ({}),
      subscribe: () => ({ query: FOLLOW, variables: { id: 'task_1' } }),
    },
    begin: () => tell({ row }),
    end: () => tell({ event: { ...row, state: 'CANCELED', stage: 'ENDED' } }),
  };
}

/** As long as what Darkroom tells. */
function sampleTask(): object {
  const at = new Date().toISOString();
  return {
    id: 'task_0123456789abcdefghijkl',
    ...{ operation: 'PAINTING', state: 'RUNNING', waitingOn: 'VENDOR', stage: 'RENDERING', sequence: 4 },
    progress: { percent: 50, source: 'ESTIMATED' },
    ...{ vendor: 'JUMEI_PAINTING', sandbox: true, createdAt: at, updatedAt: at, endedAt: null },
  };
}

/** Medians of rounds in which the servers take turns. */
async function measureAll(stands: readonly Stand[], size: number, rounds: number): Promise<Map<string, Figures>> {
  const found = new Map<string, Figures[]>(stands.map(({ peer }) => [peer.name, []]));
  for (let round = 0; round < rounds; round++)
    for (const stand of stands) found.get(stand.peer.name)!.push(await measure(stand, size));
  return new Map([...found].map(([name, figures]) => [name, medians(figures)]));
}

async function measure({ peer, dialect, begin, end }: Stand, size: number): Promise<Figures> {
  const crowd = new Crowd(peer.port, dialect);
  await begin();
  const before = await readProbe(peer, 'memory');
  await crowd.open(size);
  const connected = await readProbe(peer, 'times');
  await delay(300);
  await readProbe(peer, 'times');
  await delay(IDLE_MS);
  const idle = await readProbe(peer, 'times');
  const { heapKb } = await readProbe(peer, 'memory');
  const events: Reading[] = [];
  const tellMs: number[] = [];
  const subscribed: number[] = [];
  // Of few sockets the first event costs what follows any event.
  for (let event = 0; event < 3; event++) {
    if (event > 0) {
      await begin();
      await readProbe(peer, 'times');
      await crowd.subscribe();
      subscribed.push((await readProbe(peer, 'times')).cpuUs);
    }
    await readProbe(peer, 'times');
    const told = crowd.all();
    const begun = performance.now();
    await end();
    await told;
    tellMs.push(performance.now() - begun);
    // What follows the last message to the last socket belongs to the event too.
    await delay(30);
    events.push(await readProbe(peer, 'times'));
  }
  await crowd.close();
  await delay(100);
  return {
    eventUs:
      quantile(
        events.map(({ cpuUs }) => cpuUs),
        0.5,
      ) / size,
    connectUs: connected.cpuUs / size,
    subscribeUs: quantile(subscribed, 0.5) / size,
    heapKb: (heapKb - before.heapKb) / size,
    idleUs: idle.cpuUs / (IDLE_MS / 1_000) / size,
    holdMs: Math.max(...events.map(({ holdMs }) => holdMs)),
    tellMs: quantile(tellMs, 0.5),
  };
}

/**
 * What the process grew by, by the number of open sockets. Of one that has just been started, since memory is given back
 * late or never; below a thousand it is lost in the noise.
 */
async function residentKb(
  { peer, dialect, begin, end }: Stand,
  sizes: readonly number[],
): Promise<Map<number, number>> {
  const crowd = new Crowd(peer.port, dialect);
  await begin();
  await crowd.open(10);
  const before = await readProbe(peer, 'memory');
  const found = new Map<number, number>();
  for (const size of sizes.filter(each => each >= 1_000)) {
    await crowd.open(size);
    found.set(size, ((await readProbe(peer, 'memory')).rssKb - before.rssKb) / size);
  }
  await end();
  await crowd.close();
  return found;
}

function medians(all: readonly Figures[]): Figures {
  const names = Object.keys(all[0]!) as (keyof Figures)[];
  return Object.fromEntries(
    names.map(name => [
      name,
      quantile(
        all.map(each => each[name]),
        0.5,
      ),
    ]),
  ) as never;
}

function print(size: number, found: ReadonlyMap<string, Figures>): void {
  const own = found.get(DARKROOM)!;
  const columns = [
    'event us',
    'Darkroom has',
    'connect us',
    'again us',
    'heap KB',
    'idle us/s',
    'hold ms',
    'all told ms',
  ];
  console.log(`\n${`${size} sockets`.padEnd(20)}${columns.map(title => title.padStart(13)).join('')}`);
  for (const [name, figures] of found) {
    const ratio = name === DARKROOM ? '' : `${(own.eventUs / figures.eventUs).toFixed(2)} x`;
    const { eventUs, connectUs, subscribeUs, heapKb, idleUs, holdMs, tellMs } = figures;
    const cells = [
      ...[eventUs.toFixed(1), ratio, connectUs.toFixed(0), subscribeUs.toFixed(0), heapKb.toFixed(1)],
      ...[idleUs.toFixed(1), holdMs.toFixed(1), tellMs.toFixed(0)],
    ];
    console.log(`${`  ${name}`.padEnd(20)}${cells.map(cell => cell.padStart(13)).join('')}`);
  }
}

/**
 * CPU of an event for each further socket: the mutation that makes the event, and what the server does anyway meanwhile,
 * are in that of the fewest.
 */
function draw(found: ReadonlyMap<number, ReadonlyMap<string, Figures>>): void {
  console.log('\nan event for each further socket, CPU us; # is 5 us');
  const [first, ...others] = [...found];
  const [fewest, least] = first!;
  for (const [size, figures] of others)
    for (const [name, { eventUs }] of figures) {
      const each = (eventUs * size - least.get(name)!.eventUs * fewest) / (size - fewest);
      const bar = '#'.repeat(Math.max(0, Math.min(80, Math.ceil(each / 5))));
      console.log(`${String(size).padStart(7)} ${name.padEnd(18)}${bar} ${each.toFixed(0)}`);
    }
}

function printResident(resident: ReadonlyMap<string, ReadonlyMap<number, number>>): void {
  console.log('\nresident KB a socket, of a process that was just started');
  for (const [name, bySize] of resident) {
    const cells = [...bySize].map(([size, kb]) => `${size}: ${kb.toFixed(1)}`.padStart(16));
    console.log(`  ${name.padEnd(18)}${cells.join('')}`);
  }
}

function panelsOf(found: ReadonlyMap<number, ReadonlyMap<string, Figures>>): Panel[] {
  const [first] = found.values();
  const panel = (title: string, figure: keyof Figures): Panel => ({
    title,
    lines: [...first!.keys()].map(name => ({
      name,
      points: [...found].map(([size, figures]) => [size, figures.get(name)![figure]] as const),
    })),
  });
  return [
    panel('an event: CPU us a socket', 'eventUs'),
    panel('connect and follow: CPU us a socket', 'connectUs'),
    panel('heap after a collection: KB a socket', 'heapKb'),
    panel('longest hold of the event loop, ms', 'holdMs'),
  ];
}

async function versions(): Promise<string> {
  const { dependencies } = JSON.parse(
    await readFile(path.join(ROOT, 'optional', 'bench-peers', 'package.json'), 'utf8'),
  ) as { dependencies: Record<string, string> };
  return ['ws', 'graphql-ws', 'graphql'].map(name => `${name} ${dependencies[name]}`).join(', ');
}
