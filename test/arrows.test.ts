import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../src/kernel/paths.js';

const FOLDERS = ['src', 'schema', 'resolvers', 'datasources', 'client', 'mcp', 'web', 'bench', 'sandbox'];
const MOST_LINES = 400;

const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

/** Which rooms a room may import from: the table "The arrows" of ARCHITECTURE.md. What is not in it is forbidden. */
function readArrows(): ReadonlyMap<string, readonly string[]> {
  const table = /\| Room \| may import \|\n\|[-|]+\|\n((?:\|.*\|\n)+)/.exec(read('ARCHITECTURE.md'))?.[1] ?? '';
  const rows = table
    .trim()
    .split('\n')
    .map(row => row.split('|').slice(1, 3));
  const names = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(match => match[1]!);
  return new Map(rows.map(([room = '', may = '']) => [names(room)[0]!, names(may)]));
}

const ARROWS = readArrows();

/** The longest room whose path leads to the file; undefined where the table has none. */
function roomOf(file: string): string | undefined {
  const place = file.replace(/\.(tsx?|js|json)$/, '');
  const rooms = [...ARROWS.keys(), 'test'].filter(room => place === room || place.startsWith(`${room}/`));
  return rooms.sort((a, b) => b.length - a.length)[0];
}

function filesIn(...folders: string[]): string[] {
  return folders
    .flatMap(folder =>
      readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map(name =>
        path.posix.join(folder, name.split(path.sep).join('/')),
      ),
    )
    .filter(file => /(?<!\.d)\.tsx?$/.test(file));
}

interface Import {
  file: string;
  target: string;
  from: string | undefined;
  to: string | undefined;
}

function importsOf(file: string): Import[] {
  const found = read(file).matchAll(/^(?:import|export)\s[^;]*?from '(\.[^']+)'|import\('(\.[^']+)'\)/gms);
  return [...found].map(match => {
    const target = path.posix.join(path.posix.dirname(file), match[1] ?? match[2]!);
    return { file, target, from: roomOf(file), to: roomOf(target) };
  });
}

/** Tests may import anything. */
const files = filesIn(...FOLDERS).filter(file => !/\.(test|long)\.ts$/.test(file));
const imports = files.flatMap(importsOf);

test('every file stands in a room of the table, and every room of the table has files', () => {
  expect(ARROWS.size).toBeGreaterThan(20);
  expect(files.filter(file => roomOf(file) === undefined)).toEqual([]);
  const inUse = new Set(files.map(roomOf));
  expect([...ARROWS.keys()].filter(room => !inUse.has(room))).toEqual([]);
});

test('imports follow the arrows', () => {
  const wrong = imports
    .filter(
      ({ from, to }) => from !== to && !(from !== undefined && to !== undefined && ARROWS.get(from)?.includes(to)),
    )
    .map(({ file, target }) => `${file} -> ${target}`);
  expect(wrong).toEqual([]);
});

test('no file imports itself by way of others', () => {
  const source = new Set(files);
  const below = new Map(files.map(file => [file, [] as string[]]));
  for (const { file, target } of imports) {
    const place = [target, target.replace(/\.js$/, '.ts'), target.replace(/\.js$/, '.tsx')].find(each =>
      source.has(each),
    );
    if (place !== undefined) below.get(file)!.push(place);
  }
  // What imports only files that are done is done; what is left stands in a circle, or above one.
  for (let done = -1; done !== below.size; ) {
    done = below.size;
    for (const [file, targets] of below) if (!targets.some(target => below.has(target))) below.delete(file);
  }
  expect([...below.keys()]).toEqual([]);
});

test('every arrow is in use: one that nothing needs is taken away', () => {
  const used = new Set(imports.map(({ from, to }) => `${from} -> ${to}`));
  const arrows = [...ARROWS].flatMap(([from, tos]) => tos.map(to => `${from} -> ${to}`));
  expect(arrows.filter(arrow => !used.has(arrow))).toEqual([]);
});

test('the arrows of the rooms run in no circle', () => {
  const circles: string[] = [];
  const walk = (room: string, way: readonly string[]) => {
    if (way.includes(room)) circles.push([...way.slice(way.indexOf(room)), room].join(' -> '));
    else if (circles.length === 0) for (const next of ARROWS.get(room) ?? []) walk(next, [...way, room]);
  };
  for (const room of ARROWS.keys()) walk(room, []);
  expect(circles).toEqual([]);
});

test('type-graphql stands only in schema and resolvers', () => {
  const users = files.filter(file => /from 'type-graphql'/.test(read(file)));
  expect(users.filter(file => !/^(schema|resolvers)\//.test(file))).toEqual([]);
});

test('what the engine does in its workers is never loaded in the main thread', () => {
  const holders = files.filter(file => /from '(sharp|@tensorflow\/[^']+)'/.test(read(file)));
  expect(holders.filter(file => !file.startsWith('src/engine/'))).toEqual([]);
});

test(`no file is longer than ${MOST_LINES} lines`, () => {
  const generated = ['client/generated.ts', 'web/src/data/generated.ts'];
  const written = filesIn(...FOLDERS, 'test').filter(file => !generated.includes(file));
  expect(written.filter(file => read(file).split('\n').length > MOST_LINES + 1)).toEqual([]);
});
