import { openTestDatabase } from '../../../test/store-setup.js';
import type { Database } from '../../store/database.js';
import { UsageService } from './usage-service.js';

let database: Database;
let usage: UsageService;
beforeAll(async () => {
  database = await openTestDatabase();
  usage = new UsageService(database);
  const entry = (source: string, task: string, key: string | null, kind: string, billed: string) =>
    database.query(
      `insert into ledger (at, tenant_id, api_key_id, task_id, attempt, operation, source, labels, kind, billed, units)
       values ('2026-01-15', 'a', $5, $2, 1, 'RESTORATION', $1, '{}', $3, $4, 2)`,
      [source, task, kind, billed, key],
    );
  for (const [source, task, key] of [
    ['FANGTANG', 'task_1', 'key_1'],
    ['FANGTANG@SANDBOX', 'task_2', null],
  ] as const) {
    await entry(source, task, key, 'INTENT', 'UNKNOWN');
    await entry(source, task, key, 'OUTCOME', 'YES');
  }
});
afterAll(() => database.close());

const day = (number: number) => new Date(Date.UTC(2026, 0, number));

test.each([
  ['no time at all', day(1), day(1)],
  ['a time that ends before it begins', day(2), day(1)],
  ['more than 400 days', day(1), day(402)],
  ['a date that is none', day(1), new Date(Number.NaN)],
])('%s is refused', async (_, from, to) => {
  await expect(usage.sum('a', from, to, [])).rejects.toMatchObject({
    code: 'BAD_USER_INPUT',
    fields: [{ path: 'to', code: 'RANGE' }],
  });
});

test('400 days are taken', async () => {
  expect(await usage.sum('a', day(1), day(401), [])).toMatchObject([{ vendor: null, units: 4, calls: 2 }]);
});

test('`from` is within, `to` is not', async () => {
  expect(await usage.sum('a', day(15), day(16), [])).toHaveLength(1);
  expect(await usage.sum('a', day(14), day(15), [])).toEqual([]);
});

test('the sandbox stands beside the vendor that it plays; a key given twice counts once', async () => {
  const rows = await usage.sum('a', day(1), day(31), ['VENDOR', 'VENDOR']);
  expect(rows.map(({ vendor, sandbox, units }) => [vendor, sandbox, units])).toEqual([
    ['FANGTANG', false, 2],
    ['FANGTANG', true, 2],
  ]);
});

test('by key: whose tasks they were, and those that nobody had to show a key for', async () => {
  const rows = await usage.sum('a', day(1), day(31), ['KEY']);
  expect(rows.map(({ apiKeyId, units, vendor }) => [apiKeyId, units, vendor])).toEqual([
    ['key_1', 2, null],
    [null, 2, null],
  ]);
});
