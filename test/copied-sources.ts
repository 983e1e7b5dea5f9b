import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../src/kernel/paths.js';

/** A line that goes below the first one that begins with `below`. */
export interface AddedLine {
  file: string;
  below: string;
  line: string;
}

/** The sources as they stand, in a folder of their own, to which a test adds what a contributor would. */
export class CopiedSources {
  constructor(readonly folder: string) {
    const { include } = JSON.parse(readFileSync(path.join(ROOT, 'tsconfig.json'), 'utf8')) as { include: string[] };
    for (const name of ['package.json', 'tsconfig.json', ...include])
      cpSync(path.join(ROOT, name), path.join(folder, name), { recursive: true });
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
    // The prepared database takes seconds to make anew, and what is bundled a build of its own.
    for (const name of readdirSync(path.join(ROOT, 'dist')).filter(each => /^(pglite|node_modules)/.test(each)))
      cpSync(path.join(ROOT, 'dist', name), path.join(folder, 'dist', name), { recursive: true });
  }

  /** A fixture `<name>.txt` becomes a source. */
  addFile(fixture: string, target: string): void {
    const to = path.join(this.folder, target);
    mkdirSync(path.dirname(to), { recursive: true });
    cpSync(path.join(ROOT, 'test', 'fixtures', `${fixture}.txt`), to);
  }

  addLines(lines: readonly AddedLine[]): void {
    for (const { file, below, line } of lines) {
      const target = path.join(this.folder, file);
      const all = readFileSync(target, 'utf8').split('\n');
      const place = all.findIndex(each => each.startsWith(below));
      if (place < 0) throw new Error(`${file} has no line that begins with ${below}`);
      all.splice(place + 1, 0, line);
      writeFileSync(target, all.join('\n'));
    }
  }

  replace(file: string, text: string, by: string): void {
    const target = path.join(this.folder, file);
    const before = readFileSync(target, 'utf8');
    if (!before.includes(text)) throw new Error(`${file} does not hold ${text}`);
    writeFileSync(target, before.replace(text, by));
  }

  /** The compiler's errors, one a line. */
  compile(): string[] {
    const compiler = path.join(ROOT, 'node_modules/typescript/bin/tsc');
    const run = spawnSync(process.execPath, [compiler, '--pretty', 'false'], { cwd: this.folder, encoding: 'utf8' });
    return run.stdout.split('\n').filter(line => /^\S.*error TS/.test(line));
  }
}

/** What a new vendor that AUTO may choose for an operation changes outside its own folder. */
const toyVendor = (operation: string): readonly AddedLine[] => [
  { file: 'datasources/contract.ts', below: 'export const VENDORS = [', line: "  'TOY'," },
  {
    file: 'datasources/registry.ts',
    below: 'import { LocalDataSource }',
    line: "import * as toy from './toy/config.js';",
  },
  {
    file: 'datasources/registry.ts',
    below: 'import { LocalDataSource }',
    line: "import { ToyDataSource } from './toy/toy.datasource.js';",
  },
  {
    file: 'datasources/registry.ts',
    below: 'const REGISTRY',
    line: `  register('TOY', ['${operation}'], { ...toy, read: toy.readToy }, ToyDataSource),`,
  },
  { file: 'schema/enums.ts', below: 'const VENDOR_TEXTS = ', line: "  TOY: 'A toy.'," },
  { file: 'datasources/retention.ts', below: 'export const RETENTION = ', line: "  TOY: [unknown('PHOTO')]," },
];

/** A folder and its lines add the vendor TOY; `dataSource` is the fixture of its class. */
export function addToyVendor(sources: CopiedSources, dataSource: string, operation: string): void {
  // The list stands on one line, and the name goes on the next.
  sources.replace('datasources/contract.ts', 'VENDORS = [', 'VENDORS = [\n');
  sources.addLines(toyVendor(operation));
  sources.addFile('toy-vendor/config.ts', 'datasources/toy/config.ts');
  sources.addFile(dataSource, 'datasources/toy/toy.datasource.ts');
}
