import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../../src/kernel/paths.js';
import { sectionsOf } from './level.js';
import { translatedPages } from './pages.js';

/** The pages that a reader of the site begins with. In Chinese they have the same commands: level.test.ts. */
export const PAGES = translatedPages().map(([english]) => english);

const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

/** Blocks of code of all pages in one language (`sh`, `js`, `graphql`; '' is a block that names none). */
export function blocksIn(language: string): { page: string; text: string }[] {
  return PAGES.flatMap(page =>
    sectionsOf(read(page))
      .flatMap(({ blocks }) => blocks)
      .filter(([fence]) => fence === `\`\`\`${language}`)
      .map(([, ...lines]) => ({ page, text: outdented(lines) })),
  );
}

function outdented(lines: readonly string[]): string {
  const indent = /^ */.exec(lines[0] ?? '')![0].length;
  return lines.map(line => line.slice(indent)).join('\n');
}

/** The commands of the blocks, in their order, as a shell would take them one by one. */
export function shellCommands(): { page: string; command: string }[] {
  return blocksIn('sh').flatMap(({ page, text }) =>
    text
      .replaceAll('\\\n', ' ')
      .split('\n')
      .map(line => line.replace(/\s+# .*$/, '').trim())
      .filter(line => line !== '')
      .map(command => ({ page, command })),
  );
}

/** Commands within a sentence or a table. `, `-- more`` behind one is the same with other words. */
export function inlineCommands(): string[] {
  const found = PAGES.flatMap(page =>
    sectionsOf(read(page)).flatMap(({ prose }) => [...prose.matchAll(/`((?:npm|node|curl|npx|docker) [^`]+)`/g)]),
  );
  return [...new Set(found.map(match => match[1]!))];
}

/** Run by the suites of what they do. The file has to hold the words. */
export const ELSEWHERE: Readonly<Record<string, { test: string; words: string }>> = {
  'npm ci --prefix optional/onnxruntime': { test: 'package.json', words: 'ready.mjs --optional=onnxruntime' },
  'npm run models -- get modnet': { test: 'test/matting-model.long.ts', words: "models('get', 'modnet'" },
  'npm run models -- check .darkroom/models/modnet.onnx': {
    test: 'test/matting-model.long.ts',
    words: "models('check'",
  },
  'DARKROOM_MATTING_MODEL=.darkroom/models/modnet.onnx npm start': {
    test: 'test/matting-model.long.ts',
    words: 'DARKROOM_MATTING_MODEL',
  },
  'npm run migrate': { test: 'test/postgres-roles.test.ts', words: "'maintain.js'), 'migrate'" },
  'npm run move-to-postgres': { test: 'test/move-to-postgres.test.ts', words: "['move-to-postgres']" },
  'npm run receipt -- verify <file>': { test: 'test/audit-command.long.ts', words: "'receipt', 'verify', file" },
  'npm run verify -- photo.jpg proof.json source.jpg': { test: 'test/originals.test.ts', words: "'verify.js'" },
  'npm run vendors -- try <vendor>': { test: 'src/vendor-trial/vendors.test.ts', words: "'try'" },
  'npm run vendors -- try JUMEI_ID_PHOTO': { test: 'src/vendor-trial/vendors.test.ts', words: 'JUMEI_ID_PHOTO' },
  'npm run vendors -- try JUMEI_PAINTING': { test: 'src/vendor-trial/vendors.test.ts', words: 'JUMEI_PAINTING' },
  'npm run --silent mcp': { test: 'test/mcp.test.ts', words: "'mcp', 'main.js'" },
  'npm run docs': { test: 'test/docs/site.long.ts', words: "'npm', ['run', 'docs'" },
  'node scripts/package.mjs <folder>': { test: 'test/deploy/package.long.ts', words: "'scripts', 'package.mjs'" },
  'node dist/src/main.js': { test: 'test/running-server.ts', words: "'dist', 'src', 'main.js'" },
  'npm run schema': { test: 'test/schema.test.ts', words: 'printSdl' },
  'npm ci --prefix optional/opentelemetry': { test: 'package.json', words: '--optional=opentelemetry' },
  'npm run report -- --since 24h': { test: 'test/metrics.test.ts', words: "'maintenance', 'report.js'" },
  'npm run bucket -- check': { test: 'test/object-storage.long.ts', words: "'bucket', ['check']" },
  'npm run --silent bucket -- lifecycle > rules.json': {
    test: 'test/object-storage.long.ts',
    words: "'bucket', ['lifecycle']",
  },
  'npm run move-assets -- --to s3://photos/darkroom': {
    test: 'test/object-storage.long.ts',
    words: "'move-assets', ['--to', DARKROOM_ASSETS]",
  },
  'npm run move-assets -- --to …': { test: 'test/object-storage.long.ts', words: "'move-assets', ['--to'" },
  'npm run lint': { test: '.ci/run', words: 'npm run --silent lint' },
};

/** Runs of tests and measurements: what would test them is what they are. */
export const RUNS_OF_TESTS = [
  'npm test',
  'npm test -- src/specs',
  'npm run test:long',
  'npm run test:watch',
  'npm run test:nodes',
  'npm run test:hostile',
  'npm run test:soak',
  'npm run test:deploy',
  'npm run conformance',
  'npm run bench -- engine',
  'npm run bench -- fanout',
  'npm run bench -- quality',
  'npm run bench -- task',
];
