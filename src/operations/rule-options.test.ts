import { refused } from '../../test/refused.js';
import { specs } from '../specs/catalogue.js';
import type { PhotoRule } from '../specs/rules/photo-rule.js';
import { RuleBook } from '../specs/rules/rule-book.js';
import { type IdPhotoWish, readIdPhotoJob } from './id-photo.js';
import { askedBy, ownRules } from './rule-options.js';

/** What the documents of these specs mean by a name without a value. */
const OF_NAME: Record<string, string> = { 'light blue': '#64C5FF', light: '#FFFFFF', 'dark single colour': '#438EDB' };

const BOOK = new RuleBook();
const job = (wish: IdPhotoWish) => readIdPhotoJob(wish, BOOK);
const GAOKAO = 'gao-kao-bao-ming-420x560';
const VETERANS = 'tui-yi-jun-ren-you-dai-zheng-354x437';

test('file size, density and quality follow the rule of that very document', () => {
  const idCard = specs.list.find(spec => ownRules(BOOK.of(spec)).some(({ id }) => id === 'cn-id-card-ga461'))!;
  // 14 to 20 KB is what such files usually have; the strict number is the quality.
  expect(job({ specId: idCard.id }).options).toMatchObject({ dpi: 350, quality: { min: 70, max: 70 } });
  expect(job({ specId: idCard.id }).options.maxKb).toBeUndefined();
  const nurse = job({ specId: 'hu-shi-zhi-ye-zi-ge-kao-shi-160x210-20-45kb' }).options;
  expect(nurse).toMatchObject({ minKb: 20, maxKb: 45 });
});

test("a file size of the caller's own goes before the rule, and before its quality", () => {
  const { options } = job({ specId: GAOKAO, fileSize: { maxKb: 200 } });
  expect(options).toMatchObject({ maxKb: 200 });
  expect(options.minKb).toBeUndefined();
  expect(options.quality).toBeUndefined();
});

test('numbers of a rule are shares of the picture, by name', () => {
  expect(askedBy([BOOK.rule('cn-id-card-ga461')!])).toContainEqual({
    code: 'TOP_MARGIN',
    min: 0.0159,
    max: 0.0476,
    strength: 'LIMIT',
    rule: 'cn-id-card-ga461',
    headTop: 'HAIR',
  });
});

test('a spec without a rule of that very document asks for nothing', () => {
  expect(job({ specId: 'yi-cun-295x413' }).options.asked).toBeUndefined();
});

test("what a caller says stands first, and the rule's number stays to be measured", () => {
  const { asked } = job({ specId: GAOKAO, headRatio: 0.5 }).options;
  expect(asked![0]).toEqual({
    code: 'HEAD_HEIGHT',
    min: 0.5,
    max: 0.5,
    strength: 'CALLER',
    rule: null,
    headTop: 'HAIR',
  });
  expect(asked!.filter(({ code }) => code === 'EYE_LINE').length).toBeGreaterThan(0);
});

describe('follow: RULE', () => {
  test('makes the size that the document wants', () => {
    const veterans = job({ specId: VETERANS, follow: 'RULE' });
    expect(veterans).toMatchObject({ specId: VETERANS, followsRule: true, options: { widthPx: 352, heightPx: 440 } });
    expect(job({ specId: GAOKAO, follow: 'RULE' }).options).toMatchObject({ widthPx: 480, heightPx: 640 });
  });

  const contradicted = (code: string) =>
    specs.list.filter(spec =>
      BOOK.of(spec).applied.some(
        ({ match, differences }) => match === 'EXACT' && differences.some(difference => difference.code === code),
      ),
    );

  test.each(contradicted('SIZE').map(spec => [spec.id, spec] as const))(
    'of %s makes a size that its document does not contradict, and no vendor takes it for the one that is sold',
    (specId, spec) => {
      const { followsRule, options } = job({ specId, follow: 'RULE' });
      expect(followsRule).toBe(true);
      const made = { ...spec, widthPx: options.widthPx, heightPx: options.heightPx };
      const left = BOOK.of(made).applied.filter(({ match }) => match === 'EXACT')[0]!.differences;
      expect(left.map(({ code }) => code)).not.toContain('SIZE');
    },
  );

  const inOtherColors = [...new Set([...contradicted('BACKGROUND'), ...contradicted('SHADE')])];
  test.each(inOtherColors.map(spec => [spec.id, spec] as const))(
    'of %s makes a colour that its document lists',
    (specId, spec) => {
      const [{ background }] = ownRules(BOOK.of(spec)) as [PhotoRule];
      const [made] = job({ specId, follow: 'RULE', edit: 'BACKGROUND' }).options.backgrounds;
      const hexes: Record<string, string> = { white: '#FFFFFF', blue: '#438EDB', red: '#FF0000' };
      const listed = background!.colours!.flatMap(({ name, rgb }) =>
        rgb ? [`#${Buffer.from(rgb).toString('hex').toUpperCase()}`] : (OF_NAME[name] ?? hexes[name] ?? []),
      );
      expect(made!.kind).toBe('solid');
      expect(listed).toContain((made as { hex: string }).hex);
    },
  );

  test('of all of them there are 18 specs in other sizes, and 26 in other colours or shades', () => {
    expect([contradicted('SIZE').length, inOtherColors.length]).toEqual([18, 26]);
  });

  test('makes a light blue where a document wants one, and the colour of the caller before that', () => {
    const register = { specId: 'xue-ji-zhao-pian-358x441', follow: 'RULE' } as const;
    expect(job(register).options.backgrounds).toEqual([{ kind: 'solid', hex: '#64C5FF' }]);
    const wanted = job({ ...register, backgrounds: [{ color: 'white' }] }).options.backgrounds;
    expect(wanted).toEqual([{ kind: 'solid', hex: '#FFFFFF' }]);
  });

  test('a background that a caller names and its rule does not list is told with the rule', () => {
    const specId = 'xue-ji-zhao-pian-358x441';
    const backgrounds = [{ color: '#64C5FF' }, { color: 'red' }, { color: 'transparent' }];
    const [{ id }] = ownRules(BOOK.of(specs.byId(specId)!)) as [PhotoRule];
    expect(job({ specId, backgrounds }).overrides).toEqual([{ path: 'input.backgrounds.1', rule: id }]);
    expect(job({ specId }).overrides).toBeUndefined();
    expect(job({ specId: 'yi-cun-295x413', backgrounds: [{ color: '#00FF00' }] }).overrides).toBeUndefined();
  });

  test('leaves a size alone that fits', () => {
    const cet = job({ specId: 'ying-yu-si-liu-ji-kao-shi-240x320', follow: 'RULE' });
    expect(cet.followsRule).toBeUndefined();
    expect(cet.options).toMatchObject({ widthPx: 240, heightPx: 320 });
  });

  test.each([
    ['follow', { specId: 'yi-cun-295x413', follow: 'RULE' } as const],
    ['require', { specId: 'yi-cun-295x413', require: 'RULES' } as const],
    ['require', { customSize: { widthPx: 300, heightPx: 400 }, require: 'RULES' } as const],
  ])('%s is refused where there is no rule', async (name, wish) => {
    expect(await refused(() => job(wish))).toMatch(`BAD_USER_INPUT input.${name} NO_RULE`);
  });
});
