import { readFileSync } from 'node:fs';
import path from 'node:path';
import vm from 'node:vm';
import type { TaskFieldsFragment } from '../client/index.js';
import type { MiniProgramClient } from '../client/mini-program.js';
import { ROOT } from '../src/kernel/paths.js';
import { type ServerProcess, spawnServer, temporaryFolder } from './running-server.js';
import { freePort } from './service-process.js';
import { type WxShim, wxShim } from './wx-shim.js';

jest.setTimeout(150_000);

const PORTRAIT = path.join(ROOT, 'test', 'fixtures', 'astronaut.png');
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let server: ServerProcess;
let port: number;
let wx: WxShim;
let client: MiniProgramClient;
const start = () =>
  spawnServer(path.join(folder.path, 'data'), { DARKROOM_PORT: String(port), DARKROOM_SANDBOX: 'off' });

beforeAll(async () => {
  folder = await temporaryFolder();
  port = await freePort();
  server = await start();
});
afterAll(async () => {
  await server.kill('SIGTERM');
  await folder.remove();
});
beforeEach(() => {
  wx = wxShim(server.url, folder.path);
  client = new (loadPackage().MiniProgramClient)(server.url, wx);
});
afterEach(() => client.close());

/** The package where there is what a mini-program has: no fetch, no Blob, no WebSocket, no URL, no AbortController, no process. */
function loadPackage(): { MiniProgramClient: typeof MiniProgramClient } {
  const context = vm.createContext({ setTimeout, clearTimeout, console });
  const loaded = new Map<string, { exports: object }>();
  const load = (file: string): object => {
    const known = loaded.get(file);
    if (known) return known.exports;
    const module = { exports: {} };
    loaded.set(file, module);
    const require = (name: string) =>
      load(
        name === 'graphql-ws/client'
          ? path.join(ROOT, 'node_modules/graphql-ws/dist/client.cjs')
          : path.join(path.dirname(file), name),
      );
    const text = readFileSync(file, 'utf8');
    vm.compileFunction(text, ['module', 'exports', 'require'], { parsingContext: context })(
      module,
      module.exports,
      require,
    );
    return module.exports;
  };
  return load(path.join(ROOT, 'client', 'dist', 'cjs', 'mini-program.js')) as {
    MiniProgramClient: typeof MiniProgramClient;
  };
}

test('a photo is sent with what is to be made of it, followed, and downloaded; all of it by one socket', async () => {
  const told: number[] = [];
  const made = await client.make(
    'createIdPhoto',
    PORTRAIT,
    { specId: 'yi-cun-295x413' },
    {
      onProgress: ({ sentBytes, totalBytes }) => void told.push(sentBytes / totalBytes),
    },
  );
  const ended = (await client.finish(made.id)) as TaskFieldsFragment & {
    photos: { clean: { url: string; bytes: number } }[];
  };
  expect(told.at(-1)).toBe(1);
  const saved = await client.downloadFile(ended.photos[0]!.clean.url);
  expect(readFileSync(saved).length).toBe(ended.photos[0]!.clean.bytes);
  expect(wx.sockets.most).toBe(1);
});

test('in the background nothing is sent and the socket is closed; in the foreground it goes on where it was', async () => {
  const made = await Promise.all(
    [1, 2, 3].map(() => client.make('createIdPhoto', PORTRAIT, { specId: 'yi-cun-295x413' })),
  );
  const changes: { sequence: number; shown: boolean }[] = [];
  const followed = Promise.all(
    made.map(({ id }) => client.finish(id, ({ sequence }) => void changes.push({ sequence, shown: wx.shown }))),
  );
  while (wx.sockets.open === 0) await new Promise(resolve => setTimeout(resolve, 5));
  wx.hide();
  await new Promise(resolve => setTimeout(resolve, 700));
  expect(wx.sockets.open).toBe(0);
  // The server went away meanwhile.
  await server.kill('SIGKILL');
  server = await start();
  wx.show();
  expect((await followed).map(({ state }) => state)).toEqual(['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED']);
  expect(changes.filter(({ shown }) => !shown)).toEqual([]);
  expect(wx.sockets.most).toBe(1);
});

test('where all five sockets are taken, it is asked by HTTP', async () => {
  const url = `${server.url.replace('http', 'ws')}/graphql`;
  const others = [1, 2, 3, 4, 5].map(
    () => wx.connectSocket({ url, protocols: ['graphql-transport-ws'], fail: () => {} })!,
  );
  const made = await client.make('createIdPhoto', PORTRAIT, { specId: 'yi-cun-295x413' });
  expect((await client.finish(made.id)).state).toBe('SUCCEEDED');
  expect(wx.sockets.most).toBe(5);
  for (const other of others) other.close({ code: 1000, reason: '' });
});

test('errors have words for the person, in Chinese; another domain is told as no connection', async () => {
  const text = path.join(folder.path, 'text.jpg');
  const { writeFile } = await import('node:fs/promises');
  await writeFile(text, 'no picture');
  const userMessage = expect.stringMatching(/\p{Script=Han}/u);
  await expect(client.uploadFile(text)).rejects.toMatchObject({
    name: 'RequestError',
    code: 'NOT_AN_IMAGE',
    userMessage,
  });
  await expect(client.make('createIdPhoto', PORTRAIT, { specId: 'none' })).rejects.toMatchObject({
    code: 'SPEC_NOT_FOUND',
  });
  const gone = `${server.url}/assets/asset_none?expires=1&signature=x`;
  await expect(client.downloadFile(gone)).rejects.toMatchObject({ name: 'RequestError', userMessage });
  const { MiniProgramClient: Client } = loadPackage();
  const lost = new Client('http://127.0.0.1:9', wx).uploadFile(PORTRAIT);
  await expect(lost).rejects.toMatchObject({ name: 'ConnectionError', code: 'CONNECTION', userMessage });
});
