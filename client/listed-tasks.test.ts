import { ListedTasks, type ListPage } from './listed-tasks.js';

type Node = ListPage['nodes'][number];
const PAGE = 200;
const task = (at: number, sequence = 1) => ({ id: `task_${at}`, sequence }) as Node;
const tasks = (count: number) => Array.from({ length: count }, (_, at) => task(at));

/** A server that has these tasks, in pages. */
const pagesOf = (all: Node[]) => async (after: string | null) => {
  const end = Number(after ?? 0) + PAGE;
  const pageInfo = { hasNextPage: end < all.length, endCursor: String(end) };
  return { nodes: all.slice(end - PAGE, end), pageInfo } as ListPage;
};

function listedAfter(snapshot: Node[], isComplete = true): ListedTasks {
  const listed = new ListedTasks();
  listed.take({ kind: 'SNAPSHOT', isComplete, cursor: 'c', removed: [], tasks: snapshot });
  return listed;
}

test('what has changed and what is gone is told, and nothing where nothing has', async () => {
  const all = tasks(450);
  const listed = listedAfter(all);
  expect(await listed.look(pagesOf(all))).toBeUndefined();
  const now = [task(7, 2), ...all.slice(8)];
  expect(await listed.look(pagesOf(now))).toMatchObject({
    kind: 'CHANGES',
    tasks: [{ id: 'task_7', sequence: 2 }],
    removed: ['task_0', 'task_1', 'task_2', 'task_3', 'task_4', 'task_5', 'task_6'],
  });
});

test('of a list that is longer than what is asked for, nothing is taken for gone', async () => {
  const all = tasks(10_400);
  const listed = listedAfter(all);
  expect(await listed.look(pagesOf(all))).toBeUndefined();
  const news = task(10_400);
  expect(await listed.look(pagesOf([news, ...all]))).toMatchObject({ kind: 'CHANGES', tasks: [news], removed: [] });
});

test('a snapshot that a socket told in part is told anew as a snapshot', async () => {
  const all = tasks(450);
  const listed = listedAfter(all.slice(0, 100), false);
  const event = (await listed.look(pagesOf(all)))!;
  expect(event).toMatchObject({ kind: 'SNAPSHOT', isComplete: true, removed: [] });
  expect(event.tasks).toHaveLength(450);
  listed.take(event);
  expect(await listed.look(pagesOf(all))).toBeUndefined();
});

test('numbers of the list are told with it, and alone where only they have changed', async () => {
  const all = tasks(450);
  const counts = (endedPerMinute: number) => ({ states: [], acceptedPerMinute: 0, endedPerMinute, failedPerMinute: 0 });
  /** The first page has them. */
  const counted = (rate: number) => async (after: string | null) => ({
    ...(await pagesOf(all)(after)),
    ...(after === null && { counts: counts(rate) }),
  });
  const listed = new ListedTasks();
  const event = (await listed.look(counted(1)))!;
  expect(event.counts).toEqual(counts(1));
  listed.take(event);
  expect(await listed.look(counted(1))).toBeUndefined();
  expect(await listed.look(counted(2))).toMatchObject({ kind: 'CHANGES', tasks: [], removed: [], counts: counts(2) });
});
