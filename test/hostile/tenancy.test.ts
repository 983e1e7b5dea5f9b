import { COUNTS, tenancyRows } from './rows.js';
import { failuresOf } from './short-table.js';

test('the short table of `npm run test:hostile`: what tenants find of each other has no failure', async () => {
  expect(await failuresOf(tenancyRows(COUNTS.short))).toEqual({ failures: [], rows: 2 });
}, 300_000);
