import { TokenSigner } from '../src/access/token-signer.js';
import { newId } from '../src/kernel/ids.js';
import { LIMITS } from '../src/kernel/limits.js';
import { Secrets } from '../src/kernel/secrets.js';
import { openPglite } from '../src/store/drivers/pglite.js';
import { type ServerProcess, spawnServer, temporaryFolder } from './running-server.js';
import { silentLog } from './store-setup.js';
import {
  type Answer,
  ask as askServer,
  CREATE,
  closeOf,
  ended,
  follow,
  type Keys,
  LINK,
  makeKeys,
  makeLink,
  makeTaskToken,
  PORTRAIT,
  SECRET,
  use,
  wall,
} from './token-house.js';

// The photos of all of these tests are made by two workers.
jest.setTimeout(150_000);

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let server: ServerProcess;
let keys: Keys;
const given: string[] = [];

beforeAll(async () => {
  folder = await temporaryFolder();
  const database = await openPglite({ directory: folder.path, log: silentLog });
  keys = await makeKeys(database);
  await database.close();
  server = await spawnServer(folder.path, {
    DARKROOM_HOST: '0.0.0.0',
    DARKROOM_SECRET: SECRET,
    DARKROOM_LOG_LEVEL: 'trace',
  });
}, 150_000);
afterAll(async () => {
  await server.kill('SIGTERM');
  await folder.remove();
});

const ask = (token: string | undefined, query: string, variables = {}) =>
  askServer(server.url, token, query, variables);

async function link(input = LINK, key = keys.shop) {
  const made = await makeLink(server.url, key, input);
  given.push(made.token);
  return made;
}

async function taskToken(taskId: string): Promise<string> {
  const token = await makeTaskToken(server.url, keys.shop, taskId);
  given.push(token);
  return token;
}

const withOption = (option: string) => LINK.replace('413"', `413", ${option}`);
async function makeTask(key = keys.shop): Promise<string> {
  const { data, codes } = await ask(key, CREATE, { photo: PORTRAIT.toString('base64') });
  expect(codes).toEqual([]);
  return data!.task.id;
}

