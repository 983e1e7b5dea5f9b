import { openPostgres } from '../src/store/drivers/postgres.js';
import { pollByLoop } from './poll-load.js';

/** The measurement that a replica sends to its parent. */
export interface ReplicaFigures {
  polls: number;
  seconds: number;
  cpuSeconds: number;
}

/** One of several processes that poll the same queue as fast as they can. */
async function replica(url: string, forMs: number): Promise<void> {
  const database = await openPostgres({ url, log: { info() {}, warn: console.warn } });
  process.send!('ready');
  await new Promise(resolve => process.once('message', resolve));
  const before = process.cpuUsage();
  const measured = await pollByLoop(database, { concurrency: 100, forMs });
  const { user, system } = process.cpuUsage(before);
  await database.close();
  process.send!({ ...measured, cpuSeconds: (user + system) / 1e6 } satisfies ReplicaFigures, () =>
    process.disconnect(),
  );
}

if (require.main === module) void replica(process.env.BENCH_DATABASE_URL!, Number(process.argv[2]));
