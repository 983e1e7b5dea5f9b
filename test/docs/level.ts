/** A heading, and what stands below it up to the next one of whatever level. */
interface Section {
  readonly level: number;
  readonly title: string;
  readonly blocks: readonly string[][];
  readonly tables: readonly string[][];
  /** What is neither a block of code nor a heading. */
  readonly prose: string;
}

const HEADING = /^(#{1,6}) (.+)$/;
const FENCE = /^\s*(```+)/;

export function sectionsOf(markdown: string): Section[] {
  const sections: { level: number; title: string; lines: string[]; blocks: string[][] }[] = [];
  let fence: string | undefined;
  for (const line of markdown.split('\n')) {
    const mark = FENCE.exec(line)?.[1];
    const heading = fence === undefined ? HEADING.exec(line) : null;
    if (heading) sections.push({ level: heading[1]!.length, title: heading[2]!, lines: [], blocks: [] });
    const section = sections.at(-1);
    if (section === undefined || heading) continue;
    if (fence === undefined && mark === undefined) section.lines.push(line);
    else if (fence === undefined) section.blocks.push([line.trim()]);
    else if (mark !== fence) section.blocks.at(-1)!.push(line.trimEnd());
    if (mark !== undefined) fence = fence === undefined ? mark : mark === fence ? undefined : fence;
  }
  return sections.map(({ level, title, lines, blocks }) => ({
    level,
    title,
    blocks,
    tables: tablesOf(lines),
    prose: lines.join('\n'),
  }));
}

/** The rows of each table, without its head and its line of dashes. */
function tablesOf(lines: readonly string[]): string[][] {
  const tables: string[][] = [];
  lines.forEach((line, index) => {
    if (/^\s*\|[-|: ]+\|$/.test(line)) tables.push([]);
    else if (line.startsWith('| ') && !/^\s*\|[-|: ]+\|$/.test(lines[index + 1] ?? '')) tables.at(-1)?.push(line);
  });
  return tables;
}

/** What is in code in a text, in its order. */
export function codesIn(text: string): string[] {
  return [...text.matchAll(/(`+)(.+?)\1/g)].map(match => match[2]!);
}

/** Where links lead: the file alone, and that of the English twin. Anchors are words of their language. */
function linksIn(text: string): string[] {
  return [...text.replaceAll(/`[^`]*`/g, '').matchAll(/\]\(([^)]+)\)/g)]
    .map(match => match[1]!.replace(/#.*$/, '').replace('.zh-CN.md', '.md'))
    .filter(target => target !== '' && target !== 'README.md');
}

/** Numbers in digits. What English counts in megapixels, Chinese counts in 万. */
function numbersIn(text: string): string[] {
  const plain = text
    .replaceAll(/`[^`]*`/g, '')
    .replaceAll(/\]\([^)]+\)/g, ']')
    .replaceAll(/(\d),(?=\d{3})/g, '$1')
    .replaceAll(/(\d+) megapixels?/g, (_, millions) => `${Number(millions) * 100}万`);
  return plain.match(/\d+(\.\d+)?/g) ?? [];
}

const CHINESE = /\p{Script=Han}/u;
/** The comment at the end of a line of code: what may be translated. */
const COMMENT = /\s*(\/\/|#)\s.*$/;
/** A value that a caller would fill in. */
const PLACEHOLDER = /<[^>]*>$/;

function isSameLine(english: string, other: string): boolean {
  if (english === other) return true;
  const code = (line: string) => line.replace(COMMENT, '').replace(PLACEHOLDER, '');
  return CHINESE.test(COMMENT.exec(other)?.[0] ?? '') && code(english) === code(other);
}

/** What of `left` is not in `right`, each as often as it lacks. */
function lacking(left: readonly string[], right: readonly string[]): string[] {
  const rest = [...right];
  return left.filter(each => {
    const place = rest.indexOf(each);
    if (place >= 0) rest.splice(place, 1);
    return place < 0;
  });
}

/**
 * What keeps a translation from being level with its English original, each as a sentence that says where and what.
 * Words are not compared: headings by number and level, blocks of code line by line but for comments, tables by their
 * rows, and of the rest what stands in code, links and numbers.
 */
export function differences(english: string, other: string, file: string): string[] {
  const [left, right] = [sectionsOf(english), sectionsOf(other)];
  const place = left.findIndex((section, index) => section.level !== right[index]?.level);
  if (place >= 0) {
    const before = place === 0 ? 'at the top' : `after "${right[place - 1]?.title ?? '(missing)'}"`;
    return [`${file}: the heading "${'#'.repeat(left[place]!.level)} ${left[place]!.title}" is missing ${before}`];
  }
  const added = right.slice(left.length).map(({ title }) => `${file}: the heading "${title}" is not in the original`);
  return [...added, ...left.flatMap((section, index) => inSection(section, right[index]!, file))];
}

function inSection(english: Section, other: Section, file: string): string[] {
  const told = [...blocksThatDiffer(english, other), ...tablesThatDiffer(english, other)];
  const [codes, otherCodes] = [codesIn(english.prose), codesIn(other.prose)];
  const missing = (what: string, names: string[]) => names.map(name => `the ${what} ${name} is missing`);
  told.push(...missing('code', lacking([...new Set(codes)], otherCodes).map(quoted)));
  told.push(...lacking([...new Set(otherCodes)], codes).map(name => `the code ${quoted(name)} is not in the original`));
  told.push(...missing('link to', lacking(linksIn(english.prose), linksIn(other.prose))));
  told.push(...missing('number', lacking([...new Set(numbersIn(english.prose))], numbersIn(other.prose))));
  return told.map(what => `${file}, "${other.title}" ("${english.title}"): ${what}`);
}

const quoted = (code: string) => `\`${code}\``;

function blocksThatDiffer(english: Section, other: Section): string[] {
  return english.blocks.flatMap((block, number) => {
    const twin = other.blocks[number];
    const name = `block of code ${number + 1}`;
    if (twin === undefined) return [`${name} is missing: ${block.slice(0, 3).join(' ⏎ ')}`];
    const length = Math.max(block.length, twin.length);
    const line = Array.from({ length }, (_, index) => index).find(
      index => !isSameLine(block[index] ?? '', twin[index] ?? ''),
    );
    return line === undefined
      ? []
      : [`${name}, line ${line}: wanted \`${block[line] ?? ''}\`, found \`${twin[line] ?? ''}\``];
  });
}

function tablesThatDiffer(english: Section, other: Section): string[] {
  return english.tables.flatMap((rows, number) => {
    const twin = other.tables[number] ?? [];
    const keys = rows.map(firstColumn);
    const otherKeys = twin.map(firstColumn);
    const absent = rows.filter((_, index) => lacking(keys.slice(0, index + 1), otherKeys).includes(keys[index]!));
    if (absent.length > 0 || twin.length !== rows.length) {
      const row = absent[0] ?? rows[twin.length] ?? twin[rows.length]!;
      return [`table ${number + 1} has ${twin.length} rows for ${rows.length}; see the row ${row}`];
    }
    const moved = keys.findIndex((key, index) => key !== otherKeys[index]);
    return moved < 0 ? [] : [`table ${number + 1}, row ${moved + 1} should be: ${rows[moved]}`];
  });
}

/** By what the row is known in either language: what its first cell has in code, or links to; else nothing. */
function firstColumn(row: string): string {
  const cell = row.split(' | ')[0]!;
  return [...codesIn(cell), ...linksIn(cell)].join(' ');
}
