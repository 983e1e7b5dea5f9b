import { PollLoop } from '../../datasources/pace/poll-loop.js';
import { LIMITS } from '../kernel/limits.js';
import { claimDue, countBySource, nextDue } from '../store/queue-rows.js';
import { type Job, JobRunner, type JobRunnerParts } from './job-runner.js';
import { Leases } from './leases.js';

/** The poll loop of the data sources, on the queue of the database. */
export class TaskRunner {
  private readonly loop: PollLoop<Job>;

  constructor(private readonly parts: Omit<JobRunnerParts, 'stopping' | 'leases'>) {
    const { database, sources, watch, log } = parts;
    const leases = new Leases(database);
    const runner = new JobRunner({ ...parts, leases, stopping: () => this.loop.stopping });
    const keys = [...sources.keys()];
    this.loop = new PollLoop<Job>({
      capacities: busy => keys.map(source => watch.capacity(source, busy.get(source) ?? 0)),
      claim: async capacities => {
        const claims = await claimDue(database, capacities, LIMITS.task.leaseMs);
        for (const { source } of claims) watch.took(source);
        return claims.length === 0 ? [] : runner.load(claims);
      },
      work: (job, signal) => runner.work(job, signal),
      nextDue: sources => nextDue(database, sources),
      extend: claims => leases.extend(claims, LIMITS.task.leaseMs),
      onError: (error, what, taskId) => log.error({ err: error, taskId }, what),
    });
  }

  start(): void {
    this.loop.start();
    void this.tellOfStranded();
  }

  /** Keys that an operator took away leave tasks that nobody claims: they wait for the keys, and he has to know. */
  private async tellOfStranded(): Promise<void> {
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
