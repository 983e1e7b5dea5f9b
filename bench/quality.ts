import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../src/kernel/paths.js';
import { composites } from './quality/composites.js';
import { faults } from './quality/faults.js';
import { geometry } from './quality/geometry.js';
import { readCutouts, readPortraits } from './quality/portraits.js';
import { type Measured, rounded, worsened } from './quality/ratchet.js';
import { reportFaults } from './quality/report-faults.js';
import { restoration } from './quality/restoration.js';
import { files, rules } from './quality/rules.js';
import type { Figures, Section } from './quality/section.js';
import { ContactSheet } from './quality/sheet.js';

/** A new section is added here; its figures come into the ratchet with `--accept`. */
const SECTIONS: readonly Section[] = [composites, geometry, rules, files, restoration, faults, reportFaults];

const RATCHET = path.join(ROOT, 'bench', 'quality.json');
const FIXTURES = path.join(ROOT, 'test', 'fixtures');

/**
 * `npm run bench -- quality [--photos <folder>] [--out <folder>] [--accept]`. Measures how good the pictures are. On the
 * repository's own portrait the figures are compared with `bench/quality.json`: what became worse ends the bench with
 * code 1, and `--accept` writes the new figures, for a commit that says why. Other folders are only measured.
 */
export async function run(args: readonly string[]): Promise<void> {
  const folder = textOption(args, 'photos');
  const out = textOption(args, 'out') ?? path.join(ROOT, 'out');
  mkdirSync(out, { recursive: true });
  const measured = rounded(await measure(folder ?? FIXTURES, out));
  writeFileSync(path.join(out, 'quality-figures.json'), `${JSON.stringify(measured, null, 2)}\n`);
  if (folder !== undefined) return;
  if (args.includes('--accept')) writeFileSync(RATCHET, `${JSON.stringify(measured, null, 2)}\n`);
  const kept = existsSync(RATCHET) ? (JSON.parse(readFileSync(RATCHET, 'utf8')) as Measured) : {};
  const worse = worsened(kept, measured);
  for (const line of worse) console.log(`worse     ${line}`);
  if (worse.length > 0) process.exitCode = 1;
}

async function measure(folder: string, out: string): Promise<Measured> {
  const [cutouts, portraits] = [await readCutouts(folder), await readPortraits(folder)];
  const measured: Measured = {};
  for (const section of SECTIONS) {
    const started = performance.now();
    const sheet = new ContactSheet();
    const lines: string[] = [];
    const rows = await section.run({
      cutouts,
      portraits,
      say: line => lines.push(line),
      show: (title, analysis) => sheet.add(title, analysis),
      showPhoto: (title, bytes) => sheet.addPhoto(title, bytes),
    });
    measured[section.name] = rows;
    console.log(`\n${section.name}: ${section.what}, ${((performance.now() - started) / 1000).toFixed(0)} s`);
    print(rows);
    for (const line of lines) console.log(`  ${line}`);
    if (sheet.isEmpty) continue;
    const file = path.join(out, `quality-${section.name}.jpg`);
    writeFileSync(file, await sheet.jpeg());
    console.log(`sheet     ${file}`);
  }
  return measured;
}

function print(rows: Record<string, Figures>): void {
  const columns = [...new Set(Object.values(rows).flatMap(Object.keys))];
  const line = (title: string, cells: string[]) => title.padEnd(34) + cells.map(cell => cell.padStart(10)).join('');
  console.log(line('', columns));
  for (const [name, figures] of Object.entries(rows)) {
    console.log(
      line(
        name,
        columns.map(column => figures[column]?.toFixed(2) ?? ''),
      ),
    );
  }
  const mean = (column: string) => {
    const values = Object.values(rows).flatMap(figures => figures[column] ?? []);
    return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  };
  console.log(
    line(
      'mean',
      columns.map(column => mean(column).toFixed(2)),
    ),
  );
}

function textOption(args: readonly string[], name: string): string | undefined {
  const at = args.indexOf(`--${name}`);
  return at < 0 ? undefined : args[at + 1];
}
