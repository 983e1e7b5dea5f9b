import { randomUUID } from 'node:crypto';
import { PollLoop } from '../datasources/kit/poll-loop.js';
import { LIMITS } from '../src/kernel/limits.js';
import type { Database } from '../src/store/database.js';
import { type Claim, claimDue, nextDue } from '../src/store/queue-rows.js';
import { Leases } from '../src/tasks/leases.js';

export const SOURCE = 'JUMEI_PAINTING';
/** Half of the open tasks is due, over the last hour; the rest within the next ten minutes. */
const PAST_S = 3_600;
const FUTURE_S = 600;
/** A polled task is due again after so long: none of them twice within one measurement. */
const AGAIN_MS = 600_000;

/** Rows as the task service writes them, many at a time: tasks that a vendor works on. */
export async function fill(database: Database, tasks: number): Promise<void> {
  await database.query('delete from tasks');
  await database.query(
    `insert into tasks (id, tenant_id, operation, state, waiting_on, stage, progress_source, source, route, input)
     select 'task_' || translate(gen_random_uuid()::text, '-', ''), 'bench', 'PAINTING', 'RUNNING', 'VENDOR',
       'VENDOR_PROCESSING', 'NONE', $2, array[$2], '{"text":"bench","style":"油画","resolution":"1024*1024","count":1}'
     from generate_series(1, $1::int)`,
    [tasks, SOURCE],
  );
  await database.query(
    `insert into task_queue (task_id, tenant_id, source, due_at)
     select id, tenant_id, source, now() + make_interval(secs => case when random() < 0.5 then -random() * $1::float8 else random() * $2::float8 end)
     from tasks order by random()`,
    [PAST_S, FUTURE_S],
  );
  await database.query('vacuum (analyze) task_queue');
  await database.query('vacuum (analyze) tasks');
  await database.query('checkpoint');
}

export interface Load {
  /** Polls under way at once. */
  concurrency: number;
  /** At most so many polls begin a second. */
  perSecond?: number;
  /** Ends after so many polls, or at this moment (epoch milliseconds). */
  polls?: number;
  until?: number;
  againMs?: number;
}

/** The house's own loop over its own queue, with a vendor that answers "not yet" at once. Returns polls and seconds. */
export async function poll(database: Database, load: Load): Promise<{ polls: number; seconds: number }> {
  const owner = randomUUID();
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1_000;
  let claimed = 0;
  let done = 0;
  let finish: () => void;
  const finished = new Promise<void>(resolve => {
    finish = resolve;
  });
  const left = () => {
    if (load.until !== undefined && Date.now() >= load.until) return 0;
    const due = load.perSecond === undefined ? Number.POSITIVE_INFINITY : 1 + load.perSecond * seconds();
    return Math.floor(Math.min(load.polls ?? Number.POSITIVE_INFINITY, due) - claimed);
  };
  const leases = new Leases(database, owner);
  const loop = new PollLoop<Claim>({
    capacities: busy => {
      const free = Math.min(load.concurrency - (busy.get(SOURCE) ?? 0), left());
      return [{ source: SOURCE, free: Math.max(0, free), opensInMs: 0 }];
    },
    claim: async capacities => {
      const claims = await claimDue(database, owner, capacities, LIMITS.task.leaseMs);
      claimed += claims.length;
      return claims;
    },
    work: async claim => {
      await leases.release(claim, load.againMs ?? AGAIN_MS);
      done += 1;
      if (done === load.polls) finish();
    },
    nextDue: sources => nextDue(database, sources),
    extend: claims => leases.extend(claims, LIMITS.task.leaseMs),
    onError: error => {
      throw error;
    },
  });
  loop.start();
  if (load.until !== undefined) setTimeout(() => finish(), load.until - Date.now());
  await finished;
  const took = seconds();
  await loop.stop(5_000);
  return { polls: done, seconds: took };
}
