import { type GraphQLField, GraphQLInt, GraphQLNonNull } from 'graphql';
import type { Task } from '../schema/task.type.js';
import { badInput } from '../src/kernel/errors.js';
import { LIMITS } from '../src/kernel/limits.js';
import { isTerminal } from '../src/tasks/machine/machine.js';
import type { Context } from './context.js';
import { toTask } from './operations.js';

const { mostWaitSeconds } = LIMITS.task;

/** Lets a mutation that gives a task answer when that has ended: for callers that can neither subscribe nor poll. */
export function addWaitSeconds(field: GraphQLField<unknown, Context>): void {
  const resolve = field.resolve!;
  field.args = [
    ...field.args,
    {
      name: 'waitSeconds',
      description: `Answers when the task has ended or waits for a person, or after so many seconds (0 to ${mostWaitSeconds}).`,
      type: new GraphQLNonNull(GraphQLInt),
      defaultValue: 0,
      deprecationReason: undefined,
      extensions: {},
      astNode: undefined,
    },
  ];
  field.resolve = async (root, args, context, info) => {
    const { waitSeconds } = args as { waitSeconds: number };
    // Before anything is sent.
    if (waitSeconds < 0 || waitSeconds > mostWaitSeconds)
      throw badInput('waitSeconds', 'RANGE', `0 to ${mostWaitSeconds}`);
    const task = (await resolve(root, args, context, info)) as Task;
    return waitSeconds === 0 ? task : waitFor(task, waitSeconds, context);
  };
}

async function waitFor(task: Task, seconds: number, { visible, language }: Context): Promise<Task> {
  let newest = task;
  const isOver = () => isTerminal(newest.state) || newest.state === 'NEEDS_REVIEW';
  if (isOver()) return newest;
  try {
    const changes = await visible.watch(task.id, task.sequence);
    const timer = setTimeout(() => void changes.return!(), seconds * 1_000);
    try {
      for await (const row of changes) {
        newest = toTask(row, language);
        if (isOver()) break;
      }
    } finally {
      clearTimeout(timer);
    }
  } catch {
    // The task is kept, and paid for perhaps: what stands in the way of waiting must not hide its id.
  }
  return newest;
}
