import { Arg, Authorized, Ctx, FieldResolver, ID, Mutation, Query, Resolver } from 'type-graphql';
import { Viewer } from '../schema/access.type.js';
import { Budget, SetBudgetInput } from '../schema/budget.type.js';
import type { CallerKind } from '../src/access/caller.js';
import { badInput } from '../src/kernel/errors.js';
import { readYuan } from '../src/kernel/money.js';
import type { BudgetService } from '../src/tasks/vendors/budget-service.js';
import { toBudget } from './budget.map.js';
import type { Context } from './context.js';
import { given } from './given.js';

/** Who holds a link or a token of somebody spends from their budgets, and does not see them. */
const SEE_BUDGETS: ReadonlySet<CallerKind> = new Set(['OPEN', 'API_KEY', 'JWT']);

@Resolver(() => Viewer)
export class BudgetResolver {
  constructor(private readonly budgets: BudgetService) {}

  @FieldResolver(() => [Budget], {
    name: 'budgets',
    description: "The budgets that the caller's tasks can meet: those of its tenant and of its key, and what is left.",
  })
  async own(@Ctx() { caller }: Context): Promise<Budget[]> {
    return SEE_BUDGETS.has(caller.kind) ? (await this.budgets.of(caller)).map(toBudget) : [];
  }

  @Authorized('admin')
  @Query(() => [Budget], { name: 'budgets', description: 'Budgets, in the order of their making.' })
  async list(
    @Arg('tenantId', () => ID, { nullable: true, description: 'Of this tenant alone; of all if not given.' })
    tenantId?: string,
  ): Promise<Budget[]> {
    return (await this.budgets.list(tenantId ?? null)).map(toBudget);
  }

  @Authorized('admin')
  @Mutation(() => Budget, {
    description:
      'Makes a budget, or gives the one of the same scope and period other limits. It holds for every task that is made from then on, at every replica; what was spent before it was made does not count.',
  })
  async setBudget(
    @Arg('input', () => SetBudgetInput, { description: 'For whom, how long, and how much.' }) input: SetBudgetInput,
    @Ctx() { tenantId, actor }: Context,
  ): Promise<Budget> {
    const { cost: yuan, ...wish } = given(input);
    const cost = yuan === undefined ? undefined : readYuan(yuan);
    if (yuan !== undefined && cost === undefined)
      throw badInput('input.cost', 'FORMAT', 'yuan with up to four decimals, such as 35.5');
    return toBudget(await this.budgets.set({ tenantId, ...wish, cost }, actor));
  }

  @Authorized('admin')
  @Mutation(() => Budget, {
    description: 'Removes a budget; answers with it as it was. What was spent stays in `usage`. Error NOT_FOUND.',
  })
  async removeBudget(
    @Arg('id', () => ID, { description: 'The id of a budget.' }) id: string,
    @Ctx() { actor }: Context,
  ): Promise<Budget> {
    return toBudget(await this.budgets.remove(id, actor));
  }
}
