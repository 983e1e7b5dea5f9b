import { Arg, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import { ResolutionEnum, UsageKeyEnum } from '../schema/enums.js';
import { Task } from '../schema/task.type.js';
import { Usage } from '../schema/usage.type.js';
import type { SettlementService } from '../src/tasks/settlement-service.js';
import type { UsageService } from '../src/tasks/usage-service.js';
import type { Context } from './context.js';
import { toTask } from './task.map.js';

@Resolver()
export class SettlementResolver {
  constructor(
    private readonly service: SettlementService,
    private readonly usages: UsageService,
  ) {}

  @Mutation(() => Task, {
    description:
      'Ends a task that needs review with what you found out, e.g. in the console of the vendor. Error NOT_IN_REVIEW for any other task.',
  })
  async resolveTask(
    @Arg('id', () => ID, { description: 'The id of a task.' }) id: string,
    @Arg('outcome', () => ResolutionEnum, { description: 'What you found out.' }) outcome: keyof typeof ResolutionEnum,
    @Ctx() context: Context,
  ): Promise<Task> {
    return toTask(await this.service.resolve(context.tenantId, id, outcome), context.language);
  }

  @Mutation(() => Task, {
    description:
      'Makes a new task with the input of one that ended without a result; see its `retryOf`. Error MAY_CHARGE_TWICE where the old one may have been charged and that is not accepted.',
  })
  async retryTask(
    @Arg('id', () => ID, { description: 'The id of a task.' }) id: string,
    @Arg('acceptPossibleCharge', () => Boolean, {
      defaultValue: false,
      description: 'True to try again although the first try may have been charged.',
    })
    acceptPossibleCharge: boolean,
    @Ctx() context: Context,
  ): Promise<Task> {
    return toTask(await this.service.retry(context.tenantId, id, acceptPossibleCharge), context.language);
  }

  @Mutation(() => Task, {
    description:
      'Forgets an ended task with its results, and its photo if no other task needs it; answers with the task as it was. What it cost stays in the ledger, without personal data.',
  })
  async deleteTask(
    @Arg('id', () => ID, { description: 'The id of a task.' }) id: string,
    @Ctx() context: Context,
  ): Promise<Task> {
    return toTask(await this.service.delete(context.tenantId, id), context.language);
  }

  @Query(() => [Usage], { description: "Units used of vendors' packages by calls that were begun in a time." })
  async usage(
    @Arg('from', () => Date, { description: 'From this time on.' }) from: Date,
    @Arg('to', () => Date, { description: 'Until before this time.' }) to: Date,
    @Arg('by', () => [UsageKeyEnum], { defaultValue: ['VENDOR'], description: 'What the sums are grouped by.' })
    by: (keyof typeof UsageKeyEnum)[],
    @Ctx() context: Context,
  ): Promise<Usage[]> {
    return (await this.usages.sum(context.tenantId, from, to, by)) as Usage[];
  }
}
