import { LRUCache } from 'lru-cache';
import { VENDORS, type VendorName } from '../../../datasources/contract.js';
import type { Actor } from '../../audit/acts.js';
import type { Audit } from '../../audit/audit.js';
import { badInput, DarkroomError } from '../../kernel/errors.js';
import { isId, newId } from '../../kernel/ids.js';
import { LIMITS } from '../../kernel/limits.js';
import { writeYuan } from '../../kernel/money.js';
import { findApiKeyOf, findTenant } from '../../store/access-rows.js';
import {
  type BudgetPeriod,
  type BudgetRow,
  type BudgetStanding,
  BudgetsMoved,
  findBudgets,
  type Hold,
  listBudgets,
  removeBudget,
  setBudget,
  takeHolds,
} from '../../store/budget-rows.js';
import type { Database, Sql } from '../../store/database.js';
import type { KnownBudgets } from '../../store/task-rows.js';
import type { Charge } from './charges.js';
import type { Refusal, Route } from './router.js';

/** Whose budgets a task is taken from. */
export interface Spender {
  tenantId: string;
  apiKeyId: string | null;
  labels: readonly string[];
}

/** A route that every budget lets pay, and how its task is taken from them. */
export interface Payable {
  route: Route;
  budgets: KnownBudgets;
  /** To be written last in the transaction of the task; undefined where no budget is for it. */
  reserve: ((sql: Sql, taskId: string) => Promise<void>) | undefined;
}

export interface BudgetWish {
  tenantId: string;
  apiKeyId?: string | undefined;
  label?: string | undefined;
  vendor?: VendorName | undefined;
  per: BudgetPeriod;
  units?: number | undefined;
  /** In 1/10,000 yuan. */
  cost?: number | undefined;
}

/** How much may be spent: set by admins, reserved with each task, and settled where the task ends (`budget-rows.ts`). */
export class BudgetService {
  /** By tenant. What is out of date is found out when the task is written, and read again. */
  private readonly known = new LRUCache<string, BudgetRow[]>({
    max: LIMITS.budget.cachedTenants,
    ttl: LIMITS.budget.cachedMs,
  });

  constructor(
    private readonly database: Database,
    private readonly audit: Pick<Audit, 'record'>,
  ) {}

  /** Makes the budget of a scope, or changes its limits. What was spent before it was made does not count. */
  async set(wish: BudgetWish, by: Actor): Promise<BudgetStanding> {
    await this.check(wish);
    const { tenantId, apiKeyId = null, label = null, vendor = null, per, units = null, cost = null } = wish;
    const row = { id: newId('budget'), tenantId, apiKeyId, label, vendor, per, units, cost };
    const id = await this.database.transaction(async sql => {
      const objectId = await setBudget(sql, row, LIMITS.budget.perTenant);
      if (objectId === undefined)
        throw badInput('input', 'COUNT', `${LIMITS.budget.perTenant} budgets a tenant: remove one first`);
      await this.audit.record(sql, { tenantId, act: 'BUDGET_SET', by, objectId, outcome: describeLimits(row) });
      return objectId;
    });
    this.known.delete(tenantId);
    const [standing] = await findBudgets(this.database, [id]);
    if (standing === undefined) throw new DarkroomError('NOT_FOUND', 'There is no such budget.');
    return standing;
  }

  /** It holds nothing back from then on; what was spent stays in the ledger. As it was; throws NOT_FOUND. */
  async remove(id: string, by: Actor): Promise<BudgetStanding> {
    const removed = await this.database.transaction(async sql => {
      const [standing] = isId('budget', id) ? await findBudgets(sql, [id]) : [];
      if (standing === undefined || !(await removeBudget(sql, id)))
        throw new DarkroomError('NOT_FOUND', 'There is no such budget.');
      const { tenantId } = standing;
      const outcome = describeLimits(standing);
      await this.audit.record(sql, { tenantId, act: 'BUDGET_REMOVED', by, objectId: id, outcome });
      return standing;
    });
    this.known.delete(removed.tenantId);
    return removed;
  }

