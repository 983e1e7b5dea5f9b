import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { eventually } from './eventually.js';
import { FOLLOW, type FollowedHouse, move, nextOf, type Seen } from './followed-tasks.js';
import { RawClient } from './server-fixture.js';

/** 100 KB a frame: what the kernel takes for a client that does not read is full soon. */
const WIDE = `subscription($id: ID!) { taskUpdated(id: $id) { sequence state ${Array.from(
  { length: 25 },
  (_, index) => `a${index}: reference`,
).join(' ')} } }`;

async function readToEnd(client: RawClient): Promise<Seen[]> {
  const seen: Seen[] = [];
  for (let next = await nextOf(client); next !== undefined; next = await nextOf(client)) {
    seen.push({ sequence: next.sequence, state: next.state });
  }
  return seen;
}

/**
 * Readers that stop reading, 10 that go on, and a task that changes many times and ends. Gives what each was sent, and
 * by how much the memory grew while the readers stood still.
 */
export async function stallReaders(
  { house, server }: FollowedHouse,
  { readers, events }: { readers: number; events: number },
): Promise<{ stalled: Seen[][]; healthy: Seen[][]; grown: number; end: Seen }> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const memory = () => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const task = await house.create({ reference: 'r'.repeat(4_000) });
  const row = await move(house, task, 'start', 0);
  const join = async (query: string) => {
    const client = await new RawClient(server).opened();
    client.subscribe('1', query, { variables: { id: task.id } });
    expect((await nextOf(client))?.state).toBe('RUNNING');
    return client;
  };
  const stalled = await Promise.all(Array.from({ length: readers }, () => join(WIDE)));
  for (const { socket } of stalled) socket.pause();
  const healthy = await Promise.all(Array.from({ length: 10 }, () => join(FOLLOW)));
  const reading = Promise.all(healthy.map(readToEnd));

  const before = memory();
  // The bus alone is what a burst goes through; the database has the row of the beginning.
  for (let event = 1; event <= events; event++) {
    house.events.publish({ ...row, sequence: row.sequence + event });
    if (event % 10 === 0) await turn();
  }
  const grown = memory() - before;
  const end = { sequence: row.sequence + events + 1, state: 'SUCCEEDED' as const };
  house.events.publish({ ...row, ...end });
  const seen = { healthy: await reading, stalled: [] as Seen[][] };
  for (const client of stalled) {
    client.socket.resume();
    seen.stalled.push(await readToEnd(client));
  }
  for (const client of [...stalled, ...healthy]) client.socket.close();
  await eventually(() => house.events.subscribers === 0);
  return { ...seen, grown, end };
}

/** What has to hold of it, whatever the numbers. */
export function expectOthersUntouched(
  { stalled, healthy, grown, end }: Awaited<ReturnType<typeof stallReaders>>,
  events: number,
): void {
  expect(grown).toBeLessThan(30_000_000);
  for (const seen of [...healthy, ...stalled]) {
    expect(seen.at(-1)).toEqual(end);
    for (let index = 1; index < seen.length; index++)
      expect(seen[index]!.sequence).toBeGreaterThan(seen[index - 1]!.sequence);
  }
  // They get what the kernel held, then the last state, and not what was in between.
  for (const seen of stalled) expect(seen.length).toBeLessThan(events / 10);
}
