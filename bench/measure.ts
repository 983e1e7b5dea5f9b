import { readdirSync, readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

export interface Readings {
  seconds: number;
  /** CPU time of this process, all threads. 100 is one core. */
  cpuPercent: number;
  cpuSeconds: number;
  /** Event loop delay of the main thread in milliseconds. The 5 ms of the timer of the histogram are subtracted. */
  delay: { p50: number; p99: number; max: number };
  /** Resident memory in megabytes, one sample a second. */
  rss: number[];
}

const RESOLUTION_MS = 5;

/** Measures this process until `stop`. */
export function startReadings(): { stop(): Readings } {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  const rss = [process.memoryUsage.rss() / 1e6];
  const timer = setInterval(() => rss.push(process.memoryUsage.rss() / 1e6), 1_000);
  const cpu = process.cpuUsage();
  const started = performance.now();
  delay.enable();
  return {
    stop: () => {
      delay.disable();
      clearInterval(timer);
      const seconds = (performance.now() - started) / 1e3;
      const { user, system } = process.cpuUsage(cpu);
      const cpuSeconds = (user + system) / 1e6;
      const ms = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
      return {
        seconds,
        cpuSeconds,
        cpuPercent: (100 * cpuSeconds) / seconds,
        delay: { p50: ms(delay.percentile(50)), p99: ms(delay.percentile(99)), max: ms(delay.max) },
        rss,
      };
    },
  };
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** Linux counts CPU time of processes in hundredths of a second (CLK_TCK), on every platform that Node supports. */
const TICKS = 100;

/**
 * CPU seconds of a process and all its descendants, ended ones that were waited for included. Needed for Postgres,
 * which has a process for each connection. Linux only; NaN elsewhere.
 */
export function treeCpuSeconds(root: number): number {
  const read = (file: string) => {
    try {
      return readFileSync(file, 'utf8');
    } catch {
      return '';
    }
  };
  const stat = read(`/proc/${root}/stat`);
  if (stat === '') return Number.NaN;
  // The second field is the name of the program in brackets, and may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const own = fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS;
  const children = read(`/proc/${root}/task/${root}/children`).trim().split(' ').filter(Boolean);
  return children.reduce((sum, child) => sum + (treeCpuSeconds(Number(child)) || 0), own);
}

/** CPU microseconds of the main thread of a process. Linux only; NaN elsewhere. */
export function mainThreadUs(pid: number): number {
  return threadUs(pid, pid);
}

/** CPU microseconds of a process, all threads that it has; finer than `treeCpuSeconds`. Linux only; NaN elsewhere. */
export function processUs(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/task`).reduce((sum, thread) => sum + threadUs(pid, Number(thread)), 0);
  } catch {
    return Number.NaN;
  }
}

function threadUs(pid: number, thread: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1_000;
  } catch {
    return Number.NaN;
  }
}

/**
 * The value of an option such as `--minutes 10`, or `fallback` where it is not given. Throws RangeError for anything
 * but a positive number.
 */
export function numberOption(args: readonly string[], name: string, fallback: number): number {
  const at = args.indexOf(`--${name}`);
  if (at < 0) return fallback;
  const value = Number(args[at + 1]);
  if (!(value > 0)) throw new RangeError(`--${name} takes a positive number`);
  return value;
}

/** CPU of this process while it does that, all threads, in microseconds. */
export async function cpuUsOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
