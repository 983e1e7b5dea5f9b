import { cellsOf } from './cases.js';
import { CASES } from './cell.js';
import { REMOTE_VENDORS, type RemoteVendor } from './flows.js';
import { KINDS } from './harsh/case.js';
import { harshCases } from './harsh/cases.js';
import { HarshStand } from './harsh/stand.js';
import { Stand } from './stand.js';
import { Table } from './table.js';
import { gaps, judge } from './verdict.js';

const HELP = `npm run conformance [-- [--sandbox | --harsh] VENDOR ...]

Puts every registered vendor through each case over real HTTP, in two tables. First as the sandbox plays it: each
operation, each code of the guide and of the gateway before it, each fault. Then as a server that misbehaves in ways that
the guides allow: odd encodings, broken answers, results that do not come. A cell says how many trials it holds, and how
many of them failed. --sandbox, --harsh: only the first, only the second.
`;

async function main(): Promise<void> {
  const words = process.argv.slice(2).filter(word => word !== '--sandbox' && word !== '--harsh');
  const unknown = words.find(word => !REMOTE_VENDORS.some(vendor => vendor === word));
  if (unknown !== undefined) {
    process.stdout.write(HELP);
    process.exitCode = words.includes('--help') ? 0 : 1;
    return;
  }
  const vendors = REMOTE_VENDORS.filter(vendor => words.length === 0 || words.includes(vendor));
  const tables = [
    ...(process.argv.includes('--harsh') ? [] : [trySandbox]),
    ...(process.argv.includes('--sandbox') ? [] : [tryHarsh]),
  ];
  for (const attempt of tables) {
    const table = await attempt(vendors);
    process.stdout.write(`${table}\n`);
    if (table.failed) process.exitCode = 1;
  }
}

async function trySandbox(vendors: readonly RemoteVendor[]): Promise<Table> {
  const table = new Table('sandbox', CASES);
  for (const vendor of vendors) {
    const stand = await Stand.open(vendor);
    table.blame(gaps(stand, vendor));
    for (const cell of cellsOf(vendor)) table.add(vendor, cell.case, cell.detail, await judge(stand, cell));
    await stand.close();
  }
  return table;
}

async function tryHarsh(vendors: readonly RemoteVendor[]): Promise<Table> {
  const table = new Table('harsh answers', KINDS);
  const stand = await HarshStand.open();
  for (const vendor of vendors) {
    for (const harsh of harshCases(vendor)) table.add(vendor, harsh.kind, harsh.detail, await stand.judge(harsh));
  }
  await stand.close();
  return table;
}

main().catch(error => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
