import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { parse } from 'graphql';
import type { DarkroomClient } from '../client/index.js';
import { ROOT } from '../src/kernel/paths.js';
import { startCountingVendor } from './counting-vendor.js';
import { nodeClient } from './node-client.js';
import { temporaryFolder } from './running-server.js';
import type { SoakSample } from './soak-server.js';

const HELP = `npm run test:soak [-- MINUTES]      default 30; 1 is enough to try it

A server under half of the load it can carry: uploads, ID photos of its own engine, tasks of a vendor that charges,
subscriptions and downloads. Ends with 1 where memory, open files, timers or the delay of the event loop leave their bounds.
`;

/** promises.md has them: what runs away shows within half an hour. */
const BOUNDS = { rssMbPerMinute: 1, loopP99Ms: 50 };
/** What the heap may swing between two collections; a run of a few minutes cannot tell it from growth. */
const NOISE_MB = 40;
const CALIBRATE_MS = 15_000;
const CUSTOMERS = 12;

const PORTRAIT = readFileSync(path.join(ROOT, 'test', 'fixtures', 'astronaut.png'));

interface Load {
  orders: number;
  failures: Map<string, number>;
}

type Document = TypedDocumentNode<Record<string, { id: string; state: string }>, Record<string, unknown>>;
const CREATE: Document = parse('mutation ($input: CreateIdPhotoInput!) { createIdPhoto(input: $input) { id } }');
const CHANGE: Document = parse('mutation ($input: ChangeBackgroundInput!) { changeBackground(input: $input) { id } }');
const FOLLOW: Document = parse('subscription ($id: ID!) { taskUpdated(id: $id) { id state } }');

/** One customer's order, from the upload to the end of the task: with the engine, every fourth with the vendor. */
async function order(client: DarkroomClient, number: number): Promise<void> {
  const photo = { upload: new Blob([PORTRAIT, Buffer.from(String(number))]) };
  const color = `#${(number % 0xff_ff_ff).toString(16).padStart(6, '0')}`;
  const input = { photo, reference: `order ${number}`, idempotencyKey: `order ${number}` };
  const made =
    number % 4 === 0
      ? (await client.request(CHANGE, { input: { ...input, background: { color }, vendor: 'FANGTANG' } }))
          .changeBackground
      : (await client.request(CREATE, { input: { ...input, specId: 'yi-cun-295x413', vendor: 'LOCAL' } }))
          .createIdPhoto;
  let state = '';
  for await (const { taskUpdated } of client.subscribe(FOLLOW, { id: made!.id })) state = taskUpdated!.state;
  if (state !== 'SUCCEEDED') throw new Error(`a task ended as ${state}`);
}

/** Orders until `until`: as many as it carries, or at a pace of so many a second. */
async function drive(client: DarkroomClient, load: Load, until: number, perSecond?: number): Promise<void> {
  const one = async () => {
    load.orders += 1;
    await order(client, load.orders).catch((error: Error) => {
      load.failures.set(error.message, (load.failures.get(error.message) ?? 0) + 1);
    });
  };
  if (perSecond === undefined) {
    await Promise.all(
      Array.from({ length: CUSTOMERS }, async () => {
        while (Date.now() < until) await one();
      }),
    );
    return;
  }
  const open = new Set<Promise<void>>();
  while (Date.now() < until) {
    const begun: Promise<void> = one().finally(() => open.delete(begun));
    open.add(begun);
    await sleep(1_000 / perSecond);
  }
  await Promise.all(open);
}

