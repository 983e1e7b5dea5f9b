import { copyFile, readFile } from 'node:fs/promises';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ROOT } from '../src/kernel/paths.js';
import { openPglite } from '../src/store/drivers/pglite.js';
import { type ServerProcess, spawnServer, temporaryFolder } from './running-server.js';
import { silentLog } from './store-setup.js';
import { makeKeys, SECRET } from './token-house.js';

jest.setTimeout(150_000);

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let server: ServerProcess;
let assistant: Client;
let photo: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  photo = path.join(folder.path, 'me.png');
  await copyFile(path.join(ROOT, 'test', 'fixtures', 'astronaut.png'), photo);
  const directory = path.join(folder.path, 'data');
  const database = await openPglite({ directory, log: silentLog });
  const { all } = await makeKeys(database);
  await database.close();
  server = await spawnServer(directory, { DARKROOM_SECRET: SECRET, DARKROOM_SANDBOX: 'off' });
  assistant = new Client({ name: 'test', version: '1.0.0' });
  await assistant.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [path.join(ROOT, 'dist', 'mcp', 'main.js')],
      env: { DARKROOM_URL: server.url, DARKROOM_KEY: all },
    }),
  );
});
afterAll(async () => {
  await assistant.close();
  await server.kill('SIGTERM');
  await folder.remove();
});

async function call(name: string, input: Record<string, unknown>) {
  const { content, isError } = (await assistant.callTool({ name, arguments: input })) as unknown as {
    content: [{ text: string }];
    isError?: boolean;
  };
  return { text: content[0].text, isError: isError === true };
}

test('an assistant sees three tools, finds a spec, checks a photo and makes one, through a real server', async () => {
  const { tools } = await assistant.listTools();
  expect(tools.map(({ name }) => name)).toEqual(['find_spec', 'check_photo', 'make_id_photo']);

  const found = JSON.parse((await call('find_spec', { search: '一寸' })).text);
  const [{ id: specId, widthPx, heightPx }] = found.nodes;
  expect([specId, widthPx, heightPx]).toEqual(['yi-cun-295x413', 295, 413]);

  const report = JSON.parse((await call('check_photo', { photo, specId, stage: 'SOURCE' })).text);
  expect(report.checks.length).toBeGreaterThan(0);

  const made = JSON.parse((await call('make_id_photo', { photo, specId, background: 'blue' })).text);
  expect(made).toMatchObject({ widthPx: 295, heightPx: 413, dpi: 300 });
  expect((await readFile(made.file)).length).toBe(made.bytes);
  expect(path.dirname(made.file)).toBe(folder.path);
});

test('what is wrong comes as the words for the person, and the door stays open', async () => {
  const wrong = await call('make_id_photo', { photo, specId: 'none' });
  expect(wrong).toEqual({ isError: true, text: expect.stringMatching(/^SPEC_NOT_FOUND: /) });
  const missing = await call('make_id_photo', { photo: '/nowhere.jpg', specId: 'yi-cun-295x413' });
  expect(missing).toEqual({ isError: true, text: expect.stringContaining('ENOENT') });
  expect((await call('find_spec', { search: '护照' })).isError).toBe(false);
});
