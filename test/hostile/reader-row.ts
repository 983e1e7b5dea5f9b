import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import WebSocket from 'ws';
import { audienceOf, type Context, createContext } from '../../resolvers/context.js';
import { createResolvers } from '../../resolvers/resolvers.js';
import { createSchema } from '../../resolvers/schema.js';
import { OPEN_CALLER } from '../../src/access/access-service.js';
import { CallerRates } from '../../src/access/caller-rates.js';
import { KeyService } from '../../src/access/key-service.js';
import { Rates } from '../../src/access/rates.js';
import { AssetLinks } from '../../src/assets/links.js';
import { INBOX } from '../../src/audit/audit.js';
import { systemClock } from '../../src/kernel/clock.js';
import { Secrets } from '../../src/kernel/secrets.js';
import { RuleBook } from '../../src/specs/rules/rule-book.js';
import type { Task } from '../../src/store/task.js';
import { startToyServer } from '../server-fixture.js';
import { silentLog } from '../store-setup.js';
import { openTaskHouse } from '../task-house.js';
import type { Row } from './row.js';

/** So much in each answer that what the kernel takes for a client that does not read is full soon. */
const WIDE = Array.from({ length: 20 }, (_, index) => `a${index}: reference`).join(' ');
const FOLLOW = `subscription ($id: ID!) { taskUpdated(id: $id) { id reference sequence state ${WIDE} } }`;
const EVENTS_EACH = 20;

/** What is in its answers has to be its own. */
class Reader {
  readonly foreign: string[] = [];
  received = 0;
  refused = false;
  last: { sequence: number; state: string } | undefined;
  readonly ended: Promise<void>;

  constructor(
    readonly socket: WebSocket,
    readonly task: Task,
  ) {
    this.ended = new Promise(resolve =>
      socket.on('message', data => {
        const { type, id, payload } = JSON.parse(String(data));
        if (type === 'next' && id === 'foreign') this.#takeForeign(payload);
        if (type === 'next' && id === 'own') this.#take(payload.data.taskUpdated);
        if (type === 'complete' && id === 'own') resolve();
      }),
    );
  }

  #takeForeign({ data, errors = [] }: { data?: unknown; errors?: { extensions: { code: string } }[] }): void {
    this.refused = errors[0]?.extensions.code === 'NOT_FOUND';
    if (data) this.foreign.push(`${this.task.tenantId} was let into the task of another`);
  }

  #take(seen: { id: string; reference: string; sequence: number; state: string }): void {
    this.received++;
    if (seen.id !== this.task.id || seen.reference !== this.task.reference)
      this.foreign.push(`${this.task.tenantId} was told of ${seen.reference.slice(0, 12)}`);
    if (this.last !== undefined && seen.sequence <= this.last.sequence) this.foreign.push('an older state came later');
    this.last = seen;
  }
}

/**
 * As many tenants, each with a WebSocket that follows its own task and tries to follow another's; every fifth stops
 * reading. What changes is drawn at random. The sockets, the bus and the schema are the real ones.
 */
export async function readersRow(tenants: number): Promise<Row> {
  const house = await openTaskHouse();
  const links = new AssetLinks(new Secrets([Buffer.alloc(32, 7)]), () => 'http://127.0.0.1/', systemClock);
  const rates = new CallerRates(new Rates({ log: silentLog }), { key: 1, tenant: 1 });
  const server = await startToyServer({
    schema: await createSchema(
      createResolvers({ ...house, links, keys: new KeyService(house.database, INBOX), rates, rules: new RuleBook() }),
    ),
    maxSockets: tenants,
    audienceOf: context => audienceOf(context as Context),
    context: ({ language, connectionParams }) =>
      createContext(house, { caller: { ...OPEN_CALLER, tenantId: String(connectionParams?.tenant) }, language }),
  });
  const readers: Reader[] = [];
  try {
    const tasks: Task[] = [];
    for (let index = 0; index < tenants; index++) {
      const reference = `mark of ${index} `.padEnd(2_000, String(index));
      tasks.push(await house.create({ tenantId: `tenant-${index}`, reference }));
    }
    for (let begin = 0; begin < tenants; begin += 50)
      readers.push(
        ...(await Promise.all(
          tasks.slice(begin, begin + 50).map(task => follow(server.port, task, tasks[(begin * 7 + 1) % tenants]!)),
        )),
      );
    for (const [index, { socket }] of readers.entries()) if (index % 5 === 0) socket.pause();
    await publishAtRandom(house.events, tasks);
    for (const { socket } of readers) socket.resume();
    await Promise.all(readers.map(({ ended }) => ended));
  } finally {
    for (const { socket } of readers) socket.terminate();
    await server.close();
    await house.close();
  }
  const failures = readers.flatMap(({ foreign, last, refused, task }) => [
    ...foreign,
    ...(last?.state === 'SUCCEEDED' ? [] : [`${task.tenantId} did not see its end`]),
    ...(refused ? [] : [`${task.tenantId} was not refused another's task`]),
  ]);
  const received = readers.reduce((sum, reader) => sum + reader.received, 0);
  return {
    what: 'tenants, every fifth a slow reader',
    count: tenants,
    failures,
    measured: `${tenants * EVENTS_EACH} events, ${received} answers, 0 foreign, each saw its end`,
  };
}

async function follow(port: number, task: Task, other: Task): Promise<Reader> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws');
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { tenant: task.tenantId } }));
  await once(socket, 'message');
  const reader = new Reader(socket, task);
  const subscribe = (id: string, { id: taskId }: Task) =>
    socket.send(JSON.stringify({ id, type: 'subscribe', payload: { query: FOLLOW, variables: { id: taskId } } }));
  if (other === task) reader.refused = true;
  else subscribe('foreign', other);
  const first = new Promise<void>(resolve => {
    const look = () => reader.received > 0 && resolve();
    socket.on('message', look);
  });
  subscribe('own', task);
  await first;
  return reader;
}

/** On the bus alone, as in a burst of commits. */
async function publishAtRandom(events: { publish(row: Task): void }, tasks: readonly Task[]): Promise<void> {
  const sequences = new Map(tasks.map(({ id, sequence }) => [id, sequence]));
  const publish = (task: Task, state: Task['state']) => {
    const sequence = sequences.get(task.id)! + 1;
    sequences.set(task.id, sequence);
    events.publish({ ...task, sequence, state });
  };
  const drawn = Array.from({ length: tasks.length * (EVENTS_EACH - 1) }, (_, index) => tasks[index % tasks.length]!);
  // The same order in each run, and no order to be seen in it.
  let seed = 20_261_127;
  for (let index = drawn.length - 1; index > 0; index--) {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    const other = seed % (index + 1);
    [drawn[index], drawn[other]] = [drawn[other]!, drawn[index]!];
  }
  for (const [index, task] of drawn.entries()) {
    publish(task, 'RUNNING');
    if (index % 20 === 0) await turn();
  }
  for (const task of tasks) publish(task, 'SUCCEEDED');
}
