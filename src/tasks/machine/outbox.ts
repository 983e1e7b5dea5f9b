import type { Sql } from '../../store/database.js';
import type { Task } from '../../store/task.js';

/** Who else has to hear of what becomes of tasks, even if the process dies after the commit. */
export interface TaskOutbox {
  /** In the transaction of the move: writes down what is to be sent. Whether there is anything. */
  record(sql: Sql, task: Task): Promise<boolean>;
  /** After the commit: something is to be sent. */
  wake(): void;
}
