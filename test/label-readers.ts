import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import type { AigcLabel } from '../src/kernel/aigc.js';

const run = promisify(execFile);
const NAMESPACE = 'http://www.tc260.org.cn/ns/AIGC/1.0/';

/** Why these tests are skipped; undefined where both readers are there. */
export const NO_READERS = ['exempi', 'exiftool'].filter(name => !isThere(name)).join(' and ') || undefined;

function isThere(name: string): boolean {
  try {
    execFileSync('which', [name], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** The labels of files as two readers see them that know nothing of each other: Adobe's XMP toolkit, and ExifTool in Perl. */
export async function readByBoth(files: readonly string[]): Promise<{ exempi: AigcLabel; exiftool: AigcLabel }[]> {
  if (files.length === 0) return [];
  const options = { maxBuffer: 100_000_000 };
  const { stdout } = await run('exiftool', ['-j', '-G1', '-XMP:all', ...files], options);
  const byExiftool = JSON.parse(stdout) as Record<string, string>[];
  const read = [];
  for (const [index, file] of files.entries()) {
    const said = await run('exempi', ['-n', NAMESPACE, 'TC260', '-g', 'TC260:AIGC', file]).catch(() => ({
      stdout: '',
    }));
    read.push({ exempi: label(said.stdout), exiftool: label(byExiftool[index]!['XMP-TC260:Aigc']) });
  }
  return read;
}

function label(text: string | undefined): AigcLabel {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return { Label: `none: ${text}` } as AigcLabel;
  }
}
