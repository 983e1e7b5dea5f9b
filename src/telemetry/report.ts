import { writeYuan } from '../kernel/money.js';
import type { Sql } from '../store/database.js';
import {
  type EndedTasks,
  endedTasks,
  type FailedTasks,
  failedTasks,
  type HourlyTasks,
  hourlyTasks,
  type SpentUnits,
  spentUnits,
} from '../store/report-rows.js';
import { type TaskStanding, tasksUnderWay } from '../store/standing-rows.js';

/** What an operator asks in the morning. Over all tenants, and of nobody by name. */
export interface OperatorReport {
  from: string;
  ended: EndedTasks[];
  failed: FailedTasks[];
  spent: SpentUnits[];
  open: TaskStanding[];
  hours: HourlyTasks[];
}

/** At most so many hours are told one by one. */
const HOURS = 6;
/** Longer than the ledger's busiest month is looked through in a moment. */
export const MOST_REPORT_MS = 31 * 86_400_000;

export async function makeReport(sql: Sql, sinceMs: number, now: number): Promise<OperatorReport> {
  const from = new Date(now - sinceMs);
  const hours = Math.min(HOURS, Math.max(1, Math.ceil(sinceMs / 3_600_000)));
  return {
    from: from.toISOString(),
    ended: await endedTasks(sql, from),
    failed: await failedTasks(sql, from),
    spent: await spentUnits(sql, from),
    open: await tasksUnderWay(sql),
    hours: await hourlyTasks(sql, hours),
  };
}

/** For people. */
export function writeReport({ from, ended, failed, spent, open, hours }: OperatorReport): string {
  const seconds = (value: number) => (value < 10 ? value.toFixed(1) : String(Math.round(value)));
  const parts = [
    `Since ${from}`,
    section(
      'Tasks that ended',
      ['operation', 'by', 'state', 'tasks', 'p50 s', 'p95 s'],
      ended.map(row => [
        row.operation,
        row.source,
        row.state,
        String(row.count),
        seconds(row.p50Seconds),
        seconds(row.p95Seconds),
      ]),
    ),
    section(
      'Why they failed, or wait for a person',
      ['operation', 'by', 'code', "vendor's code", 'tasks'],
      failed.map(row => [row.operation, row.source, row.code, row.vendorCode ?? '', String(row.count)]),
    ),
    section(
      'What it cost',
      ['at', 'calls', 'units', 'in doubt', 'yuan'],
      spent.map(row => [
        row.source,
        String(row.calls),
        String(row.units),
        String(row.unitsInDoubt),
        `${writeYuan(row.cost)}${row.unitsWithoutPrice > 0 ? ` and ${row.unitsWithoutPrice} units without a price` : ''}`,
      ]),
    ),
    section(
      'Under way now',
      ['operation', 'by', 'state', 'tasks', 'oldest s'],
      open.map(row => [row.operation, row.source, row.state, String(row.count), seconds(row.oldestSeconds)]),
    ),
    section(
      `Hour by hour: ${trendOf(hours)}`,
      ['hours ago', 'accepted', 'ended'],
      hours.map(row => [String(row.hoursAgo), String(row.accepted), String(row.ended)]),
    ),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** By the last hour, less one in twenty, since what came at its end is still under way. */
function trendOf([last]: readonly HourlyTasks[]): string {
  if (last === undefined || last.accepted + last.ended === 0) return 'nothing came in the last one';
  if (last.accepted > last.ended * 1.05 + 1) return `the queue grows, ${last.accepted - last.ended} in the last one`;
  return 'the queue does not grow';
}

function section(title: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return `${title}: none`;
  const lines = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...lines.map(line => line[column]!.length)));
  // Numbers stand on the right, below each other.
  const isNumber = head.map((_, column) => rows.every(row => /^[\d.]+$/.test(row[column]!)));
  const cell = (text: string, column: number) =>
    isNumber[column] ? text.padStart(widths[column]!) : text.padEnd(widths[column]!);
  return [title, ...lines.map(line => `  ${line.map(cell).join('  ').trimEnd()}`)].join('\n');
}
