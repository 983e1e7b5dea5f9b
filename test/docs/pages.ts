import { readdirSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../../src/kernel/paths.js';

const listed = (folder: string) => readdirSync(path.join(ROOT, folder), { withFileTypes: true });

/** Where Markdown lies that has a Chinese twin beside it. */
const FOLDERS = [
  '.',
  'docs',
  ...listed('datasources')
    .filter(entry => entry.isDirectory())
    .map(({ name }) => path.join('datasources', name)),
];

/** Each page of which there are two, the English one first. */
export function translatedPages(): [string, string][] {
  return FOLDERS.flatMap(folder => listed(folder).map(({ name }) => path.join(folder, name)))
    .filter(file => file.endsWith('.zh-CN.md'))
    .map(chinese => [chinese.replace('.zh-CN.md', '.md'), chinese]);
}