async function main(): Promise<void> {
  const minutes = Number(process.argv[2] ?? 30);
  if (!(minutes > 0)) {
    process.stdout.write(HELP);
    process.exitCode = process.argv[2] === '--help' ? 0 : 1;
    return;
  }
  const vendor = await startCountingVendor();
  const folder = await temporaryFolder();
  const samples: { at: number; sample: SoakSample }[] = [];
  const child = fork(path.join(ROOT, 'dist', 'test', 'soak-server.js'), {
    execArgv: [],
    env: {
      PATH: process.env.PATH,
      DARKROOM_PORT: '0',
      DARKROOM_DATA_DIR: folder.path,
      DARKROOM_SANDBOX: 'off',
      ...vendor.environment('soak'),
    },
  });
  try {
    const url = await new Promise<string>((resolve, reject) => {
      child.on('message', (message: { url: string } | SoakSample) => {
        if ('url' in message) resolve(message.url);
        else samples.push({ at: Date.now(), sample: message });
      });
      child.once('exit', code => reject(new Error(`the server ended with code ${code}`)));
    });
    const load: Load = { orders: 0, failures: new Map() };
    const client = nodeClient(url);
    const began = Date.now();
    await drive(client, load, began + CALIBRATE_MS);
    const most = load.orders / ((Date.now() - began) / 1_000);
    const start = Date.now();
    await drive(client, load, start + minutes * 60_000, most / 2);
    // The first quarter fills caches and lets the heap find its size.
    const warm = start + minutes * 15_000;
    process.exitCode = report({ minutes, most, load, samples: samples.filter(({ at }) => at >= warm) }) ? 0 : 1;
  } finally {
    const ended = new Promise(resolve => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
    await vendor.close();
    await folder.remove();
  }
}

interface Run {
  minutes: number;
  most: number;
  load: Load;
  samples: { at: number; sample: SoakSample }[];
}

/** Prints the figures; false where one is out of its bounds. */
function report({ minutes, most, load, samples }: Run): boolean {
  const series = (name: keyof SoakSample) => samples.map(({ sample }) => sample[name]);
  const slope = slopePerMinute(samples.map(({ at, sample }) => [at, sample.rssMb]));
  const measured = minutes * 0.75;
  const worst = Math.max(BOUNDS.rssMbPerMinute, NOISE_MB / measured);
  const p99 = percentile(series('loopP99Ms'), 0.5);
  const checks = [
    {
      what: 'resident memory',
      figure: `${percentile(series('rssMb'), 0.5).toFixed(0)} MB, ${slope.toFixed(2)} MB a minute`,
      bound: `below ${worst.toFixed(1)} MB a minute`,
      holds: slope < worst,
    },
    ...(['files', 'timers'] as const).map(name => flat(name, series(name))),
    {
      what: 'event loop',
      figure: `p99 ${p99.toFixed(1)} ms (median of samples), longest ${Math.max(...series('loopMaxMs')).toFixed(0)} ms`,
      bound: `p99 below ${BOUNDS.loopP99Ms} ms`,
      holds: p99 < BOUNDS.loopP99Ms,
    },
    {
      what: 'orders',
      figure: `${load.orders}, at ${(most / 2).toFixed(2)} a second of ${most.toFixed(2)}; ${[...load.failures].map(([words, count]) => `${count} x ${words}`).join('; ') || 'none failed'}`,
      bound: 'none fails',
      holds: load.failures.size === 0,
    },
  ];
  const machine = `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, Node ${process.version}, load ${loadavg()[0]!.toFixed(1)}`;
  process.stdout.write(`\nSoak of ${minutes} minutes, ${machine}\n`);
  for (const { what, figure, bound, holds } of checks)
    process.stdout.write(`${holds ? 'holds' : 'FAILS'}  ${what}: ${figure} (${bound})\n`);
  return samples.length > 0 && checks.every(({ holds }) => holds);
}

/** The last third may not stand above the first one. */
function flat(what: string, values: number[]) {
  const third = Math.max(1, Math.floor(values.length / 3));
  const [first, last] = [percentile(values.slice(0, third), 0.5), percentile(values.slice(-third), 0.5)];
  const bound = first * 1.1 + 10;
  return {
    what,
    figure: `${first} at first, ${last} at last`,
    bound: `at most ${Math.round(bound)}`,
    holds: last <= bound,
  };
}

function percentile(values: number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN;
}

/** Least squares. */
function slopePerMinute(points: [at: number, value: number][]): number {
  const mean = (numbers: number[]) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  const [meanAt, meanValue] = [mean(points.map(([at]) => at)), mean(points.map(([, value]) => value))];
  const top = points.reduce((sum, [at, value]) => sum + (at - meanAt) * (value - meanValue), 0);
  const bottom = points.reduce((sum, [at]) => sum + (at - meanAt) ** 2, 0);
  return (top / bottom) * 60_000;
}

void main();
