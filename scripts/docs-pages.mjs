// The pages of the documentation's site, put together from the Markdown of the repository: a text stands in one place.
// A page is a file, or sections of README; the Chinese page takes the sections that stand at the same place in
// README.zh-CN.md, which test/docs keeps level.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { apiPages } from './api-reference.mjs';

const SDL = 'schema/schema.graphql';
const LANGUAGES = { en: { file: name => name, prefix: '' }, zh: { file: chineseOf, prefix: 'zh/' } };

/** By groups of the sidebar. `sections` are headings of README.md; one that no page names goes with the one before it. */
export const GROUPS = [
  {
    titles: { en: 'Begin', zh: '入门' },
    pages: [
      page('index', 'Start', '开始', ['Darkroom', 'Two commands', 'The dashboard']),
      page('first-photo', 'The first photo', '第一张照片', ['An ID photo', 'Clients']),
      page('rules', 'Rules and checks', '规则与检查', ['What an office asks', 'Would it be taken?']),
      page('preview-and-print', 'Previews and print sheets', '预览与排版', ['A preview first', 'A print sheet']),
      page('mini-program', 'Mini-programs', '微信小程序', 'docs/mini-program.md'),
      page('webhooks', 'Webhooks', 'Webhook', ['Webhooks']),
    ],
  },
  {
    titles: { en: 'Vendors', zh: '服务商' },
    pages: [
      page('vendors/index', 'All vendors', '全部服务商', ['Vendors']),
      page('vendors/jumei-id-photo', 'Jumei ID photo', '聚美证件照', 'datasources/jumei-id-photo/README.md'),
      page('vendors/jumei-painting', 'Jumei painting', '聚美绘画', 'datasources/jumei-painting/README.md'),
      page('vendors/leqi', 'Leqi', 'Leqi 证件照', 'datasources/leqi/README.md'),
      page('vendors/fangtang', 'Fangtang', '方糖', 'datasources/fangtang/README.md'),
      page('vendors/fegine', 'Fegine', '涪擎', 'datasources/fegine/README.md'),
    ],
  },
  {
    titles: { en: 'Run', zh: '运行' },
    pages: [
      page('keys', 'Keys and budgets', '密钥与预算', ['Who may call', 'Budgets']),
      page('operate', 'Operate', '运维', ['Run it', 'Configuration', 'Limits']),
      page('secrets-and-backup', 'Secrets and backups', '主密钥与备份', ['Secrets', 'Backup']),
      page('upgrade', 'Upgrade', '升级', 'docs/upgrade.md'),
      page('personal-data', 'Personal data and labels', '个人数据与标识', [
        'Personal data',
        'Labels of generated content',
      ]),
      page('promises', 'What it promises', '它承诺什么', ['What it promises']),
      page('commands', 'All commands', '全部命令', ['For developers and operators']),
    ],
  },
];

/** In English alone: for those who work on Darkroom. */
export const MORE = [
  page('more/client', 'The typed client', undefined, 'client/README.md'),
  page('more/architecture', 'Architecture', undefined, 'ARCHITECTURE.md'),
  page('more/security', 'Security', undefined, 'SECURITY.md'),
  page('more/contributing', 'Contributing', undefined, 'CONTRIBUTING.md'),
  page('more/add-a-vendor', 'Add a vendor', undefined, 'datasources/README.md'),
  page('more/changelog', 'Changelog', undefined, 'CHANGELOG.md'),
  page('more/changes-of-the-schema', 'Changes of the schema', undefined, 'schema/CHANGELOG.md'),
];

function page(path, en, zh, from) {
  return { path, titles: { en, zh }, ...(typeof from === 'string' ? { file: from } : { sections: from }) };
}

function chineseOf(file) {
  return file.replace(/\.md$/, '.zh-CN.md');
}

