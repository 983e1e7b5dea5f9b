/**
 * What of a migration a program that does not know it could not live with; empty where it may be applied beside older
 * replicas. It knows few forms, and takes every other for one that needs a stop.
 */
export function notAdditive(sql: string): string[] {
  const statements = sql
    .replace(/--.*$/gm, '')
    .split(';')
    .map(statement => statement.replace(/\s+/g, ' ').trim())
    .filter(Boolean);
  const made = new Set<string>();
  return statements.filter(statement => {
    const table = /^create table (\w+) /i.exec(statement)?.[1];
    if (table !== undefined) {
      made.add(table);
      return false;
    }
    const [, unique, indexed] = /^create (unique )?index \w+ on (\w+) /i.exec(statement) ?? [];
    // A unique one refuses what an older program may write.
    if (indexed !== undefined) return unique !== undefined && !made.has(indexed);
    const [, altered, actions] = /^alter table (\w+) (.+)$/i.exec(statement) ?? [];
    if (altered !== undefined) return !made.has(altered) && !actionsOf(actions!).every(isHarmless);
    const [, filled] = /^insert into (\w+) /i.exec(statement) ?? [];
    return filled === undefined || !made.has(filled);
  });
}

/** Of an `alter table`, apart from each other: at commas outside of parentheses. */
function actionsOf(actions: string): string[] {
  const apart: string[] = [''];
  let depth = 0;
  for (const character of actions) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (character === ',' && depth === 0) apart.push('');
    else apart[apart.length - 1] += character;
  }
  return apart.map(action => action.trim());
}

/** A column that an older program may leave out, and that refuses nothing of what it writes. */
function isHarmless(action: string): boolean {
  if (!/^add column \w+ /i.test(action)) return false;
  if (/\b(unique|primary key|check|references|generated)\b/i.test(action)) return false;
  return !/not null/i.test(action) || /\bdefault\b/i.test(action);
}
