import { type LogFn, pino } from 'pino';
import type { DataSource, VendorName } from '../datasources/contract.js';
import { systemClock } from '../src/kernel/clock.js';
import { DarkroomError, type ErrorCode } from '../src/kernel/errors.js';
import { VendorError } from '../src/kernel/vendor-error.js';
import type { Database } from '../src/store/database.js';
import { VendorMonitor } from '../src/tasks/vendors/vendor-monitor.js';
import { lend } from './shared-house.js';

/** The vendor that the replicas watch, and how many units its package has. */
export const KEY = 'FANGTANG';
export const PACKAGE = 100;

export const sourceOf = (vendor: VendorName, over: Partial<DataSource> = {}): DataSource => ({
  vendor,
  sandbox: false,
  capabilities: {},
  origins: [],
  limits: { concurrency: 8, requestsPerSecond: 1_000 },
  ...over,
});

/** What a call comes to. */
export const fails = (code: ErrorCode) => () =>
  Promise.reject(new VendorError(code, { billed: 'NO', safeToRetry: true }));
export const works = async () => 'done';

/** One replica's view of the vendors, with all it logged and every statement it sent. */
export interface Replica {
  monitor: VendorMonitor;
  log: string[];
  statements: string[];
  /** While true, its database cannot be reached. */
  cut(away: boolean): void;
  /** Calls that fail until the breaker is open. */
  fail(code?: ErrorCode): Promise<void>;
}

/** A replica on this database, not started. */
export function openReplica(database: Database, sources: readonly DataSource[] = [sourceOf(KEY)]): Replica {
  const lines: string[] = [];
  const statements: string[] = [];
  let away = false;
  const log = pino({ level: 'silent' });
  for (const level of ['info', 'warn'] as const)
    log[level] = (({ source, code, restSeconds, left, err }: Record<string, unknown>, text: string) => {
      const facts = [source, code, restSeconds, left].filter(fact => fact !== undefined);
      lines.push(`${level} ${facts.join(' ')}: ${err === undefined ? text : String(err)}`);
    }) as LogFn;
  const tapped: Database = {
    ...lend(database),
    query: async (text, params) => {
      statements.push(text);
      if (away) throw new DarkroomError('DATABASE_UNAVAILABLE');
      return database.query(text, params);
    },
  };
  const parts = { log, database: tapped, clock: systemClock, packageUnits: { [KEY]: PACKAGE } };
  const monitor = new VendorMonitor(parts, sources);
  return {
    monitor,
    log: lines,
    statements,
    cut: value => {
      away = value;
    },
    fail: async (code = 'VENDOR_UNAVAILABLE') => {
      while (monitor.state(KEY) !== 'OPEN') await monitor.call(KEY, fails(code)).catch(() => {});
      await monitor.close();
    },
  };
}

/** As if so much time had gone by for the row. */
export const pass = (database: Database, seconds: number) =>
  database.query(
    `update vendor_health set retry_at = retry_at - make_interval(secs => $1),
       probe_until = probe_until - make_interval(secs => $1), token = token + 1`,
    [seconds],
  );

export const soon = (ms: number) => new Promise<string>(resolve => setTimeout(() => resolve('later'), ms));
