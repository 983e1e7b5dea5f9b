import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { SandboxPictures, SandboxState } from '../sandbox/sandbox.js';
import { startSandbox } from '../sandbox/sandbox.js';
import { ROOT } from '../src/kernel/paths.js';
import { spawnServer, temporaryFolder } from './running-server.js';

/** Another server that speaks the guides' contracts gives whatever pictures it likes; the house only has to take them. */
const PICTURE = readFileSync(path.join(ROOT, 'test', 'fixtures', 'astronaut.png'));
const pictures: SandboxPictures = {
  idPhotos: async (_photo, { backgrounds }) => backgrounds.map(() => PICTURE),
  hasFace: async () => true,
  watermark: async () => PICTURE,
  sheet: async (_photo, count) => ({ bytes: PICTURE, count: count ?? 8 }),
  restore: async () => PICTURE,
  changeBackground: async () => PICTURE,
  placeholder: async () => PICTURE,
};
/** By name: each of them was served by a vendor that the server takes for real. */
const AT_VENDORS = [
  'restore-sr FANGTANG',
  'restore-sr_repair FANGTANG',
  'restore-sr_repair_color FANGTANG',
  'background FANGTANG',
  'id-photo JUMEI_ID_PHOTO',
  'id-photo LEQI',
  'release LEQI',
  'painting JUMEI_PAINTING',
  'verify-face FEGINE',
];

function runDemo(url: string): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [path.join(ROOT, 'dist', 'client', 'demo', 'demo.js'), '--all', '--url', url], {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: ROOT,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', chunk => {
      output += chunk;
    });
  return new Promise(resolve => child.once('close', code => resolve({ code, output })));
}

test('with every vendor variable pointing at another server and the sandbox off, every operation of the demo comes to its end, and that server finds no breach', async () => {
  const queue = { medianMs: 500, sigma: 0 };
  const vendors = await startSandbox({
    pictures,
    seed: 1,
    settings: { paintingQueue: queue, restorationQueue: queue },
  });
  const folder = await temporaryFolder();
  const quickAsks = JSON.stringify(path.join(ROOT, 'dist', 'test', 'quick-asks.js'));
  const server = await spawnServer(folder.path, {
    DARKROOM_SANDBOX: 'off',
    NODE_OPTIONS: `--require ${quickAsks}`,
    ...vendors.environment,
  });
  try {
    const { code, output } = await runDemo(server.url);
    expect(output.split('\n').filter(line => /^FAIL|sandbox/i.test(line))).toEqual([]);
    expect(code).toBe(0);
    expect(AT_VENDORS.filter(step => !output.includes(`ok    ${step}`))).toEqual([]);

    const state = (await (await fetch(vendors.controlUrl)).json()) as SandboxState;
    expect(state.breaches).toEqual([]);
    const billed = Object.fromEntries(
      Object.entries(state.vendors).map(([vendor, { calls }]) => [
        vendor,
        Object.values(calls).reduce((sum, call) => sum + call.billed, 0),
      ]),
    );
    // Each photo, image, upload and answer once.
    expect(billed).toEqual({ JUMEI_ID_PHOTO: 2, LEQI: 2, JUMEI_PAINTING: 2, FANGTANG: 4, FEGINE: 1 });
  } finally {
    await server.kill('SIGTERM');
    await vendors.close();
    await folder.remove();
  }
}, 240_000);
