import PgBoss from 'pg-boss';
import { AGAIN_MS } from './poll-load.js';

const QUEUE = 'polls';
const INSERTED_AT_ONCE = 5_000;
const DATA = { text: 'bench', style: '油画', resolution: '1024*1024', count: 1 };

/**
 * The same work with the queue library that teams reach for: delayed jobs, fetched by batches; asking later is the next
 * delayed job and the end of this one. Its maintenance is off while it is measured, as ours is.
 */
export interface Peer {
  fill(jobs: number, due: number): Promise<void>;
  poll(polls: number, batch: number): Promise<number>;
  close(): Promise<void>;
}

export async function openPeer(url: string): Promise<Peer> {
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
