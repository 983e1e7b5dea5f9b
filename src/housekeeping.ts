import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { AccessService } from './access/access-service.js';
import type { House } from './assembly.js';
import { systemClock } from './kernel/clock.js';
import { LIMITS } from './kernel/limits.js';
import { endAbandonedAttempts } from './store/attempt-rows.js';
import { dropOldTokens } from './store/browser-token-rows.js';
import { dropOldConsents } from './store/consent-rows.js';
import type { Database } from './store/database.js';
import { dropOldDeliveries, WEBHOOK_QUEUE } from './store/delivery-rows.js';
import { dropExpiredKeys } from './store/idempotency-rows.js';
import { healQueue } from './store/queue-rows.js';
import { dropOldRates } from './store/rate-rows.js';

/** Starts what is done again and again while the server runs. */
export async function startHousekeeping(
  { assets, audit, oldTasks, tidyPersonal }: Pick<House, 'assets' | 'audit' | 'oldTasks' | 'tidyPersonal'>,
  access: AccessService,
  database: Database,
  { keepAuditMs, keepTasksMs }: { keepAuditMs: number; keepTasksMs: number | undefined },
  log: Logger,
): Promise<{ stop(): Promise<void> }[]> {
  const heal = async () => {
    const healed = await healQueue(database, LIMITS.task.maxDelayMs, LIMITS.task.leaseMs);
    if (healed > 0) log.warn({ tasks: healed }, 'the clock went back; what was due by the old time is due now');
    await healQueue(database, LIMITS.webhook.maxDelayMs, LIMITS.task.leaseMs, WEBHOOK_QUEUE);
  };
  await heal();
  const clean = async () => {
    const purged = await assets.purgeExpired();
    await tidyPersonal(LIMITS.asset.orphanMs);
    await audit.chain();
    const auditKeptFrom = new Date(systemClock.now() - keepAuditMs);
    await audit.prune(auditKeptFrom);
    await dropOldConsents(database, auditKeptFrom);
    await assets.tendQuarantine();
    await dropExpiredKeys(database);
    await dropOldTokens(database, LIMITS.browserToken.keptMs);
    await dropOldRates(database, LIMITS.rate.forgetMs);
    const abandoned = await endAbandonedAttempts(database, LIMITS.task.abandonedMs);
    if (abandoned > 0) log.warn({ calls: abandoned }, 'calls of ended tasks, whose worker died, were booked as lost');
    await dropOldDeliveries(database, LIMITS.webhook.keptMs, LIMITS.webhook.dropBatch);
    await heal();
    await database.vacuum();
    if (purged > 0) log.info({ purged }, 'assets past their time were deleted');
  };
  return [
    repeat(clean, LIMITS.task.housekeepingMs, log),
    repeat(() => database.vacuum(['task_queue', 'webhook_queue']), LIMITS.store.queueVacuumMs, log),
    repeat(() => access.flush(), LIMITS.access.usedMs, log),
    ...(keepTasksMs === undefined ? [] : [letTasksLeave(oldTasks, keepTasksMs, log)]),
  ];
}

/** In small commits with rests between, so that a house of years that sets a time for the first time goes on working. */
function letTasksLeave(oldTasks: House['oldTasks'], keepMs: number, log: Logger): { stop(): Promise<void> } {
  const { everyMs, batch, batches } = LIMITS.task.leave;
  const stopping = new AbortController();
  const leave = async () => {
    const left = { tasks: 0, pictures: 0 };
    for (let count = 0; count < batches; count += 1) {
      const begun = performance.now();
      const { tasks, pictures, isMore } = await oldTasks.drop(keepMs, batch);
      left.tasks += tasks;
      left.pictures += pictures;
      if (!isMore || stopping.signal.aborted) break;
      await sleep(performance.now() - begun, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
    if (left.tasks + left.pictures > 0) log.info(left, 'tasks that ended long ago have left, and rows of old pictures');
  };
  const keeper = repeat(leave, everyMs, log);
  return {
    stop: () => {
      stopping.abort();
      return keeper.stop();
    },
  };
}

export function repeat(work: () => Promise<void>, everyMs: number, log: Logger): { stop(): Promise<void> } {
  let running: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    running = running.then(work).catch(error => log.error({ err: error }, 'housekeeping failed; it is tried again'));
  }, everyMs);
  return {
    stop: () => {
      clearInterval(timer);
      return running;
    },
  };
}
