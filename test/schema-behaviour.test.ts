import { ANYONE } from '../src/audit/acts.js';
import { type FollowedHouse, openFollowedHouse } from './followed-tasks.js';
import { RawClient } from './server-fixture.js';
import { TENANT } from './task-house.js';

let followed: FollowedHouse;
beforeAll(async () => {
  followed = await openFollowedHouse();
});
afterAll(() => followed.close());

interface Answer {
  // biome-ignore lint/suspicious/noExplicitAny: answers of any shape
  data: any;
  errors?: {
    path: unknown[];
    message: string;
    extensions: { code: string; fields?: { path: string; code: string }[] };
  }[];
}

async function ask(query: string, variables: object = {}): Promise<Answer> {
  return (await followed.server.post({ query, variables })).json() as Promise<Answer>;
}

test('of two root fields one may fail: the answer of the other stays', async () => {
  const { id } = await followed.house.create();
  const { data, errors } = await ask(
    'mutation ($id: ID!) { good: cancelTask(id: $id) { id state } bad: cancelTask(id: "task_00000000000000000000000000") { id } }',
    { id },
  );
  expect(data).toEqual({ good: { id, state: 'CANCELED' }, bad: null });
  expect(errors).toMatchObject([{ path: ['bad'], extensions: { code: 'NOT_FOUND' } }]);
  const asked = await ask('{ specs(first: 1) { totalCount } bad: specs(first: 1000) { totalCount } }');
  expect(asked.data).toMatchObject({ specs: { totalCount: 179 }, bad: null });
});

test.each<[string, string, object, string]>([
  [
    'nothing, in a variable',
    'mutation ($p: PhotoInput!) { restorePhoto(input: { steps: SR, photo: $p }) { id } }',
    { p: {} },
    'p EXACTLY_ONE',
  ],
  [
    'two, one of them null, in a variable',
    'mutation ($p: PhotoInput!) { restorePhoto(input: { steps: SR, photo: $p }) { id } }',
    { p: { assetId: 'a', url: null } },
    'p EXACTLY_ONE',
  ],
  [
    'two in the document',
    'mutation { restorePhoto(input: { steps: SR, photo: { assetId: "a", url: "b" } }) { id } }',
    {},
    '',
  ],
])('of a @oneOf input exactly one field: %s', async (_what, query, variables, field) => {
  const { errors } = await ask(query, variables);
  const { code, fields } = errors![0]!.extensions;
  expect([code, fields?.[0] ? `${fields[0].path} ${fields[0].code}` : '']).toEqual([
    field === '' ? 'GRAPHQL_VALIDATION_FAILED' : 'BAD_USER_INPUT',
    field,
  ]);
});

test('an empty list in a filter filters nothing; all that match are counted where it is asked', async () => {
  const { data } = await ask(
    '{ all: tasks { totalCount } empty: tasks(first: 1, filter: { states: [], labels: [] }) { totalCount nodes { id } } }',
  );
  expect(data.empty.totalCount).toBe(data.all.totalCount);
  expect(data.empty.totalCount).toBeGreaterThan(0);
  expect(data.empty.nodes).toHaveLength(1);
});

test('one subscription tells of 200 tasks, their changes and their numbers', async () => {
  const tasks = await Promise.all(Array.from({ length: 200 }, () => followed.house.create({ reference: 'wall' })));
  const client = await new RawClient(followed.server).opened();
  client.subscribe(
    '1',
    'subscription { tasksUpdated(filter: { reference: "wall" }) { kind isComplete tasks { id state } removed counts { states { state count } } } }',
  );
  const next = async () => ((await client.next()).payload as unknown as Answer).data.tasksUpdated;
  const pages = [await next(), await next()];
  expect(pages.map(({ kind, isComplete }) => [kind, isComplete])).toEqual([
    ['SNAPSHOT', false],
    ['SNAPSHOT', true],
  ]);
  expect(new Set(pages.flatMap(page => page.tasks.map(({ id }: { id: string }) => id)))).toEqual(
    new Set(tasks.map(({ id }) => id)),
  );
  expect(pages[0].counts.states).toEqual([{ state: 'QUEUED', count: 200 }]);
  const { id } = await followed.house.tasks.cancel(TENANT, tasks[7]!.id, ANYONE);
  expect(await next()).toMatchObject({ kind: 'CHANGES', tasks: [{ id, state: 'CANCELED' }], removed: [] });
  client.socket.terminate();
});
