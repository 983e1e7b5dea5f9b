import { specs } from '../catalogue.js';
import { checkPublished, contradictionsOf, readRuleFile } from './check-rules.js';
import { PUBLISHED, RuleBook } from './rule-book.js';
import { RULE_CHECKS } from './rule-checks.js';
import { numbersOf } from './rule-numbers.js';

const book = new RuleBook();
const ruleOf = (id: string) => book.rule(id)!;
const of = (id: string) => book.of(specs.byId(id)!);

test('the published rules have no fault', () => {
  expect(checkPublished()).toEqual([]);
});

test('every spec has rules of its own document, of its family, or the reason why none', () => {
  const nearest = specs.list.map(spec => book.of(spec).applied[0]?.match ?? 'NONE');
  const count = (match: string) => nearest.filter(found => found === match).length;
  expect([count('EXACT'), count('FAMILY'), count('NONE')]).toEqual([72, 57, 50]);
  for (const spec of specs.list) expect(book.of(spec).applied.length === 0).toBe(book.of(spec).withoutRule !== null);
});

test('18 specs are sold in a size that their own document contradicts, and 17 in colours that it does not list', () => {
  const having = (code: string) =>
    new Set(contradictionsOf().flatMap(line => (line.includes(` ${code}:`) ? line.split(' ')[0]! : [])));
  expect(having('SIZE').size).toBe(18);
  expect(having('BACKGROUND').size).toBe(17);
  expect(contradictionsOf()).toContain(
    'tui-yi-jun-ren-you-dai-zheng-354x437 SIZE: sold 354x437 px; cn-veterans-card asks 352x440 px',
  );
});

test('a light blue that is sold as a stronger one is another shade, and no other colour', () => {
  const [cet] = of('ying-yu-si-liu-ji-kao-shi-240x320').applied;
  expect(cet!.differences).toEqual([{ code: 'SHADE', sold: 'blue', asked: 'light blue, white' }]);
});

test('the rule of a neighbouring document is advice: it decides nothing', () => {
  const ownRule = of('yi-ji-jian-zao-shi-295x413');
  const advice = of('yi-ji-jian-zao-shi-zheng-dian-zi-ban-472x630');
  expect(ownRule.applied.map(({ rule, match }) => [rule.id, match])).toEqual([['cn-cpta', 'EXACT']]);
  expect(advice.applied.map(({ rule, match }) => [rule.id, match])).toEqual([['cn-cpta', 'FAMILY']]);
  expect([ownRule.editing, advice.editing]).toEqual(['NO_FEATURE_CHANGE', 'UNKNOWN']);
});

test('who forbids every edit is known', () => {
  const forbidding = specs.list.filter(spec => book.of(spec).editing === 'NONE').map(({ title }) => title);
  expect(forbidding).toEqual(expect.arrayContaining(['美国签证', '导游证', '新西兰签证']));
});

describe('numbers', () => {
  test('are shares of the picture, the eye line from the top', () => {
    const numbers = numbersOf(ruleOf('cn-id-card-ga461'));
    const share = (code: string) => numbers.find(number => number.code === code)?.share;
    expect(share('FACE_WIDTH')).toEqual({ min: 0.5391, max: 0.6173 });
    expect(share('TOP_MARGIN')).toEqual({ min: 0.0159, max: 0.0476 });
    // 207 px from below, in a frame of 441.
    expect(share('EYE_LINE')).toEqual({ min: null, max: 0.5306 });
  });

  test('say what is a limit, what is "about" and what is usual', () => {
    const strength = (id: string, code: string) => numbersOf(ruleOf(id)).find(number => number.code === code)?.strength;
    expect(strength('cn-id-card-ga461', 'FILE_BYTES')).toBe('USUAL');
    expect(strength('cn-exit-entry-digital-gat1180', 'FILE_BYTES')).toBe('LIMIT');
    expect(strength('cn-cet', 'HEAD_HEIGHT')).toBe('APPROXIMATE');
  });

  test('of bytes hold whether a KB has 1,000 or 1,024', () => {
    for (const rule of PUBLISHED.rules) {
      const { kbMin, kbMax, min, max } = rule.file.bytes ?? {};
      if (kbMin !== undefined) expect(min).toBeGreaterThanOrEqual(kbMin * 1_024);
      if (kbMax !== undefined) expect(max).toBeLessThanOrEqual(kbMax * 1_000);
    }
  });
});

test('what a rule asks for is judged by a program, in part, or not at all', () => {
  const asked = new Set(PUBLISHED.rules.flatMap(({ checks }) => checks));
  for (const code of asked) expect(RULE_CHECKS).toHaveProperty(code);
});

describe("the operator's own file", () => {
  const veterans = ruleOf('cn-veterans-card');
  const specId = 'tui-yi-jun-ren-you-dai-zheng-354x437';

  test('replaces a rule of the same id, and the rules of a spec', () => {
    const rules = [
      { ...veterans, pixels: { width: { min: 354, max: 354 }, height: { min: 437, max: 437 } } },
      { ...veterans, id: 'our-school', title: '校园卡' },
    ];
    const school = { 'xiao-yuan-ka-240x320': { rules: [{ id: 'our-school', match: 'EXACT' }] } };
    const { table, faults } = readRuleFile(JSON.stringify({ rules, specs: school }));
    expect(faults).toEqual([]);
    const own = new RuleBook(table);
    expect(own.of(specs.byId(specId)!).applied[0]!.differences.map(({ code }) => code)).not.toContain('SIZE');
    expect(own.of(specs.byId('xiao-yuan-ka-240x320')!).applied[0]!.rule.title).toBe('校园卡');
    expect(own.list).toHaveLength(PUBLISHED.rules.length + 1);
  });

  test.each([
    ['no JSON', '{', 'the file is no JSON'],
    ['a range that is turned', { rules: [{ ...veterans, dpi: { min: 300, max: 200 } }] }, /rules\.0\.dpi: a range/],
    ['a field that there is not', { rules: [{ ...veterans, dots: 3 }] }, /dots/],
    ['a rule that there is not', { specs: { [specId]: { rules: [{ id: 'x', match: 'EXACT' }] } } }, /no rule x/],
    ['a spec that there is not', { specs: { x: { rules: [], withoutRule: 'BANK_FORM' } } }, /no such spec/],
    ['neither rules nor a reason', { specs: { [specId]: { rules: [] } } }, /the reason why there are none/],
    ['a grade that its sources do not carry', { rules: [{ ...veterans, grade: 'A' }] }, /grade A needs/],
    [
      'a head higher than the picture',
      {
        rules: [
          {
            ...veterans,
            head: {
              measuredTo: 'hairTop',
              chinToTop: { min: 0.8, unit: 'fraction' },
              topMargin: { min: 0.3, unit: 'fraction' },
            },
          },
        ],
      },
      /higher than the picture/,
    ],
  ])('is refused for %s', (_, file, fault) => {
    const { faults } = readRuleFile(typeof file === 'string' ? file : JSON.stringify(file));
    expect(faults.join('\n')).toMatch(fault);
  });
});
