import { readFileSync } from 'node:fs';
import { ConfigError } from './config.js';
import { readTrustedDocuments, type TrustedDocuments } from './server/trusted-documents.js';
import { readRuleFile } from './specs/rules/check-rules.js';
import { RuleBook } from './specs/rules/rule-book.js';

/** The manifest of the only documents that run. Throws ConfigError. */
export function openTrustedDocuments(file: string | undefined): TrustedDocuments | undefined {
  if (file === undefined) return undefined;
  const wanted = 'DARKROOM_TRUSTED_DOCUMENTS: expected a manifest of persisted documents';
  const text = readText(file, wanted);
  try {
    return readTrustedDocuments(text);
  } catch (error) {
    throw new ConfigError(`${wanted}; ${(error as Error).message}`);
  }
}

/** The published acceptance rules with those of the operator laid over them. Throws ConfigError. */
export function openRules(file: string | undefined): RuleBook {
  if (file === undefined) return new RuleBook();
  const wanted = 'DARKROOM_RULES_FILE: expected a file of acceptance rules';
  const { table, faults } = readRuleFile(readText(file, wanted));
  if (faults.length > 0) throw new ConfigError(`${wanted}; ${faults.slice(0, 10).join('; ')}`);
  return new RuleBook(table);
}

function readText(file: string, wanted: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new ConfigError(`${wanted}; the file cannot be read`);
  }
}
