import { PollLoop } from '../datasources/pace/poll-loop.js';
import { LIMITS } from '../src/kernel/limits.js';
import type { Database } from '../src/store/database.js';
import { type Claim, claimDue, nextDue, releaseLeases } from '../src/store/queue-rows.js';
import { Leases } from '../src/tasks/work/leases.js';

const SOURCE = 'JUMEI_PAINTING';
/**
 * A polled task is due again after this time, and all other tasks within it. So no task is polled twice in one
 * measurement.
 */
export const AGAIN_MS = 600_000;

/** Inserts tasks that a vendor works on, with the rows that the task service would write. `due` of them are due now. */
export async function fill(database: Database, tasks: number, due = 0): Promise<void> {
  await database.script('truncate tasks cascade');
  await database.query(
    `insert into tasks (id, tenant_id, operation, state, waiting_on, stage, progress_source, source, route, input)
     select 'task_' || translate(gen_random_uuid()::text, '-', ''), 'bench', 'PAINTING', 'RUNNING', 'VENDOR',
       'VENDOR_PROCESSING', 'NONE', $2, array[$2], '{"text":"bench","style":"油画","resolution":"1024*1024","count":1}'
     from generate_series(1, $1::int)`,
    [tasks, SOURCE],
  );
  await database.query(
    `insert into task_queue (task_id, tenant_id, source, due_at)
     select id, tenant_id, source, now() + make_interval(secs =>
       case when row_number() over () <= $1::int then -random() else 60 + random() * $2::float8 end)
     from tasks order by random()`,
    [due, AGAIN_MS / 1_000],
  );
  await database.query('vacuum (analyze) task_queue');
  await database.query('vacuum (analyze) tasks');
  await database.query('checkpoint');
}

/** Only the two statements of a poll: claim a batch, release it until its next due time. */
export async function pollByBatches(database: Database, polls: number, batch: number): Promise<number> {
  let done = 0;
  while (done < polls) {
    const claims = await claimDue(database, [{ source: SOURCE, free: batch }], LIMITS.task.leaseMs);
    if (claims.length === 0) break;
    await releaseLeases(
      database,
      claims.map(claim => ({ claim, delayMs: AGAIN_MS })),
    );
    done += claims.length;
  }
  return done;
}

export interface Load {
  /** Concurrent polls. */
  concurrency: number;
  /** Limit of polls that start in one second. */
  perSecond?: number;
  /** The load ends after so many polls, or after `forMs`. */
  polls?: number;
  forMs?: number;
  againMs?: number;
}

/** The poll loop of the server over its own queue, with a vendor that answers "not yet" at once. */
export async function pollByLoop(database: Database, load: Load): Promise<{ polls: number; seconds: number }> {
  const leases = new Leases(database);
  const started = performance.now();
  const elapsed = () => performance.now() - started;
  const stopping = new AbortController();
  const stopped = new Promise(resolve => stopping.signal.addEventListener('abort', resolve));
  let claimed = 0;
  let done = 0;
  const allowed = () =>
    Math.floor(
      Math.min(
        load.polls ?? Number.POSITIVE_INFINITY,
        load.perSecond === undefined ? Number.POSITIVE_INFINITY : (load.perSecond * elapsed()) / 1_000,
      ),
    );
  const loop = new PollLoop<Claim>({
    idOf: ({ taskId }) => taskId,
    capacities: busy => [
      {
        source: SOURCE,
        free: Math.max(0, Math.min(load.concurrency - (busy.get(SOURCE) ?? 0), allowed() - claimed)),
        opensInMs: 0,
      },
    ],
    claim: async capacities => {
      const claims = await claimDue(database, capacities, LIMITS.task.leaseMs);
      claimed += claims.length;
      return claims;
    },
    work: async claim => {
      await leases.release(claim, load.againMs ?? AGAIN_MS);
      done += 1;
      if (done === load.polls) stopping.abort();
    },
    nextDue: sources => nextDue(database, sources),
    extend: claims => leases.extend(claims, LIMITS.task.leaseMs),
    onError: error => {
      throw error;
    },
  });
  loop.start();
  const timer = load.forMs === undefined ? undefined : setTimeout(() => stopping.abort(), load.forMs);
  await stopped;
  clearTimeout(timer);
  const seconds = elapsed() / 1_000;
  await loop.stop(5_000);
  return { polls: done, seconds };
}
