import { z } from 'zod';
import { specs } from '../catalogue.js';
import { type PhotoRule, photoRule, ratioOf, ratiosOf, specRules } from './photo-rule.js';
import { PUBLISHED, RuleBook, type RuleTable } from './rule-book.js';
import { RULE_CHECKS } from './rule-checks.js';
import { numbersOf, type RuleNumber, type RuleNumberCode } from './rule-numbers.js';

/** A file of the operator's own, laid over the published rules. */
const ruleFile = z.strictObject({
  rules: z.array(photoRule).default([]),
  specs: z.record(z.string(), specRules).default({}),
});

export type RuleFile = { table: RuleTable; faults: string[] };

/** Reads the text of a file of rules. The faults are in words for the operator; with one, the table is not to be used. */
export function readRuleFile(text: string): RuleFile {
  const none: RuleTable = { rules: [], specs: {} };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { table: none, faults: ['the file is no JSON'] };
  }
  const parsed = ruleFile.safeParse(json);
  if (!parsed.success) return { table: none, faults: parsed.error.issues.map(issue => said(issue)) };
  return { table: parsed.data, faults: faultsOf(parsed.data, PUBLISHED) };
}

/** What is wrong with the published rules. */
export function checkPublished(): string[] {
  const parsed = ruleFile.safeParse(PUBLISHED);
  if (!parsed.success) return parsed.error.issues.map(issue => said(issue));
  const unmapped = specs.list.filter(({ id }) => PUBLISHED.specs[id] === undefined);
  return [
    ...faultsOf(PUBLISHED, { rules: [], specs: {} }),
    ...unmapped.map(({ id }) => `specs.${id}: nothing says which rules it has, or why none`),
  ];
}

/** In what specs are sold otherwise than the rule of that very document asks; nothing is wrong with the data then. */
export function contradictionsOf(book: RuleBook = new RuleBook()): string[] {
  return specs.list.flatMap(spec =>
    book
      .of(spec)
      .applied.filter(({ match }) => match === 'EXACT')
      .flatMap(({ rule, differences }) =>
        differences.map(({ code, sold, asked }) => `${spec.id} ${code}: sold ${sold}; ${rule.id} asks ${asked}`),
      ),
  );
}

function said({ path, message }: { path: PropertyKey[]; message: string }): string {
  return `${path.map(String).join('.')}: ${message}`;
}

function faultsOf(table: RuleTable, beneath: RuleTable): string[] {
  const ids = new Set([...beneath.rules, ...table.rules].map(({ id }) => id));
  const twice = table.rules.filter(({ id }, index) => table.rules.findIndex(rule => rule.id === id) !== index);
  return [
    ...twice.map(({ id }) => `rules.${id}: the id stands twice`),
    ...table.rules.flatMap(rule => ruleFaults(rule).map(fault => `rules.${rule.id}: ${fault}`)),
    ...Object.entries(table.specs).flatMap(([id, { rules }]) => [
      ...(specs.byId(id) === undefined ? [`specs.${id}: there is no such spec`] : []),
      ...rules.filter(rule => !ids.has(rule.id)).map(rule => `specs.${id}: there is no rule ${rule.id}`),
    ]),
  ];
}

/** What no photo could hold, and grades that their sources do not carry. */
function ruleFaults(rule: PhotoRule): string[] {
  const unknown = rule.checks.filter(code => !Object.hasOwn(RULE_CHECKS, code));
  return [
    ...unknown.map(code => `there is no check ${code}`),
    ...(rule.sourceUrl === undefined && rule.standard === undefined ? ['it names neither a page nor a standard'] : []),
    ...gradeFaults(rule),
    ...sizeFaults(rule),
    ...headFaults(numbersOf(rule)),
  ];
}

function gradeFaults({ grade, sources }: PhotoRule): string[] {
  const kinds = new Set(sources.map(({ kind }) => kind));
  const isOfficial = kinds.has('authority');
  if (grade === 'A' && !isOfficial) return ["grade A needs a page of the authority's own"];
  const isNear = isOfficial || kinds.has('government') || kinds.has('university') || kinds.has('agent');
  if (grade === 'B' && !isNear) return ['grade B needs a page of a government, a university or an agent'];
  return [];
}

/** Pixels, shape and file size that exclude each other. */
function sizeFaults({ pixels, file }: PhotoRule): string[] {
  const faults: string[] = [];
  const { width, height, aspect } = pixels ?? {};
  const shape = ratioOf(aspect);
  if (aspect !== undefined && shape === undefined) faults.push('pixels.aspect is no ratio such as 3:4');
  else if (width && height && shape !== undefined) {
    const [narrow, wide] = ratiosOf(width, height);
    if (shape < narrow * 0.99 || shape > wide * 1.01) faults.push(`no size of its pixels has the shape ${aspect}`);
  }
  const { kbMin, kbMax, min, max } = file.bytes ?? {};
  if (kbMin !== undefined && (min === undefined || min < kbMin * 1_000)) faults.push('bytes.min is below kbMin');
  if (kbMax !== undefined && (max === undefined || max > kbMax * 1_000)) faults.push('bytes.max is above kbMax');
  return faults;
}

/** Shares of the height that cannot hold together. */
function headFaults(numbers: readonly RuleNumber[]): string[] {
  const share = (code: RuleNumberCode) => numbers.find(number => number.code === code)?.share;
  const [head, top, eyes, face] = (['HEAD_HEIGHT', 'TOP_MARGIN', 'EYE_LINE', 'FACE_WIDTH'] as const).map(share);
  const faults: string[] = [];
  for (const [code, found] of Object.entries({ HEAD_HEIGHT: head, TOP_MARGIN: top, EYE_LINE: eyes, FACE_WIDTH: face }))
    if ((found?.min ?? 0) > 1 || (found?.min ?? 0) < 0) faults.push(`${code} is larger than the picture`);
  if ((head?.min ?? 0) + (top?.min ?? 0) > 1) faults.push('head and top margin are higher than the picture');
  if (eyes?.max != null && top?.min != null && eyes.max < top.min) faults.push('the eye line is above the head');
  return faults;
}
