import { openTaskHouse, type TaskHouse, TENANT } from '../../../test/task-house.js';
import { claimDue } from '../../store/queue-rows.js';
import { TASK_STATES } from '../../store/task.js';
import { MOVES, type MoveName } from './machine.js';

let house: TaskHouse;
beforeAll(async () => {
  house = await openTaskHouse();
});
afterAll(() => house.close());

const move = (...asked: Parameters<TaskHouse['lifecycle']['move']>) => house.lifecycle.move(...asked);
const find = (id: string) => house.tasks.find(TENANT, id);
const queued = async (id: string) =>
  (await house.database.query('select 1 from task_queue where task_id = $1', [id])).length === 1;

test('a move happens from the states of its row in the table, and from no other', async () => {
  const { id } = await house.create();
  for (const name of Object.keys(MOVES) as MoveName[])
    for (const state of TASK_STATES) {
      await house.database.query('update tasks set state = $2 where id = $1', [id, state]);
      const moved = await move(id, name);
      const { from, to } = MOVES[name] as { from: readonly string[]; to: string };
      expect([name, state, moved?.state]).toEqual([name, state, from.includes(state) ? to : undefined]);
    }
});

describe('who is waited for, the stage and the progress', () => {
  test.each([
    ['start', { stage: 'SUBMITTING' }, { waitingOn: 'VENDOR', stage: 'SUBMITTING', progressSource: 'NONE' }],
    ['report', { stage: 'RENDERING', percent: 40 }, { progressPercent: 40, progressSource: 'REPORTED' }],
    ['report', { stage: 'FETCHING' }, { stage: 'FETCHING', progressPercent: null, progressSource: 'NONE' }],
    ['park', {}, { waitingOn: 'OPERATOR', stage: 'VENDOR_PROCESSING', endedAt: null }],
    ['succeed', {}, { waitingOn: 'NONE', stage: 'ENDED', progressPercent: 100, progressSource: 'REPORTED' }],
    ['fail', { percent: 40 }, { waitingOn: 'NONE', stage: 'ENDED', progressPercent: null }],
    ['cancel', {}, { waitingOn: 'NONE', stage: 'ENDED', endedAt: expect.any(Date) }],
  ] as const)('of %s with %j', async (name, details, expected) => {
    const { id } = await house.create();
    if (name !== 'start') await move(id, 'start', { stage: 'SUBMITTING' });
    expect(await move(id, name, details)).toMatchObject(expected);
  });

  test('a success takes an earlier failure away', async () => {
    const { id } = await house.create();
    await move(id, 'start');
    await move(id, 'park', { failure: { code: 'OUTCOME_UNKNOWN', message: '?' } });
    expect(await move(id, 'succeed')).toMatchObject({ failure: null });
  });
});

describe('the queue and the personal data', () => {
  test.each([
    ['start', {}, true],
    ['report', {}, true],
    ['park', { stayQueued: true }, true],
    ['park', {}, false],
    ['succeed', {}, false],
    ['fail', {}, false],
    ['cancel', {}, false],
    ['expire', {}, false],
  ] as const)('after %s with %j both are still there: %s', async (name, details, stay) => {
    const { id } = await house.create({ sealed: 'v1.sealed' });
    if (name !== 'start') await move(id, 'start');
    await move(id, name, details);
    expect([await queued(id), (await find(id))?.sealed]).toEqual([stay, stay ? 'v1.sealed' : null]);
  });
});

test('a token that was fenced off moves nothing and writes nothing beside it', async () => {
  const { id } = await house.create({ route: ['FEGINE'] });
  const [claim] = await claimDue(house.database, [{ source: 'FEGINE', free: 1 }], 60_000);
  const before = await find(id);
  let also = false;
  const late = async () => {
    also = true;
  };
  expect(await move(id, 'start', { token: claim!.token - 1, also: late })).toBeUndefined();
  expect([also, await find(id)]).toEqual([false, before]);
  expect(await move(id, 'start', { token: claim!.token })).toMatchObject({ state: 'RUNNING' });
});

test('what is written with a move is one commit with it: a throw undoes both, and nobody hears of it', async () => {
  const { id } = await house.create();
  const before = await find(id);
  const mailbox = house.events.subscribe(id);
  const failing = move(id, 'cancel', {
    also: async sql => {
      await sql.query(`update tasks set reference = 'half' where id = $1`, [id]);
      throw new Error('no');
    },
  });
  await expect(failing).rejects.toThrow('no');
  mailbox.end();
  expect(await mailbox.next()).toMatchObject({ done: true });
  expect([await find(id), await queued(id)]).toEqual([before, true]);
});

test('a move is told once it is committed, with the row as it stands', async () => {
  const { id } = await house.create();
  const mailbox = house.events.subscribe(id);
  const moved = await move(id, 'start');
  mailbox.end();
  expect((await mailbox.next()).value).toEqual(moved);
  expect(moved).toEqual(await find(id));
});
