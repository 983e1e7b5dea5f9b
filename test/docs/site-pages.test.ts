import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  buildSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isScalarType,
  isUnionType,
} from 'graphql';
import { ROOT } from '../../src/kernel/paths.js';
import { temporaryFolder } from '../running-server.js';
import { codesIn, sectionsOf } from './level.js';

/** The Markdown that VitePress gets, by its path in the site. */
const pages = new Map<string, string>();
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let site: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  site = path.join(folder.path, 'site');
  execFileSync(process.execPath, ['scripts/docs.mjs', '--pages', site], { cwd: ROOT });
  for (const name of readdirSync(site, { recursive: true })
    .map(String)
    .filter(each => each.endsWith('.md')))
    pages.set(
      `/${name.replace(/\.md$/, '').replace(/(^|\/)index$/, '$1')}`,
      readFileSync(path.join(site, name), 'utf8'),
    );
});
afterAll(() => folder.remove());

const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');
const titlesOf = (text: string) => sectionsOf(text).map(({ title }) => title);

test.each([
  ['README.md', (at: string) => !/^\/(zh|api|more)\//.test(at)],
  ['README.zh-CN.md', (at: string) => at.startsWith('/zh/')],
])('each section of %s stands on one page', (file, isOwn) => {
  const standing = [...pages].filter(([at]) => isOwn(at)).flatMap(([, text]) => sectionsOf(text));
  // Titles such as Configuration stand on the pages of vendors, too.
  const known = ({ title, prose }: { title: string; prose: string }) => [title, ...codesIn(prose)].join(' ');
  const found = standing.map(known);
  const missing = sectionsOf(read(file))
    .slice(1)
    .filter(section => found.filter(each => each === known(section)).length !== 1);
  expect(missing.map(({ title }) => title)).toEqual([]);
});

test('there is a Chinese page for each English one but those about working on Darkroom and the reference', () => {
  const english = [...pages.keys()].filter(at => !/^\/(zh|api|more)\//.test(at));
  expect([...pages.keys()].filter(at => at.startsWith('/zh/')).sort()).toEqual(english.map(at => `/zh${at}`).sort());
  expect(english.length).toBeGreaterThan(15);
});

test('each link leads to a page of the site and a heading on it, or to a file that lies beside it', () => {
  // As VitePress makes anchors of headings.
  const anchorOf = (title: string) =>
    /\{#(\S+)\}$/.exec(title)?.[1] ??
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_]+/gu, '-')
      .replaceAll(/^-|-$/g, '');
  const anchors = new Map([...pages].map(([at, text]) => [at, titlesOf(text).map(anchorOf)]));
  const broken = [...pages].flatMap(([at, text]) =>
    sectionsOf(text).flatMap(({ prose }) =>
      [...prose.matchAll(/\]\(([^()\s]+)\)/g)]
        .map(([, link]) => link!)
        .filter(link => !/^https?:/.test(link))
        .filter(link => {
          const [to, anchor] = link.split('#') as [string, string?];
          if (to.startsWith('/files/')) return !existsSync(path.join(site, 'public', to));
          const there = anchors.get(to === '' ? at : to);
          return there === undefined || (anchor !== undefined && !there.includes(anchor));
        })
        .map(link => `${at}: ${link}`),
    ),
  );
  expect(broken).toEqual([]);
  expect([...pages.values()].join('').match(/\]\(\//g)!.length).toBeGreaterThan(1_000);
});

describe('the reference of the API', () => {
  const schema = buildSchema(read('schema/schema.graphql'));
  const roots = new Map([
    [schema.getQueryType(), 'queries'],
    [schema.getMutationType(), 'mutations'],
    [schema.getSubscriptionType(), 'subscriptions'],
  ]);
  const kinds = [
    ['objects', isObjectType],
    ['interfaces', isInterfaceType],
    ['unions', isUnionType],
    ['inputs', isInputObjectType],
    ['enums', isEnumType],
    ['scalars', isScalarType],
  ] as const;
  const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));

  /** What stands below the heading of a name. */
  const partOf = (page: string, name: string) =>
    sectionsOf(pages.get(`/api/${page}`)!).find(({ title }) => title === `${name} {#${name}}`)?.prose;
  const plain = (text: string | null | undefined) => (text ?? '').replaceAll(/\s*\n\s*/g, ' ').replaceAll('|', '\\|');

  test('has every type, field, argument and value, each with its type and its description', () => {
    const missing: string[] = [];
    let count = 0;
    const want = (text: string | undefined, name: string, ...words: string[]) => {
      count++;
      const lacks = words.filter(each => !text?.replaceAll(/\n(?!\|)/g, ' ').includes(each));
      if (lacks.length > 0) missing.push(`${name}: ${lacks.join(' / ')}`);
    };
    for (const type of types) {
      const rootPage = roots.get(type as never);
      const page = rootPage ?? kinds.find(([, is]) => is(type))![0];
      const own = partOf(page, type.name);
      if (rootPage === undefined) want(own, type.name, plain(type.description));
      if (isEnumType(type))
        for (const { name, description } of type.getValues())
          want(own, `${type.name}.${name}`, `| \`${name}\` | ${plain(description)}`);
      if (!('getFields' in type)) continue;
      for (const field of Object.values(type.getFields())) {
        const at = `${type.name}.${field.name}`;
        const place = rootPage === undefined ? own : partOf(page, field.name);
        const typed = `[\`${field.type}\`](/api/`;
        if (rootPage === undefined) want(place, at, `| \`${field.name}\` | ${typed}`, plain(field.description));
        else want(place, at, `Gives ${typed}`, plain(field.description));
        for (const argument of 'args' in field ? field.args : []) {
          const name = rootPage === undefined ? `${field.name}(${argument.name}:)` : argument.name;
          want(
            place,
            `${at}(${argument.name}:)`,
            `| \`${name}\` | [\`${argument.type}\`](/api/`,
            plain(argument.description),
          );
        }
      }
    }
    expect(missing).toEqual([]);
    expect(count).toBeGreaterThan(1_000);
  });

  test('a description is never empty', () => {
    const empty = [...pages]
      .filter(([at]) => at.startsWith('/api/'))
      .flatMap(([at, text]) =>
        text
          .split('\n')
          .filter(line => /^\| `.*\|\s*\|$/.test(line))
          .map(line => `${at}: ${line}`),
      );
    expect(empty).toEqual([]);
  });
});
