import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../kernel/paths.js';
import { specs } from './catalogue.js';
import { foldText } from './spec-text.js';
import { Synonyms } from './synonyms.js';

const file = readFileSync(path.join(ROOT, 'src', 'specs', 'synonyms.txt'), 'utf8');
const read = (lines: string) =>
  new Synonyms(
    `*, photo = 一寸\n${lines}`,
    new Map([
      ['美', ['mei']],
      ['签', ['qian']],
    ]),
  );
const titles = specs.list.map(({ title }) => foldText(title));

test('every title on the right of a line stands in the catalogue', () => {
  const meanings = [...new Set(new Synonyms(file, new Map()).all.values())];
  const unknown = meanings
    .flatMap(meaning => meaning.titles)
    .filter(words => !titles.some(title => words.every(word => title.includes(foldText(word)))));
  expect(unknown).toEqual([]);
});

test('a word is found by its units, its pinyin and without its blanks', () => {
  const { all } = read('美签, US visa = 美国签证 / 泰国 签证');
  const meaning = { titles: [['美国签证'], ['泰国', '签证']], colors: [], isPlace: false };
  for (const key of ['美 签', 'us visa', 'usvisa', 'meiqian']) expect(all.get(key)).toEqual(meaning);
});

test('a run of letters is split into words, if it is made of nothing else', () => {
  const synonyms = read('passport = 护照\nblue = @blue');
  expect(synonyms.split('bluepassportphoto')).toHaveLength(3);
  expect(synonyms.split('bluepassportx')).toBeUndefined();
});

test.each([
  ['一寸', 'line 2: expected one `=`'],
  ['a = b = c', 'line 2: expected one `=`'],
  ['a, , b = 一寸', 'line 2: a word is missing'],
  ['a = 一寸\nＡ = 二寸', 'line 3: a stands on another line too'],
  ['mauve = @mauve', 'line 2: @mauve is no colour'],
])('%j is refused: %s', (lines, why) => {
  expect(() => read(lines)).toThrow(why);
});

test('a file without the line of photos is refused', () => {
  expect(() => new Synonyms('a = 一寸', new Map())).toThrow('no line with *');
});
