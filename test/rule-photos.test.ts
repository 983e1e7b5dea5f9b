import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Engine } from '../src/engine/engine.js';
import { ROOT } from '../src/kernel/paths.js';
import { readIdPhotoJob } from '../src/operations/id-photo.js';
import { ownRules } from '../src/operations/rule-options.js';
import { specs } from '../src/specs/catalogue.js';
import { RuleBook } from '../src/specs/rules/rule-book.js';
import { silentLog } from './store-setup.js';

const BOOK = new RuleBook();
/** The first spec of each rule. */
const SPECS = [
  ...new Map(
    specs.list.flatMap(spec => ownRules(BOOK.of(spec)).map(({ id }) => [id, spec] as const)).reverse(),
  ).values(),
];

let engine: Engine;
let portrait: Uint8Array;
beforeAll(async () => {
  engine = new Engine({ workers: 1, log: silentLog });
  const file = readFileSync(path.join(ROOT, 'test', 'fixtures', 'astronaut.png'));
  ({ bytes: portrait } = await engine.normalise(file));
}, 150_000);
afterAll(() => engine.close());

test('a photo of each document with a rule holds its limits, or says which one it misses', async () => {
  const missed: string[] = [];
  let count = 0;
  for (const { id } of SPECS) {
    const { options } = readIdPhotoJob({ specId: id, edit: 'BACKGROUND' }, BOOK);
    const [photo] = await engine.render('portrait', async () => portrait, options);
    const limits = photo!.report.checks.filter(({ severity, source }) => severity === 'REQUIRED' && source === 'RULE');
    count += limits.length;
    const misses = limits
      .filter(({ verdict }) => verdict === 'FAIL')
      .map(({ code, rule }) => `${id} ${code} of ${rule}`);
    expect(photo!.warnings.includes('RULE_MISSED')).toBe(misses.length > 0);
    // Size and colour are those that are sold; `follow: RULE` makes the document's own.
    missed.push(...misses.filter(miss => !/ (WIDTH_PX|HEIGHT_PX|BACKGROUND_COLOR) of/.test(miss)));
  }
  expect(count).toBeGreaterThan(120);
  expect(missed).toEqual([]);
}, 240_000);

test('what an option overrides is told with its rule', async () => {
  const { options } = readIdPhotoJob({ specId: 'gao-kao-bao-ming-420x560', follow: 'RULE', headRatio: 0.3 }, BOOK);
  const [photo] = await engine.render('portrait', async () => portrait, options);
  expect(photo!.geometry.headRatio).toBeCloseTo(0.3, 1);
  expect(photo!.report.checks).toContainEqual(
    expect.objectContaining({ code: 'FACE_WIDTH', rule: 'cn-gaokao-image-standard', verdict: 'FAIL' }),
  );
  expect(photo!.warnings).toContain('RULE_MISSED');
}, 150_000);
