import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { json } from 'node:stream/consumers';
import { ROOT } from '../src/kernel/paths.js';
import { openPglite } from '../src/store/drivers/pglite.js';
import { CHROMIUM, CHROMIUM_FLAGS, inBrowser } from './chromium.js';
import { type ServerProcess, spawnServer, temporaryFolder } from './running-server.js';
import { silentLog } from './store-setup.js';
import { ask, makeKeys, makeLink, PORTRAIT, SECRET } from './token-house.js';

/** What a person does with the page: chooses a file. And what the test is told: what the page shows then. */
const PERSON = `<script type="module">
  window.onerror = message => tell({ error: String(message) });
  window.onunhandledrejection = ({ reason }) => tell({ error: String(reason) });
  const tell = told => fetch('/told', { method: 'POST', body: JSON.stringify(told) });
  new MutationObserver(async () => {
    const state = document.querySelector('#state').textContent;
    if (/^(QUEUED|RUNNING|)$/.test(state)) return;
    const pictures = [...document.querySelectorAll('#photos img')];
    await Promise.all(pictures.map(picture => picture.decode()));
    tell({ state, sizes: pictures.map(({ naturalWidth, naturalHeight }) => [naturalWidth, naturalHeight]) });
  }).observe(document.body, { childList: true, subtree: true, characterData: true });
  const chosen = new DataTransfer();
  chosen.items.add(new File([await (await fetch('/portrait.png')).blob()], 'me.png', { type: 'image/png' }));
  const input = document.querySelector('#file');
  input.files = chosen.files;
  input.dispatchEvent(new Event('change'));
</script>`;

interface Told {
  error?: string;
  state?: string;
  sizes?: number[][];
}

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let darkroom: ServerProcess;
let key: string;
/** The shop's own sites; Darkroom allows the first alone. */
let sites: Site[];

interface Site {
  origin: string;
  server: Server;
  paths: string[];
  told: Promise<Told>;
}

/** The page of docs/, served by an origin of its own. */
async function startSite(): Promise<Site> {
  const paths: string[] = [];
  let hear: (told: Told) => void;
  const told = new Promise<Told>(resolve => {
    hear = resolve;
  });
  const server = createServer(async (request, response) => {
    const url = request.url!;
    paths.push(url);
    const send = (type: string, body: string | Buffer) => response.setHeader('content-type', type).end(body);
    if (url === '/told') {
      hear((await json(request)) as Told);
      return response.end();
    }
    if (url === '/portrait.png') return send('image/png', PORTRAIT);
    const script = /^\/graphql-ws\/([\w-]+\.js)$/.exec(url)?.[1];
    if (script) return send('text/javascript', read('node_modules', 'graphql-ws', 'dist', script));
    if (url !== '/') return response.writeHead(404).end();
    const page = read('docs', 'photo-link.html').replace('https://photos.example.com', darkroom.url);
    return send('text/html', page + PERSON);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server, paths, told };
}

const read = (...names: string[]) => readFileSync(path.join(ROOT, ...names), 'utf8');

beforeAll(async () => {
  folder = await temporaryFolder();
  const directory = path.join(folder.path, 'data');
  const database = await openPglite({ directory, log: silentLog });
  key = (await makeKeys(database)).shop;
  await database.close();
  sites = [await startSite(), await startSite()];
  darkroom = await spawnServer(directory, {
    DARKROOM_HOST: '0.0.0.0',
    DARKROOM_SECRET: SECRET,
    DARKROOM_ALLOWED_ORIGINS: sites[0]!.origin,
    DARKROOM_SANDBOX: 'off',
  });
}, 150_000);
afterAll(async () => {
  await darkroom.kill('SIGTERM');
  for (const { server } of sites) server.close();
  await folder.remove();
});

/** Opens the page as a person does who was sent the link. */
async function visit(site: Site, link: string): Promise<Told> {
  const profile = path.join(folder.path, `profile-${new URL(site.origin).port}`);
  const browser = spawn(CHROMIUM!, [...CHROMIUM_FLAGS, `--user-data-dir=${profile}`, `${site.origin}/#${link}`], {
    stdio: 'ignore',
  });
  try {
    return await site.told;
  } finally {
    const ended = once(browser, 'exit');
    browser.kill('SIGTERM');
    await ended;
  }
}

inBrowser(
  'a page of another origin makes a photo with a link, without a key; one whose origin is not allowed makes none',
  async () => {
    const { token, photoLink } = await makeLink(darkroom.url, key);
    const [allowed, foreign] = sites as [Site, Site];
    // First, since it must not use up the link.
    expect((await visit(foreign, token)).error).toContain('Failed to fetch');
    const count = async () => (await ask(darkroom.url, key, '{ tasks { nodes { id state } } }')).data!.tasks.nodes;
    expect(await count()).toEqual([]);

    expect(await visit(allowed, token)).toEqual({ state: 'SUCCEEDED', sizes: [[295, 413]] });
    const tasks = await count();
    expect(tasks).toEqual([{ id: expect.any(String), state: 'SUCCEEDED' }]);
    const { data } = await ask(darkroom.url, key, '{ photoLinks { nodes { id usesLeft tasks { id } } } }');
    expect(data!.photoLinks.nodes).toEqual([{ id: photoLink.id, usesLeft: 0, tasks: [{ id: tasks[0].id }] }]);
    // The link stood in the address behind the #: no server has seen it there, and no log has it.
    expect(allowed.paths.join()).not.toContain('dl_');
    expect(darkroom.log()).not.toContain(token.slice(-43));
  },
  120_000,
);
