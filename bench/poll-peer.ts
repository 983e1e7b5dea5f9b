import PgBoss from 'pg-boss';
import { AGAIN_MS } from './poll-load.js';

const QUEUE = 'polls';
const DATA = { text: 'bench', style: '油画', resolution: '1024*1024', count: 1 };

/**
 * The same work with the queue library that teams reach for: delayed jobs, fetched by batches; asking later is the next
 * delayed job and the end of this one. Its maintenance is off while it is measured, as ours is.
 */
export interface Peer {
  fill(jobs: number): Promise<void>;
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
    fill: async jobs => {
      await boss.purgeQueue(QUEUE);
      for (let written = 0; written < jobs; written += 5_000) {
        const size = Math.min(5_000, jobs - written);
        await boss.insert(
          Array.from({ length: size }, () => job(at(Math.random() < 0.5 ? -3_600_000 * Math.random() : 600_000))),
        );
      }
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
