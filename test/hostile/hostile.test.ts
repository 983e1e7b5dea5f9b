import { COUNTS, hostileRows } from './rows.js';

test('the short table of `npm run test:hostile` has no failure', async () => {
  const failures: string[] = [];
  let rows = 0;
  for await (const row of hostileRows(COUNTS.short)) {
    rows++;
    failures.push(...row.failures.map(failure => `${row.what}: ${failure}`));
  }
  expect(failures).toEqual([]);
  expect(rows).toBeGreaterThan(10);
}, 180_000);
