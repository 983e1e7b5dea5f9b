import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ROOT } from '../../src/kernel/paths.js';
import { finishedPhoto, judged, namedBy, REPORT_FAULTS, reportOfFault } from './report-faults.js';

/**
 * Prints what the reports of planted faults come to, as JSON: of those that are named, or of all, planted in the portrait of
 * the repository. A program of its own, since the models do not run within a test.
 */
async function main(names: readonly string[]): Promise<void> {
  const photo = await finishedPhoto(await readFile(path.join(ROOT, 'test', 'fixtures', 'astronaut.png')));
  const results: Record<string, unknown> = {};
  for (const name of names.length > 0 ? names : Object.keys(REPORT_FAULTS)) {
    const report = await reportOfFault(name, photo);
    const box = report.checks.find(({ code }) => code === 'EYES_OPEN')?.box ?? null;
    results[name] = { ...judged(name, namedBy(report), []), box };
  }
  console.log(JSON.stringify({ eyes: photo.face.eyes, results }));
}

void main(process.argv.slice(2));
