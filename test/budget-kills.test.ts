import { type BudgetKillPlan, runBudgetKills } from './budget-kills.js';

/** The whole of it, 200 callers, 50 kills and three replicas, is `npm run test:long` (budget-kills.long.ts). */
const PLAN: BudgetKillPlan = { callers: 30, units: 10, replicas: 1, kills: 4, seed: 20_261, environment: {} };
const EXACT = {
  kills: 4,
  sent: 10,
  sentTwice: 0,
  acknowledged: expect.any(Number),
  books: { units: 10, takenUnits: 10, leftUnits: 0, takenCost: '3.5' },
  usage: { units: 10, unitsInDoubt: 0, cost: '3.5' },
  wrong: [],
};

test('30 callers at once on a budget of 10 units, 4 kills, embedded: exactly 10 are sent, and the books say so', async () => {
  expect(await runBudgetKills(PLAN)).toMatchObject(EXACT);
}, 300_000);
