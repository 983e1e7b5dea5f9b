import { cellsOf } from './cases.js';
import { CASES } from './cell.js';
import { REMOTE_VENDORS, type RemoteVendor } from './flows.js';
import { Stand } from './stand.js';
import { gaps, judge } from './verdict.js';

const HELP = `npm run conformance [-- VENDOR ...]

Puts every registered vendor, as the sandbox plays it, through each case over real HTTP: each operation, each code of the
guide and of the gateway before it, each fault. A cell says how many trials it holds, and how many of them failed.
`;

interface Tally {
  tried: number;
  failed: number;
}

async function main(): Promise<void> {
  const words = process.argv.slice(2);
  const unknown = words.find(word => !REMOTE_VENDORS.some(vendor => vendor === word));
  if (unknown !== undefined) {
    process.stdout.write(HELP);
    process.exitCode = words.includes('--help') ? 0 : 1;
    return;
  }
  const vendors = REMOTE_VENDORS.filter(vendor => words.length === 0 || words.includes(vendor));
  const columns = new Map<RemoteVendor, Map<string, Tally>>();
  const reasons: string[] = [];
  const started = performance.now();
  for (const vendor of vendors) {
    const stand = await Stand.open(vendor);
    const column = new Map<string, Tally>();
    columns.set(vendor, column);
    reasons.push(...gaps(stand, vendor));
    for (const cell of cellsOf(vendor)) {
      const wrong = await judge(stand, cell);
      const tally = column.get(cell.case) ?? { tried: 0, failed: 0 };
      column.set(cell.case, { tried: tally.tried + 1, failed: tally.failed + (wrong.length > 0 ? 1 : 0) });
      if (wrong.length > 0) reasons.push(`${vendor} ${cell.case}: ${cell.detail}`, ...wrong.map(line => `    ${line}`));
    }
    await stand.close();
  }
  print(columns, reasons, Math.round((performance.now() - started) / 1_000));
  if (reasons.length > 0) process.exitCode = 1;
}

function print(
  columns: ReadonlyMap<RemoteVendor, ReadonlyMap<string, Tally>>,
  reasons: readonly string[],
  seconds: number,
) {
  const head = ['', ...columns.keys()];
  const rows = CASES.map(name => [name, ...[...columns.values()].map(column => text(column.get(name)))]);
  const widths = head.map((_, index) => Math.max(...[head, ...rows].map(row => row[index]!.length)));
  const lines = [head, ...rows].map(row =>
    row
      .map((word, index) => word.padEnd(widths[index]!))
      .join('  ')
      .trimEnd(),
  );
  const tried = [...columns.values()]
    .flatMap(column => [...column.values()])
    .reduce((sum, each) => sum + each.tried, 0);
  const verdict = reasons.length === 0 ? 'every cell ok' : `failures:\n${reasons.join('\n')}`;
  process.stdout.write(`${lines.join('\n')}\n\n${tried} trials in ${seconds} s; ${verdict}\n`);
}

/** `-`: the vendor has nothing of the kind. */
function text(tally: Tally | undefined): string {
  if (tally === undefined) return '-';
  return tally.failed === 0 ? `ok ${tally.tried}` : `FAIL ${tally.failed} of ${tally.tried}`;
}

main().catch(error => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