/** A file cut at its headings of the first and second level. Those in blocks of code are none. */
function topSections(file) {
  const sections = [];
  let inCode = false;
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (/^\s*```/.test(line)) inCode = !inCode;
    const heading = inCode ? null : /^##? (.+)$/.exec(line);
    if (heading) sections.push({ title: heading[1], lines: [] });
    sections.at(-1)?.lines.push(line);
  }
  return sections;
}

/** Which page has each section of README.md. */
function pagesOfSections() {
  const pages = GROUPS.flatMap(({ pages }) => pages);
  let last = pages[0];
  return topSections('README.md').map(({ title }) => {
    last = pages.find(({ sections }) => sections?.includes(title)) ?? last;
    return last;
  });
}

/** Writes all pages as Markdown into a folder, with the files that they show or lead to. */
export function writePages(folder) {
  rmSync(folder, { recursive: true, force: true });
  const homes = pagesOfSections();
  const known = Object.fromEntries(Object.keys(LANGUAGES).map(language => [language, targetsOf(language, homes)]));
  const write = (path, text) => {
    const target = join(folder, `${path}.md`);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
  };
  for (const language of Object.keys(LANGUAGES)) {
    const { file, prefix } = LANGUAGES[language];
    const sections = topSections(file('README.md'));
    for (const each of GROUPS.flatMap(({ pages }) => pages)) {
      const source = file(each.file ?? 'README.md');
      const own = sections.filter((_, index) => homes[index] === each);
      const text = each.file === undefined ? fromSections(each, own, language) : readFileSync(source, 'utf8');
      write(`${prefix}${each.path}`, withLinks(text, source, known[language], folder));
    }
  }
  for (const each of MORE) write(each.path, withLinks(readFileSync(each.file, 'utf8'), each.file, known.en, folder));
  copied(SDL, false, folder);
  cpSync(join('web', 'src', 'app', 'icon.svg'), join(folder, 'public', 'icon.svg'));
  for (const { path, text } of referencePages()) write(path, text);
}

/** The reference of the API: path, title and text of each page. */
export function referencePages() {
  return apiPages(readFileSync(SDL, 'utf8'));
}

/** One section is the page; of several each keeps its heading below that of the page. */
function fromSections({ titles }, sections, language) {
  const texts = sections.map(({ lines }) => lines.join('\n'));
  if (texts.length === 1) return texts[0].replace(/^##+/gm, hashes => hashes.slice(1));
  // The title of the whole file would be a second one.
  // The switch between the languages is the site's own.
  const bare = texts.map(text => text.replace(/^# .*\n/, '').replace(/^\[(中文|English)\]\(README\S*\)\n\n/m, ''));
  return [`# ${titles[language]}\n`, ...bare].join('\n');
}

/** Where a link to a file of the repository leads in the site: `file` or `file#anchor` of README. */
function targetsOf(language, homes) {
  const { file, prefix } = LANGUAGES[language];
  const path = each => `/${prefix}${each.path}`.replace(/\/index$/, '/');
  const targets = new Map(MORE.map(each => [each.file, `/${each.path}`]));
  for (const each of GROUPS.flatMap(({ pages }) => pages)) {
    if (each.file === undefined) continue;
    targets.set(each.file, path(each));
    targets.set(file(each.file), path(each));
  }
  targets.set(SDL, '/api/');
  targets.set(file('README.md'), `/${prefix}`);
  topSections(file('README.md')).forEach(({ lines }, index) => {
    const anchors = lines.filter(line => /^#{2,} /.test(line)).map(line => slug(line.replace(/^#+ /, '')));
    for (const anchor of anchors) targets.set(`${file('README.md')}#${anchor}`, `${path(homes[index])}#${anchor}`);
  });
  return targets;
}

/** The anchor of a heading, as GitHub and VitePress make it of those that README has. */
function slug(heading) {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s-]/gu, '')
    .trim()
    .replaceAll(/\s+/g, '-');
}

/** The text with its links to files of the repository turned into those of the site. Code is left as it is. */
function withLinks(text, source, targets, folder) {
  const turn = piece =>
    piece.replaceAll(/(!?)\[((?:[^[\]]|\[[^\]]*\])*)\]\(([^()\s]+)\)/g, (whole, image, words, link) => {
      if (/^[a-z]+:/.test(link)) return whole;
      const [name, anchor] = link.split('#');
      const file = name === '' ? source : posix.normalize(posix.join(posix.dirname(source), name)).replace(/\/$/, '');
      const target = targets.get(anchor === undefined ? file : `${file}#${anchor}`);
      if (target !== undefined) return `${image}[${words}](${target})`;
      if (name === '') return whole;
      if (targets.has(file)) return `${image}[${words}](${targets.get(file)}${anchor ? `#${anchor}` : ''})`;
      if (!existsSync(file)) throw new Error(`${source} leads to ${link}, which is not there`);
      return statSync(file).isDirectory() ? words : `${image}[${words}](${copied(file, image !== '', folder)})`;
    });
  // A link's words may be code, so code is told apart by whole lines and blocks alone.
  let inCode = false;
  return text
    .split('\n')
    .map(line => {
      if (/^\s*```/.test(line)) inCode = !inCode;
      return inCode ? line : turn(line);
    })
    .join('\n');
}

/** A file beside the pages. As text, whatever it is: a browser would take `.ts` for a film, and run a page. */
function copied(file, isPicture, folder) {
  const name = `files/${file}${isPicture ? '' : '.txt'}`;
  const target = join(folder, 'public', name);
  mkdirSync(dirname(target), { recursive: true });
  cpSync(file, target);
  return `/${name}`;
}
