import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../src/kernel/paths.js';

const WEB = path.join(ROOT, 'web', 'src');
const TEXTS = path.join(WEB, 'i18n');

const sources = readdirSync(WEB, { recursive: true, withFileTypes: true })
  .filter(entry => entry.isFile())
  .map(entry => path.join(entry.parentPath, entry.name));
const pages = sources
  .filter(file => !file.startsWith(TEXTS) && !file.endsWith('generated.ts'))
  .map(file => readFileSync(file, 'utf8'))
  .join('\n');

/** The names of texts, each of which stands on a line of its own. Those in capitals are codes of the schema, looked up by it. */
function namesIn(file: string): string[] {
  return [...readFileSync(file, 'utf8').matchAll(/^\s+(\w+):/gm)].map(([, name]) => name!);
}

test('each text of the dashboard is shown somewhere', () => {
  const files = readdirSync(TEXTS).filter(name => /^en(-\w+)?\.ts$/.test(name) && name !== 'en-codes.ts');
  const names = files.flatMap(name => namesIn(path.join(TEXTS, name)));
  expect(names.length).toBeGreaterThan(150);
  const unused = [...new Set(names)]
    .filter(name => /[a-z]/.test(name))
    .filter(name => !new RegExp(`[.'"{, \\[]${name}\\b`).test(pages));
  expect(unused).toEqual([]);
});

test('each class of the style sheets is used somewhere', () => {
  const sheets = sources.filter(file => file.endsWith('.css')).map(file => readFileSync(file, 'utf8'));
  const classes = new Set(
    sheets.flatMap(text => [...text.matchAll(/\.([a-z][\w-]*)(?=[\s,.:{>+~[)])/g)].map(([, name]) => name!)),
  );
  const texts = `${pages}\n${readFileSync(path.join(ROOT, 'web', 'index.html'), 'utf8')}`;
  const unused = [...classes].filter(name => !new RegExp(`\\b${name}\\b`).test(texts));
  expect(unused).toEqual([]);
});
