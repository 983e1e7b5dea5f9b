import type { Sql } from '../store/database.js';
import { findReleasesOf, findTasksOnResultsOf } from '../store/erasure-rows.js';

export interface Coverage {
  /** What others were made of comes last. */
  taskIds: string[];
  /** Releases that bought photos of other tasks as well. */
  shared: string[];
}

/** These tasks with everything that shows the same face: the tasks that worked on their results, and those that bought their photos. */
export async function coverageOf(sql: Sql, tenantId: string, taskIds: readonly string[]): Promise<Coverage> {
  const covered = new Set(taskIds);
  const shared = new Set<string>();
  for (let next = [...covered]; next.length > 0; ) {
    const found = await findTasksOnResultsOf(sql, tenantId, next);
    for (const { id, makers } of await findReleasesOf(sql, tenantId, next))
      if (makers.every(maker => covered.has(maker))) found.push(id);
      else shared.add(id);
    next = found.filter(id => !covered.has(id));
    for (const id of next) covered.add(id);
  }
  return { taskIds: [...covered].reverse(), shared: [...shared].filter(id => !covered.has(id)) };
}
