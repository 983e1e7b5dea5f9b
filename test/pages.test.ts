import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { fetch } from 'undici';
import { ROOT } from '../src/kernel/paths.js';
import { CHROMIUM, CHROMIUM_FLAGS, inBrowser } from './chromium.js';
import { type ServerProcess, spawnServer, temporaryFolder } from './running-server.js';

const FLAGS = [...CHROMIUM_FLAGS, '--virtual-time-budget=8000'];

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

/** The page as a browser has it after its scripts ran. */
async function visit(url: string): Promise<string> {
  const profile = path.join(folder.path, `profile-${Math.random().toString(36).slice(2)}`);
  const words = [...FLAGS, `--user-data-dir=${profile}`, '--dump-dom', url];
  return (await promisify(execFile)(CHROMIUM!, words, { maxBuffer: 64_000_000, timeout: 60_000 })).stdout;
}

inBrowser(
  'GraphiQL loads the schema and runs without the internet, and its page may ask nobody but this server',
  async () => {
    const html = await visit(`${server.url}/graphiql`);
    // `includes`, since a failure would print a megabyte of page. The tab is named after the query that it opens with.
    expect(html.includes('graphiql-container')).toBe(true);
    expect(html.includes('title="Specs"')).toBe(true);
    await server.logged('"operation":"IntrospectionQuery"');
    const policy = (await fetch(`${server.url}/graphiql`)).headers.get('content-security-policy')!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/https?:\/\/(?!127\.0\.0\.1)|\*/);
  },
  90_000,
);

inBrowser(
  'GraphiQL of a server with API keys asks with the key of its address',
  async () => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [
        path.join(ROOT, 'dist', 'src', 'maintenance', 'keys.js'),
        'keys',
        'create',
        '--name',
        'admin',
        '--scopes',
        'all',
      ],
      { env: { PATH: process.env.PATH, DARKROOM_DATA_DIR: path.join(folder.path, 'closed') } },
    );
    const key = stdout.split('\n')[0]!;
    const closed = await spawnServer(path.join(folder.path, 'closed'), { DARKROOM_SANDBOX: 'off' });
    const html = await visit(`${closed.url}/graphiql#key=${key}`);
    expect(html.includes('title="Specs"')).toBe(true);
    await closed.logged('"operation":"IntrospectionQuery"');
    expect(closed.log()).not.toContain(key);
    await closed.kill('SIGTERM');
  },
  90_000,
);

inBrowser(
  'a visitor of /graphql finds a page that says where to go',
  async () => {
    expect((await visit(`${server.url}/graphql`)).includes('/graphiql')).toBe(true);
  },
  90_000,
);
