import { defineConfig } from 'vitepress';
import { GROUPS, MORE, referencePages } from '../../../scripts/docs-pages.mjs';

const link = (path, prefix) => `${prefix}/${path}`.replace(/\/index$/, '/');

function sidebar(language, prefix, titles) {
  const groups = GROUPS.map(group => ({
    text: group.titles[language],
    items: group.pages.map(({ path, titles }) => ({ text: titles[language], link: link(path, prefix) })),
  }));
  const api = referencePages().map(({ path, title }) => ({ text: title, link: link(path, '') }));
  const more = MORE.map(({ path, titles }) => ({ text: titles.en, link: link(path, '') }));
  return [
    ...groups,
    { text: titles.api, collapsed: true, items: api },
    { text: titles.more, collapsed: true, items: more },
  ];
}

const english = {
  nav: [
    { text: 'Start', link: '/' },
    { text: 'First photo', link: '/first-photo' },
    { text: 'API', link: '/api/' },
  ],
  sidebar: sidebar('en', '', { api: 'API reference', more: 'Working on it' }),
};

const chinese = {
  nav: [
    { text: '开始', link: '/zh/' },
    { text: '第一张照片', link: '/zh/first-photo' },
    { text: 'API（英文）', link: '/api/' },
  ],
  sidebar: sidebar('zh', '/zh', { api: 'API 参考（英文）', more: '参与开发（英文）' }),
  outline: { label: '本页内容', level: [2, 3] },
  docFooter: { prev: '上一页', next: '下一页' },
  darkModeSwitchLabel: '外观',
  lightModeSwitchTitle: '切换到浅色',
  darkModeSwitchTitle: '切换到深色',
  sidebarMenuLabel: '目录',
  returnToTopLabel: '回到顶部',
  langMenuLabel: '切换语言',
  skipToContentLabel: '跳到正文',
  notFound: { title: '没有这个页面', quote: '地址可能已经改变。', linkLabel: '回到首页', linkText: '回到首页' },
};

const searchInChinese = {
  button: { buttonText: '搜索', buttonAriaLabel: '搜索' },
  modal: {
    displayDetails: '显示详情',
    resetButtonTitle: '清除',
    backButtonTitle: '关闭',
    noResultsText: '没有找到',
    footer: {
      selectText: '打开',
      selectKeyAriaLabel: '回车',
      navigateText: '选择',
      navigateUpKeyAriaLabel: '上箭头',
      navigateDownKeyAriaLabel: '下箭头',
      closeText: '关闭',
      closeKeyAriaLabel: 'Esc',
    },
  },
};

/**
 * Words, and of Chinese, which has no blanks between words, each pair of characters that stand together. It runs in the
 * build and, sent as text, in the browser: nothing outside of it is there.
 */
function tokenize(text) {
  return text.split(/[^\p{L}\p{N}]+/u).flatMap(piece =>
    (piece.match(/\p{Script=Han}+|[^\p{Script=Han}]+/gu) ?? []).flatMap(run => {
      if (run.length === 1 || !/^\p{Script=Han}/u.test(run)) return [run];
      return Array.from({ length: run.length - 1 }, (_, index) => run.slice(index, index + 2));
    }),
  );
}

// biome-ignore lint/style/noDefaultExport: VitePress reads it.
export default defineConfig({
  title: 'Darkroom',
  srcDir: '../../out/docs-pages',
  outDir: '../../out/docs',
  cleanUrls: true,
  head: [['link', { rel: 'icon', type: 'image/svg+xml', href: '/icon.svg' }]],
  // Nothing of the pages is HTML: what looks like it, such as <VENDOR>, is text.
  markdown: { html: false },
  locales: {
    root: { label: 'English', lang: 'en', themeConfig: english },
    zh: { label: '简体中文', lang: 'zh-CN', link: '/zh/', themeConfig: chinese },
  },
  themeConfig: {
    logo: '/icon.svg',
    outline: { level: [2, 3] },
    search: {
      provider: 'local',
      options: {
        miniSearch: { options: { tokenize }, searchOptions: { combineWith: 'AND' } },
        locales: { zh: { translations: searchInChinese } },
      },
    },
  },
});
