import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import { Engine, type IdPhotoOptions } from '../src/engine/engine.js';
import { ROOT } from '../src/kernel/paths.js';
import { treeRssMb } from '../test/processes.js';
import { treeCpuSeconds } from './measure.js';

const ROUNDS = 7;
const BLUE = { kind: 'solid', hex: '#438EDB' } as const;
const ONE_INCH: IdPhotoOptions = {
  widthPx: 295,
  heightPx: 413,
  dpi: 300,
  maxKb: 60,
  headRatio: 0.62,
  topMargin: 0.085,
  backgrounds: [BLUE],
};
const TWO_INCH: IdPhotoOptions = { ...ONE_INCH, widthPx: 413, heightPx: 579, maxKb: 120 };
const RED: IdPhotoOptions = { ...ONE_INCH, backgrounds: [{ kind: 'solid', hex: '#FF0000' }] };

const log = { info() {}, warn: (details: object, message: string) => console.error(message, details) };

/**
 * Measures the engine. Targets of CPU: first photo of 1 MP 0.75 s, a further spec 0.05 s, a further colour 0.02 s; no
 * event loop delay above 50 ms. A machine that is busy with other work counts up to half more.
 */
export async function run(): Promise<void> {
  const upload = await oneMegapixelPortrait();
  const engine = new Engine({ workers: 1, log });
  const { bytes, width, height } = await engine.normalise(upload);
  const photo = async () => bytes;
  console.log(
    `photo     ${width} x ${height}, ${Math.round(bytes.byteLength / 1000)} KB JPEG; one worker, medians of ${ROUNDS}`,
  );
  report('first photo of the process, models loaded on the way', [
    await cost(() => engine.render('cold', photo, ONE_INCH)),
  ]);
  report('upload made safe (decode, upright, sRGB, encode)', await rounds(() => engine.normalise(upload)));
  report(
    'first photo of an upload (target 0.75 s CPU)',
    await rounds(i => engine.render(`photo ${i}`, photo, ONE_INCH)),
  );
  report('  of that the analysis', await rounds(i => engine.analyse(`again ${i}`, photo)));
  report('further spec, 413 x 579 (target 0.05 s CPU)', await rounds(() => engine.render('cold', photo, TWO_INCH)));
  report('further colour (target 0.02 s CPU)', await rounds(() => engine.render('cold', photo, RED)));
  report('another background, the whole photo', await rounds(() => engine.changeBackground('cold', photo, BLUE)));
  report('repair of a good photo', await rounds(() => engine.repair(bytes)));
  report('repair of a grainy one', [await cost(async () => engine.repair(await grainy(bytes)))]);
  report('super-resolution x2', [await cost(() => engine.superResolve(bytes))]);
  await engine.close();
  await manyAtOnce(photo);
}

async function manyAtOnce(photo: () => Promise<Uint8Array>): Promise<void> {
  const workers = Math.min(2, availableParallelism());
  const before = treeRssMb();
  const engine = new Engine({ workers, log });
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const started = performance.now();
  await Promise.all(Array.from({ length: 8 }, (_, i) => engine.render(`many ${i}`, photo, ONE_INCH)));
  const wall = performance.now() - started;
  delay.disable();
  const ms = (nanoseconds: number) => (nanoseconds / 1e6).toFixed(1);
  console.log(`8 photos at once, ${workers} workers, cold: ${(wall / 1000).toFixed(2)} s wall`);
  console.log(
    `  main thread's loop delay: p99 ${ms(delay.percentile(99))} ms, max ${ms(delay.max)} ms (target 50; timer resolution 5 ms)`,
  );
  const after = treeRssMb();
  console.log(`  resident ${Math.round(after)} MB in all, ${Math.round((after - before) / workers)} MB a worker`);
  await engine.close();
}

interface Cost {
  wall: number;
  cpu: number;
}

/** CPU and wall time in seconds. CPU counts the server's side and the workers, in hundredths; Linux only. */
async function cost(work: () => Promise<unknown>): Promise<Cost> {
  const cpu = treeCpuSeconds(process.pid);
  const started = performance.now();
  await work();
  return { wall: (performance.now() - started) / 1e3, cpu: treeCpuSeconds(process.pid) - cpu };
}

async function rounds(work: (round: number) => Promise<unknown>): Promise<Cost[]> {
  const costs: Cost[] = [];
  for (let round = 0; round < ROUNDS; round++) costs.push(await cost(() => work(round)));
  return costs;
}

function report(title: string, costs: Cost[]): void {
  const median = (key: keyof Cost) =>
    costs
      .map(each => each[key])
      .sort((a, b) => a - b)
      [costs.length >> 1]!.toFixed(2);
  console.log(`${title.padEnd(56)} ${median('cpu')} s CPU  ${median('wall')} s wall`);
}

/** NASA's portrait, head and shoulders, scaled to 1 MP. */
function oneMegapixelPortrait(): Promise<Uint8Array> {
  const portrait = readFileSync(path.join(ROOT, 'test', 'fixtures', 'astronaut.png'));
  return withSharp(portrait, '.extract({ left: 32, top: 0, width: 384, height: 512 }).resize(866, 1155)');
}

/** The same with the grain of an old film, so that the noise filter has work. */
function grainy(photo: Uint8Array): Promise<Uint8Array> {
  const grain = `{ create: { width: 866, height: 1155, channels: 3, noise: { type: 'gaussian', mean: 128, sigma: 60 } } }`;
  return withSharp(photo, `.composite([{ input: ${grain}, blend: 'soft-light' }])`);
}

/** In a worker thread, so that the main thread of this process never loads libvips. */
function withSharp(photo: Uint8Array, steps: string): Promise<Uint8Array> {
  const script = `
    const { parentPort, workerData } = require('node:worker_threads');
    require('sharp')(workerData)${steps}.jpeg({ quality: 92 }).toBuffer().then(jpeg => parentPort.postMessage(jpeg));`;
  return new Promise((resolve, reject) => {
    const worker = new Worker(script, { eval: true, workerData: photo });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}
