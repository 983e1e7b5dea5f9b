import {
  Arg,
  Authorized,
  Ctx,
  Extensions,
  FieldResolver,
  ID,
  Int,
  Mutation,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import { Consent } from '../schema/consent.type.js';
import { AttemptResolutionEnum, ResolutionEnum, VendorChoiceEnum } from '../schema/enums.js';
import { Attempt, Task } from '../schema/task.type.js';
import type { OperationService } from '../src/operations/operation-service.js';
import type { Task as StoredTask } from '../src/store/task.js';
import type { ReviewService } from '../src/tasks/machine/review-service.js';
import type { TaskService } from '../src/tasks/machine/task-service.js';
import type { Context } from './context.js';
import { toTask } from './operations.js';
import { toAttempt } from './task.map.js';

@Resolver(() => Task)
export class TaskResolver {
  constructor(
    private readonly tasks: TaskService,
    private readonly reviews: ReviewService,
    private readonly operations: OperationService,
  ) {}

  @Authorized('tasks:read', 'TASK_TOKEN', 'PHOTO_LINK')
  @Query(() => Task, {
    nullable: true,
    description: 'One task; null if there is none with this id. Error TASK_GONE where it has left by its time.',
  })
  async task(
    @Arg('id', () => ID, { description: 'The id of a task.' }) id: string,
    @Ctx() context: Context,
  ): Promise<Task | null> {
    const task = await context.visible.task(id);
    return task === undefined ? null : toTask(task, context.language);
  }

  @Authorized('tasks:manage')
  @Mutation(() => Task, {
    description:
      'Ends a task that has not ended. A vendor call that was made already stays booked. Error TASK_ENDED if it has ended in another way.',
  })
  async cancelTask(
    @Arg('id', () => ID, { description: 'The id of a task.' }) id: string,
    @Ctx() context: Context,
  ): Promise<Task> {
    return toTask(await this.tasks.cancel(context.tenantId, id, context.actor), context.language);
  }

  @Authorized('reviews:resolve')
  @Mutation(() => Task, {
    description:
      'Ends a task that needs review with what you found out, e.g. in the console of the vendor. Error NOT_IN_REVIEW for any other task.',
  })
  async resolveTask(
    @Arg('id', () => ID, { description: 'The id of a task.' }) id: string,
    @Arg('outcome', () => ResolutionEnum, { description: 'What you found out.' }) outcome: keyof typeof ResolutionEnum,
    @Ctx() context: Context,
  ): Promise<Task> {
    return toTask(await this.reviews.resolve(context.tenantId, id, outcome, context.actor), context.language);
  }

  @Authorized('reviews:resolve')
  @Mutation(() => Task, {
    description:
      'Settles whether a call of an ended task was charged, where nobody knew: `usage` counts it then. Errors NOT_ENDED (use `resolveTask`), NOT_IN_DOUBT, STILL_IN_DOUBT.',
  })
  async resolveAttempt(
    @Arg('taskId', () => ID, { description: 'The id of the task.' }) taskId: string,
    @Arg('number', () => Int, { description: 'The `number` of the attempt.' }) number: number,
    @Arg('outcome', () => AttemptResolutionEnum, { description: 'What you found out.' })
    outcome: keyof typeof AttemptResolutionEnum,
    @Ctx() context: Context,
  ): Promise<Task> {
    const { tenantId, actor, language } = context;
    return toTask(await this.reviews.resolveAttempt(tenantId, taskId, number, outcome, actor), language);
  }

  @Authorized('tasks:manage')
  @Mutation(() => Task, {
    description:
      'Makes a new task with the input of one that ended without a result; see its `retryOf`. While a task that was made so is open, that one is given. Error MAY_CHARGE_TWICE where the old one may have been charged and that is not accepted; not where the old one has ended and `vendor` charges nothing.',
  })
  async retryTask(
    @Arg('id', () => ID, { description: 'The id of a task.' }) id: string,
    @Arg('acceptPossibleCharge', () => Boolean, {
      defaultValue: false,
      description: 'True to try again although the first try may have been charged.',
    })
    acceptPossibleCharge: boolean,
    @Arg('vendor', () => VendorChoiceEnum, {
      nullable: true,
      description: 'Who shall serve it now, such as LOCAL; who was asked for before, if not given.',
    })
    vendor: keyof typeof VendorChoiceEnum | undefined,
    @Ctx() context: Context,
  ): Promise<Task> {
    const { tenantId, actor, language } = context;
    const retry = await this.operations.retry(tenantId, id, acceptPossibleCharge, actor, vendor ?? undefined);
    return toTask(retry, language);
  }

  @Authorized('tasks:read', 'TASK_TOKEN', 'PHOTO_LINK')
  @Extensions({ shared: { after: 'afterSequence', sequenceOf: ({ sequence }: StoredTask) => sequence } })
  @Subscription(() => Task, {
    description:
      'The task as it stands, then each change, until it ends. States in between can be skipped for a slow reader; the last one never is.',
    subscribe: ({ args, context }: { args: { id: string; afterSequence?: number | null }; context: Context }) =>
      context.visible.watch(args.id, args.afterSequence ?? 0),
  })
  taskUpdated(
    @Root() task: StoredTask,
    @Arg('id', () => ID, { description: 'The id of a task.' }) _id: string,
    @Arg('afterSequence', () => Int, {
      nullable: true,
      description: 'Skips what is not newer: give the `sequence` that you have seen after a reconnect.',
    })
    _afterSequence: number | undefined,
    @Ctx() context: Context,
  ): Task {
    return toTask(task, context.language);
  }

  @FieldResolver(() => [Attempt])
  async attempts(@Root() task: Task, @Ctx() context: Context): Promise<Attempt[]> {
    return (await context.attempts.load(task.id)).map(toAttempt);
  }

  @FieldResolver(() => Consent, { nullable: true })
  async consent(@Root() task: Task, @Ctx() context: Context): Promise<Consent | null> {
    return (await context.consents.load(task.id))[0] ?? null;
  }

  @FieldResolver(() => Task, { nullable: true })
  async retryOf(@Root() { retryOfId }: Task, @Ctx() context: Context): Promise<Task | null> {
    const task = retryOfId === null ? undefined : await context.tasks.load(retryOfId);
    return task === undefined ? null : toTask(task, context.language);
  }
}
