import type { ClientBase } from 'pg';
import { LIMITS } from '../../kernel/limits.js';

/** What is known of one connection. */
export interface Session {
  /**
   * A pooler such as PgBouncer stands in between. In transaction mode each transaction may run on another connection to
   * the server, so that nothing may outlive one: no named statement and no setting.
   */
  readonly pooled: boolean;
  /** Begins a transaction with our timeouts. */
  readonly begin: string;
  /** When the connection was made; see `PostgresDatabase`. */
  readonly epoch: number;
}

const { statementMs, idleTransactionMs, connectMs } = LIMITS.store;
const BEGIN_POOLED = `begin; set local statement_timeout = ${statementMs}; set local idle_in_transaction_session_timeout = ${idleTransactionMs}`;

/**
 * Finds out where a new connection leads, and sets our timeouts on it. They are no parameters of the start-up, because
 * PgBouncer refuses those. One query; it works behind every pooler.
 *
 * Postgres tells each connection the number of its process; a pooler makes up a number of its own.
 */
export async function prepareSession(client: ClientBase, epoch: number): Promise<Session | 'read-only'> {
  const { processID } = client as ClientBase & { processID: number };
  const isOurs = `pg_backend_pid() = ${processID}`;
  const text = `select not ${isOurs} as pooled, current_setting('transaction_read_only') = 'on' as "readOnly",
    case when ${isOurs} then set_config('statement_timeout', '${statementMs}', false) end,
    case when ${isOurs} then set_config('idle_in_transaction_session_timeout', '${idleTransactionMs}', false) end`;
  // The time limit is of `pg`, whose types do not know it here.
  const query: { text: string; query_timeout: number } = { text, query_timeout: connectMs };
  const { rows } = await client.query<{ pooled: boolean; readOnly: boolean }>(query);
  const { pooled, readOnly } = rows[0]!;
  return readOnly ? 'read-only' : { pooled, begin: pooled ? BEGIN_POOLED : 'begin', epoch };
}
