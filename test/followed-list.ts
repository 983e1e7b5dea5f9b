import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Task } from '../src/store/task.js';
import { eventually } from './eventually.js';
import { type FollowedHouse, move } from './followed-tasks.js';

const QUERY = `subscription ($filter: TaskFilterInput) {
  tasksUpdated(filter: $filter, first: 1000) { kind isComplete tasks { id state stage sequence updatedAt progress { percent } } }
}`;

interface Update {
  kind: 'SNAPSHOT' | 'CHANGES';
  isComplete: boolean;
  tasks: { id: string; state: string; sequence: number }[];
}

/** What one stock client saw on one subscription of a list, while its tasks changed. */
export interface SeenList {
  /** Messages that the snapshot took. */
  pages: number;
  /** The newest state and sequence of each task. */
  last: ReadonlyMap<string, string>;
  /** Bytes of all messages of changes, by how many changes they held. */
  bytesPerChange: number;
}

/** `count` tasks at once on one subscription of the client that everybody has, each through its whole life. */
export async function followList({ house, server }: FollowedHouse, count: number): Promise<SeenList> {
  const label = `list-${count}`;
  const tasks: Task[] = [];
  while (tasks.length < count) tasks.push(await house.create({ labels: [label] }));
  let bytes = 0;
  class Counting extends WebSocket {
    constructor(url: string, protocol: string) {
      super(url, protocol);
      this.on('message', (data: Buffer) => {
        if (data.includes('"CHANGES"')) bytes += data.length;
      });
    }
  }
  const client = createClient({
    url: `ws://127.0.0.1:${server.port}/graphql`,
    webSocketImpl: Counting,
    retryAttempts: 0,
  });
  const last = new Map<string, string>();
  let pages = 0;
  let changes = 0;
  let isComplete = false;
  const following = (async () => {
    const updates = client.iterate<{ tasksUpdated: Update }>({
      query: QUERY,
      variables: { filter: { labels: [label] } },
    });
    for await (const { data } of updates) {
      const update = data!.tasksUpdated;
      if (update.kind === 'SNAPSHOT') pages++;
      else changes += update.tasks.length;
      isComplete ||= update.isComplete;
      for (const { id, state, sequence } of update.tasks) last.set(id, `${state} ${sequence}`);
      if (update.kind === 'CHANGES' && [...last.values()].every(seen => seen.startsWith('SUCCEEDED'))) break;
    }
  })();
  await eventually(() => isComplete);
  const ends = new Map<string, string>();
  for (const [name, percent] of [
    ['start', 0],
    ['report', 40],
    ['report', 80],
    ['succeed', 100],
  ] as const)
    for (const task of tasks) {
      const { state, sequence } = await move(house, task, name, percent);
      ends.set(task.id, `${state} ${sequence}`);
    }
  await following;
  await client.dispose();
  expect(last).toEqual(ends);
  return { pages, last, bytesPerChange: bytes / changes };
}
