// What jest is called with: it runs compiled files, and is told of them by their sources.
import { existsSync, statSync } from 'node:fs';
import { isAbsolute, join, relative, sep } from 'node:path';
import { outputOf, ROOT } from './build.mjs';

/** Those flags of jest whose value could be mistaken for a path. */
const WITH_VALUE = new Set(['-t', '--testNamePattern']);

/** Whether they say which tests, by a path or a pattern. */
export function nameTests(args) {
  return args.some((arg, index) => arg === '--long' || isName(arg, args[index - 1]));
}

function isName(arg, before) {
  return !arg.startsWith('-') && !WITH_VALUE.has(before);
}

/** @param args as the developer wrote them: paths of sources, patterns, flags of jest, `--long` */
export function jestArguments(args) {
  const related = args.includes('--findRelatedTests');
  let long = args.includes('--long');
  const words = args
    .filter(arg => arg !== '--long')
    .map((arg, index, all) => {
      if (!isName(arg, all[index - 1])) return arg;
      const source = testedBy(arg, related);
      long ||= source.endsWith('.long.ts');
      return related ? outputOf(source) : patternOf(source);
    });
  return [
    '--config',
    'jest.config.json',
    ...(long ? ['--testMatch', '**/*.long.js', '--runInBand', '--testTimeout', '3600000'] : []),
    ...words,
  ];
}

/** The test of a source that is none itself lies beside it. */
function testedBy(arg, related) {
  const source = isAbsolute(arg) ? relative(ROOT, arg) : arg;
  if (!source.endsWith('.ts')) return source;
  if (!existsSync(source)) throw new Error(`There is no ${source}.`);
  if (related || /\.(test|long)\.ts$/.test(source)) return source;
  const test = source.replace(/\.ts$/, '.test.ts');
  if (existsSync(test)) return test;
  throw new Error(`${source} has no test beside it. All tests that use it: npm test -- --findRelatedTests ${source}`);
}

/** Jest takes regular expressions on absolute paths. */
function patternOf(source) {
  if (!existsSync(source)) return source;
  const output = join(ROOT, outputOf(source)).replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return statSync(source).isDirectory() ? `${output}${sep}` : `${output}$`;
}
