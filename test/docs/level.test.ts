import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../../src/kernel/paths.js';
import { differences, sectionsOf } from './level.js';
import { translatedPages } from './pages.js';

const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');
const names = /\b(?:DARKROOM|DATABASE|JUMEI|LEQI|FANGTANG|FEGINE|NODE|OTEL)_[A-Z_]+/g;
const namesIn = (file: string) => [...new Set(read(file).match(names) ?? [])].sort();

describe.each(translatedPages())('%s', (english, chinese) => {
  test(`is level with ${chinese}: headings, code, tables, links and numbers`, () => {
    expect(differences(read(english), read(chinese), chinese)).toEqual([]);
  });

  test('and names the same variables', () => {
    expect(namesIn(chinese)).toEqual(namesIn(english));
  });

  test('and is Chinese', () => {
    const silent = sectionsOf(read(chinese)).filter(
      ({ prose }) => prose.trim() !== '' && !/\p{Script=Han}/u.test(prose),
    );
    expect(silent.map(({ title }) => title)).toEqual([]);
  });
});

test('what is compared: README, the pages of docs/ and each vendor', () => {
  expect(translatedPages().length).toBeGreaterThanOrEqual(8);
});

describe('a translation that fell behind is told where', () => {
  const ENGLISH = `# Title

Takes \`a\` and 2,000 px, see [more](more.md#there).

## Run

\`\`\`sh
npm start   # a comment
npm test
\`\`\`

| Name | |
|---|---|
| \`A_NAME\` | one |
| \`B_NAME\` | two |

### Last

At most 50 megapixels.
`;
  const CHINESE = `# 标题

接受 \`a\` 和 2000 px，见[更多](more.zh-CN.md#那里)。

## 运行

\`\`\`sh
npm start   # 注释
npm test
\`\`\`

| 名称 | |
|---|---|
| \`A_NAME\` | 一 |
| \`B_NAME\` | 二 |

### 最后

最多 5,000 万像素。
`;
  const changed = (from: string, to: string) => {
    expect(ENGLISH).toContain(from);
    return differences(ENGLISH.replace(from, to), CHINESE, 'zh.md');
  };

  test('not where it is level', () => {
    expect(differences(ENGLISH, CHINESE, 'zh.md')).toEqual([]);
  });

  test.each([
    ['a heading', '### Last', '## New\n\n### Last', ['zh.md: the heading "## New" is missing after "运行"']],
    [
      'a heading at the end',
      'megapixels.\n',
      'megapixels.\n\n## End\n',
      ['zh.md: the heading "## End" is missing after "最后"'],
    ],
    [
      'a line of code',
      'npm test',
      'npm run lint',
      ['zh.md, "运行" ("Run"): block of code 1, line 2: wanted `npm run lint`, found `npm test`'],
    ],
    [
      'a block of code',
      '### Last',
      '```sh\nnpm run lint\n```\n\n### Last',
      ['zh.md, "运行" ("Run"): block of code 2 is missing: ```sh ⏎ npm run lint'],
    ],
    [
      'a row',
      '| `B_NAME` | two |',
      '| `B_NAME` | two |\n| `C_NAME` | three |',
      [
        'zh.md, "运行" ("Run"): table 1 has 2 rows for 3; see the row | `C_NAME` | three |',
        'zh.md, "运行" ("Run"): the code `C_NAME` is missing',
      ],
    ],
    [
      'the order of rows',
      '| `A_NAME` | one |\n| `B_NAME` | two |',
      '| `B_NAME` | two |\n| `A_NAME` | one |',
      ['zh.md, "运行" ("Run"): table 1, row 1 should be: | `B_NAME` | two |'],
    ],
    ['what stands in code', '`a`', '`a` or `b`', ['zh.md, "标题" ("Title"): the code `b` is missing']],
    ['what is in code no more', '`a`', 'it', ['zh.md, "标题" ("Title"): the code `a` is not in the original']],
    ['a link', 'more.md#there', 'less.md', ['zh.md, "标题" ("Title"): the link to less.md is missing']],
    ['a number', '2,000 px', '2,500 px', ['zh.md, "标题" ("Title"): the number 2500 is missing']],
    [
      'a number of megapixels',
      '50 megapixels',
      '24 megapixels',
      ['zh.md, "最后" ("Last"): the number 2400 is missing'],
    ],
  ])('%s', (_, from, to, told) => {
    expect(changed(from, to)).toEqual(told);
  });

  test('a heading that the original has no more', () => {
    expect(differences(ENGLISH.replace(/### Last[\s\S]*/, ''), CHINESE, 'zh.md')).toEqual([
      'zh.md: the heading "最后" is not in the original',
    ]);
  });
});
