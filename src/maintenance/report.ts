import { parseArgs } from 'node:util';
import { type Config, ConfigError, readConfig } from '../config.js';
import { CONFIGURABLE } from '../configurable.js';
import { OperatorError } from '../kernel/errors.js';
import { explainError } from '../kernel/explain-error.js';
import { MOST_REPORT_MS, makeReport, type OperatorReport, writeReport } from '../telemetry/report.js';
import { openDatabase, requireHouse } from './open-house.js';

const HELP = `What has happened: how many tasks failed, at whom and why, what was charged, how long tasks took, whether the queue
grows. Over all tenants. The variables are those of the server; with DATABASE_URL the database is asked, an embedded one
too while no server runs, else the server that runs.

  npm run report -- --since 24h            minutes, hours or days: 90m, 24h, 7d; at most 31d
      --json                               for programs
      --url http://127.0.0.1:4000          another server; DARKROOM_METRICS_TOKEN is shown to it
`;

const OPTIONS = {
  since: { type: 'string', default: '24h' },
  json: { type: 'boolean', default: false },
  url: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

async function main(args: string[]): Promise<void> {
  const values = readArguments(args);
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const sinceMs = readSince(values.since);
  const config = readConfig(process.env, CONFIGURABLE);
  const report = values.url === undefined ? await look(config, sinceMs) : await ask(values.url, config, sinceMs);
  process.stdout.write(values.json ? `${JSON.stringify(report, undefined, 2)}\n` : writeReport(report));
}

function readArguments(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS }).values;
  } catch (error) {
    throw new ConfigError(`${(error as Error).message.split('. ')[0]}.\n\n${HELP}`);
  }
}

function readSince(text: string): number {
  const [, count, unit] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  const ms = Number(count) * UNITS[unit as keyof typeof UNITS];
  if (!(ms > 0 && ms <= MOST_REPORT_MS)) throw new ConfigError('--since: a time such as 90m, 24h or 7d, at most 31d.');
  return ms;
}

async function look(config: Config, sinceMs: number): Promise<OperatorReport> {
  requireHouse(config);
  try {
    const database = await openDatabase(config);
    try {
      return await makeReport(database, sinceMs, Date.now());
    } finally {
      await database.close();
    }
  } catch (error) {
    if (!(error instanceof OperatorError && error.code === 'DIRECTORY_LOCKED')) throw error;
    return ask(`http://127.0.0.1:${config.port}`, config, sinceMs);
  }
}

async function ask(url: string, { metricsToken: token }: Config, sinceMs: number): Promise<OperatorReport> {
  const place = new URL(`/metrics/report?seconds=${sinceMs / 1_000}`, url);
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(place, { headers }).catch(() => {
    throw new ConfigError(`--url: no server answers at ${place.origin}.`);
  });
  const answer = (await response.json().catch(() => undefined)) as
    | (OperatorReport & { errors?: { message: string }[] })
    | undefined;
  if (response.ok && answer !== undefined) return answer;
  throw new ConfigError(`${place.origin} answers ${response.status}: ${answer?.errors?.[0]?.message ?? 'no report'}`);
}

main(process.argv.slice(2)).catch(error => {
  process.stderr.write(`${error instanceof ConfigError ? error.message : explainError(error)}\n`);
  process.exitCode = 1;
});
