/** The worker, as those see it who make tasks and end them. */
export interface WorkerPort {
  /** Work was put into the queue. */
  wake(): void;
  /** This task is ended: who works on it may stop. */
  abort(taskId: string): void;
  /** Whether this process works on this task. */
  holds(taskId: string): boolean;
}
