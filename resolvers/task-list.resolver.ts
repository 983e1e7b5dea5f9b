import { Arg, Authorized, Ctx, FieldResolver, Int, Query, Resolver, Root, Subscription } from 'type-graphql';
import { connectionOf } from '../schema/node.type.js';
import { TaskFilterInput } from '../schema/task-filter.input.js';
import { TaskConnection, TaskCounts, TaskOrderEnum, TasksUpdate } from '../schema/task-list.type.js';
import { badInput } from '../src/kernel/errors.js';
import { LIMITS } from '../src/kernel/limits.js';
import type { TaskFilter } from '../src/store/task-list-rows.js';
import type { TaskList, TasksUpdate as Told } from '../src/tasks/machine/task-list.js';
import type { Context } from './context.js';
import { givenFilter } from './given.js';
import { toTask } from './operations.js';
import { pageSize } from './page.js';

const { snapshotTasks, mostSnapshotTasks } = LIMITS.events;

/** What is counted below an object needs the filter that made it. */
class FilteredTasks extends TaskConnection {
  filter!: TaskFilter;
}
class FilteredUpdate extends TasksUpdate {
  filter!: TaskFilter;
}

interface Following {
  filter?: TaskFilterInput | null;
  first: number;
  after?: string | null;
}

function snapshotSize(first: number): number {
  if (first < 0 || first > mostSnapshotTasks) throw badInput('first', 'RANGE', `0 to ${mostSnapshotTasks}`);
  return first;
}

@Resolver(() => TaskConnection)
export class TaskListResolver {
  constructor(private readonly list: TaskList) {}

  @Authorized('tasks:read')
  @Query(() => TaskConnection, { description: 'Tasks.' })
  async tasks(
    @Arg('filter', () => TaskFilterInput, { nullable: true, description: 'Which ones; all if not given.' })
    given: TaskFilterInput | undefined,
    @Arg('first', () => Int, { nullable: true, description: 'How many: 1 to 200, default 50.' })
    first: number | undefined,
    @Arg('after', () => String, {
      nullable: true,
      description: 'Only what comes after this cursor, which is one of a list in the same order.',
    })
    after: string | undefined,
    @Arg('order', () => TaskOrderEnum, { defaultValue: 'NEWEST_FIRST', description: 'How they are sorted.' })
    order: keyof typeof TaskOrderEnum,
    @Ctx() { tenantId, language }: Context,
  ): Promise<FilteredTasks> {
    const filter = givenFilter(given);
    const page = await this.list.page(tenantId, filter, { first: pageSize(first), after: after ?? undefined, order });
    const edges = page.tasks.map(({ task, cursor }) => ({ cursor, node: toTask(task, language) }));
    return { ...connectionOf(edges, page.hasNextPage), filter };
  }

  @FieldResolver(() => Int)
  totalCount(@Root() { filter }: FilteredTasks, @Ctx() { tenantId }: Context): Promise<number> {
    return this.list.count(tenantId, filter);
  }

  @FieldResolver(() => TaskCounts)
  counts(@Root() { filter }: FilteredTasks, @Ctx() { tenantId }: Context): Promise<TaskCounts> {
    return this.list.counts(tenantId, filter);
  }
}

@Resolver(() => TasksUpdate)
export class TasksUpdatedResolver {
  constructor(private readonly list: TaskList) {}

  @Authorized('tasks:read')
  @Subscription(() => TasksUpdate, {
    description:
      'The newest tasks as they stand, in pages of at most 100, then what becomes of all that match, in messages of at most 100 tasks, ten a second at most. States in between can be skipped; the last one never is. Where nothing changes an empty message comes every 15 seconds. A SNAPSHOT that follows CHANGES takes the place of all that was told: too much had changed at once.',
    subscribe: ({ args, context }: { args: Following; context: Context }) =>
      context.followTasks(givenFilter(args.filter), snapshotSize(args.first), args.after ?? undefined),
  })
  tasksUpdated(
    @Root() told: Told,
    @Arg('filter', () => TaskFilterInput, { nullable: true, description: 'Which ones; all if not given.' })
    _filter: TaskFilterInput | undefined,
    @Arg('first', () => Int, {
      defaultValue: snapshotTasks,
      description: `How many tasks the snapshot has: 0 to ${mostSnapshotTasks}. Changes are told of all.`,
    })
    _first: number,
    @Arg('after', () => String, {
      nullable: true,
      description:
        'The last `cursor` that you have: instead of a snapshot comes what changed since. What was erased meanwhile is not told. After more than 10 minutes a snapshot comes all the same.',
    })
    _after: string | undefined,
    @Ctx() { language }: Context,
  ): FilteredUpdate {
    return { ...told, tasks: told.tasks.map(task => toTask(task, language)) };
  }

  @FieldResolver(() => TaskCounts)
  counts(@Root() { filter }: FilteredUpdate, @Ctx() { tenantId }: Context): Promise<TaskCounts> {
    return this.list.counts(tenantId, filter);
  }
}
