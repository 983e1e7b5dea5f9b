import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { text } from 'node:stream/consumers';
import { type EmbeddedPostgres, startPostgres } from './embedded-postgres.js';

/** The environment is all that jest's workers share with its set-up. */
const PORT_NAME = 'TEST_POSTGRES_BROKER_PORT';

const KEY = Symbol.for('darkroom.test.postgres');
type Kept = { broker: Server; postgres: Promise<EmbeddedPostgres> | undefined };
const kept = globalThis as typeof globalThis & { [KEY]?: Kept };

/**
 * Jest's global set-up. One Postgres a run, for all workers, and none in a run that asks for none: it takes 1.5 s to
 * start. So the process of jest listens on a port, and starts Postgres when the first test connects.
 * `npm run test:watch` does so for all its runs.
 */
export async function startBroker(): Promise<void> {
  if (process.env[PORT_NAME] !== undefined) return;
  const broker = createServer(async socket => {
    socket.on('error', () => undefined);
    socket.end(JSON.stringify(await answer()));
  });
  broker.listen(0, '127.0.0.1');
  await once(broker, 'listening');
  broker.unref();
  kept[KEY] = { broker, postgres: undefined };
  process.env[PORT_NAME] = String((broker.address() as AddressInfo).port);
}

type Answer = { url: string } | { problem: string };

async function answer(): Promise<Answer> {
  const run = kept[KEY]!;
  run.postgres ??= startPostgres();
  try {
    return { url: (await run.postgres).url() };
  } catch (error) {
    // A machine for which there is no binary: the tests that need it say so, and the others run.
    return { problem: String(error) };
  }
}

/** Of the superuser of this run's Postgres. The first request of a run starts it. */
export async function testPostgresUrl(): Promise<string> {
  const reply = JSON.parse(await text(connect(Number(process.env[PORT_NAME]), '127.0.0.1'))) as Answer;
  if ('problem' in reply) throw new Error(`The Postgres of this run did not start: ${reply.problem}`);
  return reply.url;
}

/** Jest's global teardown. */
export async function stopBroker(): Promise<void> {
  const run = kept[KEY];
  run?.broker.close();
  const postgres = await run?.postgres?.catch(() => undefined);
  await postgres?.remove();
}