  /** Of one tenant; null: of all. */
  list(tenantId: string | null): Promise<BudgetStanding[]> {
    return listBudgets(this.database, tenantId);
  }

  /** Those that a caller can meet: of its whole tenant, and of its key; of any label. */
  async of({ tenantId, apiKeyId }: Pick<Spender, 'tenantId' | 'apiKeyId'>): Promise<BudgetStanding[]> {
    const all = await this.list(tenantId);
    return all.filter(budget => budget.apiKeyId === null || budget.apiKeyId === apiKeyId);
  }

  /**
   * The route that `choose` finds among those who can be paid. Nothing is taken yet. Costs no question to the database
   * where no budget is for the spender. Throws BUDGET_EXHAUSTED, UNIT_PRICE_MISSING.
   */
  async pay(spender: Spender, choose: (refusal: Refusal) => Route): Promise<Payable> {
    const standings = await this.standings(spender);
    const route = choose(charge => refusalOf(standings, charge));
    const holds = standings.flatMap(budget => holdOf(budget, route.charges) ?? []);
    const charging = route.charges.filter(({ units }) => units > 0);
    return {
      route,
      budgets: { vendors: charging.map(({ source }) => source as VendorName), ids: holds.map(hold => hold.budgetId) },
      reserve: holds.length === 0 ? undefined : (sql, taskId) => takeHolds(sql, taskId, holds),
    };
  }

  /** Has the task made. Where others took what was left, or a budget was made meanwhile, the route is chosen anew. */
  async spend<T>(
    spender: Spender,
    choose: (refusal: Refusal) => Route,
    first: Payable,
    make: (payable: Payable) => Promise<T>,
  ): Promise<T> {
    let payable = first;
    for (let tries = 1; ; tries += 1) {
      try {
        return await make(payable);
      } catch (error) {
        if (!(error instanceof BudgetsMoved)) throw error;
        if (tries === LIMITS.budget.tries)
          throw new DarkroomError('OVERLOADED', 'Too many spend from the same budget.');
        this.known.delete(spender.tenantId);
        payable = await this.pay(spender, choose);
      }
    }
  }

  /** The budget that would not pay this; undefined: all would. */
  async refusing(spender: Spender, charge: Charge): Promise<BudgetStanding | undefined> {
    return (await this.standings(spender)).find(budget => refuses(budget, charge) !== undefined);
  }

  private async standings({ tenantId, apiKeyId, labels }: Spender): Promise<BudgetStanding[]> {
    let known = this.known.get(tenantId);
    if (known === undefined) {
      known = await listBudgets(this.database, tenantId);
      this.known.set(tenantId, known);
    }
    const matching = known.filter(
      budget =>
        (budget.apiKeyId === null || budget.apiKeyId === apiKeyId) &&
        (budget.label === null || labels.includes(budget.label)),
    );
    if (matching.length === 0) return [];
    return findBudgets(
      this.database,
      matching.map(({ id }) => id),
    );
  }

  private async check({ tenantId, apiKeyId, label, vendor, units, cost }: BudgetWish): Promise<void> {
    const tenant = await findTenant(this.database, tenantId);
    if (tenant === undefined || tenant.closedAt !== null)
      throw badInput('input.tenantId', 'UNKNOWN', 'the id of a tenant that is not closed');
    if (apiKeyId !== undefined) {
      const key = isId('key', apiKeyId) ? await findApiKeyOf(this.database, tenantId, apiKeyId) : undefined;
      if (key === undefined) throw badInput('input.apiKeyId', 'UNKNOWN', 'the id of an API key of the tenant');
    }
    const { labelChars } = LIMITS.task;
    if (label !== undefined && (label.trim() === '' || [...label.slice(0, 2 * labelChars + 1)].length > labelChars))
      throw badInput('input.label', 'LENGTH', `1 to ${labelChars} printable characters`);
    if (vendor !== undefined && (vendor === 'LOCAL' || !VENDORS.includes(vendor)))
      throw badInput('input.vendor', 'FREE', 'a vendor that charges');
    if (units === undefined && cost === undefined) throw badInput('input', 'EMPTY', 'units, cost, or both');
    if (units !== undefined && !(Number.isInteger(units) && units >= 0 && units <= LIMITS.budget.units))
      throw badInput('input.units', 'RANGE', `0 to ${LIMITS.budget.units}`);
  }
}

