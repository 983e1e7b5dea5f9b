import { SharedWork } from './shared-work.js';

/** Work that ends by hand, and rejects when it is aborted. */
function byHand() {
  const started: { signal: AbortSignal; finish(value: string): void }[] = [];
  const work = (signal: AbortSignal) =>
    new Promise<string>((finish, fail) => {
      signal.addEventListener('abort', () => fail(signal.reason));
      started.push({ signal, finish });
    });
  return { started, work };
}

describe('work that several wait for', () => {
  test('runs once, and again after it has ended', async () => {
    const shared = new SharedWork<string>();
    const { started, work } = byHand();
    const both = Promise.all([shared.run('key', work), shared.run('key', work)]);
    started[0]!.finish('done');
    await expect(both).resolves.toEqual(['done', 'done']);
    const later = shared.run('key', work);
    started[1]!.finish('done again');
    await expect(later).resolves.toBe('done again');
    expect(started).toHaveLength(2);
  });

  test('goes on when one of two leaves, and is aborted when the last one has left', async () => {
    const shared = new SharedWork<string>();
    const { started, work } = byHand();
    const [first, second] = [new AbortController(), new AbortController()];
    const runs = [shared.run('key', work, first.signal), shared.run('key', work, second.signal)];
    const outcomes = Promise.allSettled(runs);
    first.abort('first left');
    expect(started[0]!.signal.aborted).toBe(false);
    second.abort('second left');
    expect(started[0]!.signal.aborted).toBe(true);
    expect((await outcomes).map(each => each.status === 'rejected' && each.reason)).toEqual([
      'first left',
      'second left',
    ]);
  });

  test('fails for all who wait, and is not kept', async () => {
    const shared = new SharedWork<string>();
    const failing = () => Promise.reject(new Error('no'));
    await expect(shared.run('key', failing)).rejects.toThrow('no');
    await expect(shared.run('key', async () => 'yes')).resolves.toBe('yes');
  });
});
