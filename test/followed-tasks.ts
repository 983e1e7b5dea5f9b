import { setTimeout as delay } from 'node:timers/promises';
import type { GraphQLSchema } from 'graphql';
import { audienceOf, type Context, createContext } from '../resolvers/context.js';
import { createResolvers } from '../resolvers/resolvers.js';
import { createSchema } from '../resolvers/schema.js';
import { OPEN_CALLER } from '../src/access/access-service.js';
import { CallerRates } from '../src/access/caller-rates.js';
import { KeyService } from '../src/access/key-service.js';
import { Rates } from '../src/access/rates.js';
import { AssetLinks } from '../src/assets/links.js';
import { systemClock } from '../src/kernel/clock.js';
import { Secrets } from '../src/kernel/secrets.js';
import { RuleBook } from '../src/specs/rules/rule-book.js';
import type { Task } from '../src/store/task.js';
import { changeTask } from '../src/store/task-rows.js';
import { MOVES, type MoveName } from '../src/tasks/machine/machine.js';
import { RawClient, startToyServer, type ToyServer } from './server-fixture.js';
import { silentLog } from './store-setup.js';
import { openTaskHouse, type TaskHouse } from './task-house.js';

/** The real schema, bus, database and sockets; the worker's moves are made by the test. */
export interface FollowedHouse {
  readonly house: TaskHouse;
  readonly schema: GraphQLSchema;
  readonly server: ToyServer;
  close(): Promise<void>;
}

export async function openFollowedHouse(): Promise<FollowedHouse> {
  const house = await openTaskHouse();
  const links = new AssetLinks(new Secrets([Buffer.alloc(32, 7)]), () => 'http://127.0.0.1/', systemClock);
  const rates = new CallerRates(new Rates({ log: silentLog }), { key: 1, tenant: 1 });
  const schema = await createSchema(
    createResolvers({
      ...house,
      links,
      keys: new KeyService(house.database, house.audit),
      rates,
      rules: new RuleBook(),
    }),
  );
  const server = await startToyServer({
    schema,
    context: ({ language }) => createContext(house, { caller: OPEN_CALLER, language }),
    audienceOf: context => audienceOf(context as Context),
  });
  return {
    house,
    schema,
    server,
    close: async () => {
      await server.close();
      await house.close();
    },
  };
}

export async function move(house: TaskHouse, { id }: Task, name: MoveName, percent: number): Promise<Task> {
  const { from, to, waitingOn } = MOVES[name];
  const terminal = to === 'SUCCEEDED';
  const row = await changeTask(house.database, id, {
    ...{ from, to, waitingOn, terminal },
    stage: terminal ? 'ENDED' : 'RENDERING',
    progressPercent: percent,
    progressSource: 'REPORTED',
    eraseSealed: false,
  });
  house.events.publish(row!);
  return row!;
}

export interface Seen {
  sequence: number;
  state: string;
}

/** The next change that a client is sent; undefined at the end of the task. */
export async function nextOf(client: RawClient): Promise<Seen | undefined> {
  const { type, payload } = await client.next();
  if (type === 'complete') return undefined;
  expect(type).toBe('next');
  return (payload as { data: { taskUpdated: Seen } }).data.taskUpdated;
}

/** Numbers that look like chance and are the same in each run. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return sides => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

export const FOLLOW =
  'subscription($id: ID!, $after: Int) { taskUpdated(id: $id, afterSequence: $after) { sequence state } }';

/**
 * 20 clients follow one task that changes all the time; each leaves `times` times after having read some of it, politely
 * or not, and comes back with the last sequence that it saw. Gives what each saw last, and what the task ended with.
 */
export async function followWithDisconnects(
  { house, server }: FollowedHouse,
  times: number,
): Promise<{ last: Seen[]; end: Seen; disconnects: number }> {
  const task = await house.create();
  await move(house, task, 'start', 0);
  let going = 20;
  let disconnects = 0;

  async function follow(seed: number): Promise<Seen> {
    const roll = dice(seed);
    let last: Seen = { sequence: 0, state: '' };
    const join = async () => {
      const client = await new RawClient(server).opened();
      client.subscribe('1', FOLLOW, { variables: { id: task.id, after: last.sequence } });
      return client;
    };
    const see = (seen: Seen) => {
      expect(seen.sequence).toBeGreaterThan(last.sequence);
      last = seen;
    };
    for (let time = 0; time < times; time++) {
      const client = await join();
      for (let reads = roll(3); reads > 0; reads--) see((await nextOf(client))!);
      if (roll(2) === 0) client.socket.terminate();
      else client.socket.close();
      await client.closed;
      disconnects++;
    }
    going--;
    const client = await join();
    for (let seen = await nextOf(client); seen !== undefined; seen = await nextOf(client)) see(seen);
    client.socket.close();
    return last;
  }

  const following = Promise.all(Array.from({ length: going }, (_, index) => follow(index + 1)));
  for (let percent = 0; going > 0; percent++) {
    await move(house, task, 'report', Math.min(99, percent));
    await delay(4);
  }
  const { sequence, state } = await move(house, task, 'succeed', 100);
  return { last: await following, end: { sequence, state }, disconnects };
}
