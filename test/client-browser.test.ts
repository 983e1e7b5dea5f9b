import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { json } from 'node:stream/consumers';
import { ROOT } from '../src/kernel/paths.js';
import { CHROMIUM, CHROMIUM_FLAGS, inBrowser } from './chromium.js';
import { type ServerProcess, spawnServer, temporaryFolder } from './running-server.js';
import { freePort } from './service-process.js';

/** The package as it is published, in a page of another origin. */
const PAGE = `<!doctype html><script type="importmap">
{ "imports": { "@darkroom/client": "/client/index.js", "graphql-ws/client": "/graphql-ws/client.js" } }
</script><script type="module">
import { CreateIdPhotoDocument, DarkroomClient } from '@darkroom/client';
const tell = told => fetch('/told', { method: 'POST', body: JSON.stringify(told) });
try {
  const { url } = await (await fetch('/where')).json();
  const client = new DarkroomClient(url, { language: 'zh-CN' });
  const progress = [];
  const file = await (await fetch('/portrait.png')).blob();
  const { id } = await client.upload(file, { onProgress: told => progress.push(told) });
  const input = { photo: { assetId: id }, specId: 'yi-cun-295x413' };
  const { task } = await client.mutate(CreateIdPhotoDocument, { input });
  await fetch('/kill', { method: 'POST' });
  const states = [];
  const ended = await client.finish(task.id, ({ state }) => states.push(state));
  const bytes = await client.download(ended.photos[0].clean.url);
  const refused = await client.upload(new Blob(['x'])).catch(error => error);
  await tell({ progress, states, bytes: bytes.length, told: ended.photos[0].clean.bytes, refused: [refused.code, refused.userMessage] });
} catch (error) { await tell({ error: String(error?.stack ?? error) }); }
</script>`;

interface Told {
  error?: string;
  progress: { sentBytes: number; totalBytes: number }[];
  states: string[];
  bytes: number;
  told: number;
  refused: string[];
}

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let darkroom: ServerProcess;
let site: Server;
let origin: string;
let port: number;
let hear: (told: Told) => void = () => {};
const told = new Promise<Told>(resolve => {
  hear = resolve;
});

const read = (...names: string[]) => readFileSync(path.join(ROOT, ...names));
const start = () =>
  spawnServer(path.join(folder.path, 'data'), {
    DARKROOM_PORT: String(port),
    DARKROOM_ALLOWED_ORIGINS: origin,
    DARKROOM_SANDBOX: 'off',
  });

beforeAll(async () => {
  folder = await temporaryFolder();
  port = await freePort();
  site = createServer(async (request, response) => {
    const url = request.url!;
    const send = (type: string, body: string | Buffer) => response.setHeader('content-type', type).end(body);
    const script = /^\/(client|graphql-ws)\/([\w-]+\.js)$/.exec(url);
    if (url === '/') return send('text/html', PAGE);
    if (url === '/where') return send('application/json', JSON.stringify({ url: darkroom.url }));
    if (url === '/portrait.png') return send('image/png', read('test', 'fixtures', 'astronaut.png'));
    if (script?.[1] === 'client') return send('text/javascript', read('client', 'dist', 'esm', script[2]!));
    if (script) return send('text/javascript', read('node_modules', 'graphql-ws', 'dist', script[2]!));
    if (url === '/told') hear((await json(request)) as Told);
    if (url === '/kill') {
      await darkroom.kill('SIGKILL');
      // The page follows nothing yet: its first tries find nobody.
      setTimeout(async () => {
        darkroom = await start();
      }, 1_000);
    }
    return response.end();
  }).listen(0, '127.0.0.1');
  await once(site, 'listening');
  origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  darkroom = await start();
}, 150_000);
afterAll(async () => {
  await darkroom.kill('SIGTERM');
  site.closeAllConnections();
  site.close();
  await folder.remove();
});

inBrowser(
  'a page uploads with progress and follows its task through kill -9 of the server; a refusal has words for the person',
  async () => {
    const browser = spawn(CHROMIUM!, [...CHROMIUM_FLAGS, `--user-data-dir=${folder.path}/profile`, origin], {
      stdio: 'ignore',
    });
    const ended = once(browser, 'exit');
    const { error, progress, states, bytes, told: expected, refused } = await told;
    browser.kill('SIGTERM');
    await ended;
    expect(error).toBeUndefined();
    expect(progress.at(-1)!.sentBytes).toBe(progress.at(-1)!.totalBytes);
    expect(progress.at(-1)!.totalBytes).toBeGreaterThan(100_000);
    expect(states.at(-1)).toBe('SUCCEEDED');
    expect(bytes).toBe(expected);
    expect(refused).toEqual(['NOT_AN_IMAGE', expect.stringMatching(/\p{Script=Han}/u)]);
  },
  120_000,
);
