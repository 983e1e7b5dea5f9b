import { Arg, Authorized, Ctx, Query, Resolver } from 'type-graphql';
import { UsageKeyEnum } from '../schema/enums.js';
import { Usage } from '../schema/usage.type.js';
import { writeYuan } from '../src/kernel/money.js';
import type { UsageService } from '../src/tasks/vendors/usage-service.js';
import type { Context } from './context.js';

@Resolver()
export class UsageResolver {
  constructor(private readonly service: UsageService) {}

  @Authorized('usage:read')
  @Query(() => [Usage], { description: "Units used of vendors' packages by calls that were begun in a time." })
  async usage(
    @Arg('from', () => Date, { description: 'From this time on.' }) from: Date,
    @Arg('to', () => Date, { description: 'Until before this time.' }) to: Date,
    @Arg('by', () => [UsageKeyEnum], { defaultValue: ['VENDOR'], description: 'What the sums are grouped by.' })
    by: (keyof typeof UsageKeyEnum)[],
    @Ctx() context: Context,
  ): Promise<Usage[]> {
    const rows = await this.service.sum(context.tenantId, from, to, by);
    return rows.map(({ cost, costInDoubt, ...rest }) =>
      Object.assign(new Usage(), {
        ...rest,
        cost: writeYuan(cost),
        costInDoubt: writeYuan(costInDoubt),
      } satisfies Usage),
    );
  }
}
