import { readFileSync } from 'node:fs';
import { explainError } from '../kernel/explain-error.js';
import { specs } from '../specs/catalogue.js';
import { checkPublished, contradictionsOf, readRuleFile } from '../specs/rules/check-rules.js';
import type { PhotoRule } from '../specs/rules/photo-rule.js';
import { RuleBook, type RulesOfSpec } from '../specs/rules/rule-book.js';
import { numbersOf, type RuleNumber } from '../specs/rules/rule-numbers.js';

const HELP = `What offices are reported to ask of photos: ${new RuleBook().list.length} rules, read in copies of public pages. None is official.

  npm run rules -- check               the published rules: types, ranges, contradictions
  npm run rules -- check rules.json    a file of your own, as DARKROOM_RULES_FILE takes it
  npm run rules -- show <id>           the rules of a spec, or one rule
`;

/** Written in one piece at the end: a reader that closes early, such as `head`, is no error. */
let printed = '';

function main([command, name, ...rest]: string[]): void {
  if (rest.length === 0 && command === 'check') check(name);
  else if (rest.length === 0 && command === 'show' && name !== undefined) show(name);
  else {
    print(HELP);
    process.exitCode = command === '--help' ? 0 : 64;
  }
}

function check(file: string | undefined): void {
  const own = file === undefined ? undefined : readRuleFile(readFileSync(file, 'utf8'));
  const faults = own === undefined ? checkPublished() : own.faults;
  const book = new RuleBook(own?.faults.length === 0 ? own.table : undefined);
  const contradictions = contradictionsOf(book);
  const matches = specs.list.map(spec => book.of(spec).applied[0]?.match ?? 'NONE');
  const count = (wanted: string) => matches.filter(match => match === wanted).length;
  print(
    `${book.list.length} rules; of ${matches.length} specs ${count('EXACT')} have the rule of that very document, `,
  );
  print(`${count('FAMILY')} one of its family, ${count('NONE')} none.\n`);
  const used = new Set(specs.list.flatMap(spec => book.of(spec).applied.map(({ rule }) => rule.id)));
  print(`${book.list.length - used.size} rules belong to no spec of the catalogue.\n`);
  if (contradictions.length > 0) {
    print(
      '\nSold otherwise than the rule of that very document asks, which is no fault of the rules. `follow: RULE` makes\n',
    );
    print(
      'size and colour as asked. BACKGROUND: colours that the rule does not list; SHADE: one that it wants lighter.\n\n',
    );
    for (const line of contradictions) print(`  ${line}\n`);
  }
  print(faults.length === 0 ? '\nNo fault.\n' : `\n${faults.length} faults:\n`);
  for (const fault of faults) print(`  ${fault}\n`);
  if (faults.length > 0) process.exitCode = 1;
}

function show(name: string): void {
  const book = new RuleBook();
  const spec = specs.byId(name);
  const rule = book.rule(name);
  if (spec === undefined && rule === undefined) {
    process.stderr.write(`There is no spec and no rule ${name}; \`specs\` of the API finds a spec by its title.\n`);
    process.exitCode = 1;
    return;
  }
  const { applied, note, withoutRule } = spec === undefined ? alone(rule!) : book.of(spec);
  if (spec !== undefined)
    print(`${spec.title}: ${spec.titleEn}, ${spec.widthPx}x${spec.heightPx} px, ${spec.dpi} dpi\n`);
  if (withoutRule !== null) print(`No rule: ${withoutRule}\n`);
  if (note !== null) print(`${note}\n`);
  for (const { rule, match, differences } of applied) {
    const advice = match === 'FAMILY' ? ', of its family: advice alone' : '';
    print(`\n${rule.id}, grade ${rule.grade}${advice}\n  ${rule.titleEn} (${rule.authority})\n`);
    for (const number of numbersOf(rule)) print(`  ${lineOf(number)}\n`);
    print(`  edits               ${rule.editing.policy}: ${rule.editing.reason}\n`);
    for (const { code, sold, asked } of differences) print(`  DIFFERS ${code}: sold ${sold}, asked ${asked}\n`);
    print(`  source              ${rule.sourceUrl ?? rule.standard}, read ${rule.readOn}\n`);
  }
}

function alone(rule: PhotoRule): Pick<RulesOfSpec, 'applied' | 'note' | 'withoutRule'> {
  return { applied: [{ rule, match: 'EXACT', differences: [] }], note: null, withoutRule: null };
}

function lineOf({ code, min, max, unit, strength, measured }: RuleNumber): string {
  const range = min === max ? `${min}` : `${min ?? ''} to ${max ?? ''}`;
  const how = [measured, strength === 'LIMIT' ? undefined : strength.toLowerCase()].filter(Boolean).join('; ');
  return `${code.toLowerCase().replaceAll('_', ' ').padEnd(20)}${range.trim()} ${unit.toLowerCase()}${how && ` (${how})`}`;
}

function print(text: string): void {
  printed += text;
}

try {
  main(process.argv.slice(2));
  process.stdout.write(printed);
} catch (error) {
  process.stderr.write(`${explainError(error)}\n`);
  process.exitCode = 1;
}
