import type { Database } from '../../src/store/database.js';
import { lend } from '../shared-house.js';
import { openTestDatabase } from '../store-setup.js';
import { cellsOf } from './cases.js';
import { REMOTE_VENDORS } from './flows.js';
import { Stand } from './stand.js';
import { gaps, judge } from './verdict.js';

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

describe.each(REMOTE_VENDORS)('%s', vendor => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await Stand.open(vendor, { database: lend(database) });
  });
  afterAll(() => stand?.close());

  test('every operation and every code of the guide is tried', () => {
    expect(gaps(stand, vendor)).toEqual([]);
  });

  test.each(cellsOf(vendor).map(cell => [`${cell.case}: ${cell.detail}`, cell] as const))('%s', async (_name, cell) => {
    expect(await judge(stand, cell)).toEqual([]);
  });
});
