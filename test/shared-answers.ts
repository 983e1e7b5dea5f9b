import { audienceOf, type Context, createContext } from '../resolvers/context.js';
import { OPEN_CALLER } from '../src/access/access-service.js';
import type { Caller } from '../src/access/caller.js';
import { ANYONE } from '../src/audit/acts.js';
import { eventually } from './eventually.js';
import { type FollowedHouse, move } from './followed-tasks.js';
import { type Message, RawClient, startToyServer, type ToyServer } from './server-fixture.js';

/** Callers of two tenants with other scopes, kinds and tokens; tasks of both. */
async function populate({ house }: FollowedHouse): Promise<{ callers: Caller[]; ids: string[] }> {
  const key = (id: string, tenantId: string, ...scopes: string[]): Caller =>
    ({ ...OPEN_CALLER, kind: 'API_KEY', id, apiKeyId: id, tenantId, scopes: new Set(scopes) }) as Caller;
  const running = await house.create({ reference: 'order 1', labels: ['a'] });
  await move(house, running, 'start', 0);
  const failed = await house.create({ reference: 'order 2' });
  await house.lifecycle.move(failed.id, 'fail', { failure: { code: 'NO_FACE', message: 'no face' } });
  const foreign = await house.create({ tenantId: 'other', reference: 'order 3' });
  const tokenOf = async (id: string): Promise<Caller> => {
    const made = await house.tokens.createTaskToken(OPEN_CALLER, ANYONE, id);
    return { ...OPEN_CALLER, kind: 'TASK_TOKEN', id: made.id, scopes: new Set() };
  };
  const callers: Caller[] = [
    key('key_a', 'default', 'tasks:read', 'tokens:create'),
    key('key_b', 'default', 'tokens:create', 'tasks:read'),
    key('key_c', 'default', 'tasks:read'),
    key('key_d', 'default', 'catalogue:read'),
    key('key_e', 'other', 'tasks:read'),
    { ...key('subject', 'default', 'tasks:read'), kind: 'JWT', apiKeyId: null },
    await tokenOf(running.id),
    await tokenOf(running.id),
    await tokenOf(failed.id),
  ];
  return { callers, ids: [running.id, failed.id, foreign.id] };
}

/** The real schema; who asks is the caller of that number. */
function serve(
  { schema, house }: FollowedHouse,
  callers: readonly Caller[],
  audience?: (context: Context) => string,
): Promise<ToyServer> {
  return startToyServer({
    schema,
    context: ({ language, connectionParams }) =>
      createContext(house, { caller: callers[Number(connectionParams?.caller)]!, language }),
    ...(audience && { audienceOf: context => audience(context as Context) }),
  });
}

const DOCUMENTS = [
  'subscription($id: ID!) { taskUpdated(id: $id) { id state reference labels } }',
  'subscription($id: ID!, $after: Int) { taskUpdated(id: $id, afterSequence: $after) { reference failure { code userMessage } } }',
  'subscription($id: ID!) { taskUpdated(id: $id) { ...F attempts { number } } } fragment F on Task { state reference consent { reference } }',
  'subscription A($id: ID!) { taskUpdated(id: $id) { id } } subscription B($id: ID!) { taskUpdated(id: $id) { reference } }',
];
const LANGUAGES = ['en', 'zh'] as const;

/** A caller in one language, with its sockets at the server that shares and at the one that does not. */
interface Asker {
  shared: RawClient;
  alone: RawClient;
  expected: Map<string, string>;
  /** One at a time on each socket. */
  turn: Promise<unknown>;
}

interface Ask {
  document: number;
  id: string;
  after: number | null | undefined;
  operationName: string | undefined;
}

/** The first answer, or the errors. */
async function firstOf(client: RawClient, { document, id, after, operationName }: Ask): Promise<string> {
  client.subscribe('1', DOCUMENTS[document]!, {
    variables: { id, ...(after !== undefined && { after }) },
    operationName,
  });
  const { type, payload } = await client.next();
  client.send({ type: 'complete', id: '1' });
  // What came before the server read that.
  client.send({ type: 'ping' });
  for (let message: Message = await client.next(); message.type !== 'pong'; message = await client.next());
  return JSON.stringify([type, payload]);
}

/**
 * So many random pairs of callers ask the same at the same time. Each answer has to be the one that it gets at a server
 * that shares nothing. Gives what was otherwise, and all answers that were right.
 */
export async function askInPairs(
  followed: FollowedHouse,
  pairs: number,
  audience: (context: Context) => string = audienceOf,
): Promise<{ wrong: string[]; answers: string[] }> {
  const { callers, ids } = await populate(followed);
  const [sharing, apart] = [await serve(followed, callers, audience), await serve(followed, callers)];
  const askers: Asker[] = [];
  for (const caller of callers.keys())
    for (const language of LANGUAGES) {
      const open = (server: ToyServer) => new RawClient(server).opened(true, { caller, language });
      const [shared, alone] = [await open(sharing), await open(apart)];
      askers.push({ shared, alone, expected: new Map(), turn: Promise.resolve() });
    }
  const any = <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)]!;
  const wrong: string[] = [];
  const seen = new Set<string>();
  const compare = async (asker: Asker, ask: Ask) => {
    const key = JSON.stringify(ask);
    const expected = asker.expected.get(key) ?? (await firstOf(asker.alone, ask));
    asker.expected.set(key, expected);
    seen.add(expected);
    const answer = await firstOf(asker.shared, ask);
    if (answer !== expected) wrong.push(`${askers.indexOf(asker)} ${key}: ${answer} instead of ${expected}`);
  };
  for (let pair = 0; pair < pairs; pair++) {
    const document = any([0, 1, 2, 3]);
    const after = any([undefined, null, 0]);
    const operationName = document === 3 ? any(['A', 'B']) : undefined;
    const ask: Ask = { document, id: any(ids), after: document === 1 ? after : undefined, operationName };
    // Both of a pair ask the same, at the same time.
    for (const asker of [any(askers), any(askers)]) asker.turn = asker.turn.then(() => compare(asker, ask));
  }
  await Promise.all(askers.map(({ turn }) => turn));
  for (const { shared, alone } of askers) for (const { socket } of [shared, alone]) socket.close();
  await eventually(() => followed.house.events.subscribers === 0);
  await Promise.all([sharing.close(), apart.close()]);
  return { wrong, answers: [...seen] };
}

/** It would be no test if all were told the same. */
export function expectDifferences(answers: readonly string[]): void {
  expect(answers.length).toBeGreaterThan(15);
  for (const text of ['order 1', 'order 2', 'order 3', 'NO_FACE', 'NOT_FOUND', 'FORBIDDEN', '"reference":null'])
    expect(answers.some(answer => answer.includes(text))).toBe(true);
}
