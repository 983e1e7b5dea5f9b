import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { type ServerProcess, spawnServer, temporaryFolder } from './running-server.js';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // The browser's own calls home; and nothing but loopback can be reached at all.
  '--disable-features=AutofillServerCommunication,OptimizationHints,MediaRouter',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
  '--virtual-time-budget=8000',
];

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let server: ServerProcess;
beforeAll(async () => {
  folder = await temporaryFolder();
  server = await spawnServer(path.join(folder.path, 'data'), { DARKROOM_SANDBOX: 'off' });
});
afterAll(async () => {
  await server.kill('SIGTERM');
  await folder.remove();
});

/** The page as a browser has it after its scripts ran, and every host that it asked for something. */
async function visit(url: string): Promise<{ html: string; hosts: Set<string> }> {
  const profile = path.join(folder.path, `profile-${Math.random().toString(36).slice(2)}`);
  const log = path.join(folder.path, 'net.json');
  const { stdout } = await promisify(execFile)(
    CHROMIUM!,
    [...FLAGS, `--user-data-dir=${profile}`, `--log-net-log=${log}`, '--dump-dom', url],
    {
      maxBuffer: 64_000_000,
      timeout: 60_000,
    },
  );
  // Only what the page itself asked for: in spite of all flags the browser calls home on its own account.
  const asked = (await readFile(log, 'utf8')).matchAll(
    /"initiator":"http:\/\/127\.0\.0\.1:\d+"[^}]*"url":"(?:https?|wss?):\/\/([^/:"]+)/g,
  );
  return { html: stdout, hosts: new Set([...asked].map(match => match[1]!)) };
}

// Skips aloud where there is no Chromium: the line `N skipped` tells.
const inBrowser = CHROMIUM === undefined ? test.skip : test;

inBrowser(
  'GraphiQL loads the schema and runs without the internet: every request goes to this server',
  async () => {
    const { html, hosts } = await visit(`${server.url}/graphiql`);
    // `includes`, since a failure would print a megabyte of page. The tab is named after the query that it opens with.
    expect(html.includes('graphiql-container')).toBe(true);
    expect(html.includes('title="Specs"')).toBe(true);
    expect([...hosts]).toEqual(['127.0.0.1']);
    expect(server.log()).toContain('"operation":"IntrospectionQuery"');
  },
  90_000,
);

inBrowser(
  'a visitor of / and of /graphql finds a page that says where to go',
  async () => {
    expect((await visit(`${server.url}/`)).html).toContain('/graphiql');
    expect((await visit(`${server.url}/graphql`)).html).toContain('/graphiql');
  },
  90_000,
);
