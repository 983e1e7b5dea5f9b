import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import type { PixelBox } from '../src/engine/report.js';
import { ROOT } from '../src/kernel/paths.js';

export interface PlantedReports {
  /** Of the photo, in pixels. */
  eyes: [number, number][];
  /** `box`: where its report looked for the eyes. */
  results: Record<string, { missed: boolean; wrong: string[]; box: PixelBox | null }>;
}

/** Reports of planted faults: of those that are named, or of all. */
export async function plantedReports(names: readonly string[] = []): Promise<PlantedReports> {
  const script = path.join(ROOT, 'dist', 'bench', 'quality', 'report-run.js');
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...names]);
  return JSON.parse(stdout) as PlantedReports;
}
