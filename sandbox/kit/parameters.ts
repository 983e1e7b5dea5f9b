import { createHash } from 'node:crypto';
import { pictureKind } from './picture-size.js';
import { Refusal } from './refusal.js';

/** Throws Refusal unless a parameter is as the guide demands. */
export function requireValid(holds: boolean, code: string, detail: string): asserts holds {
  if (!holds) throw new Refusal(code, detail, 'OUT_OF_RANGE');
}

export function requireParameter<T>(value: T | undefined, code: string, name: string): T {
  if (value === undefined || value === '') throw new Refusal(code, `${name} required`, 'MISSING_PARAMETER');
  return value;
}

/** A decimal number; undefined for anything else, other number formats included. */
export function readNumber(text: string): number | undefined {
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

/** Raw base64 of a picture, without a `data:` prefix. A blank in it was a plus that the client did not percent-encode. */
export function readBase64Picture(text: string, codes: { malformed: string; noPicture: string }): Buffer {
  if (text.startsWith('data:')) throw new Refusal(codes.malformed, 'base64 with a data: prefix', 'DATA_URL');
  if (text.includes(' ')) throw new Refusal(codes.malformed, 'base64 with blanks', 'BASE64_NOT_ENCODED');
  const bytes = Buffer.from(text, 'base64');
  // Looked for what is foreign: a match of the whole keeps a way back for each of eight million characters.
  if (/[^A-Za-z0-9+/]/.test(text.replace(/={1,2}$/, '')) || pictureKind(bytes) === undefined)
    throw new Refusal(codes.noPicture, 'not a picture', 'NOT_A_PICTURE');
  return bytes;
}

/** A hash, so that equal requests are recognised and their content is not kept. */
export function identityOf(...values: readonly (string | Buffer)[]): string {
  const hash = createHash('sha256');
  for (const value of values) hash.update(`${value.length}:`).update(value);
  return hash.digest('base64url');
}

/** Without its query, signed URLs of one photo are equal. */
export function withoutQuery(url: string): string {
  return url.split('?')[0] ?? url;
}