describe('a task token', () => {
  let taskId: string;
  let otherId: string;
  let token: string;
  beforeAll(async () => {
    [taskId, otherId] = [await makeTask(), await makeTask()];
    token = await taskToken(taskId);
    for (const id of [taskId, otherId]) expect(await ended(server.url, keys.shop, id)).toBe('SUCCEEDED');
  }, 150_000);

  test('reads its task with its photos, and downloads them; what the operator wrote is not told', async () => {
    const { data } = await ask(
      token,
      `{ viewer { kind expiresAt scopes tasks { id } photoLink { id } }
         node(id: "${taskId}") { id }
         task(id: "${taskId}") { state reference labels retryOf { id } attempts { number } consent { reference }
           ... on IdPhotoTask { source { id } photos { clean { id url bytes } } } } }`,
    );
    expect(data!.viewer).toMatchObject({ kind: 'TASK_TOKEN', scopes: [], tasks: [{ id: taskId }], photoLink: null });
    const left = new Date(data!.viewer.expiresAt).getTime() - Date.now();
    expect(Math.abs(left - 3_600_000)).toBeLessThan(60_000);
    expect(data!.node).toEqual({ id: taskId });
    const hidden = { reference: null, labels: [], retryOf: null, attempts: [], consent: null };
    expect(data!.task).toMatchObject({ state: 'SUCCEEDED', ...hidden });
    const { clean } = data!.task.photos[0];
    expect((await (await fetch(clean.url)).arrayBuffer()).byteLength).toBe(clean.bytes);
    for (const id of [clean.id, data!.task.source.id])
      expect((await ask(token, `{ node(id: "${id}") { id } }`)).data).toEqual({ node: { id } });
    // The key sees all of it.
    expect((await ask(keys.shop, `{ task(id: "${taskId}") { reference labels attempts { number } } }`)).data).toEqual({
      task: { reference: 'order 7', labels: ['east'], attempts: [{ number: 1 }] },
    });
  });

  test('follows its task; another one looks like none, in whatever way it is asked for', async () => {
    const told = await follow(
      server.url,
      token,
      `subscription { taskUpdated(id: "${taskId}") { id state reference } }`,
    );
    expect(told).toEqual([{ taskUpdated: { id: taskId, state: 'SUCCEEDED', reference: null } }]);
    const source = (
      await ask(
        keys.shop,
        `{ task(id: "${otherId}") { ... on IdPhotoTask { source { id } photos { clean { id } } } } }`,
      )
    ).data!.task;
    for (const id of [otherId, newId('task'), 'x', source.source.id, source.photos[0].clean.id]) {
      const { data, codes } = await ask(token, `{ task(id: "${id}") { id } node(id: "${id}") { id } }`);
      expect([data, codes]).toEqual([{ task: null, node: null }, []]);
      expect(await follow(server.url, token, `subscription { taskUpdated(id: "${id}") { id } }`)).toEqual([
        { codes: ['NOT_FOUND'] },
      ]);
    }
  });

  test('is refused where it was changed, has ended, or was signed by somebody else', async () => {
    const signer = new TokenSigner(new Secrets([Buffer.from(SECRET)]));
    const { id } = signer.read(token)!;
    const soon = new Date(Math.ceil(Date.now() / 1_000 + 60) * 1_000);
    const forged = [
      token.replace('dt_', 'dl_'),
      `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`,
      signer.write({ kind: 'TASK_TOKEN', id, expiresAt: new Date(soon.getTime() - 120_000) }),
      new TokenSigner(new Secrets([Buffer.alloc(32, 9)])).write({ kind: 'TASK_TOKEN', id, expiresAt: soon }),
      // Signed, and of nobody.
      signer.write({ kind: 'TASK_TOKEN', id: newId('token'), expiresAt: soon }),
      signer.write({ kind: 'PHOTO_LINK', id: newId('link'), expiresAt: soon }),
    ];
    for (const text of forged)
      expect(await ask(text, '{ viewer { id } }')).toMatchObject({ status: 401, codes: ['UNAUTHENTICATED'] });
  });

  test('is made by who may read the task alone', async () => {
    const make = (id: string, more = '') => `mutation { createTaskToken(taskId: "${id}"${more}) { id } }`;
    const schools = await makeTask(keys.school);
    expect((await ask(keys.shop, make(schools))).codes).toEqual(['NOT_FOUND']);
    expect((await ask(keys.poor, make(taskId))).codes).toEqual(['FORBIDDEN']);
    expect((await ask(token, make(taskId))).codes).toEqual(['FORBIDDEN']);
    for (const minutes of [0, -1, LIMITS.browserToken.maxMinutes + 1])
      expect((await ask(keys.shop, make(taskId, `, minutes: ${minutes}`))).codes).toEqual(['BAD_USER_INPUT']);
  });

  test('ends by revokeTaskTokens, with its sockets, within five seconds', async () => {
    const own = await taskToken(otherId);
    const { opened, closed } = closeOf(server.url, own);
    await opened;
    const revoke = `mutation { revokeTaskTokens(taskId: "${otherId}") }`;
    expect((await ask(keys.school, revoke)).codes).toEqual(['NOT_FOUND']);
    const at = performance.now();
    expect((await ask(keys.shop, revoke)).data).toEqual({ revokeTaskTokens: 1 });
    expect(await closed).toBe(4401);
    expect(performance.now() - at).toBeLessThan(5_000);
    expect(await ask(own, '{ viewer { id } }')).toMatchObject({ status: 401 });
    expect((await ask(token, '{ viewer { id } }')).codes).toEqual([]);
    expect((await ask(keys.shop, revoke)).data).toEqual({ revokeTaskTokens: 0 });
  }, 20_000);
});

