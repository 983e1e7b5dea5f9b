import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { ROOT } from '../src/kernel/paths.js';
import { ask } from './kill-clients.js';
import { type ServerProcess, spawnServer, temporaryFolder } from './running-server.js';

/** What a server takes at most, all of its processes together, with shared pages counted once (PSS). */
const BOUND_MB = 900;
const SIZE = { width: 8_000, height: 6_000 };
const LOOK_MS = 25;

/** 48 megapixels as a phone takes them: a portrait with the noise of a sensor, about 6 MB, and 10 MB as it is kept. */
async function largePhoto(): Promise<Buffer> {
  const portrait = await sharp(path.join(ROOT, 'test', 'fixtures', 'astronaut.png'))
    .resize(SIZE.height, SIZE.height)
    .png({ compressionLevel: 1 })
    .toBuffer();
  const noise = { type: 'gaussian', mean: 128, sigma: 12 } as const;
  const grain = await sharp({ create: { ...SIZE, channels: 3, background: '#888', noise } })
    .png({ compressionLevel: 1 })
    .toBuffer();
  return sharp({ create: { ...SIZE, channels: 3, background: '#999' } })
    .composite([{ input: portrait }, { input: grain, blend: 'soft-light' }])
    .jpeg({ quality: 88 })
    .toBuffer();
}

/** The process and all below it. */
function treeOf(root: number): number[] {
  const parents = readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(name => {
      const stat = read(`/proc/${name}/stat`);
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      return [[Number(name), parent] as const];
    });
  const below = (pid: number): number[] => [
    pid,
    ...parents.filter(([, parent]) => parent === pid).flatMap(([child]) => below(child)),
  ];
  return below(root);
}

/** Empty where the process has ended. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

const memoryOf = (pid: number) => Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0) / 1_024;

const PHOTO = 'photo: { upload: $photo }';
const ORDERS = {
  'ID photos': `createIdPhoto(input: { ${PHOTO}, specId: "yi-cun-295x413", backgrounds: [{ color: "blue" }] })`,
  'ID photos without edits': `createIdPhoto(input: { ${PHOTO}, customSize: { widthPx: 295, heightPx: 413 }, edit: NONE })`,
  'another background': `changeBackground(input: { ${PHOTO}, background: { color: "blue" } })`,
  'no background': `changeBackground(input: { ${PHOTO}, background: { color: "transparent" } })`,
};

(process.platform === 'linux' ? describe : describe.skip)('a server with two image workers', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let server: ServerProcess;
  let photo: Buffer;
  beforeAll(async () => {
    photo = await largePhoto();
    folder = await temporaryFolder();
    server = await spawnServer(folder.path);
  }, 120_000);
  afterAll(async () => {
    await server.kill('SIGTERM');
    await folder.remove();
  });

  test.each(Object.entries(ORDERS))(
    `takes at most ${BOUND_MB} MB for four photos of 48 megapixels at once: %s`,
    async (_, order) => {
      let peak = 0;
      let parts: number[] = [];
      const look = setInterval(() => {
        const each = treeOf(server.child.pid!).map(memoryOf);
        const sum = each.reduce((total, one) => total + one, 0);
        if (sum > peak) [peak, parts] = [sum, each.map(Math.round)];
      }, LOOK_MS);
      try {
        await Promise.all(
          Array.from({ length: 4 }, async () => {
            const file = new Blob([new Uint8Array(photo)]);
            const { task } = await ask(server.url, `mutation ($photo: Upload!) { task: ${order} { id } }`, {
              photo: file,
            });
            await ended(task.id);
          }),
        );
      } finally {
        clearInterval(look);
      }
      expect(peak <= BOUND_MB ? 'within' : `${Math.round(peak)} MB: ${parts.join(', ')}`).toBe('within');
    },
    400_000,
  );

  async function ended(id: string): Promise<void> {
    for (;;) {
      const { task } = await ask(server.url, 'query ($id: ID!) { task(id: $id) { state failure { code } } }', { id });
      if (task.state === 'SUCCEEDED') return;
      if (task.failure !== null) throw new Error(task.failure.code);
      await new Promise(resolve => setTimeout(resolve, 200));
    }
  }
});
