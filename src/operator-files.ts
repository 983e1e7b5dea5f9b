import { readFileSync } from 'node:fs';
import type { Logger } from 'pino';
import { ConfigError } from './config.js';
import type { Engine } from './engine/engine.js';
import { readMattingModel, requireRuntime } from './engine/matting-description.js';
import { type MattingModel, MattingModelError } from './engine/matting-model.js';
import { DarkroomError } from './kernel/errors.js';
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

/** The model that the engine segments with. Throws ConfigError. */
export function openMattingModel(file: string | undefined): MattingModel | undefined {
  if (file === undefined) return undefined;
  try {
    requireRuntime();
    return readMattingModel(file);
  } catch (error) {
    throw refusedModel(error);
  }
}

/** Loads the model where the engine does, and runs it once. Throws ConfigError. */
export async function tryMattingModel(engine: Engine, log: Logger): Promise<void> {
  const { fault, ...times } = await engine.tryMattingModel().catch(error => {
    if (!DarkroomError.is(error) || error.code === 'STOPPING') throw error;
    throw refusedModel(
      new MattingModelError('it crashed or took too long; memoryMb of its description may be too low'),
    );
  });
  if (fault !== undefined) throw refusedModel(new MattingModelError(fault));
  log.info(times, 'the matting model runs');
}

function refusedModel(error: unknown): unknown {
  if (!(error instanceof MattingModelError)) return error;
  return new ConfigError(
    `DARKROOM_MATTING_MODEL: expected an ONNX model with its description beside it; ${error.message}`,
  );
}

function readText(file: string, wanted: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new ConfigError(`${wanted}; the file cannot be read`);
  }
}
