import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ROOT } from '../../src/kernel/paths.js';
import type { DarkroomClient } from '../client.js';
import type { PictureFragment, TaskFieldsFragment } from '../generated.js';

const BAR = 30;

/** A progress bar that stays on one line of a terminal. */
export function progressBar(): (task: TaskFieldsFragment) => void {
  let shown = '';
  return ({ state, stage, progress }) => {
    const percent = Math.round(progress.percent ?? 0);
    const full = Math.round((percent / 100) * BAR);
    const bar = `[${'#'.repeat(full)}${' '.repeat(BAR - full)}]`;
    const line = `${bar} ${progress.percent === null ? '  -' : String(percent).padStart(3)} %  ${state === 'RUNNING' ? stage : state}`;
    if (line === shown) return;
    shown = line;
    const ended = state !== 'QUEUED' && state !== 'RUNNING';
    if (process.stdout.isTTY) process.stdout.write(`\r\x1b[K${line}${ended ? '\n' : ''}`);
    else console.log(line);
  };
}

/** Writes a picture into out/ and gives its path and what it is. */
export async function save(client: DarkroomClient, picture: PictureFragment, name: string): Promise<string> {
  if (picture.url === null) throw new Error('the picture is no longer kept');
  const bytes = await client.download(picture.url);
  const folder = path.join(ROOT, 'out');
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, `${name}.${picture.mime === 'image/png' ? 'png' : 'jpg'}`);
  await writeFile(file, bytes);
  const dpi = picture.dpi === null ? '' : `  ${picture.dpi} dpi`;
  const marks = [picture.watermarked && 'watermarked', picture.aiLabel && 'AI label']
    .filter(Boolean)
    .map(mark => `  ${mark}`);
  return `${path.relative(process.cwd(), file)}  ${picture.widthPx}x${picture.heightPx} px  ${(bytes.length / 1_000).toFixed(1)} KB${dpi}${marks.join('')}`;
}
