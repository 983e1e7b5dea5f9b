import { findLanguage, languageOf } from './language.js';

test.each([
  ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
  ['en-US,en;q=0.9,zh;q=0.8', 'en'],
  ['fr-FR, zh-TW;q=0.5', 'zh'],
  ['ZH', 'zh'],
  ['zh_CN', 'zh'],
  ['zha, fr', 'en'],
  ['*', 'en'],
  ['', 'en'],
  [undefined, 'en'],
])('the Accept-Language header %j asks for %s', (header, language) => {
  expect(languageOf(header)).toBe(language);
});

test('what names none of our languages, or is no text, chooses none', () => {
  for (const value of ['fr', 'zhuang', '', undefined, null, 7, ['zh'], { language: 'zh' }])
    expect([value, findLanguage(value)]).toEqual([value, undefined]);
});

test('only the beginning of a long header is read', () => {
  expect(languageOf(`${'x,'.repeat(100)}zh`)).toBe('en');
});
