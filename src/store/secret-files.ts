import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { unlessMissing } from '../kernel/whole-files.js';

/** Where an embedded house keeps its secret, if no variable has it. */
export function secretFile(dataDirectory: string): string {
  return path.join(dataDirectory, 'secret');
}

/** Its secrets of before, the newest first, a line each: there from a rotation on, until the operator removes it. */
export function previousFile(dataDirectory: string): string {
  return path.join(dataDirectory, 'secret.previous');
}

export interface SecretSource {
  dataDirectory: string;
  /** `DARKROOM_SECRET`. Undefined: the file in the data directory. */
  secret: string | undefined;
  /** `DARKROOM_PREVIOUS_SECRETS`. */
  previousSecrets?: readonly string[];
}

/**
 * The secrets of a house, the configured one first; none where there is none. Used as texts, so that
 * DARKROOM_SECRET=$(cat secret) is the same secret after a move to Postgres.
 */
export async function readSecretTexts({
  dataDirectory,
  secret,
  previousSecrets = [],
}: SecretSource): Promise<string[]> {
  const own = secret ?? (await readText(secretFile(dataDirectory)));
  if (own === undefined) return [];
  const kept = (await readText(previousFile(dataDirectory))) ?? '';
  const lines = kept.split('\n').map(line => line.trim());
  return [own, ...previousSecrets, ...lines.filter(line => line !== '')];
}

async function readText(file: string): Promise<string | undefined> {
  return (await unlessMissing(readFile(file, 'utf8')))?.trim();
}
