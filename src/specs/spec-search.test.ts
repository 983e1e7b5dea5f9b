import { DarkroomError } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';
import { specs } from './catalogue.js';

const titles = (search: string) => specs.search({ search }).map(({ title }) => title);

test('an empty search finds all specs in the order of the table', () => {
  expect(specs.search({})).toEqual(specs.list);
  expect(specs.search({ search: ' ' })).toEqual(specs.list);
  expect(specs.search({ search: null, color: null, unit: null })).toEqual(specs.list);
});

test.each([
  ['一寸', '一寸'],
  ['二寸', '二寸'],
  ['小二寸', '小二寸'],
  ['1寸', '一寸'],
  ['两寸', '二寸'],
  ['小2寸', '小二寸'],
  ['yicun', '一寸'],
  ['yi cun', '一寸'],
  ['yc', '一寸'],
  ['EC', '二寸'],
  ['295x413', '一寸'],
  ['35x45', '小二寸'],
  ['one inch', '一寸'],
])('%s finds first %s', (search, title) => {
  expect(titles(search)[0]).toBe(title);
});

test('an exact title comes before one that begins so, and that before one that contains it', () => {
  expect(titles('教师资格证')).toEqual([
    '教师资格证',
    '教师资格证',
    '教师资格证（180x240）',
    '教师资格证（150x200）',
    '教师资格证（384x512）',
    '教师资格证（360x480）',
    '中国教师资格证',
    '福建教师资格证',
  ]);
});

test.each(['驾照', '驾驶证、驾照', 'jiazhao', 'jia zhao', 'JiaZhao', 'jiàzhào', 'jiazha', 'jszjz'])(
  '%s finds both driving licences and nothing else',
  search => {
    expect(titles(search)).toEqual(['驾驶证、驾照（无回执，小一寸）', '驾驶证、驾照（无回执，一寸）']);
  },
);

test('initials find a word anywhere in a title', () => {
  expect(titles('jz')).toContain('驾驶证、驾照（无回执，一寸）');
  expect(titles('sfz')).toEqual(['身份证（无回执）']);
});

test.each(['295*413', '295×413', '295 413', '295X413', '２９５Ｘ４１３', '295 x 413', '295x413px', '295x413像素'])(
  '%s is the size 295x413',
  search => {
    expect(titles(search)).toEqual(titles('295x413'));
  },
);

test('a size is px or mm, and a unit decides', () => {
  const sized = specs.list.filter(spec => spec.widthMm === 35 && spec.heightMm === 45);
  expect(sized).toHaveLength(25);
  for (const search of ['35x45', '35x45mm', '35mm*45mm', '35×45毫米']) {
    expect(new Set(specs.search({ search }))).toEqual(new Set(sized));
  }
  expect(titles('35x45px')).toEqual([]);
  expect(titles('295x413mm')).toEqual([]);
  expect(specs.search({ search: '26x32' }).map(({ widthPx }) => widthPx)).toEqual([358, 358]);
});

test('a size with a name comes first, then a title that prints it, then the same size elsewhere', () => {
  expect(titles('390*567').slice(0, 3)).toEqual(['大一寸', '自考学位外语考试（390x567）', '普通话水平测试']);
});

test('width, case and punctuation do not count', () => {
  expect(titles('社保卡(350DPI,无回执,10-20kb)')).toEqual(['社保卡（350dpi， 无回执，10-20KB）']);
  expect(titles('ｂｉｍ')).toEqual(['BIM技能等级考试']);
  expect(titles('英语ab级')).toHaveLength(2);
  expect(titles('46级')).toHaveLength(3);
});

test.each([
  ['chongqing', ['重庆公务员考试']],
  ['kuaijishi', ['注册会计师考试（178x220）']],
  ['xiamen', ['厦门大学毕业证']],
  ['yun', ['云南公务员考试']],
])('%s is read right', (search, found) => {
  expect(titles(search)).toEqual(found);
});

test.each([
  ['zhongqing', 'chongqing'],
  ['huiji', 'kuaiji'],
  ['yinxing', 'yinhang'],
  ['shaanxi', '陕西'],
])('%s, another reading, finds what %s finds', (search, right) => {
  expect(titles(search)).toEqual(titles(right));
  expect(titles(search)).not.toEqual([]);
});

test('words apart each have to be found', () => {
  expect(titles('驾照 小一寸')).toEqual(['驾驶证、驾照（无回执，小一寸）']);
  expect(titles('公务员 35x53')).toEqual(['北京公务员考试']);
  expect(titles('驾照 签证')).toEqual([]);
});

test('a little English is understood', () => {
  expect(titles('Japan visa')).toEqual(['日本签证']);
  expect(titles('passport')).toEqual(['电子护照人像照片', '海外申请护照在线预约照片']);
  expect(titles("driver's license")).toHaveLength(2);
  expect(titles('constructor')).toEqual([]);
});

test('colour and unit narrow a search', () => {
  const found = specs.search({ search: '签证', color: 'red' });
  expect(found.map(({ title }) => title)).toEqual(['越南签证']);
  expect(specs.search({ color: 'red_gradual' }).map(({ title }) => title)).toEqual(['半身职业照']);
  expect(specs.search({ unit: 'PX' })).toEqual(specs.list.filter(spec => spec.unit === 'PX'));
});

test.each(['！！', '没有这种证', 'qqqq', '%', '.*', '\u0000', '0x0', '99999x99999'])('%j finds nothing', search => {
  expect(titles(search)).toEqual([]);
});

test('a search that is too long is refused', () => {
  try {
    specs.search({ search: '证'.repeat(LIMITS.search.chars + 1) });
    throw new Error('was not refused');
  } catch (error) {
    expect(error).toBeInstanceOf(DarkroomError);
    expect(error).toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: [{ path: 'search', allowed: 'at most 100 characters' }],
    });
  }
});

// A request may ask for `specs` twenty times under aliases, and all of it runs on the main thread.
test.each([
  ['distinct words', [...'abcdefghijklmnopqrstuvwxyz'].join(' ')],
  ['one word many times', 'x '.repeat(LIMITS.search.chars / 2)],
  ['characters that grow eighteen times when normalised', '\uFDFA'.repeat(LIMITS.search.chars)],
  ['blanks between two numbers', `1${' '.repeat(LIMITS.search.chars - 2)}1`],
  ['syllables', 'zhongguo'.repeat(12)],
])('the slowest searches compare little text: %s', (_, search) => {
  const compares = (['startsWith', 'includes'] as const).map(name => jest.spyOn(String.prototype, name));
  specs.search({ search });
  const counted = compares.reduce((sum, { mock }) => sum + mock.calls.length, 0);
  jest.restoreAllMocks();
  // The most is 15,000: eight words, each looked for in the title, pinyin and initials of every spec.
  expect(counted).toBeLessThan(30_000);
});
