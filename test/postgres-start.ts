import { type EmbeddedPostgres, startPostgres } from './embedded-postgres.js';

/** Where tests find the Postgres of this run: the environment is all that jest's workers share. */
export const TEST_POSTGRES = 'TEST_POSTGRES_URL';

const KEY = Symbol.for('darkroom.test.postgres');
const kept = globalThis as typeof globalThis & { [KEY]?: EmbeddedPostgres };

/** Jest's global set-up: one Postgres a run. */
export async function start(): Promise<void> {
  const postgres = await startPostgres();
  kept[KEY] = postgres;
  process.env[TEST_POSTGRES] = postgres.url();
}

export async function stop(): Promise<void> {
  await kept[KEY]?.remove();
}