describe('a photo link', () => {
  test('makes one photo of its own request, tells it to whoever holds it, and is used up', async () => {
    const { token } = await link(
      'operation: { idPhoto: { specId: "yi-cun-295x413", backgrounds: [{ color: "blue" }, { color: "red" }], reference: "order 8", labels: ["west"] } }',
    );
    const before = await ask(
      token,
      '{ viewer { kind photoLink { operation uses usesLeft consentRequired reference spec { id } tasks { id } } } }',
    );
    expect(before.data!.viewer).toEqual({
      kind: 'PHOTO_LINK',
      photoLink: {
        ...{ operation: 'ID_PHOTO', uses: 1, usesLeft: 1, consentRequired: false, reference: null, tasks: [] },
        spec: { id: 'yi-cun-295x413' },
      },
    });
    const { data } = await use(server.url, token);
    const { id } = data!.task;
    expect(data!.task).toMatchObject({ reference: null, labels: [] });
    expect(await ended(server.url, token, id)).toBe('SUCCEEDED');
    const seen = await ask(
      token,
      `{ task(id: "${id}") { ... on IdPhotoTask { photos { background { hex } clean { url bytes } } } } viewer { tasks { id } photoLink { usesLeft } } }`,
    );
    expect(seen.data!.task.photos).toHaveLength(2);
    expect(seen.data!.viewer).toEqual({ tasks: [{ id }], photoLink: { usesLeft: 0 } });
    expect((await use(server.url, token)).codes).toEqual(['PHOTO_LINK_USED_UP']);
    // It is a task of the tenant like any other, under the reference of the link.
    const own = await ask(
      keys.shop,
      `{ task(id: "${id}") { reference labels } photoLinks(first: 1) { nodes { reference usesLeft tasks { id } } } }`,
    );
    expect(own.data).toMatchObject({
      task: { reference: 'order 8', labels: ['west'] },
      photoLinks: { nodes: [{ reference: 'order 8', usesLeft: 0, tasks: [{ id }] }] },
    });
  }, 150_000);

  test('changes backgrounds and restores too, and takes files', async () => {
    const { token } = await link('operation: { background: { background: { color: "red" } } }, uses: 2');
    const form = new FormData();
    const query = 'mutation ($photo: Upload!) { usePhotoLink(input: { photo: { upload: $photo } }) { id operation } }';
    form.set('operations', JSON.stringify({ query, variables: { photo: null } }));
    form.set('map', '{"photo":["variables.photo"]}');
    form.set('photo', new Blob([PORTRAIT]));
    const headers = { authorization: `Bearer ${token}`, 'graphql-require-preflight': '1' };
    const response = await fetch(`${server.url}/graphql`, { method: 'POST', headers, body: form });
    expect(await response.json()).toMatchObject({ data: { usePhotoLink: { operation: 'BACKGROUND' } } });
    const { token: restoring } = await link('operation: { restoration: { steps: SR } }');
    expect((await use(server.url, restoring, await wall(64))).data!.task.state).toBe('QUEUED');
  });

  test('the same idempotency key gives the same task and takes no use; it is no key of anybody else', async () => {
    const first = await link(`${LINK}, uses: 2`);
    const second = await link();
    const [one, again, other] = [
      await use(server.url, first.token, PORTRAIT, 'a'),
      await use(server.url, first.token, PORTRAIT, 'a'),
      await use(server.url, second.token, PORTRAIT, 'a'),
    ];
    expect(again.data!.task.id).toBe(one.data!.task.id);
    expect(other.data!.task.id).not.toBe(one.data!.task.id);
    // Of a link that is used up as well: the answer may have been lost.
    expect((await use(server.url, second.token, PORTRAIT, 'a')).data!.task.id).toBe(other.data!.task.id);
    expect((await ask(first.token, '{ viewer { photoLink { usesLeft } } }')).data!.viewer.photoLink.usesLeft).toBe(1);
    expect((await ask(second.token, `{ task(id: "${one.data!.task.id}") { id } }`)).data).toEqual({ task: null });
  });

  test('a request that is refused takes no use, and a task that failed gives its own back', async () => {
    const { token } = await link();
    expect((await use(server.url, token, Buffer.from('no photo'))).codes).toEqual(['NOT_AN_IMAGE']);
    const { data } = await use(server.url, token, await wall());
    expect((await use(server.url, token)).codes).toEqual(['PHOTO_LINK_USED_UP']);
    expect(await ended(server.url, token, data!.task.id)).toBe('FAILED');
    const next = await use(server.url, token);
    expect(await ended(server.url, token, next.data!.task.id)).toBe('SUCCEEDED');
    expect((await use(server.url, token, await wall())).codes).toEqual(['PHOTO_LINK_USED_UP']);
  }, 150_000);

  test('what fails can be tried ten times and no more', async () => {
    const { token } = await link();
    const photo = await wall();
    for (let tries = 0; tries < LIMITS.browserToken.triesPerUse; tries += 1)
      expect(await ended(server.url, token, (await use(server.url, token, photo)).data!.task.id)).toBe('FAILED');
    expect((await use(server.url, token)).codes).toEqual(['PHOTO_LINK_USED_UP']);
  }, 150_000);

  test('another try of the operator belongs to the link, and a task that is erased does not give its use back', async () => {
    const { token } = await link();
    const failed = (await use(server.url, token, await wall())).data!.task.id;
    expect(await ended(server.url, token, failed)).toBe('FAILED');
    const { data } = await ask(keys.all, `mutation { retryTask(id: "${failed}") { id } }`);
    const retry = data!.retryTask.id;
    const told = await ask(token, `{ task(id: "${retry}") { retryOf { id } } viewer { tasks { id } } }`);
    expect(told.data).toEqual({ task: { retryOf: null }, viewer: { tasks: [{ id: failed }, { id: retry }] } });
    expect(await ended(server.url, token, retry)).toBe('FAILED');
    await ask(keys.all, `mutation { deleteTask(id: "${retry}") { id } }`);
    expect((await use(server.url, token)).codes).toEqual(['PHOTO_LINK_USED_UP']);
  }, 150_000);

  test('a consent is wanted where the link says so, and kept', async () => {
    const { token } = await link(`${LINK}, requireConsent: true`);
    expect((await use(server.url, token)).codes).toEqual(['BAD_USER_INPUT']);
    const agreed = `mutation ($photo: String!) { task: usePhotoLink(input: { photo: { base64: $photo },
      consent: { purpose: "ID photo", noticeVersion: "1", reference: "form 3" } }) { id consent { purpose } } }`;
    const { data } = await ask(token, agreed, { photo: PORTRAIT.toString('base64') });
    expect(data!.task.consent).toBeNull();
    const kept = await ask(keys.shop, `{ task(id: "${data!.task.id}") { consent { reference } } }`);
    expect(kept.data!.task.consent).toEqual({ reference: 'form 3' });
  });

  test('fifty people at once make as many photos as it has uses', async () => {
    const { token, photoLink } = await link(`${LINK}, uses: 7`);
    const answers = await Promise.all(Array.from({ length: 50 }, () => use(server.url, token)));
    const made = answers.flatMap(({ data }) => (data?.task ? [data.task.id] : []));
    expect(new Set(made).size).toBe(7);
    expect(answers.flatMap(({ codes }) => codes)).toEqual(Array(43).fill('PHOTO_LINK_USED_UP'));
    const { data } = await ask(keys.shop, '{ photoLinks(first: 1) { nodes { id usesLeft tasks { id } } } }');
    expect(data!.photoLinks.nodes[0]).toMatchObject({ id: photoLink.id, usesLeft: 0 });
    expect(data!.photoLinks.nodes[0].tasks).toHaveLength(7);
  }, 150_000);

  test.each([
    ['a spec that there is not', 'operation: { idPhoto: { specId: "nothing" } }', 'SPEC_NOT_FOUND'],
    ['two requests', 'operation: { idPhoto: { specId: "yi-cun-295x413" }, restoration: { steps: SR } }', undefined],
    ['no request', 'operation: {}', undefined],
    ['a vendor that cannot', withOption('vendor: FEGINE'), undefined],
    ['a webhook that there is not', withOption('webhookId: "hook_0"'), 'BAD_USER_INPUT'],
    ['an idempotency key', withOption('idempotencyKey: "a"'), 'BAD_USER_INPUT'],
    ['no use', `${LINK}, uses: 0`, 'BAD_USER_INPUT'],
    ['too many uses', `${LINK}, uses: ${LIMITS.browserToken.maxUses + 1}`, 'BAD_USER_INPUT'],
    ['no time', `${LINK}, minutes: 0`, 'BAD_USER_INPUT'],
    ['too much time', `${LINK}, minutes: ${LIMITS.browserToken.maxMinutes + 1}`, 'BAD_USER_INPUT'],
  ])('with %s is refused when it is made', async (_, input, code) => {
    const { codes } = await ask(keys.shop, `mutation { createPhotoLink(input: { ${input} }) { token } }`);
    expect(codes).toEqual(code === undefined ? [expect.any(String)] : [code]);
  });

  test('is made by who may make photos itself, seen and revoked within its tenant, and no use of it comes after that', async () => {
    const { token, photoLink } = await link();
    expect((await ask(keys.poor, `mutation { createPhotoLink(input: { ${LINK} }) { token } }`)).codes).toEqual([
      'FORBIDDEN',
    ]);
    const revoke = `mutation { revokePhotoLink(id: "${photoLink.id}") { revokedAt } }`;
    expect((await ask(keys.school, revoke)).codes).toEqual(['NOT_FOUND']);
    expect((await ask(keys.school, '{ photoLinks { nodes { id } } }')).data).toEqual({ photoLinks: { nodes: [] } });
    expect((await ask(token, revoke)).codes).toEqual(['FORBIDDEN']);
    const { opened, closed } = closeOf(server.url, token);
    await opened;
    const at = performance.now();
    expect((await ask(keys.shop, revoke)).data!.revokePhotoLink.revokedAt).not.toBeNull();
    expect(await use(server.url, token)).toMatchObject({ status: 401, codes: ['UNAUTHENTICATED'] });
    expect(await closed).toBe(4401);
    expect(performance.now() - at).toBeLessThan(5_000);
  }, 20_000);

  test('ends with the API key that made it, and at its own end, with its sockets', async () => {
    const createKey = (more = '') =>
      ask(
        keys.all,
        `mutation { createApiKey(input: { name: "x", scopes: [TOKENS_CREATE, PHOTOS_CREATE]${more} }) { key apiKey { id } } }`,
      );
    const soon = new Date(Date.now() + 8_000);
    const short = (await createKey(`, expiresAt: "${soon.toISOString()}"`)).data!.createApiKey;
    const long = (await createKey()).data!.createApiKey;
    const links = [await link(LINK, short.key), await link(LINK, long.key)];
    const { data } = await ask(links[0]!.token, '{ viewer { expiresAt } }');
    expect(new Date(data!.viewer.expiresAt).getTime()).toBeLessThanOrEqual(soon.getTime());
    const sockets = links.map(({ token }) => closeOf(server.url, token));
    await Promise.all(sockets.map(({ opened }) => opened));
    const at = performance.now();
    await ask(keys.all, `mutation { revokeApiKey(id: "${long.apiKey.id}") { id } }`);
    expect(await sockets[1]!.closed).toBe(4401);
    expect(performance.now() - at).toBeLessThan(5_000);
    expect(await sockets[0]!.closed).toBe(4401);
    expect(performance.now() - at).toBeLessThan(8_000 + 5_000);
    for (const { token } of links) expect((await use(server.url, token)).codes).toEqual(['UNAUTHENTICATED']);
  }, 90_000);

  test('is told by the export of the reference that it names, and goes when that is erased', async () => {
    const { token } = await link('operation: { idPhoto: { specId: "yi-cun-295x413", reference: "a person" } }');
    const exported = async () =>
      (await ask(keys.all, '{ exportPerson(reference: "a person") { photoLinks { usesLeft } } }')).data!.exportPerson;
    expect(await exported()).toEqual({ photoLinks: [{ usesLeft: 1 }] });
    await ask(keys.all, 'mutation { erase(reference: "a person") { id } }');
    expect(await exported()).toEqual({ photoLinks: [] });
    expect((await ask(keys.shop, '{ photoLinks { nodes { reference } } }')).data!.photoLinks.nodes).not.toContainEqual({
      reference: 'a person',
    });
    expect((await use(server.url, token)).codes).toEqual(['UNAUTHENTICATED']);
  });
});

