import { type EmbeddedPostgres, startPostgres } from './embedded-postgres.js';

/** The environment is all that jest's workers share with its set-up. */
const [URL_NAME, PROBLEM_NAME] = ['TEST_POSTGRES_URL', 'TEST_POSTGRES_PROBLEM'];

const KEY = Symbol.for('darkroom.test.postgres');
const kept = globalThis as typeof globalThis & { [KEY]?: EmbeddedPostgres };

/** Jest's global set-up: one Postgres a run. */
export async function start(): Promise<void> {
  try {
    const postgres = await startPostgres();
    kept[KEY] = postgres;
    process.env[URL_NAME] = postgres.url();
  } catch (error) {
    // A machine for which there is no binary: the tests that need it say so, and the others run.
    process.env[PROBLEM_NAME] = String(error);
  }
}

/** Of the superuser of this run's Postgres. */
export function testPostgresUrl(): string {
  const url = process.env[URL_NAME];
  if (url === undefined) throw new Error(`The Postgres of this run did not start: ${process.env[PROBLEM_NAME]}`);
  return url;
}

export async function stop(): Promise<void> {
  await kept[KEY]?.remove();
}
