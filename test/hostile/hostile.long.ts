import { attackRows, COUNTS, crowdedRows } from './rows.js';
import { failuresOf } from './short-table.js';

test('the short table of `npm run test:hostile`: what one caller sends has no failure', async () => {
  expect(await failuresOf(attackRows(COUNTS.short))).toEqual({ failures: [], rows: 14 });
}, 300_000);

test('and of what many callers and tenants have of each other', async () => {
  expect(await failuresOf(crowdedRows(COUNTS.short))).toEqual({ failures: [], rows: 3 });
}, 300_000);