/** What stands against it: units, or money in 1/10,000 yuan; or nobody knows what it costs. */
function refuses(budget: BudgetStanding, charge: Charge): 'UNITS' | 'COST' | 'NO_PRICE' | undefined {
  if (charge.units === 0 || (budget.vendor !== null && budget.vendor !== charge.source)) return undefined;
  if (budget.units !== null && budget.takenUnits + charge.units > budget.units) return 'UNITS';
  if (budget.cost === null) return undefined;
  if (charge.cost === null) return 'NO_PRICE';
  return budget.takenCost + charge.cost > budget.cost ? 'COST' : undefined;
}

function refusalOf(standings: readonly BudgetStanding[], charge: Charge): DarkroomError | undefined {
  for (const budget of standings) {
    const why = refuses(budget, charge);
    if (why !== undefined) return why === 'NO_PRICE' ? noPrice(budget, charge) : exhausted(budget, charge, why);
  }
  return undefined;
}

/** The most that any source of the route may come to; undefined where none of them is the budget's business. */
function holdOf({ id, vendor }: BudgetRow, charges: readonly Charge[]): Hold | undefined {
  const own = charges.filter(({ source, units }) => units > 0 && (vendor === null || vendor === source));
  if (own.length === 0) return undefined;
  const units = Math.max(...own.map(charge => charge.units));
  return { budgetId: id, units, cost: Math.max(...own.map(charge => charge.cost ?? 0)) };
}

function exhausted(budget: BudgetStanding, charge: Charge, why: 'UNITS' | 'COST'): DarkroomError {
  const left =
    why === 'UNITS'
      ? `${Math.max(0, budget.units! - budget.takenUnits)} units`
      : `${writeYuan(Math.max(0, budget.cost! - budget.takenCost))} yuan`;
  const takes = why === 'UNITS' ? `${charge.units} units` : `${writeYuan(charge.cost!)} yuan`;
  const renews = budget.renewsAt === null ? 'It does not renew' : `It renews at ${budget.renewsAt.toISOString()}`;
  const allowed = `what takes ${left} or less of ${budget.id}`;
  return new DarkroomError(
    'BUDGET_EXHAUSTED',
    `${charge.source} may take ${takes}, and ${left} are left of the budget ${budget.id} (${describeBudget(budget)}). ${renews}.`,
    [{ path: 'input', code: why, allowed }],
  );
}

function noPrice({ id }: BudgetRow, { source }: Charge): DarkroomError {
  return new DarkroomError(
    'UNIT_PRICE_MISSING',
    `The budget ${id} is in money, and what a unit of ${source} costs is not configured: set ${source}_UNIT_PRICE.`,
  );
}

/** `100 units and 35 yuan a DAY, of FANGTANG, of the key key_…, of the label school`. */
export function describeBudget({ vendor, apiKeyId, label, ...limits }: BudgetRow): string {
  const scope = [vendor, apiKeyId && `the key ${apiKeyId}`, label && `the label ${label}`].filter(Boolean);
  return [describeLimits(limits), ...scope.map(part => `of ${part}`)].join(', ');
}

/** Without the label, which is a caller's text. */
function describeLimits({ units, cost, per }: Pick<BudgetRow, 'units' | 'cost' | 'per'>): string {
  const limits = [units === null ? [] : `${units} units`, cost === null ? [] : `${writeYuan(cost)} yuan`].flat();
  return limits.join(' and ') + (per === 'TOTAL' ? ' in all' : ` a ${per.toLowerCase()}`);
}
