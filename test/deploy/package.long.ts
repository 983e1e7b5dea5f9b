import { spawnSync } from 'node:child_process';
import { chownSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../../src/kernel/paths.js';
import { type ServerProcess, spawnServer, temporaryFolder } from '../running-server.js';

// What deploy/Dockerfile does, without a container engine: its steps in a clean folder, then the server as another user
// who may write nothing of it.

jest.setTimeout(240_000);

const NOBODY = 65_534;
/** Of the figures: at most 350 MB with a slim base, which has about 200. */
const MOST_MB = 150;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let app: string;
let server: ServerProcess | undefined;

beforeAll(async () => {
  folder = await temporaryFolder();
  spawnSync('chmod', ['755', folder.path]);
  app = path.join(folder.path, 'app');
  const run = spawnSync(process.execPath, [path.join(ROOT, 'scripts', 'package.mjs'), app], { encoding: 'utf8' });
  expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: expect.any(String) });
});
afterEach(async () => {
  await server?.kill('SIGTERM');
  server = undefined;
});
afterAll(() => folder.remove());

const isRoot = process.getuid?.() === 0;

/** As `USER node` of the image where that is possible; else as whoever runs the tests. */
async function start(environment: Record<string, string> = {}): Promise<ServerProcess> {
  const data = path.join(folder.path, 'data');
  spawnSync('mkdir', ['-p', data]);
  if (isRoot) chownSync(data, NOBODY, NOBODY);
  server = await spawnServer(data, { NODE_ENV: 'production', ...environment }, app, isRoot ? NOBODY : undefined);
  return server;
}

test(`the tree has at most ${MOST_MB} MB, no test and nothing that its user could change`, () => {
  const files = readdirSync(app, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  const sizes = files.map(entry => statSync(path.join(entry.parentPath, entry.name)));
  expect(sizes.reduce((sum, { size }) => sum + size, 0) / 1e6).toBeLessThan(MOST_MB);
  expect(sizes.filter(({ mode }) => (mode & 0o022) !== 0)).toEqual([]);
  expect(files.filter(({ name }) => /\.(test|long)\.js$/.test(name)).map(({ name }) => name)).toEqual([]);
});

test('each of its commands shows its help, or its server starts', () => {
  const { scripts } = JSON.parse(readFileSync(path.join(app, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const tools = Object.entries(scripts).filter(([name]) => !['start', 'sandbox'].includes(name));
  expect(tools.map(([name]) => name)).toEqual(
    expect.arrayContaining(['keys', 'backup', 'restore', 'migrate', 'verify']),
  );
  const failed = tools.flatMap(([name, line]) => {
    const [, file, ...words] = line.split(' ');
    const env = { PATH: process.env.PATH, DARKROOM_DATA_DIR: path.join(folder.path, 'none') };
    const run = spawnSync(process.execPath, [file!, ...words, '--help'], { cwd: app, env, encoding: 'utf8' });
    return /Cannot find module|ERR_MODULE/.test(run.stderr) || (run.stdout + run.stderr).trim() === '' ? [name] : [];
  });
  expect(failed).toEqual([]);
});

test('the bill of materials names what is installed, and nothing that only builds it', () => {
  const { bomFormat, components } = JSON.parse(readFileSync(path.join(app, 'sbom.cdx.json'), 'utf8')) as {
    bomFormat: string;
    components: { name: string; purl: string }[];
  };
  expect(bomFormat).toBe('CycloneDX');
  const names = components.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['@apollo/server', 'graphql', 'sharp', 'pg']));
  expect(names).not.toContain('typescript');
});

test('a first start on an empty directory makes a photo; the next one finds it', async () => {
  const { url } = await start();
  expect((await fetch(`${url}/health/ready`)).status).toBe(200);
  const form = new FormData();
  form.set('photo', new Blob([readFileSync(path.join(app, 'test', 'fixtures', 'astronaut.png'))]), 'photo.png');
  form.set('operation', 'createIdPhoto');
  form.set('input', JSON.stringify({ specId: 'yi-cun-295x413' }));
  form.set('waitSeconds', '60');
  const headers = { 'graphql-require-preflight': '1' };
  const made = await (await fetch(`${url}/photos`, { method: 'POST', body: form, headers })).json();
  expect(made).toMatchObject({ state: 'SUCCEEDED' });
  await server!.kill('SIGTERM');
  const again = await start();
  const query = `{ task(id: "${(made as { id: string }).id}") { state } }`;
  const answer = await fetch(`${again.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  expect(await answer.json()).toEqual({ data: { task: { state: 'SUCCEEDED' } } });
});

test('the banner of production names what is there, and nothing else', async () => {
  const { url, banner } = await start();
  const named = [...banner().matchAll(/http:\/\/\S+/g)].map(([address]) => address);
  expect(named).toContain(`${url}/health/ready`);
  for (const address of named) {
    // The API wants a query: that it says so is an answer, too.
    expect((await fetch(address, { headers: { accept: 'text/html' } })).status).not.toBe(404);
  }
  expect(banner()).not.toContain('npm run');
});

test('what an orchestrator says of services is ignored with one line', async () => {
  const { log } = await start({ DARKROOM_SERVICE_HOST: '10.0.0.7', DARKROOM_API_PORT: 'tcp://10.0.0.7:80' });
  const lines = log()
    .split('\n')
    .filter(line => line.includes('enableServiceLinks'));
  expect(lines.map(line => JSON.parse(line).ignored)).toEqual([['DARKROOM_API_PORT', 'DARKROOM_SERVICE_HOST']]);
});
