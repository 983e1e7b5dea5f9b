import { openTaskHouse, type TaskHouse, TENANT } from '../../../test/task-house.js';
import { ANYONE } from '../../audit/acts.js';
import { LIMITS } from '../../kernel/limits.js';

let house: TaskHouse;
beforeAll(async () => {
  house = await openTaskHouse();
});
afterAll(() => house.close());

const ID = 'task_00000000000000000000000000';
const cursor = (text: string) => Buffer.from(text).toString('base64url');

describe('a cursor', () => {
  test.each([
    ['is no base64 of ours', 'nonsense'],
    ['is empty', ''],
    ['has a time alone', cursor('2026-11-26T08:00:00.000000Z')],
    ['has an id alone', cursor(ID)],
    ['has milliseconds, where the list has microseconds', cursor(`2026-11-26T08:00:00.000Z ${ID}`)],
    ['has a month that does not exist', cursor(`2026-13-26T08:00:00.000000Z ${ID}`)],
    ['has a time of its own', cursor(`2026-11-26T08:00:00.000000+01 ${ID}`)],
    ['has the id of an asset', cursor('2026-11-26T08:00:00.000000Z asset_00000000000000000000000000')],
    ['has SQL for an id', cursor(`2026-11-26T08:00:00.000000Z ' or 1=1 --`)],
  ])('that %s is refused', async (_, after) => {
    await expect(house.taskList.page(TENANT, {}, { first: 1, after: after })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: [{ path: 'after', code: 'CURSOR' }],
    });
  });

  test('of a task that is gone is a place in the list all the same', async () => {
    const { id } = await house.create({ tenantId: 'cursor' });
    const { tasks } = await house.taskList.page('cursor', {}, { first: 1 });
    await house.database.query('delete from tasks where id = $1', [id]);
    const earlier = cursor(`2026-01-01T00:00:00.000000Z ${ID}`);
    expect(await house.taskList.page('cursor', {}, { first: 1, after: tasks[0]!.cursor })).toEqual({
      tasks: [],
      hasNextPage: false,
    });
    expect(await house.taskList.page('cursor', {}, { first: 1, after: earlier })).toEqual({
      tasks: [],
      hasNextPage: false,
    });
  });
});

describe('create', () => {
  const request = {
    operation: 'RESTORATION',
    job: { steps: 'SR' },
    fingerprint: 'same',
    reference: null,
    labels: [],
    route: ['LOCAL'],
    ignoredOptions: [],
    by: ANYONE,
  } as const;
  const count = async (tenant: string) => (await house.taskList.page(tenant, {}, { first: 10 })).tasks.length;

  test('the source is the first of the route', async () => {
    expect(await house.tasks.create(TENANT, { ...request, route: ['LEQI', 'LOCAL'] })).toMatchObject({
      source: 'LEQI',
      route: ['LEQI', 'LOCAL'],
      state: 'QUEUED',
      inputAssets: [],
      sealed: null,
    });
  });

  test.each([{}, { idempotencyKey: 'key' }])(
    'what is reserved with it is one commit with it: a throw undoes the task and its key (%j)',
    async key => {
      const tenant = `reserve ${JSON.stringify(key)}`;
      const reserve = async () => Promise.reject(new Error('sold'));
      await expect(house.tasks.create(tenant, { ...request, ...key, reserve })).rejects.toThrow('sold');
      expect(await count(tenant)).toBe(0);
      // The key is free again, for another input too.
      await house.tasks.create(tenant, { ...request, ...key, fingerprint: 'other' });
      expect(await count(tenant)).toBe(1);
    },
  );

  test('a key that is known reserves nothing a second time', async () => {
    let reserved = 0;
    const reserve = async () => {
      reserved += 1;
    };
    const again = { ...request, idempotencyKey: 'once', reserve };
    const first = await house.tasks.create('once', again);
    expect((await house.tasks.create('once', again)).id).toBe(first.id);
    expect(reserved).toBe(1);
  });

  test('a key is kept for its time, and is free after it', async () => {
    const keyed = { ...request, idempotencyKey: 'key' };
    const first = await house.tasks.create('expiry', keyed);
    const past = (ms: number) =>
      house.database.query(
        `update idempotency_keys set expires_at = expires_at - make_interval(secs => $1) where tenant_id = 'expiry'`,
        [ms / 1_000],
      );
    await past(LIMITS.task.idempotencyKeptMs - 60_000);
    expect((await house.tasks.create('expiry', keyed)).id).toBe(first.id);
    await past(60_000);
    expect((await house.tasks.create('expiry', { ...keyed, fingerprint: 'other' })).id).not.toBe(first.id);
  });
});

test.each(['', 'task_1', 'asset_00000000000000000000000000', `${ID}' or true`])(
  'an id that cannot be a task (%j) is none',
  async id => {
    expect(await house.tasks.find(TENANT, id)).toBeUndefined();
    await expect(house.tasks.require(TENANT, id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  },
);

test('findMany leaves out what is not there and what belongs to somebody else', async () => {
  const [mine, theirs] = [await house.create(), await house.create({ tenantId: 'another' })];
  const found = await house.tasks.findMany(TENANT, [theirs.id, ID, mine.id]);
  expect(found.map(({ id }) => id)).toEqual([mine.id]);
});

test('canceling an ended task says what it ended as, and leaves it', async () => {
  const { id } = await house.create();
  await house.lifecycle.move(id, 'fail', { failure: { code: 'NO_FACE', message: '' } });
  await expect(house.tasks.cancel(TENANT, id, ANYONE)).rejects.toMatchObject({
    code: 'TASK_ENDED',
    message: expect.stringContaining('FAILED'),
  });
});
