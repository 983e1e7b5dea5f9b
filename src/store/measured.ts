import { SIGNALS } from '../kernel/signals.js';
import type { Database, Parameter, Row, Sql } from './database.js';

/** The database with the time of each statement and transaction told; a statement within a transaction is part of it. */
export function measured(database: Database): Database {
  return {
    kind: database.kind,
    query: <R = Row>(text: string, params?: readonly Parameter[]) =>
      timed('statement', () => database.query<R>(text, params)),
    script: text => timed('statement', () => database.script(text)),
    transaction: <T>(work: (sql: Sql) => Promise<T>) => timed('transaction', () => database.transaction(work)),
    vacuum: tables => database.vacuum(tables),
    close: () => database.close(),
  };
}

async function timed<T>(kind: 'statement' | 'transaction', work: () => Promise<T>): Promise<T> {
  const began = performance.now();
  let ok = false;
  try {
    const result = await work();
    ok = true;
    return result;
  } finally {
    SIGNALS.statement.tell({ kind, ok, seconds: (performance.now() - began) / 1_000 });
  }
}
