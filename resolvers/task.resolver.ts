import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root, Subscription } from 'type-graphql';
import { connectionOf } from '../schema/node.type.js';
import { Attempt, Task, TaskConnection } from '../schema/task.type.js';
import { TaskFilterInput } from '../schema/task-filter.input.js';
import type { Task as StoredTask } from '../src/tasks/task.js';
import type { TaskService } from '../src/tasks/task-service.js';
import type { Context } from './context.js';
import { given } from './given.js';
import { pageSize } from './page.js';
import { toAttempt, toTask } from './task.map.js';

@Resolver(() => Task)
export class TaskResolver {
  constructor(private readonly tasks: TaskService) {}

  @Query(() => Task, { nullable: true, description: 'One task; null if there is none with this id.' })
  async task(
    @Arg('id', () => ID, { description: 'The id of a task.' }) id: string,
    @Ctx() context: Context,
  ): Promise<Task | null> {
    const task = await this.tasks.find(context.tenantId, id);
    return task === undefined ? null : toTask(task, context.language);
  }

  @Query(() => TaskConnection, { name: 'tasks', description: 'Tasks, newest first.' })
  async list(
    @Arg('filter', () => TaskFilterInput, { nullable: true, description: 'Which ones; all if not given.' }) filter:
      | TaskFilterInput
      | undefined,
    @Arg('first', () => Int, { nullable: true, description: 'How many: 1 to 200, default 50.' }) first:
      | number
      | undefined,
    @Arg('after', () => String, { nullable: true, description: 'Only what comes after this cursor.' }) after:
      | string
      | undefined,
    @Ctx() context: Context,
  ): Promise<TaskConnection> {
    const page = await this.tasks.list(context.tenantId, given(filter ?? {}), pageSize(first), after ?? undefined);
    return connectionOf(
      page.tasks.map(({ task, cursor }) => ({ cursor, node: toTask(task, context.language) })),
      page.hasNextPage,
    );
  }

  @Mutation(() => Task, {
    description:
      'Ends a task that has not ended. A vendor call that was made already stays booked. Error TASK_ENDED if it has ended in another way.',
  })
  async cancelTask(
    @Arg('id', () => ID, { description: 'The id of a task.' }) id: string,
    @Ctx() context: Context,
  ): Promise<Task> {
    return toTask(await this.tasks.cancel(context.tenantId, id), context.language);
  }

  @Subscription(() => Task, {
    description:
      'The task as it stands, then each change, until it ends. States in between can be skipped for a slow reader; the last one never is.',
    subscribe: ({ args, context }: { args: { id: string; afterSequence?: number | null }; context: Context }) =>
      context.watch(context.tenantId, args.id, args.afterSequence ?? 0),
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
}
