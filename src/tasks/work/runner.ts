import { PollLoop } from '../../../datasources/pace/poll-loop.js';
import { LIMITS } from '../../kernel/limits.js';
import { claimDue, countBySource, nextDue } from '../../store/queue-rows.js';
import type { WorkerPort } from '../machine/worker-port.js';
import { Leases } from './leases.js';
import { type Job, TaskWorker, type WorkerParts } from './worker.js';

/** The poll loop of the data sources, on the queue of the database. */
export class TaskRunner implements WorkerPort {
  private readonly loop: PollLoop<Job>;

  constructor(private readonly parts: Omit<WorkerParts, 'stopping' | 'leases'>) {
    const { database, sources, monitor, log } = parts;
    const leases = new Leases(database);
    const worker = new TaskWorker({ ...parts, leases, stopping: () => this.loop.stopping });
    const keys = [...sources.keys()];
    this.loop = new PollLoop<Job>({
      idOf: ({ taskId }) => taskId,
      capacities: busy => keys.map(source => monitor.capacity(source, busy.get(source) ?? 0)),
      claim: async capacities => {
        const claims = await claimDue(database, capacities, LIMITS.task.leaseMs);
        for (const { source } of claims) monitor.countRequest(source);
        return claims.length === 0 ? [] : worker.load(claims);
      },
      work: (job, signal) => worker.work(job, signal),
      nextDue: sources => nextDue(database, sources),
      extend: claims => leases.extend(claims, LIMITS.task.leaseMs),
      onError: (error, what, taskId) => log.error({ err: error, taskId }, what),
    });
  }

  start(): void {
    this.loop.start();
    void this.warnOfStrandedTasks();
  }

  /** Tasks of a vendor whose keys were taken away wait for the keys, and nobody claims them: the operator has to know. */
  private async warnOfStrandedTasks(): Promise<void> {
    const { database, sources, log } = this.parts;
    const waiting = await countBySource(database).catch(() => []);
    for (const { source, count } of waiting) {
      if (!sources.has(source)) log.warn({ source, count }, 'tasks wait for a vendor that is not configured');
    }
  }

  wake(): void {
    this.loop.wake();
  }

  abort(taskId: string): void {
    this.loop.abort(taskId);
  }

  /** Whether this worker works on this task. */
  holds(taskId: string): boolean {
    return this.loop.holds(taskId);
  }

  stop(graceMs: number): Promise<void> {
    return this.loop.stop(graceMs);
  }
}
