import type { House } from './assembly.js';
import type { Engine } from './engine/engine.js';
import { VERSION } from './kernel/version.js';
import type { Readiness } from './readiness.js';
import { listBudgets } from './store/budget-rows.js';
import type { Database } from './store/database.js';
import { tasksUnderWay } from './store/standing-rows.js';
import { Metrics } from './telemetry/metrics.js';

/** The metrics of a house, from its parts. */
export function observe(parts: {
  house: Pick<House, 'events' | 'vendors' | 'monitor'>;
  engine: Pick<Engine, 'standing'>;
  readiness: Pick<Readiness, 'obstacles'>;
  database: Database;
}): Metrics {
  const { house, engine, readiness, database } = parts;
  return new Metrics({
    version: VERSION,
    tasks: () => tasksUnderWay(database),
    budgets: () => listBudgets(database, null),
    vendors: () =>
      house.vendors.list().flatMap(({ key, state }) => {
        if (key === null || state === null) return [];
        return [{ source: key, state, unitsLeft: house.monitor.knownQuota(key)?.left }];
      }),
    engine: () => engine.standing,
    subscriptions: () => house.events.subscribers,
    isReady: async () => (await readiness.obstacles()).length === 0,
  });
}
