import PgBoss from 'pg-boss';
import { AGAIN_MS } from './poll-load.js';

const QUEUE = 'polls';
const INSERTED_AT_ONCE = 5_000;
const DATA = { text: 'bench', style: '油画', resolution: '1024*1024', count: 1 };

/**
 * The same load on pg-boss, a common queue library: delayed jobs, fetched in batches. Polling again later is a new
 * delayed job and the completion of the old one. Maintenance is off during the measurement, as is ours.
 */
export interface PgBossQueue {
  fill(jobs: number, due: number): Promise<void>;
  poll(polls: number, batch: number): Promise<number>;
  close(): Promise<void>;
}

export async function openPgBoss(url: string): Promise<PgBossQueue> {
  const boss = new PgBoss({ connectionString: url, supervise: false, schedule: false });
  boss.on('error', console.error);
  await boss.start();
  await boss.createQueue(QUEUE);
  const at = (ms: number) => new Date(Date.now() + ms).toISOString();
  const job = (startAfter: string) => ({ name: QUEUE, data: DATA, startAfter });
  return {
    fill: async (jobs, due) => {
      const times = Array.from({ length: jobs }, (_, n) =>
        n < due ? at(-1_000 * Math.random()) : at(60_000 + AGAIN_MS * Math.random()),
      );
      for (let first = 0; first < jobs; first += INSERTED_AT_ONCE)
        await boss.insert(times.slice(first, first + INSERTED_AT_ONCE).map(job));
      await boss.getDb().executeSql('vacuum (analyze)', []);
    },
    poll: async (polls, batch) => {
      let done = 0;
      while (done < polls) {
        const jobs = await boss.fetch(QUEUE, { batchSize: batch });
        if (jobs.length === 0) break;
        await boss.insert(jobs.map(() => job(at(AGAIN_MS))));
        await boss.complete(
          QUEUE,
          jobs.map(({ id }) => id),
        );
        done += jobs.length;
      }
      return done;
    },
    close: () => boss.stop({ graceful: false }),
  };
}
