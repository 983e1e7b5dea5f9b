import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { TASK_ORDERS, TASKS_UPDATE_KINDS } from '../src/store/task-list-rows.js';
import { enumOf, texts } from './enum-of.js';
import { TaskStateEnum } from './enums.js';
import { PageInfo } from './node.type.js';
import { Task } from './task.type.js';

export const TaskOrderEnum = enumOf(
  'TaskOrder',
  'How tasks are sorted: by the moment at which they were accepted.',
  texts(TASK_ORDERS, { NEWEST_FIRST: 'The newest first.', OLDEST_FIRST: 'The oldest first.' }),
);

export const TasksUpdateKindEnum = enumOf(
  'TasksUpdateKind',
  'What a message of `tasksUpdated` holds.',
  texts(TASKS_UPDATE_KINDS, {
    SNAPSHOT:
      'A page of the tasks as they stand. The first page takes the place of all that was told before; the last has `isComplete`.',
    CHANGES: 'What became of tasks since the last message.',
  }),
);

@ObjectType({ description: 'A task in a page of tasks.', simpleResolvers: true })
export class TaskEdge {
  @Field({ description: 'Where this edge stands; give it as `after`.' })
  cursor!: string;

  @Field(() => Task, { description: 'The task.' })
  node!: Task;
}

@ObjectType({ description: 'How many tasks stand in a state.', simpleResolvers: true })
export class TaskStateCount {
  @Field(() => TaskStateEnum, { description: 'The state.' })
  state!: keyof typeof TaskStateEnum;

  @Field(() => Int, { description: 'How many.' })
  count!: number;
}

@ObjectType({
  description:
    'Numbers of tasks that match a filter and have not ended, or ended within the last 24 hours. About a second old at most.',
  simpleResolvers: true,
})
export class TaskCounts {
  @Field(() => [TaskStateCount], { description: 'By state; one with none is left out.' })
  states!: TaskStateCount[];

  @Field(() => Float, { description: 'Tasks accepted a minute, over the last 5 minutes.' })
  acceptedPerMinute!: number;

  @Field(() => Float, { description: 'Tasks ended a minute, in whatever way, over the last 5 minutes.' })
  endedPerMinute!: number;

  @Field(() => Float, { description: 'Tasks failed a minute, over the last 5 minutes.' })
  failedPerMinute!: number;
}

@ObjectType({ description: 'A page of tasks.', simpleResolvers: true })
export class TaskConnection {
  @Field(() => [TaskEdge], { description: 'The tasks with their cursors.' })
  edges!: TaskEdge[];

  @Field(() => [Task], { description: 'The tasks alone.' })
  nodes!: Task[];

  @Field(() => PageInfo, { description: 'Where the page stands.' })
  pageInfo!: PageInfo;

  @Field(() => Int, { description: 'How many match in all, on all pages. Counted only where it is asked for.' })
  totalCount?: number;

  @Field(() => TaskCounts, {
    description: 'Numbers of all that match, on all pages. Counted only where asked for.',
  })
  counts?: TaskCounts;
}

@ObjectType({ description: 'One message about a list of tasks.', simpleResolvers: true })
export class TasksUpdate {
  @Field(() => TasksUpdateKindEnum, { description: 'A page of the list, or changes of it.' })
  kind!: keyof typeof TasksUpdateKindEnum;

  @Field(() => [Task], {
    description:
      'Tasks of the list, at most 100: in a snapshot newest first, else those that are new or changed. One can come twice; `sequence` says which state is newer.',
  })
  tasks!: Task[];

  @Field(() => [ID], { description: 'Ids of tasks that are erased, or no longer match the filter.' })
  removed!: string[];

  @Field({ description: 'False while more pages of the snapshot come.' })
  isComplete!: boolean;

  @Field(() => String, {
    nullable: true,
    description:
      'Give the last one as `after` when you subscribe again: then only what changed comes. Null while the snapshot is not complete.',
  })
  cursor!: string | null;

  @Field(() => TaskCounts, {
    description: 'Numbers of the whole list, not of this message. Counted only where asked for.',
  })
  counts?: TaskCounts;
}
