import { setTimeout as delay } from 'node:timers/promises';
import { LIMITS } from '../src/kernel/limits.js';
import type { Task } from '../src/store/task.js';
import { eventually } from './eventually.js';
import { FOLLOW, type FollowedHouse, move, nextOf, openFollowedHouse } from './followed-tasks.js';
import { RawClient } from './server-fixture.js';
import { askInPairs, expectDifferences } from './shared-answers.js';

let followed: FollowedHouse;
beforeAll(async () => {
  followed = await openFollowedHouse();
});
afterAll(() => followed.close());

test('nobody sees an answer that was made for another tenant, scope, token or language', async () => {
  const { wrong, answers } = await askInPairs(followed, 150);
  expect(wrong).toEqual([]);
  expectDifferences(answers);
  // What is compared would show it; whether a pair meets at the same moment is a matter of chance.
  let shown: string[] = [];
  for (let tries = 0; shown.length === 0 && tries < 20; tries++)
    shown = (await askInPairs(followed, 50, () => 'everybody')).wrong;
  expect(shown).not.toEqual([]);
}, 120_000);

describe('who follows the same task', () => {
  let task: Task;
  beforeAll(async () => {
    task = await followed.house.create({ reference: 'order 1' });
    await move(followed.house, task, 'start', 0);
  });

  const open = (query = FOLLOW, more: object = {}, language = 'en') =>
    new RawClient(followed.server).opened(true, { language }).then(client => {
      client.subscribe('x', query, { variables: { id: task.id, ...more } });
      return client;
    });

  afterEach(() => eventually(() => followed.house.events.subscribers === 0));

  it('shares one source with all who ask alike, wherever each begins, and with nobody else', async () => {
    const { events } = followed.house;
    const alike = await Promise.all([open(), open(FOLLOW, { after: 0 }), open(FOLLOW, { after: null })]);
    for (const client of alike) await nextOf(client);
    expect(events.subscribers).toBe(1);
    const others = [await open(FOLLOW, {}, 'zh'), await open(FOLLOW.replace('state', 'state stage'))];
    for (const client of others) await nextOf(client);
    expect(events.subscribers).toBe(3);
    for (const { socket } of [...alike, ...others]) socket.close();
  });

  it('goes on when another completes or leaves, also the one who came first', async () => {
    const clients = [await open(), await open(), await open()];
    const before = (await nextOf(clients[0]!))!;
    for (const client of clients.slice(1)) expect(await nextOf(client)).toEqual(before);
    clients[0]!.socket.terminate();
    clients[1]!.send({ type: 'complete', id: 'x' });
    await eventually(async () => clients[0]!.socket.readyState === clients[0]!.socket.CLOSED);
    await move(followed.house, task, 'report', 50);
    expect((await nextOf(clients[2]!))!.sequence).toBe(before.sequence + 1);
    for (const { socket } of clients) socket.close();
  });

  it('is told only what is newer than what it has', async () => {
    const first = await open();
    const { sequence } = (await nextOf(first))!;
    const second = await open(FOLLOW, { after: sequence });
    second.send({ type: 'ping' });
    expect((await second.next()).type).toBe('pong');
    await move(followed.house, task, 'report', 60);
    for (const client of [first, second]) expect((await nextOf(client))!.sequence).toBe(sequence + 1);
    for (const { socket } of [first, second]) socket.close();
  });

  it('gets what stands, also of what changes without an event', async () => {
    const query = 'subscription($id: ID!) { taskUpdated(id: $id) { reference } }';
    const referenceOf = async (client: RawClient) => JSON.stringify((await client.next()).payload);
    const first = await open(query);
    expect(await referenceOf(first)).toContain('order 1');
    await followed.house.database.query(`update tasks set reference = 'order 9' where id = $1`, [task.id]);
    await delay(2 * LIMITS.webSocket.joinMs + 100);
    const second = await open(query);
    expect(await referenceOf(second)).toContain('order 9');
    for (const { socket } of [first, second]) socket.close();
  });

  it('is told the end with the last state, in one packet of the shared text and its own id', async () => {
    const task = await followed.house.create();
    await move(followed.house, task, 'start', 0);
    const clients = [];
    for (const id of ['"', '相片', 'x'.repeat(300)]) {
      const client = await new RawClient(followed.server).opened();
      client.subscribe(id, FOLLOW, { variables: { id: task.id } });
      expect((await client.next()).id).toBe(id);
      clients.push([id, client] as const);
    }
    await move(followed.house, task, 'succeed', 100);
    for (const [id, client] of clients) {
      expect(await client.next()).toMatchObject({
        type: 'next',
        id,
        payload: { data: { taskUpdated: { state: 'SUCCEEDED' } } },
      });
      expect(await client.next()).toEqual({ type: 'complete', id });
      client.socket.close();
    }
  });
});
