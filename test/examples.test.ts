import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../src/kernel/paths.js';
import { openPglite } from '../src/store/drivers/pglite.js';
import { type ServerProcess, spawnServer, temporaryFolder } from './running-server.js';
import { silentLog } from './store-setup.js';
import { type Keys, makeKeys, makeLink, SECRET } from './token-house.js';

jest.setTimeout(150_000);

const MOST_LINES = 40;
const EXAMPLES = path.join(ROOT, 'examples');
const PORTRAIT = path.join(ROOT, 'test', 'fixtures', 'astronaut.png');
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let server: ServerProcess;
let keys: Keys;

beforeAll(async () => {
  folder = await temporaryFolder();
  const directory = path.join(folder.path, 'data');
  const database = await openPglite({ directory, log: silentLog });
  keys = await makeKeys(database);
  await database.close();
  server = await spawnServer(directory, { DARKROOM_SECRET: SECRET, DARKROOM_SANDBOX: 'off' });
});
afterAll(async () => {
  await server.kill('SIGTERM');
  await folder.remove();
});

function run(program: string, ...words: string[]): Promise<{ code: number | null; said: string }> {
  const child = spawn(program, words, {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
    env: { PATH: process.env.PATH, DARKROOM_URL: server.url, DARKROOM_KEY: keys.all },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', chunk => {
      said += chunk;
    });
  return new Promise(resolve => child.once('close', code => resolve({ code, said })));
}

const files = readdirSync(EXAMPLES).filter(name => /\.(mjs|sh)$/.test(name));
const scripts = files.filter(name => name.endsWith('.mjs') && name !== 'mini-program.mjs');

test.each(files)(`%s has at most ${MOST_LINES} lines`, name => {
  expect(readFileSync(path.join(EXAMPLES, name), 'utf8').trimEnd().split('\n').length).toBeLessThanOrEqual(MOST_LINES);
});

test.each(scripts)('%s makes a photo with a key, and says what is wrong with a text', async name => {
  const { code, said } = await run(process.execPath, path.join(EXAMPLES, name), PORTRAIT);
  expect([code, said]).toEqual([0, expect.stringMatching(/SUCCEEDED[\s\S]*http:\S+\/assets\/asset_/)]);
  const refused = await run(process.execPath, path.join(EXAMPLES, name), path.join(ROOT, 'LICENSE'));
  expect(refused.said).toMatch(/is not a photo|不是图片/);
});

test('curl.sh makes a photo', async () => {
  const out = path.join(folder.path, 'out.jpg');
  const { code, said } = await run('sh', path.join(EXAMPLES, 'curl.sh'), PORTRAIT, out);
  expect([code, said]).toEqual([0, '"state":"SUCCEEDED"\n']);
  expect(readFileSync(out).subarray(0, 2).toString('hex')).toBe('ffd8');
});

test('mini-program.mjs makes a photo with a photo link', async () => {
  const { token } = await makeLink(server.url, keys.shop);
  const program = `
    import { wxShim } from ${JSON.stringify(pathToFileURL(path.join(ROOT, 'dist/test/wx-shim.js')).href)};
    import { makePhoto } from ${JSON.stringify(pathToFileURL(path.join(EXAMPLES, 'mini-program.mjs')).href)};
    const [url, token, tempFilePath, folder] = process.argv.slice(1);
    console.log(await makePhoto(wxShim(url, folder), { url, token, tempFilePath }, text => console.log(text)));`;
  const words = ['--input-type=module', '-e', program, server.url, token, PORTRAIT, folder.path];
  const { code, said } = await run(process.execPath, ...words);
  expect([code, said]).toEqual([0, expect.stringMatching(/上传 100%[\s\S]*SUCCEEDED[\s\S]*tmp-\w+\.jpg/)]);
});
