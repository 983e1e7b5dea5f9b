import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../src/kernel/paths.js';

/**
 * Which rooms a room may import from. A room is a folder of src, a top-level folder, or a single file of src;
 * what is not named here is forbidden. Tests may import anything.
 */
const ARROWS: Record<string, readonly string[]> = {
  'src/kernel': [],
  'src/specs': ['src/kernel'],
  'src/store': ['src/kernel'],
  'src/engine': ['src/kernel'],
  'src/assets': ['src/kernel', 'src/store'],
  'src/net': ['src/kernel'],
  'datasources/contract': ['src/engine'],
  'datasources/kit': ['src/kernel'],
  'datasources/pace': ['src/kernel'],
  'datasources/jumei-id-photo': ['datasources/contract', 'datasources/kit', 'src/engine', 'src/kernel'],
  'datasources/jumei-painting': ['datasources/contract', 'datasources/kit', 'src/kernel'],
  'datasources/leqi': ['datasources/contract', 'datasources/kit', 'src/kernel'],
  'datasources/fangtang': ['datasources/contract', 'datasources/kit', 'src/kernel'],
  'datasources/fegine': ['datasources/contract', 'datasources/kit', 'src/kernel'],
  'datasources/local': ['datasources/contract', 'src/engine', 'src/kernel'],
  'datasources/registry': [
    'datasources/contract',
    'datasources/jumei-id-photo',
    'datasources/jumei-painting',
    'datasources/leqi',
    'datasources/fangtang',
    'datasources/fegine',
    'datasources/local',
    'src/engine',
  ],
  'src/tasks': [
    'datasources/contract',
    'datasources/pace',
    'src/assets',
    'src/engine',
    'src/kernel',
    'src/net',
    'src/specs',
    'src/store',
  ],
  schema: ['datasources/contract', 'src/engine', 'src/kernel', 'src/tasks'],
  resolvers: [
    'datasources/contract',
    'schema',
    'src/assets',
    'src/engine',
    'src/kernel',
    'src/specs',
    'src/store',
    'src/tasks',
  ],
  'src/server': ['src/kernel'],
  'src/config': [],
  'src/compose': [
    'datasources/contract',
    'datasources/registry',
    'resolvers',
    'sandbox',
    'src/assets',
    'src/config',
    'src/engine',
    'src/kernel',
    'src/net',
    'src/server',
    'src/store',
    'src/tasks',
  ],
  'src/main': ['src/compose', 'src/config', 'src/kernel'],
  'src/maintenance': ['datasources/registry', 'src/config', 'src/kernel', 'src/store'],
  client: ['src/kernel'],
  bench: [
    'datasources/contract',
    'datasources/jumei-painting',
    'datasources/pace',
    'sandbox',
    'src/assets',
    'src/engine',
    'src/kernel',
    'src/net',
    'src/store',
    'src/tasks',
    'test',
  ],
  sandbox: ['src/engine', 'src/kernel'],
};

interface Import {
  file: string;
  from: string;
  to: string;
  typeOnly: boolean;
}

function roomOf(file: string): string {
  const [top = '', second = ''] = file.replace(/\.(ts|js|json)$/, '').split('/');
  return top === 'src' || top === 'datasources' ? `${top}/${second}` : top;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(path.join(ROOT, file), 'utf8');
  const found = [...text.matchAll(/^(?:import|export)\s(type\s)?[^;]*?from '(\.[^']+)'|import\('(\.[^']+)'\)/gms)];
  return found.map(match => {
    const to = path.posix.join(path.posix.dirname(file), match[2] ?? match[3]!);
    return { file, from: roomOf(file), to: roomOf(to), typeOnly: match[1] !== undefined };
  });
}

const files = ['src', 'schema', 'resolvers', 'datasources', 'client', 'bench', 'sandbox']
  .flatMap(folder =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map(name =>
      path.posix.join(folder, name.split(path.sep).join('/')),
    ),
  )
  .filter(file => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.endsWith('.long.ts'));
const imports = files.flatMap(importsOf);

test('imports follow the arrows of ARCHITECTURE.md', () => {
  const wrong = imports
    .filter(({ from, to }) => from !== to && !ARROWS[from]?.includes(to))
    .map(({ file, to }) => `${file} -> ${to}`);
  expect(wrong).toEqual([]);
});

test('every arrow is in use: one that nothing needs is taken away', () => {
  const used = new Set(imports.map(({ from, to }) => `${from} -> ${to}`));
  const idle = Object.entries(ARROWS)
    .flatMap(([from, tos]) => tos.map(to => `${from} -> ${to}`))
    .filter(arrow => !used.has(arrow));
  expect(idle).toEqual([]);
});

test('type-graphql stands only in schema and resolvers', () => {
  const elsewhere = files.filter(
    file =>
      !/^(schema|resolvers)\//.test(file) && /from 'type-graphql'/.test(readFileSync(path.join(ROOT, file), 'utf8')),
  );
  expect(elsewhere).toEqual([]);
});

test('what the engine does in its workers is never loaded in the main thread', () => {
  const heavy = /from '(sharp|@tensorflow\/[^']+)'/;
  const holders = files.filter(file => heavy.test(readFileSync(path.join(ROOT, file), 'utf8')));
  expect(holders.filter(file => !file.startsWith('src/engine/'))).toEqual([]);
});

test('no file is longer than 500 lines', () => {
  const long = files.filter(
    file => file !== 'client/generated.ts' && readFileSync(path.join(ROOT, file), 'utf8').split('\n').length > 500,
  );
  expect(long).toEqual([]);
});
