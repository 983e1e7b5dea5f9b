import sharp from 'sharp';
import { Engine } from '../src/engine/engine.js';
import { plainBmp } from './plain-bmp.js';
import { shareHouse } from './shared-house.js';
import { type TaskHouse, TENANT, ToySource } from './task-house.js';

const shared = shareHouse();
let engine: Engine;
let house: TaskHouse;
beforeAll(async () => {
  engine = new Engine({ workers: 1, log: { info() {}, warn() {} } });
  // A worker takes seconds to start on a busy machine, and a house is not waited for as long.
  await engine.receive(await photo().png().toBuffer(), { keepMetadata: false });
}, 150_000);
afterAll(() => engine.close());
afterEach(() => house.close());

const photo = (width = 48, height = 60) => sharp({ create: { width, height, channels: 3, background: '#438edb' } });

test.each([
  ['a GIF', () => photo().gif().toBuffer()],
  ['a TIFF', () => photo().tiff().toBuffer()],
  ['an AVIF', () => photo().avif().toBuffer()],
  ['a BMP', async () => plainBmp({ data: await photo().raw().toBuffer(), width: 48, height: 60 })],
] as const)('%s that was paid for arrives, as a PNG', async (_, make) => {
  const made = await make();
  house = await shared.open({
    download: async () => ({ bytes: made }),
    receive: (bytes, options, signal) => engine.receive(bytes, options, signal),
  });
  const from = { url: 'https://vendor.example/result' };
  const source = new ToySource(true, async () => [{ role: 'CLEAN', from, index: 0 }]);
  house.runnerOf(source).start();
  const { result } = await house.until((await house.create()).id, 'SUCCEEDED', 'FAILED', 'NEEDS_REVIEW');
  const id = result!.pictures[0]!.assetId;
  const kept = await house.assets.bytesOf(TENANT, id);
  expect(await sharp(kept).metadata()).toMatchObject({ format: 'png', width: 48, height: 60 });
  expect(source.calls).toBe(1);
});

test.each([
  ['JPEG', () => photo(1, 1).jpeg().toBuffer(), ['SIZE_DIFFERS']],
  ['WebP', () => photo(47, 30).webp().toBuffer(), ['FORMAT_DIFFERS', 'SIZE_DIFFERS']],
] as const)('a tiny %s that was paid for arrives as it is', async (_, make, warnings) => {
  const made = await make();
  house = await shared.open({
    download: async () => ({ bytes: made }),
    receive: (bytes, options, signal) => engine.receive(bytes, options, signal),
  });
  const from = { url: 'https://vendor.example/result' };
  house.runnerOf(new ToySource(true, async () => [{ role: 'CLEAN', from, index: 0 }])).start();
  const task = await house.until((await house.create()).id, 'SUCCEEDED', 'FAILED', 'NEEDS_REVIEW');
  expect(task.result!.facts.warnings).toEqual(warnings);
  const { width, height } = await sharp(made).metadata();
  const kept = await house.assets.bytesOf(TENANT, task.result!.pictures[0]!.assetId);
  expect(await sharp(kept).metadata()).toMatchObject({ width, height });
});
