import { setTimeout as delay } from 'node:timers/promises';

/** Waits until it holds. Gives up before the time limit of the test: a loop that goes on would keep jest from ending. */
export async function eventually(holds: () => unknown): Promise<void> {
  for (let looks = 0; looks < 4_000; looks++) {
    if (await holds()) return;
    await delay(5);
  }
  throw new Error('What a test waited for never came.');
}
