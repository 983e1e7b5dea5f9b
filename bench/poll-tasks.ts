import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Pool } from 'undici';
import type { DataSource } from '../datasources/contract.js';
import type { Database } from '../src/store/database.js';
import { spawnServer } from '../test/running-server.js';
import { openHouse, TENANT } from './house.js';
import { startVendor } from './vendor-process.js';

const CLIENTS = 32;
const SOURCE = 'JUMEI_PAINTING';
/** V8 compiles GraphQL and the HTTP stack for speed only after a thousand requests or so: at 200 the figure was halved. */
const WARM_UP = 1_500;

/** Does it `count` times, so many at once; how often a second. */
async function perSecond(count: number, work: (n: number) => Promise<unknown>): Promise<number> {
  let next = 0;
  const started = performance.now();
  const client = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  return (count * 1_000) / (performance.now() - started);
}

/** A vendor that costs no time: it ends in the submission, and makes nothing that had to be fetched. */
function instantVendor(concurrency: number): DataSource {
  return {
    vendor: SOURCE,
    sandbox: false,
    origins: [],
    limits: { concurrency, requestsPerSecond: 100_000 },
    capabilities: {
      PAINTING: {
        bills: true,
        parts: () => 1,
        units: () => 1,
        fit: () => ({ refused: [], ignored: [] }),
        submit: async () => ({ state: 'DONE', pictures: [], billed: 'YES' }),
      },
    },
  };
}

/** Nobody works on them. */
export async function acknowledgedPerSecond(database: Database, tasks: number): Promise<number> {
  const house = await openHouse(database, [instantVendor(0)]);
  await perSecond(WARM_UP, n => house.paint(SOURCE, `warm ${n}`));
  const rate = await perSecond(tasks, n => house.paint(SOURCE, `task ${n}`));
  await house.close();
  return rate;
}

/** From the first call to the last task's end, with a subscriber on each. */
export async function endedPerSecond(database: Database, tasks: number): Promise<number> {
  const house = await openHouse(database, [instantVendor(64)]);
  house.runner.start();
  const ended = async (text: string) => {
    const { id } = await house.paint(SOURCE, text);
    for await (const task of await house.tasks.watch(TENANT, id))
      if (task.state === 'FAILED') throw new Error(`a task failed: ${task.failure?.code}`);
  };
  await perSecond(WARM_UP, n => ended(`warm ${n}`));
  const rate = await perSecond(tasks, n => ended(`task ${n}`));
  await house.close();
  return rate;
}

const MUTATION = `mutation Paint($input: PaintingOptionsInput!) { generatePainting(input: $input) { id state } }`;

/** The real server as a process of its own, at the database or embedded; its vendor takes the jobs at its usual pace. */
export async function requestsPerSecond(databaseUrl: string | undefined, tasks: number): Promise<number> {
  const vendor = await startVendor(0, 0);
  const directory = await mkdtemp(path.join(tmpdir(), 'darkroom-bench-'));
  const server = await spawnServer(directory, {
    DARKROOM_SANDBOX: 'off',
    JUMEI_PAINTING_SUBMIT_URL: `${vendor.origin}/submit`,
    JUMEI_PAINTING_QUERY_URL: `${vendor.origin}/query`,
    JUMEI_PAINTING_APP_KEY: 'bench',
    JUMEI_PAINTING_APP_SECRET: 'bench',
    ...(databaseUrl === undefined
      ? {}
      : { DATABASE_URL: databaseUrl, DARKROOM_SECRET: 'only-for-the-bench'.repeat(3) }),
  });
  const pool = new Pool(server.url, { connections: CLIENTS });
  const send = async (text: string) => {
    const { statusCode, body } = await pool.request({
      method: 'POST',
      path: '/graphql',
      headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
      body: JSON.stringify({ query: MUTATION, variables: { input: { text, style: '油画' } } }),
    });
    const answer = (await body.json()) as { data?: { generatePainting?: { id: string } } };
    if (answer.data?.generatePainting === undefined) throw new Error(`HTTP ${statusCode}: ${JSON.stringify(answer)}`);
  };
  try {
    await perSecond(WARM_UP, n => send(`warm ${n}`));
    return await perSecond(tasks, n => send(`task ${n}`));
  } finally {
    await pool.destroy();
    await server.kill('SIGTERM');
    await vendor.close();
    await rm(directory, { recursive: true, force: true });
  }
}
