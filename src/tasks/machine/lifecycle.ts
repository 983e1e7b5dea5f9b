import type { TaskStage } from '../../../datasources/contract.js';
import { SIGNALS } from '../../kernel/signals.js';
import type { Database, Sql } from '../../store/database.js';
import { leaveQueue } from '../../store/queue-rows.js';
import type { Task, TaskFailure, TaskResult, TaskState } from '../../store/task.js';
import { changeTask } from '../../store/task-rows.js';
import type { TaskEvents } from './events.js';
import { isTerminal, MOVES, type MoveName } from './machine.js';
import type { TaskOutbox } from './outbox.js';

export interface MoveDetails {
  /** Narrows the states from which the move is legal. */
  from?: TaskState;
  stage?: TaskStage | undefined;
  percent?: number | undefined;
  result?: TaskResult | undefined;
  failure?: TaskFailure;
  /** The fencing token of the worker that asks; without it the move is the service's. */
  token?: number;
  /** For `park`: the vendor is still asked now and then. */
  stayQueued?: boolean;
  /** Written in the same transaction, if the move happens. */
  also?: ((sql: Sql) => Promise<void>) | undefined;
}

/** What follows where the work on a task is over: it has ended, or nobody works on it until a person decides. */
export interface WorkEnd {
  /** Written in the transaction of the move. */
  write(sql: Sql, task: Task): Promise<void>;
  /** After its commit. It does not fail: what it leaves undone is done by housekeeping. */
  follow(task: Task): Promise<void>;
}

/** The only writer of task states: each move is one transaction, and its event is published after the commit. */
export class TaskLifecycle {
  constructor(
    private readonly database: Database,
    private readonly events: TaskEvents,
    private readonly outbox: TaskOutbox,
    private readonly workEnd: WorkEnd,
  ) {}

  /** Undefined where the move is not legal from the state the task is in, or the token has been fenced off. */
  async move(taskId: string, name: MoveName, details: MoveDetails = {}): Promise<Task | undefined> {
    const { from, to, waitingOn } = MOVES[name];
    const terminal = isTerminal(to);
    // A parked task is nobody's work until a person settles it, unless its vendor may still answer.
    const parked = to === 'NEEDS_REVIEW' && details.stayQueued !== true;
    let recorded = false;
    const commit = async (sql: Sql) => {
      const changed = await changeTask(sql, taskId, {
        from: details.from === undefined ? from : [details.from],
        to,
        waitingOn,
        terminal,
        eraseSealed: terminal || parked,
        stage: terminal ? 'ENDED' : (details.stage ?? (to === 'NEEDS_REVIEW' ? 'VENDOR_PROCESSING' : 'QUEUED')),
        progressPercent: to === 'SUCCEEDED' ? 100 : terminal ? null : (details.percent ?? null),
        progressSource: to === 'SUCCEEDED' || details.percent !== undefined ? 'REPORTED' : 'NONE',
        result: details.result,
        failure: details.failure,
        ...(details.token === undefined ? {} : { token: details.token }),
      });
      if (changed === undefined) return undefined;
      await details.also?.(sql);
      if (terminal || parked) {
        await leaveQueue(sql, taskId);
        await this.workEnd.write(sql, changed);
      }
      // Last: what locks a webhook holds it no longer than the commit takes.
      recorded = to !== 'RUNNING' && (await this.outbox.record(sql, changed));
      return changed;
    };
    // One statement is a transaction by itself.
    const isAlone = to === 'RUNNING' && details.also === undefined;
    const row = await (isAlone ? commit(this.database) : this.database.transaction(commit));
    if (row === undefined) return undefined;
    this.events.publish(row);
    if (recorded) this.outbox.wake();
    if (terminal || parked) tellEnd(row);
    if (terminal || parked) await this.workEnd.follow(row);
    return row;
  }
}

function tellEnd({ operation, source, state, failure, createdAt, updatedAt }: Task): void {
  const seconds = (updatedAt.getTime() - createdAt.getTime()) / 1_000;
  SIGNALS.taskEnded.tell({ operation, source, state, code: failure?.code, seconds });
}
