import type { Sql } from './database.js';

/** Tasks of one kind on which there is work, or which wait for a person. */
export interface TaskStanding {
  source: string;
  operation: string;
  state: string;
  count: number;
  /** Of the one that was accepted first. */
  oldestSeconds: number;
}

/** Over all tenants. What waits for a person alone stands in no queue any more. */
export function tasksUnderWay(sql: Sql): Promise<TaskStanding[]> {
  return sql.query<TaskStanding>(
    `select source, operation, state, count(*)::int as count,
       extract(epoch from now() - min(created_at))::float8 as "oldestSeconds"
     from (
       select t.source, t.operation, t.state, t.created_at from task_queue q join tasks t on t.id = q.task_id
         where t.state <> 'NEEDS_REVIEW'
       union all select source, operation, state, created_at from tasks where state = 'NEEDS_REVIEW'
     ) as open group by source, operation, state`,
  );
}
