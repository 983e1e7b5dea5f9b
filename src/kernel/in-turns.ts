import { setImmediate as turn } from 'node:timers/promises';

/**
 * Does it for the first items at once, and for the others in later turns of the event loop: what each sets off runs in
 * the same turn, and others wait.
 */
export async function inTurns<Item>(items: readonly Item[], atOnce: number, act: (item: Item) => void): Promise<void> {
  for (let begin = 0; begin < items.length; begin += atOnce) {
    if (begin > 0) await turn();
    for (const item of items.slice(begin, begin + atOnce)) act(item);
  }
}
