import { LIMITS } from '../../kernel/limits.js';
import type { Task } from '../../store/task.js';
import { Mailbox, TaskEvents } from './events.js';

/** All of a row that the bus looks at. */
const row = (id: string, sequence: number) => ({ id, sequence }) as Task;
const told = (task: Task) => `${task.id} ${task.sequence}`;

async function rest(mailbox: Mailbox): Promise<string[]> {
  const seen: string[] = [];
  for await (const task of mailbox) seen.push(told(task));
  return seen;
}

describe('a mailbox', () => {
  const ended: Mailbox[] = [];
  const open = () => new Mailbox(mailbox => ended.push(mailbox));
  beforeEach(() => {
    ended.length = 0;
  });

  test('holds the newest state of each task, in the order in which the tasks first changed', async () => {
    const mailbox = open();
    for (const [id, sequence] of [
      ['a', 1],
      ['b', 1],
      ['a', 2],
      ['a', 3],
    ] as const)
      mailbox.put(row(id, sequence));
    mailbox.end();
    expect(await rest(mailbox)).toEqual(['a 3', 'b 1']);
  });

  test('drops what is no newer than what it holds', async () => {
    const mailbox = open();
    for (const sequence of [3, 2]) mailbox.put(row('a', sequence));
    mailbox.end();
    expect(await rest(mailbox)).toEqual(['a 3']);
  });

  test('wakes who waits', async () => {
    const mailbox = open();
    const next = mailbox.next();
    mailbox.put(row('a', 1));
    expect(await next).toMatchObject({ done: false, value: { id: 'a' } });
  });

  test('gives what it holds after its end, takes nothing more, and tells its end once', async () => {
    const mailbox = open();
    mailbox.put(row('a', 1));
    mailbox.end();
    mailbox.put(row('a', 2));
    mailbox.end();
    expect(await rest(mailbox)).toEqual(['a 1']);
    expect(ended).toEqual([mailbox]);
  });

  test('ends for who waits', async () => {
    const mailbox = open();
    const next = mailbox.next();
    await mailbox.return();
    expect(await next).toEqual({ value: undefined, done: true });
  });

  test('that is full ends with OVERLOADED, and then is done', async () => {
    const mailbox = open();
    for (let task = 0; task < LIMITS.events.mailboxTasks; task += 1) mailbox.put(row(`task_${task}`, 1));
    // A task that it holds already takes no further place.
    mailbox.put(row('task_0', 2));
    expect(ended).toEqual([]);
    mailbox.put(row('one more', 1));
    expect(ended).toEqual([mailbox]);
    await expect(mailbox.next()).rejects.toMatchObject({ code: 'OVERLOADED' });
    expect(await mailbox.next()).toEqual({ value: undefined, done: true });
  });
});

describe('the bus', () => {
  test('brings a row to every subscriber of its task, and to nobody else', async () => {
    const events = new TaskEvents();
    const [first, second, other] = [events.subscribe('a'), events.subscribe('a'), events.subscribe('b')];
    events.publish(row('a', 1));
    events.close();
    expect(await Promise.all([first, second, other].map(rest))).toEqual([['a 1'], ['a 1'], []]);
  });

  test('tells others what this process has committed, and not what it was told', () => {
    const announced: string[] = [];
    const events = new TaskEvents(id => announced.push(id));
    events.publish(row('a', 1));
    events.deliver(row('b', 1));
    expect(announced).toEqual(['a']);
  });

  test('knows what is watched and how far it was told, which never goes back', () => {
    const events = new TaskEvents();
    events.subscribe('a');
    events.subscribe('b');
    events.deliver(row('a', 3));
    events.deliver(row('a', 2));
    expect(events.watched()).toEqual([
      { id: 'a', sequence: 3 },
      { id: 'b', sequence: 0 },
    ]);
    expect(events.watched(['b', 'c'])).toEqual([{ id: 'b', sequence: 0 }]);
  });

  test('forgets a task with its last subscriber', async () => {
    const events = new TaskEvents();
    const [first, second] = [events.subscribe('a'), events.subscribe('a')];
    await first.return();
    expect([events.subscribers, events.watched().length]).toEqual([1, 1]);
    await second.return();
    expect([events.subscribers, events.watched().length]).toEqual([0, 0]);
  });

  test('ends every subscription when it is closed', async () => {
    const events = new TaskEvents();
    const waiting = ['a', 'b'].map(id => events.subscribe(id).next());
    events.close();
    expect((await Promise.all(waiting)).map(({ done }) => done)).toEqual([true, true]);
    expect(events.subscribers).toBe(0);
  });
});
