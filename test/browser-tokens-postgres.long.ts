import { openPostgres } from '../src/store/drivers/postgres.js';
import { type ServerProcess, spawnServer, temporaryFolder } from './running-server.js';
import { createPostgresDatabase, silentLog } from './store-setup.js';
import { type Answer, ask, type Keys, LINK, makeKeys, makeLink, makeTaskToken, SECRET, use } from './token-house.js';

let made: { url: string; drop(): Promise<void> };
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let servers: ServerProcess[];
let keys: Keys;

beforeEach(async () => {
  made = await createPostgresDatabase();
  folder = await temporaryFolder();
  const database = await openPostgres({ url: made.url, log: silentLog });
  keys = await makeKeys(database);
  await database.close();
  servers = [await startReplica(), await startReplica()];
}, 60_000);
afterEach(async () => {
  for (const server of servers) await server.kill('SIGTERM');
  await folder.remove();
  await made.drop();
});

function startReplica(): Promise<ServerProcess> {
  const environment = { DATABASE_URL: made.url, DARKROOM_SECRET: SECRET, DARKROOM_SANDBOX: 'off' };
  return spawnServer(folder.path, environment);
}

const madeBy = (answers: readonly Answer[]) =>
  answers.flatMap(({ data }) => (data?.task ? [data.task.id as string] : []));

test('fifty people at once at two replicas make as many photos as a link has uses', async () => {
  const { token } = await makeLink(servers[0]!.url, keys.shop, `${LINK}, uses: 7`);
  const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => use(servers[index % 2]!.url, token)));
  expect(new Set(madeBy(answers)).size).toBe(7);
  expect(answers.flatMap(({ codes }) => codes)).toEqual(Array(43).fill('PHOTO_LINK_USED_UP'));
  const { data } = await ask(
    servers[1]!.url,
    keys.shop,
    '{ tasks { nodes { id } } photoLinks { nodes { usesLeft } } }',
  );
  expect(data!.tasks.nodes).toHaveLength(7);
  expect(data!.photoLinks.nodes).toEqual([{ usesLeft: 0 }]);
}, 60_000);

test('what one replica revoked makes no task at the other one, not even at once, and is refused there within five seconds', async () => {
  const [one, other] = servers as [ServerProcess, ServerProcess];
  const { token, photoLink } = await makeLink(one.url, keys.shop, `${LINK}, uses: 9`);
  const taskId = (await use(other.url, token)).data!.task.id;
  const taskToken = await makeTaskToken(one.url, keys.shop, taskId);
  expect((await ask(other.url, taskToken, '{ viewer { id } }')).codes).toEqual([]);
  await ask(one.url, keys.shop, `mutation { revokePhotoLink(id: "${photoLink.id}") { id } }`);
  await ask(one.url, keys.shop, `mutation { revokeTaskTokens(taskId: "${taskId}") }`);
  const at = performance.now();
  expect((await use(other.url, token)).codes).toEqual(['UNAUTHENTICATED']);
  while ((await ask(other.url, taskToken, '{ viewer { id } }')).status === 200)
    expect(performance.now() - at).toBeLessThan(5_000);
  expect((await ask(one.url, keys.shop, '{ tasks { nodes { id } } }')).data!.tasks.nodes).toEqual([{ id: taskId }]);
}, 60_000);

test('a replica that is killed amid fifty uses leaves each use with its task, or neither', async () => {
  const [victim, other] = servers as [ServerProcess, ServerProcess];
  const { token } = await makeLink(other.url, keys.shop, `${LINK}, uses: 100`);
  const asked = Array.from({ length: 50 }, (_, index) =>
    use(servers[index % 2]!.url, token).catch(() => ({ status: 0, data: null, codes: ['LOST'] })),
  );
  // In the middle of it: when the first one is answered.
  await Promise.race(asked);
  await victim.kill('SIGKILL');
  const answers = await Promise.all(asked);
  expect(answers.flatMap(({ codes }) => codes)).toContain('LOST');
  const { data } = await ask(
    other.url,
    keys.shop,
    '{ tasks(first: 200) { nodes { id } } photoLinks { nodes { usesLeft tasks { id } } } }',
  );
  const ids = (nodes: { id: string }[]) => nodes.map(({ id }) => id).sort();
  const [link] = data!.photoLinks.nodes;
  expect(ids(link.tasks)).toEqual(ids(data!.tasks.nodes));
  expect(link.usesLeft).toBe(100 - link.tasks.length);
  for (const id of madeBy(answers)) expect(ids(link.tasks)).toContain(id);
}, 60_000);
