import 'reflect-metadata';
import { COUNTS, hostileRows } from './rows.js';

const HELP = `npm run test:hostile [-- --short]

Attacks a real server and prints a table: what was tried, how often, what went wrong, what was measured.
It ends with 1 where anything went wrong.
`;

async function main(): Promise<void> {
  if (process.argv.includes('--help')) return void process.stdout.write(HELP);
  let failed = 0;
  const line = (what: string, count: string | number, failures: string | number, measured: string) =>
    process.stdout.write(
      `${what.padEnd(32)} ${String(count).padStart(6)} ${String(failures).padStart(9)}  ${measured}\n`,
    );
  line('what', 'count', 'failures', 'measured');
  for await (const row of hostileRows(process.argv.includes('--short') ? COUNTS.short : COUNTS.whole)) {
    failed += row.failures.length;
    line(row.what, row.count, row.failures.length, row.measured);
    for (const failure of row.failures.slice(0, 20)) process.stdout.write(`    ${failure}\n`);
  }
  process.stdout.write(`${failed} failures\n`);
  process.exitCode = failed === 0 ? 0 : 1;
}

void main();
