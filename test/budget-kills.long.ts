import { type BudgetKillReport, runBudgetKills } from './budget-kills.js';
import { startPostgres } from './embedded-postgres.js';

const PLAN = { callers: 200, units: 100, kills: 50, seed: Number(process.env.DARKROOM_TEST_SEED ?? 4_711) };
const EXACT = {
  kills: 50,
  sent: 100,
  sentTwice: 0,
  books: { units: 100, takenUnits: 100, leftUnits: 0, takenCost: '35' },
  usage: { units: 100, unitsInDoubt: 0, cost: '35' },
  wrong: [],
};

const runs: Record<string, BudgetKillReport> = {};
// Straight to the file descriptor: what a run found is its result, and jest keeps the standard output for its own report.
afterAll(() => process.stderr.write(`\nbudgets under kill -9\n${JSON.stringify(runs, null, 2)}\n\n`));

test('200 callers at once on a budget of 100 units, 50 kills, embedded: exactly 100 are sent', async () => {
  const report = await runBudgetKills({ ...PLAN, replicas: 1, environment: {} });
  runs.pglite = report;
  expect(report).toMatchObject(EXACT);
});

test('the same with three replicas on Postgres', async () => {
  const postgres = await startPostgres();
  try {
    const environment = { DATABASE_URL: postgres.url(), DARKROOM_SECRET: 'made up, and the same for all three' };
    const report = await runBudgetKills({ ...PLAN, replicas: 3, environment });
    runs['postgres, 3 replicas'] = report;
    expect(report).toMatchObject(EXACT);
  } finally {
    await postgres.remove();
  }
});
