import { poll, fill } from './poll-load.js';
import { openEmbedded, openServer, type BenchStore } from './poll-stores.js';

const SIZES = [1_000, 10_000, 30_000, 100_000];

export async function run(_args: readonly string[]): Promise<void> {
  for (const open of [openEmbedded, openServer]) {
    const store = await open();
    for (const tasks of SIZES) for (const concurrency of [8, 100]) await cost(store, tasks, concurrency);
    await store.close();
  }
}

async function cost(store: BenchStore, tasks: number, concurrency: number) {
  await fill(store.database, tasks);
  const polls = Math.min(4_000, tasks * 0.4);
  const before = store.cpu();
  const measured = await poll(store.database, { polls, concurrency });
  const cpu = store.cpu() - before;
  console.log(store.name, tasks, concurrency, ((1000 * cpu) / measured.polls).toFixed(3), 'CPU s / 1000', (measured.polls / measured.seconds).toFixed(0), 'polls/s');
}
