import { Budget } from '../schema/budget.type.js';
import { writeYuan } from '../src/kernel/money.js';
import type { BudgetStanding } from '../src/store/budget-rows.js';

export function toBudget({ units, cost, takenUnits, takenCost, ...rest }: BudgetStanding): Budget {
  return Object.assign(new Budget(), {
    ...rest,
    units,
    takenUnits,
    leftUnits: units === null ? null : Math.max(0, units - takenUnits),
    cost: cost === null ? null : writeYuan(cost),
    takenCost: writeYuan(takenCost),
    leftCost: cost === null ? null : writeYuan(Math.max(0, cost - takenCost)),
  } satisfies Budget);
}