test('the trail says who made keys, tokens and links, who revoked them, and what was made with a link', async () => {
  const made = (
    await ask(keys.all, 'mutation { createApiKey(input: { name: "y", scopes: [USAGE_READ] }) { apiKey { id } } }')
  ).data!.createApiKey.apiKey.id;
  await ask(keys.all, `mutation { revokeApiKey(id: "${made}") { id } }`);
  await ask(keys.all, `mutation { revokeApiKey(id: "${made}") { id } }`);
  const { token, photoLink } = await link();
  const taskId = (await use(server.url, token)).data!.task.id;
  await taskToken(taskId);
  await ask(keys.shop, `mutation { revokePhotoLink(id: "${photoLink.id}") { id } }`);
  const trail = async (filter: string): Promise<Record<string, unknown>[]> =>
    (await ask(keys.all, `{ auditTrail(filter: { ${filter} }) { nodes { act actorKind actorId objectId } } }`)).data!
      .auditTrail.nodes;
  const acts = (await trail('acts: [KEY_CREATED, KEY_REVOKED]')).filter(({ objectId }) => objectId === made);
  expect(acts.map(({ act, actorKind }) => [act, actorKind])).toEqual([
    ['KEY_REVOKED', 'API_KEY'],
    ['KEY_CREATED', 'API_KEY'],
  ]);
  // Those of the beginning were made by command.
  expect((await trail('acts: [KEY_CREATED]')).filter(({ actorKind }) => actorKind === 'COMMAND')).toHaveLength(3);
  const links = (await trail('acts: [PHOTO_LINK_CREATED, PHOTO_LINK_REVOKED]')).filter(
    ({ objectId }) => objectId === photoLink.id,
  );
  expect(links.map(({ act }) => act)).toEqual(['PHOTO_LINK_REVOKED', 'PHOTO_LINK_CREATED']);
  const about = await trail(`taskId: "${taskId}"`);
  expect(about).toContainEqual({ act: 'TASK_CREATED', actorKind: 'PHOTO_LINK', actorId: photoLink.id, objectId: null });
  expect(about.map(({ act }) => act)).toContain('TASK_TOKEN_CREATED');
});

test('no token stands in a log, and none is told again', async () => {
  const answers: Answer[] = [await ask(given[0], '{ nonsense }')];
  answers.push(await ask(keys.shop, '{ photoLinks { nodes { id } } }'));
  answers.push(await ask(keys.all, '{ auditTrail { nodes { objectId } } }'));
  const seen = `${server.log()}${JSON.stringify(answers)}`;
  expect(given.length).toBeGreaterThan(10);
  for (const token of given) expect(seen).not.toContain(token.slice(-43));
});
